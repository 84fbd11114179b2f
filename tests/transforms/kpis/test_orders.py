"""Orders: the law of its value and of its absence."""


def test_orders_are_added_where_known(tell):
    drawn = """
        orders | why_orders
        100    | -
        20     | -
        -      | not_tracked
    """
    assert tell("orders", drawn) == (120, 2, None)


def test_unknown_orders_are_not_zero(tell):
    drawn = """
        orders | why_orders
        -      | not_tracked
    """
    assert tell("orders", drawn) == (None, 0, "not_tracked")


def test_no_orders_are_zero(tell):
    drawn = """
        orders
        0
    """
    assert tell("orders", drawn) == (0, 1, None)
