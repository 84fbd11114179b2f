"""Link clicks: the law of its value and of its absence."""


def test_link_clicks_are_added_where_known(tell):
    drawn = """
        link_clicks | why_link_clicks
        100         | -
        20          | -
        -           | not_tracked
    """
    assert tell("link_clicks", drawn) == (120, 2, None)


def test_unknown_link_clicks_are_not_zero(tell):
    drawn = """
        link_clicks | why_link_clicks
        -           | not_tracked
    """
    assert tell("link_clicks", drawn) == (None, 0, "not_tracked")


def test_no_link_clicks_are_zero(tell):
    drawn = """
        link_clicks
        0
    """
    assert tell("link_clicks", drawn) == (0, 1, None)
