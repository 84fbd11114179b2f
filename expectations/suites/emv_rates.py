"""Rate cards: values that are no loss, for one or for a thousand."""

from expectations.laws import currency, not_negative
from expectations.rules import rows

RULES = [
    currency(),
    *not_negative("value"),
    rows(
        "per_is_one_or_thousand",
        ["per"],
        "per NOT IN (1, 1000)",
        law="a value is for 1 or for 1000 of the metric",
        reason="A value of a hundred read as one of a thousand is off by ten, and nothing else would complain.",
    ),
    rows(
        "multiplier_is_above_zero",
        ["multiplier"],
        "multiplier <= 0",
        law="a multiplier is above 0; 1 if there is none",
        reason="0 would say that posts are worth nothing.",
    ),
]
