"""Revenue, net of refunds: the law of its value and of its absence."""


def test_revenue_net_are_added_where_known(tell):
    drawn = """
        revenue_net | why_revenue_net
        100         | -
        20          | -
        -           | not_tracked
    """
    assert tell("revenue_net", drawn) == (120, 2, None)


def test_unknown_revenue_net_are_not_zero(tell):
    drawn = """
        revenue_net | why_revenue_net
        -           | not_tracked
    """
    assert tell("revenue_net", drawn) == (None, 0, "not_tracked")


def test_no_revenue_net_are_zero(tell):
    drawn = """
        revenue_net
        0
    """
    assert tell("revenue_net", drawn) == (0, 1, None)
