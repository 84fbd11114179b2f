"""View rate: the law of its value and of its absence."""


def test_views_may_exceed_followers(tell):
    drawn = """
        views | followers
        3000  | 1000
        1000  | 1000
        -     | 9000
    """
    assert tell("view_rate", drawn) == (2.0, 2, None)


def test_view_rate_without_followers_is_unknown(tell):
    drawn = """
        views | followers | why_followers
        10    | -         | no_followers
    """
    assert tell("view_rate", drawn) == (None, 0, "no_followers")


def test_view_rate_without_views_is_unknown(tell):
    drawn = """
        views | followers | why_views
        -     | 10        | not_reported
    """
    assert tell("view_rate", drawn) == (None, 0, "not_reported")


def test_view_rate_over_zero_is_unknown(tell):
    drawn = """
        views | followers
        10    | 0
    """
    assert tell("view_rate", drawn) == (None, 1, "zero_denominator")
