"""Cost per click: the law of its value and of its absence."""


def test_it_is_a_sum_over_a_sum_on_contracts_that_know_both(tell):
    drawn = """
        cost  | link_clicks | posts
        30000 | 200         | 1
        10000 | 200         | 2
        90000 | -           | 4
    """
    assert tell("cpc", drawn) == (100.0, 3, None)


def test_cpc_without_link_clicks_is_unknown(tell):
    drawn = """
        cost | link_clicks | posts | why_link_clicks
        10   | -           | 2     | not_tracked
    """
    assert tell("cpc", drawn) == (None, 0, "not_tracked")


def test_cpc_without_cost_is_unknown(tell):
    drawn = """
        cost | link_clicks | posts | why_cost
        -    | 10          | 2     | no_cost
    """
    assert tell("cpc", drawn) == (None, 0, "no_cost")


def test_cpc_over_zero_is_unknown(tell):
    drawn = """
        cost | link_clicks | posts
        10   | 0           | 2
    """
    assert tell("cpc", drawn) == (None, 2, "zero_denominator")
