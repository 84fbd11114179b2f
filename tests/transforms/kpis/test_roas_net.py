"""ROAS, net of refunds: the law of its value and of its absence."""


def test_it_is_a_sum_over_a_sum_on_influencers_that_know_both(tell):
    drawn = """
        revenue_net | cost  | posts
        90000       | 40000 | 1
        60000       | 20000 | 2
        70000       | -     | 1
        -           | 80000 | 1
    """
    assert tell("roas_net", drawn) == (2.5, 3, None)


def test_roas_net_without_cost_is_unknown(tell):
    drawn = """
        revenue_net | cost | posts | why_cost
        10          | -    | 2     | no_cost
    """
    assert tell("roas_net", drawn) == (None, 0, "no_cost")


def test_roas_net_without_revenue_net_is_unknown(tell):
    drawn = """
        revenue_net | cost | posts | why_revenue_net
        -           | 10   | 2     | not_tracked
    """
    assert tell("roas_net", drawn) == (None, 0, "not_tracked")


def test_roas_net_over_zero_is_unknown(tell):
    drawn = """
        revenue_net | cost | posts
        10          | 0    | 2
    """
    assert tell("roas_net", drawn) == (None, 2, "zero_denominator")
