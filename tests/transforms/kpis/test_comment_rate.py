"""Comment rate: the law of its value and of its absence."""


def test_it_is_a_sum_over_the_base_that_the_brief_chose(tell):
    drawn = """
        comments | base
        30       | 1000
        10       | 1000
        -        | 9000
        70       | -
    """
    assert tell("comment_rate", drawn) == (0.02, 2, None)


def test_comment_rate_without_base_is_unknown(tell):
    drawn = """
        comments | base | why_base
        10       | -    | no_followers
    """
    assert tell("comment_rate", drawn) == (None, 0, "no_followers")


def test_comment_rate_without_comments_is_unknown(tell):
    drawn = """
        comments | base | why_comments
        -        | 10   | not_reported
    """
    assert tell("comment_rate", drawn) == (None, 0, "not_reported")


def test_comment_rate_over_zero_is_unknown(tell):
    drawn = """
        comments | base
        10       | 0
    """
    assert tell("comment_rate", drawn) == (None, 1, "zero_denominator")
