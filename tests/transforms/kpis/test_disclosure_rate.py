"""Disclosure rate: the law of its value and of its absence."""


def test_what_cannot_be_judged_is_in_neither_side(tell):
    drawn = """
        disclosure_passed | disclosure_judged | why_disclosure_passed
        1                 | 1                 | -
        1                 | 1                 | -
        0                 | 1                 | -
        -                 | -                 | not_judged
    """
    value, known, reason = tell("disclosure_rate", drawn)
    assert (round(value, 9), known, reason) == (round(2 / 3, 9), 3, None)


def test_posts_that_all_fail_are_a_rate_of_zero(tell):
    drawn = """
        disclosure_passed | disclosure_judged
        0                 | 1
    """
    assert tell("disclosure_rate", drawn) == (0.0, 1, None)


def test_where_no_post_can_be_judged_there_is_no_rate(tell):
    drawn = """
        disclosure_passed | disclosure_judged | why_disclosure_passed
        -                 | -                 | not_judged
        -                 | -                 | not_judged
    """
    assert tell("disclosure_rate", drawn) == (None, 0, "not_judged")
