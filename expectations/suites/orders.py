"""Orders: amounts of a known currency that add up."""

from expectations.laws import currency, not_negative, times
from expectations.rules import at_least, rows

RULES = [
    *times(),
    currency(),
    *not_negative("gross", "refunded"),
    rows(
        "net_adds_up",
        ["gross", "refunded", "net"],
        "net <> gross - refunded",
        law="net is gross - refunded",
        reason="Shops restate orders in parts: a difference means that one part was read from the wrong place.",
        severity="warning",
    ),
    at_least(
        "gross",
        "refunded",
        law="more was refunded than was paid for goods",
        reason="Refunded shipping may do it; a refund read twice does it too.",
    ),
    rows(
        "ordered_before_observed",
        ["ordered_at", "observed_at"],
        "ordered_at > observed_at + INTERVAL 1 HOUR",
        law="an order cannot be seen before it is placed; check the timezone",
        reason="A wrong timezone credits orders to the wrong day and the wrong post.",
    ),
    rows(
        "ordered_after_2004",
        ["ordered_at"],
        "ordered_at < TIMESTAMPTZ '2004-01-01 00:00:00+00'",
        law="no shop is that old; check the date format, and whether epochs are seconds or milliseconds",
        reason="An order dated 1970 is credited to nobody, silently.",
    ),
    at_least(
        "cancelled_at",
        "ordered_at",
        law="an order is cancelled after it is placed",
        reason="Two columns may have been exchanged.",
    ),
]
