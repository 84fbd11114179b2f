"""Click rate by impressions: the law of its value and of its absence."""


def test_it_is_a_sum_over_a_sum_on_contracts_that_know_both(tell):
    drawn = """
        link_clicks | impressions | posts
        30          | 1000        | 1
        10          | 1000        | 2
        5           | -           | 4
    """
    assert tell("ctr", drawn) == (0.02, 3, None)


def test_ctr_without_impressions_is_unknown(tell):
    drawn = """
        link_clicks | impressions | posts | why_impressions
        10          | -           | 2     | definition_changed
    """
    assert tell("ctr", drawn) == (None, 0, "definition_changed")


def test_ctr_without_link_clicks_is_unknown(tell):
    drawn = """
        link_clicks | impressions | posts | why_link_clicks
        -           | 10          | 2     | not_tracked
    """
    assert tell("ctr", drawn) == (None, 0, "not_tracked")


def test_ctr_over_zero_is_unknown(tell):
    drawn = """
        link_clicks | impressions | posts
        10          | 0           | 2
    """
    assert tell("ctr", drawn) == (None, 2, "zero_denominator")
