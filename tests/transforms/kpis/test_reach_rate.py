"""Reach rate: the law of its value and of its absence."""


def test_reach_may_exceed_followers(tell):
    drawn = """
        reach | followers
        1500  | 1000
        900   | 1000
        -     | 9000
    """
    assert tell("reach_rate", drawn) == (1.2, 2, None)


def test_reach_rate_without_followers_is_unknown(tell):
    drawn = """
        reach | followers | why_followers
        10    | -         | no_followers
    """
    assert tell("reach_rate", drawn) == (None, 0, "no_followers")


def test_reach_rate_without_reach_is_unknown(tell):
    drawn = """
        reach | followers | why_reach
        -     | 10        | no_access
    """
    assert tell("reach_rate", drawn) == (None, 0, "no_access")


def test_reach_rate_over_zero_is_unknown(tell):
    drawn = """
        reach | followers
        10    | 0
    """
    assert tell("reach_rate", drawn) == (None, 1, "zero_denominator")
