"""Likes: the law of its value and of its absence."""


def test_likes_are_added_where_known(tell):
    drawn = """
        likes | why_likes
        100   | -
        20    | -
        -     | hidden
    """
    assert tell("likes", drawn) == (120, 2, None)


def test_unknown_likes_are_not_zero(tell):
    drawn = """
        likes | why_likes
        -     | hidden
    """
    assert tell("likes", drawn) == (None, 0, "hidden")


def test_no_likes_are_zero(tell):
    drawn = """
        likes
        0
    """
    assert tell("likes", drawn) == (0, 1, None)
