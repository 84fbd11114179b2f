"""Costs beyond the roster: amounts of a known currency, of somebody at some place or of the campaign."""

from expectations.laws import currency, not_negative
from expectations.rules import rows

RULES = [
    currency(),
    *not_negative("amount"),
    rows(
        "whole_or_of_a_contract",
        ["influencer_id", "platform"],
        "(influencer_id IS NULL) <> (platform IS NULL)",
        law="a cost is of an influencer on a platform, or of the campaign as a whole",
        reason="Costs are kept by contract; half a contract is in no sum.",
    ),
]
