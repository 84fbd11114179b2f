"""Saves: the law of its value and of its absence."""


def test_saves_are_added_where_known(tell):
    drawn = """
        saves | why_saves
        100   | -
        20    | -
        -     | not_reported
    """
    assert tell("saves", drawn) == (120, 2, None)


def test_unknown_saves_are_not_zero(tell):
    drawn = """
        saves | why_saves
        -     | not_reported
    """
    assert tell("saves", drawn) == (None, 0, "not_reported")


def test_no_saves_are_zero(tell):
    drawn = """
        saves
        0
    """
    assert tell("saves", drawn) == (0, 1, None)
