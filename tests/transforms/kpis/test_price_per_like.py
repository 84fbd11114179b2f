"""Price per like: the law of its value and of its absence."""


def test_a_like_costs_ten_yen(tell):
    drawn = """
        fee  | likes
        5000 | 400
        1000 | 200
        9000 | -
    """
    assert tell("price_per_like", drawn) == (10.0, 2, None)


def test_price_per_like_without_likes_is_unknown(tell):
    drawn = """
        fee | likes | why_likes
        10  | -     | hidden
    """
    assert tell("price_per_like", drawn) == (None, 0, "hidden")


def test_price_per_like_without_fee_is_unknown(tell):
    drawn = """
        fee | likes | why_fee
        -   | 10    | no_cost
    """
    assert tell("price_per_like", drawn) == (None, 0, "no_cost")


def test_price_per_like_over_zero_is_unknown(tell):
    drawn = """
        fee | likes
        10  | 0
    """
    assert tell("price_per_like", drawn) == (None, 1, "zero_denominator")
