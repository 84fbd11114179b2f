"""Save rate: the law of its value and of its absence."""


def test_it_is_a_sum_over_the_base_that_the_brief_chose(tell):
    drawn = """
        saves | base
        30    | 1000
        10    | 1000
        -     | 9000
        70    | -
    """
    assert tell("save_rate", drawn) == (0.02, 2, None)


def test_save_rate_without_base_is_unknown(tell):
    drawn = """
        saves | base | why_base
        10    | -    | no_followers
    """
    assert tell("save_rate", drawn) == (None, 0, "no_followers")


def test_save_rate_without_saves_is_unknown(tell):
    drawn = """
        saves | base | why_saves
        -     | 10   | not_reported
    """
    assert tell("save_rate", drawn) == (None, 0, "not_reported")


def test_save_rate_over_zero_is_unknown(tell):
    drawn = """
        saves | base
        10    | 0
    """
    assert tell("save_rate", drawn) == (None, 1, "zero_denominator")
