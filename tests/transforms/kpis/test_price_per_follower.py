"""Price per follower: the law of its value and of its absence."""


def test_100000_followers_at_300000_yen_are_3_yen_each(tell):
    drawn = """
        fee    | followers
        300000 | 100000
    """
    assert tell("price_per_follower", drawn) == (3.0, 1, None)


def test_it_is_a_sum_over_a_sum_on_contracts_that_know_both(tell):
    drawn = """
        fee   | followers
        30000 | 10000
        50000 | 30000
        90000 | -
        -     | 70000
    """
    assert tell("price_per_follower", drawn) == (2.0, 2, None)


def test_nobody_seen_has_no_price(tell):
    drawn = """
        fee   | followers | why_followers
        30000 | -         | no_followers
    """
    assert tell("price_per_follower", drawn) == (None, 0, "no_followers")


def test_before_the_first_post_there_is_no_price(tell):
    drawn = """
        fee   | followers | why_followers
        30000 | -         | no_posts
    """
    assert tell("price_per_follower", drawn) == (None, 0, "no_posts")
