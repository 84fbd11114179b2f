"""Click rate by reach: the law of its value and of its absence."""


def test_it_is_a_sum_over_a_sum_on_contracts_that_know_both(tell):
    drawn = """
        link_clicks | reach_of_posts | posts
        30          | 1000           | 1
        10          | 1000           | 2
        5           | -              | 4
    """
    assert tell("ctr_reach", drawn) == (0.02, 3, None)


def test_ctr_reach_without_reach_of_posts_is_unknown(tell):
    drawn = """
        link_clicks | reach_of_posts | posts | why_reach_of_posts
        10          | -              | 2     | no_access
    """
    assert tell("ctr_reach", drawn) == (None, 0, "no_access")


def test_ctr_reach_without_link_clicks_is_unknown(tell):
    drawn = """
        link_clicks | reach_of_posts | posts | why_link_clicks
        -           | 10             | 2     | not_tracked
    """
    assert tell("ctr_reach", drawn) == (None, 0, "not_tracked")


def test_ctr_reach_over_zero_is_unknown(tell):
    drawn = """
        link_clicks | reach_of_posts | posts
        10          | 0              | 2
    """
    assert tell("ctr_reach", drawn) == (None, 2, "zero_denominator")
