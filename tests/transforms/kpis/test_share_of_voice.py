"""Share of voice: the law of its value and of its absence."""


def test_it_is_the_brands_posts_of_those_that_name_any_brand(tell):
    drawn = """
        brand_posts | tracked_posts | posts
        6           | 8             | 5
    """
    assert tell("share_of_voice", drawn) == (0.75, 5, None)


def test_without_rivals_there_is_no_voice_to_share(tell):
    drawn = """
        brand_posts | tracked_posts | posts | why_brand_posts
        -           | -             | 5     | no_rivals
    """
    assert tell("share_of_voice", drawn) == (None, 0, "no_rivals")


def test_where_nobody_names_any_brand_there_is_no_share(tell):
    drawn = """
        brand_posts | tracked_posts | posts
        0           | 0             | 5
    """
    assert tell("share_of_voice", drawn) == (None, 5, "zero_denominator")
