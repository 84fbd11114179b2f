"""Cost per post: the law of its value and of its absence."""


def test_an_undelivered_post_is_still_paid_for(tell):
    drawn = """
        cost  | posts
        30000 | 2
        20000 | 0
        -     | 5
    """
    assert tell("cpp", drawn) == (25000.0, 2, None)


def test_unknown_cost_gives_no_price(tell):
    drawn = """
        cost | posts | why_cost
        -    | 2     | no_cost
    """
    assert tell("cpp", drawn) == (None, 0, "no_cost")


def test_nothing_delivered_has_no_price(tell):
    drawn = """
        cost  | posts
        30000 | 0
    """
    assert tell("cpp", drawn) == (None, 0, "zero_denominator")
