"""New customers: the law of its value and of its absence."""


def test_new_customers_are_added_where_known(tell):
    drawn = """
        new_customers | why_new_customers
        100           | -
        20            | -
        -             | not_tracked
    """
    assert tell("new_customers", drawn) == (120, 2, None)


def test_unknown_new_customers_are_not_zero(tell):
    drawn = """
        new_customers | why_new_customers
        -             | not_tracked
    """
    assert tell("new_customers", drawn) == (None, 0, "not_tracked")


def test_no_new_customers_are_zero(tell):
    drawn = """
        new_customers
        0
    """
    assert tell("new_customers", drawn) == (0, 1, None)
