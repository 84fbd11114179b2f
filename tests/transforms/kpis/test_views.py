"""Views: the law of its value and of its absence."""


def test_views_are_added_where_known(tell):
    drawn = """
        views | why_views
        100   | -
        20    | -
        -     | not_reported
    """
    assert tell("views", drawn) == (120, 2, None)


def test_unknown_views_are_not_zero(tell):
    drawn = """
        views | why_views
        -     | not_reported
    """
    assert tell("views", drawn) == (None, 0, "not_reported")


def test_no_views_are_zero(tell):
    drawn = """
        views
        0
    """
    assert tell("views", drawn) == (0, 1, None)
