"""Revenue, gross: the law of its value and of its absence."""


def test_revenue_gross_are_added_where_known(tell):
    drawn = """
        revenue_gross | why_revenue_gross
        100           | -
        20            | -
        -             | not_tracked
    """
    assert tell("revenue_gross", drawn) == (120, 2, None)


def test_unknown_revenue_gross_are_not_zero(tell):
    drawn = """
        revenue_gross | why_revenue_gross
        -             | not_tracked
    """
    assert tell("revenue_gross", drawn) == (None, 0, "not_tracked")


def test_no_revenue_gross_are_zero(tell):
    drawn = """
        revenue_gross
        0
    """
    assert tell("revenue_gross", drawn) == (0, 1, None)
