"""Briefs: a window that is one, and shares that are shares."""

from expectations.laws import currency, not_negative
from expectations.rules import at_least, rows

RULES = [
    currency(),
    *not_negative("budget"),
    at_least(
        "ends_on",
        "starts_on",
        law="a campaign ends on or after its first day",
        reason="In a window without days no post counts, and the report says so as if it were the result.",
        severity="critical",
    ),
    rows(
        "margin_is_a_share",
        ["margin_rate"],
        "margin_rate > 1",
        law="a margin is a share, e.g. 0.6 for 60 %",
        reason="60 for 60 % makes the profit a hundred times what it is.",
    ),
]
