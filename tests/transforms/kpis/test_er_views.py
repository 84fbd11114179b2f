"""Engagement rate by views: the law of its value and of its absence."""


def test_it_is_a_sum_over_a_sum_on_posts_that_know_both(tell):
    drawn = """
        engagements | views
        150         | 1000
        50          | 3000
        -           | 9000
        70          | -
    """
    assert tell("er_views", drawn) == (0.05, 2, None)


def test_er_views_without_views_is_unknown(tell):
    drawn = """
        engagements | views | why_views
        10          | -     | not_reported
    """
    assert tell("er_views", drawn) == (None, 0, "not_reported")


def test_er_views_without_engagements_is_unknown(tell):
    drawn = """
        engagements | views | why_engagements
        -           | 10    | hidden
    """
    assert tell("er_views", drawn) == (None, 0, "hidden")


def test_er_views_over_zero_is_unknown(tell):
    drawn = """
        engagements | views
        10          | 0
    """
    assert tell("er_views", drawn) == (None, 1, "zero_denominator")
