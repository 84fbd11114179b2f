"""Cost per 1,000 views: the law of its value and of its absence."""


def test_a_thousand_cost_a_thousand(tell):
    drawn = """
        cost  | views
        50000 | 40000
        10000 | 20000
        90000 | -
    """
    assert tell("cpm_views", drawn) == (1000.0, 2, None)


def test_cpm_views_without_views_is_unknown(tell):
    drawn = """
        cost | views | why_views
        10   | -     | not_reported
    """
    assert tell("cpm_views", drawn) == (None, 0, "not_reported")


def test_cpm_views_without_cost_is_unknown(tell):
    drawn = """
        cost | views | why_cost
        -    | 10    | no_cost
    """
    assert tell("cpm_views", drawn) == (None, 0, "no_cost")


def test_cpm_views_over_zero_is_unknown(tell):
    drawn = """
        cost | views
        10   | 0
    """
    assert tell("cpm_views", drawn) == (None, 1, "zero_denominator")
