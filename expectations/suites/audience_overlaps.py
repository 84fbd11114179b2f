"""Overlaps of audiences: of two different accounts, as a share."""

from expectations.laws import times
from expectations.rules import rows

RULES = [
    *times(),
    rows(
        "two_accounts",
        ["platform", "account_id", "other_platform", "other_account_id"],
        "platform = other_platform AND account_id = other_account_id",
        law="an overlap is one of two different accounts",
        reason="An account overlaps with itself wholly: its reach would be taken off once too often.",
    ),
]
