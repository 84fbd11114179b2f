"""Order rate per session: the law of its value and of its absence."""


def test_orders_of_persons_whose_sessions_are_unknown_do_not_count(tell):
    drawn = """
        orders | sessions | posts | why_sessions
        6      | 100      | 1     | -
        4      | 100      | 2     | -
        9      | -        | 4     | not_tracked
    """
    assert tell("cvr_session", drawn) == (0.05, 3, None)


def test_cvr_session_without_sessions_says_why(tell):
    drawn = """
        orders | sessions | posts | why_sessions
        9      | -        | 4     | gap
    """
    assert tell("cvr_session", drawn) == (None, 0, "gap")


def test_cvr_session_over_zero_is_unknown(tell):
    drawn = """
        orders | sessions | posts
        10     | 0        | 2
    """
    assert tell("cvr_session", drawn) == (None, 2, "zero_denominator")
