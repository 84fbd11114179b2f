"""Average order value: the law of its value and of its absence."""


def test_it_is_revenue_over_orders(tell):
    drawn = """
        revenue_gross | orders | posts
        30000         | 6      | 1
        20000         | 4      | 2
        -             | 4      | 1
    """
    assert tell("aov", drawn) == (5000.0, 3, None)


def test_aov_without_orders_is_unknown(tell):
    drawn = """
        revenue_gross | orders | posts | why_orders
        10            | -      | 2     | not_tracked
    """
    assert tell("aov", drawn) == (None, 0, "not_tracked")


def test_aov_without_revenue_gross_is_unknown(tell):
    drawn = """
        revenue_gross | orders | posts | why_revenue_gross
        -             | 10     | 2     | not_reported
    """
    assert tell("aov", drawn) == (None, 0, "not_reported")


def test_aov_over_zero_is_unknown(tell):
    drawn = """
        revenue_gross | orders | posts
        10            | 0      | 2
    """
    assert tell("aov", drawn) == (None, 2, "zero_denominator")
