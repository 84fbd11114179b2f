"""Engagement rate by followers (public figures): the law of its value and of its absence."""


def test_only_likes_and_comments_count(tell):
    drawn = """
        likes | comments | shares | saves | followers
        90    | 10       | 500    | 500   | 1000
        40    | 10       | -      | -     | 2000
    """
    assert tell("er_followers_public", drawn) == (0.05, 2, None)


def test_a_post_with_hidden_likes_is_left_out(tell):
    drawn = """
        likes | comments | followers | why_likes
        -     | 10       | 1000      | hidden
    """
    assert tell("er_followers_public", drawn) == (None, 0, "hidden")


def test_an_account_never_seen_has_no_rate(tell):
    drawn = """
        likes | comments | followers | why_followers
        90    | 10       | -         | no_followers
    """
    assert tell("er_followers_public", drawn) == (None, 0, "no_followers")
