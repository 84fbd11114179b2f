"""Average share watched: the law of its value and of its absence."""


def test_long_videos_weigh_by_their_length_not_by_their_number(tell):
    drawn = """
        watch_seconds | views | duration_seconds
        1500          | 100   | 30
        500           | 10    | 100
        700           | 10    | -
    """
    assert tell("average_watched_share", drawn) == (0.5, 2, None)


def test_average_watched_share_without_watch_time_says_why(tell):
    drawn = """
        watch_seconds | views | duration_seconds | why_watch_seconds
        -             | 100   | 30               | no_access
    """
    assert tell("average_watched_share", drawn) == (None, 0, "no_access")
