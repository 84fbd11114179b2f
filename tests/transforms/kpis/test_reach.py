"""Reach: the law of its value and of its absence."""


def test_reach_is_told_of_a_post(tell):
    drawn = """
        reach
        31200
    """
    assert tell("reach", drawn) == (31200, 1, None)


def test_unknown_reach_is_not_zero(tell):
    drawn = """
        reach | why_reach
        -     | no_access
    """
    assert tell("reach", drawn) == (None, 0, "no_access")
