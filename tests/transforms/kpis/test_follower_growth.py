"""Follower growth: the law of its value and of its absence."""


def test_accounts_weigh_by_their_followers(tell):
    drawn = """
        followers_start | followers_end
        10000           | 11000
        30000           | 29800
        -               | 500
    """
    assert tell("follower_growth", drawn) == (0.02, 2, None)


def test_before_the_campaign_there_is_none(tell):
    drawn = """
        followers_start | followers_end | why_followers_end
        10000           | -             | not_yet
    """
    assert tell("follower_growth", drawn) == (None, 0, "not_yet")
