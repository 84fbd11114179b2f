"""Cost per 1,000 impressions: the law of its value and of its absence."""


def test_a_thousand_cost_a_thousand(tell):
    drawn = """
        cost  | impressions
        50000 | 40000
        10000 | 20000
        90000 | -
    """
    assert tell("cpm_impressions", drawn) == (1000.0, 2, None)


def test_cpm_impressions_without_impressions_is_unknown(tell):
    drawn = """
        cost | impressions | why_impressions
        10   | -           | definition_changed
    """
    assert tell("cpm_impressions", drawn) == (None, 0, "definition_changed")


def test_cpm_impressions_without_cost_is_unknown(tell):
    drawn = """
        cost | impressions | why_cost
        -    | 10          | no_cost
    """
    assert tell("cpm_impressions", drawn) == (None, 0, "no_cost")


def test_cpm_impressions_over_zero_is_unknown(tell):
    drawn = """
        cost | impressions
        10   | 0
    """
    assert tell("cpm_impressions", drawn) == (None, 1, "zero_denominator")
