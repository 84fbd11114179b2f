"""Comments: the law of its value and of its absence."""


def test_comments_are_added_where_known(tell):
    drawn = """
        comments | why_comments
        100      | -
        20       | -
        -        | not_reported
    """
    assert tell("comments", drawn) == (120, 2, None)


def test_unknown_comments_are_not_zero(tell):
    drawn = """
        comments | why_comments
        -        | not_reported
    """
    assert tell("comments", drawn) == (None, 0, "not_reported")


def test_no_comments_are_zero(tell):
    drawn = """
        comments
        0
    """
    assert tell("comments", drawn) == (0, 1, None)
