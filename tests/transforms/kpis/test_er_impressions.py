"""Engagement rate by impressions: the law of its value and of its absence."""


def test_it_is_a_sum_over_a_sum_on_posts_that_know_both(tell):
    drawn = """
        engagements | impressions
        150         | 1000
        50          | 3000
        -           | 9000
        70          | -
    """
    assert tell("er_impressions", drawn) == (0.05, 2, None)


def test_er_impressions_without_impressions_is_unknown(tell):
    drawn = """
        engagements | impressions | why_impressions
        10          | -           | definition_changed
    """
    assert tell("er_impressions", drawn) == (None, 0, "definition_changed")


def test_er_impressions_without_engagements_is_unknown(tell):
    drawn = """
        engagements | impressions | why_engagements
        -           | 10          | hidden
    """
    assert tell("er_impressions", drawn) == (None, 0, "hidden")


def test_er_impressions_over_zero_is_unknown(tell):
    drawn = """
        engagements | impressions
        10          | 0
    """
    assert tell("er_impressions", drawn) == (None, 1, "zero_denominator")
