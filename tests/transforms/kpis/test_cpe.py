"""Cost per engagement: the law of its value and of its absence."""


def test_it_is_a_sum_over_a_sum_on_posts_that_know_both(tell):
    drawn = """
        cost  | engagements
        50000 | 400
        10000 | 200
        -     | 900
    """
    assert tell("cpe", drawn) == (100.0, 2, None)


def test_cpe_without_engagements_is_unknown(tell):
    drawn = """
        cost | engagements | why_engagements
        10   | -           | hidden
    """
    assert tell("cpe", drawn) == (None, 0, "hidden")


def test_cpe_without_cost_is_unknown(tell):
    drawn = """
        cost | engagements | why_cost
        -    | 10          | no_cost
    """
    assert tell("cpe", drawn) == (None, 0, "no_cost")


def test_cpe_over_zero_is_unknown(tell):
    drawn = """
        cost | engagements
        10   | 0
    """
    assert tell("cpe", drawn) == (None, 1, "zero_denominator")
