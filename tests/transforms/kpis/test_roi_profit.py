"""ROI on profit: the law of its value and of its absence."""


def test_margin_on_net_revenue_pays_for_the_cost(tell):
    drawn = """
        margin_rate | revenue_net | cost
        0.5         | 100000      | 30000
        0.5         | 20000       | 10000
    """
    assert tell("roi_profit", drawn) == (0.5, 2, None)


def test_a_loss_is_negative(tell):
    drawn = """
        margin_rate | revenue_net | cost
        0.5         | 0           | 30000
    """
    assert tell("roi_profit", drawn) == (-1.0, 1, None)


def test_without_a_margin_there_is_none(tell):
    drawn = """
        margin_rate | revenue_net | cost  | why_margin_rate
        -           | 100000      | 30000 | no_margin
    """
    assert tell("roi_profit", drawn) == (None, 0, "no_margin")


def test_without_tracked_orders_there_is_none(tell):
    drawn = """
        margin_rate | revenue_net | cost  | why_revenue_net
        0.5         | -           | 30000 | not_tracked
    """
    assert tell("roi_profit", drawn) == (None, 0, "not_tracked")
