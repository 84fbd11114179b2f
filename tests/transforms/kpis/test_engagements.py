"""Engagements: the law of its value and of its absence."""


def test_engagements_are_added_where_known(tell):
    drawn = """
        engagements | why_engagements
        100         | -
        20          | -
        -           | hidden
    """
    assert tell("engagements", drawn) == (120, 2, None)


def test_unknown_engagements_are_not_zero(tell):
    drawn = """
        engagements | why_engagements
        -           | hidden
    """
    assert tell("engagements", drawn) == (None, 0, "hidden")


def test_no_engagements_are_zero(tell):
    drawn = """
        engagements
        0
    """
    assert tell("engagements", drawn) == (0, 1, None)
