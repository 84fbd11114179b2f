"""Posts delivered: the law of its value and of its absence."""


def test_delivered_posts_are_added(tell):
    drawn = """
        posts
        2
        1
        0
    """
    assert tell("posts", drawn) == (3, 3, None)


def test_a_contract_without_posts_has_delivered_none(tell):
    drawn = """
        posts
        0
    """
    assert tell("posts", drawn) == (0, 0, None)
