"""ROI on earned media value: the law of its value and of its absence."""


def test_it_is_a_sum_over_a_sum_on_contracts_that_know_both(tell):
    drawn = """
        emv  | cost  | posts
        9000 | 10000 | 2
        3000 | 20000 | 1
        5000 | -     | 1
    """
    assert tell("roi_emv", drawn) == (0.4, 3, None)


def test_a_contract_without_posts_costs_and_earns_nothing(tell):
    drawn = """
        emv   | cost  | posts
        30000 | 10000 | 2
        0     | 20000 | 0
    """
    assert tell("roi_emv", drawn) == (1.0, 2, None)


def test_without_a_card_there_is_none(tell):
    drawn = """
        emv | cost  | why_emv
        -   | 10000 | no_rate_card
    """
    assert tell("roi_emv", drawn) == (None, 0, "no_rate_card")


def test_without_a_rate_there_is_none(tell):
    drawn = """
        emv | cost | why_cost
        10  | -    | no_rate
    """
    assert tell("roi_emv", drawn) == (None, 0, "no_rate")


def test_over_no_cost_there_is_none(tell):
    drawn = """
        emv | cost
        10  | 0
    """
    assert tell("roi_emv", drawn) == (None, 1, "zero_denominator")
