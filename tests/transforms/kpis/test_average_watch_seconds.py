"""Average watch time: the law of its value and of its absence."""


def test_plays_weigh_alike_whatever_post_they_are_of(tell):
    drawn = """
        watch_seconds | views
        9000          | 1000
        3000          | 1000
        -             | 5000
    """
    assert tell("average_watch_seconds", drawn) == (6.0, 2, None)


def test_average_watch_seconds_without_views_is_unknown(tell):
    drawn = """
        watch_seconds | views | why_views
        10            | -     | not_reported
    """
    assert tell("average_watch_seconds", drawn) == (None, 0, "not_reported")


def test_average_watch_seconds_without_watch_seconds_is_unknown(tell):
    drawn = """
        watch_seconds | views | why_watch_seconds
        -             | 10    | not_reported
    """
    assert tell("average_watch_seconds", drawn) == (None, 0, "not_reported")


def test_average_watch_seconds_over_zero_is_unknown(tell):
    drawn = """
        watch_seconds | views
        10            | 0
    """
    assert tell("average_watch_seconds", drawn) == (None, 1, "zero_denominator")
