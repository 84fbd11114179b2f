"""Usual follower growth: the law of its value and of its absence."""


def test_paces_of_accounts_are_added_before_they_are_divided(tell):
    drawn = """
        followers_usual_gain | followers_start | posts | why_followers_usual_gain
        100                  | 10000           | 1     | -
        -50                  | 40000           | 2     | -
        -                    | 90000           | 1     | no_history
    """
    assert tell("follower_growth_usual", drawn) == (0.001, 3, None)


def test_an_account_followed_too_shortly_has_no_usual(tell):
    drawn = """
        followers_usual_gain | followers_start | posts | why_followers_usual_gain
        -                    | 90000           | 1     | no_history
    """
    assert tell("follower_growth_usual", drawn) == (None, 0, "no_history")
