"""Delivery rate: the law of its value and of its absence."""


def test_what_was_promised_and_not_delivered_counts(tell):
    drawn = """
        posts | promised_posts
        2     | 2
        1     | 2
        0     | 1
        3     | -
    """
    assert tell("delivery_rate", drawn) == (0.6, 3, None)


def test_a_contract_that_promises_no_number_has_no_rate(tell):
    drawn = """
        posts | promised_posts
        2     | -
    """
    assert tell("delivery_rate", drawn) == (None, 0, "not_reported")
