"""Impressions: the law of its value and of its absence."""


def test_impressions_are_added_where_known(tell):
    drawn = """
        impressions | why_impressions
        100         | -
        20          | -
        -           | definition_changed
    """
    assert tell("impressions", drawn) == (120, 2, None)


def test_unknown_impressions_are_not_zero(tell):
    drawn = """
        impressions | why_impressions
        -           | definition_changed
    """
    assert tell("impressions", drawn) == (None, 0, "definition_changed")


def test_no_impressions_are_zero(tell):
    drawn = """
        impressions
        0
    """
    assert tell("impressions", drawn) == (0, 1, None)
