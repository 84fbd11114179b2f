"""Cost per view: the law of its value and of its absence."""


def test_it_is_a_sum_over_a_sum_on_posts_that_know_both(tell):
    drawn = """
        cost  | views
        50000 | 8000
        10000 | 4000
        -     | 9000
    """
    assert tell("cpv", drawn) == (5.0, 2, None)


def test_cpv_without_views_is_unknown(tell):
    drawn = """
        cost | views | why_views
        10   | -     | not_reported
    """
    assert tell("cpv", drawn) == (None, 0, "not_reported")


def test_cpv_without_cost_is_unknown(tell):
    drawn = """
        cost | views | why_cost
        -    | 10    | no_cost
    """
    assert tell("cpv", drawn) == (None, 0, "no_cost")


def test_cpv_over_zero_is_unknown(tell):
    drawn = """
        cost | views
        10   | 0
    """
    assert tell("cpv", drawn) == (None, 1, "zero_denominator")
