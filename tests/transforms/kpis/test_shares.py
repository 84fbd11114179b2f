"""Shares: the law of its value and of its absence."""


def test_shares_are_added_where_known(tell):
    drawn = """
        shares | why_shares
        100    | -
        20     | -
        -      | not_reported
    """
    assert tell("shares", drawn) == (120, 2, None)


def test_unknown_shares_are_not_zero(tell):
    drawn = """
        shares | why_shares
        -      | not_reported
    """
    assert tell("shares", drawn) == (None, 0, "not_reported")


def test_no_shares_are_zero(tell):
    drawn = """
        shares
        0
    """
    assert tell("shares", drawn) == (0, 1, None)
