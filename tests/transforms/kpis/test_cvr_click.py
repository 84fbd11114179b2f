"""Order rate per click: the law of its value and of its absence."""


def test_orders_of_untracked_links_do_not_count(tell):
    drawn = """
        orders | link_clicks | posts
        6      | 200         | 1
        4      | 200         | 2
        9      | -           | 4
    """
    assert tell("cvr_click", drawn) == (0.025, 3, None)


def test_cvr_click_without_link_clicks_is_unknown(tell):
    drawn = """
        orders | link_clicks | posts | why_link_clicks
        10     | -           | 2     | not_tracked
    """
    assert tell("cvr_click", drawn) == (None, 0, "not_tracked")


def test_cvr_click_without_orders_is_unknown(tell):
    drawn = """
        orders | link_clicks | posts | why_orders
        -      | 10          | 2     | not_tracked
    """
    assert tell("cvr_click", drawn) == (None, 0, "not_tracked")


def test_cvr_click_over_zero_is_unknown(tell):
    drawn = """
        orders | link_clicks | posts
        10     | 0           | 2
    """
    assert tell("cvr_click", drawn) == (None, 2, "zero_denominator")
