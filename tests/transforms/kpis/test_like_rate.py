"""Like rate: the law of its value and of its absence."""


def test_it_is_a_sum_over_the_base_that_the_brief_chose(tell):
    drawn = """
        likes | base
        30    | 1000
        10    | 1000
        -     | 9000
        70    | -
    """
    assert tell("like_rate", drawn) == (0.02, 2, None)


def test_like_rate_without_base_is_unknown(tell):
    drawn = """
        likes | base | why_base
        10    | -    | no_followers
    """
    assert tell("like_rate", drawn) == (None, 0, "no_followers")


def test_like_rate_without_likes_is_unknown(tell):
    drawn = """
        likes | base | why_likes
        -     | 10   | hidden
    """
    assert tell("like_rate", drawn) == (None, 0, "hidden")


def test_like_rate_over_zero_is_unknown(tell):
    drawn = """
        likes | base
        10    | 0
    """
    assert tell("like_rate", drawn) == (None, 1, "zero_denominator")
