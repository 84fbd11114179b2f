"""Cost per new customer: the law of its value and of its absence."""


def test_it_is_the_cost_of_a_new_customer_not_of_an_order(tell):
    drawn = """
        cost  | new_customers | posts
        30000 | 3             | 1
        20000 | 2             | 2
        90000 | -             | 4
    """
    assert tell("cpa", drawn) == (10000.0, 3, None)


def test_cpa_without_new_customers_is_unknown(tell):
    drawn = """
        cost | new_customers | posts | why_new_customers
        10   | -             | 2     | not_tracked
    """
    assert tell("cpa", drawn) == (None, 0, "not_tracked")


def test_cpa_without_cost_is_unknown(tell):
    drawn = """
        cost | new_customers | posts | why_cost
        -    | 10            | 2     | no_cost
    """
    assert tell("cpa", drawn) == (None, 0, "no_cost")


def test_cpa_over_zero_is_unknown(tell):
    drawn = """
        cost | new_customers | posts
        10   | 0             | 2
    """
    assert tell("cpa", drawn) == (None, 2, "zero_denominator")
