"""Frequency: the law of its value and of its absence."""


def test_an_account_reached_saw_the_post_once_and_a_half(tell):
    drawn = """
        impressions | reach
        1500        | 1000
        3000        | 2000
        800         | -
    """
    assert tell("frequency", drawn) == (1.5, 2, None)


def test_frequency_without_reach_is_unknown(tell):
    drawn = """
        impressions | reach | why_reach
        10          | -     | no_access
    """
    assert tell("frequency", drawn) == (None, 0, "no_access")


def test_frequency_without_impressions_is_unknown(tell):
    drawn = """
        impressions | reach | why_impressions
        -           | 10    | definition_changed
    """
    assert tell("frequency", drawn) == (None, 0, "definition_changed")


def test_frequency_over_zero_is_unknown(tell):
    drawn = """
        impressions | reach
        10          | 0
    """
    assert tell("frequency", drawn) == (None, 1, "zero_denominator")
