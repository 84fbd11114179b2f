"""Cost per order: the law of its value and of its absence."""


def test_influencers_whose_orders_are_not_tracked_do_not_count(tell):
    drawn = """
        cost  | orders | posts
        30000 | 6      | 1
        20000 | 4      | 2
        90000 | -      | 4
    """
    assert tell("cpo", drawn) == (5000.0, 3, None)


def test_cpo_without_orders_is_unknown(tell):
    drawn = """
        cost | orders | posts | why_orders
        10   | -      | 2     | not_tracked
    """
    assert tell("cpo", drawn) == (None, 0, "not_tracked")


def test_cpo_without_cost_is_unknown(tell):
    drawn = """
        cost | orders | posts | why_cost
        -    | 10     | 2     | no_cost
    """
    assert tell("cpo", drawn) == (None, 0, "no_cost")


def test_cpo_over_zero_is_unknown(tell):
    drawn = """
        cost | orders | posts
        10   | 0      | 2
    """
    assert tell("cpo", drawn) == (None, 2, "zero_denominator")
