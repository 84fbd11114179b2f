"""Earned media value: the law of its value and of its absence."""


def test_it_is_a_sum_over_posts_that_a_card_values(tell):
    drawn = """
        emv
        1500
        252.5
    """
    assert tell("emv", drawn) == (1752.5, 2, None)


def test_without_a_card_there_is_none(tell):
    drawn = """
        emv | why_emv
        -   | no_rate_card
    """
    assert tell("emv", drawn) == (None, 0, "no_rate_card")


def test_a_hidden_figure_leaves_the_post_out(tell):
    drawn = """
        emv | why_emv
        100 | -
        -   | hidden
    """
    assert tell("emv", drawn) == (100.0, 1, None)


def test_worth_nothing_is_a_figure(tell):
    drawn = """
        emv
        0
    """
    assert tell("emv", drawn) == (0.0, 1, None)
