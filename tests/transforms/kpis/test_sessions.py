"""Site sessions: the law of their value and of their absence."""


def test_sessions_of_persons_are_added_where_they_are_known(tell):
    drawn = """
        sessions | posts | why_sessions
        120      | 2     | -
        0        | 1     | -
        -        | 3     | not_tracked
    """
    assert tell("sessions", drawn) == (120, 3, None)


def test_sessions_withheld_as_too_few_are_unknown(tell):
    drawn = """
        sessions | posts | why_sessions
        -        | 2     | too_small_to_report
    """
    assert tell("sessions", drawn) == (None, 0, "too_small_to_report")
