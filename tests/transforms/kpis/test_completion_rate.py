"""Completion rate: the law of its value and of its absence."""


def test_only_posts_that_tell_both_count(tell):
    drawn = """
        completions | views | why_completions
        120         | 1000  | -
        30          | 500   | -
        -           | 9000  | not_reported
    """
    assert tell("completion_rate", drawn) == (0.1, 2, None)


def test_a_platform_that_does_not_tell_leaves_it_unknown(tell):
    drawn = """
        completions | views | why_completions
        -           | 9000  | not_reported
    """
    assert tell("completion_rate", drawn) == (None, 0, "not_reported")


def test_completion_rate_over_zero_is_unknown(tell):
    drawn = """
        completions | views
        0           | 0
    """
    assert tell("completion_rate", drawn) == (None, 1, "zero_denominator")
