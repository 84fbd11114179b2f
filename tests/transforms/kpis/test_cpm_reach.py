"""Cost per 1,000 accounts reached: the law of its value and of its absence."""


def test_a_thousand_cost_a_thousand(tell):
    drawn = """
        cost  | reach
        50000 | 40000
        10000 | 20000
        90000 | -
    """
    assert tell("cpm_reach", drawn) == (1000.0, 2, None)


def test_cpm_reach_without_reach_is_unknown(tell):
    drawn = """
        cost | reach | why_reach
        10   | -     | no_access
    """
    assert tell("cpm_reach", drawn) == (None, 0, "no_access")


def test_cpm_reach_without_cost_is_unknown(tell):
    drawn = """
        cost | reach | why_cost
        -    | 10    | no_cost
    """
    assert tell("cpm_reach", drawn) == (None, 0, "no_cost")


def test_cpm_reach_over_zero_is_unknown(tell):
    drawn = """
        cost | reach
        10   | 0
    """
    assert tell("cpm_reach", drawn) == (None, 1, "zero_denominator")
