"""Paid post performance: the law of its value and of its absence."""


def test_it_is_what_came_over_what_was_to_be_expected(tell):
    drawn = """
        engagements | expected_engagements | why_expected_engagements
        90          | 100                  | -
        30          | 50                   | -
        500         | -                    | too_few_posts
    """
    assert tell("paid_post_performance", drawn) == (0.8, 2, None)


def test_below_five_organic_posts_nothing_is_said(tell):
    drawn = """
        engagements | expected_engagements | why_expected_engagements
        500         | -                    | too_few_posts
    """
    assert tell("paid_post_performance", drawn) == (None, 0, "too_few_posts")
