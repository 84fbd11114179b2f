"""Accounts: their counters are plausible, and their ids are ids."""

from expectations.laws import identifier, identifiers_are_whole, not_all_zero, times
from expectations.rules import never_matches, rows

RULES = [
    *times(),
    identifier("account_id"),
    identifiers_are_whole("account_id"),
    never_matches(
        "handle",
        r"\s|^@|[\x00-\x1f\x7f]|://",
        law="a handle is a name without @, blanks or address",
        reason="Rosters find accounts by handle: one written otherwise is never found.",
        severity="warning",
    ),
    not_all_zero(["followers", "posts"]),
    rows(
        "followers_are_not_zero",
        ["followers"],
        "followers = 0",
        law="an account in a campaign has followers; a zero is often a figure that was not told",
        reason="Every rate over followers breaks on it.",
        severity="warning",
    ),
    rows(
        "missing_is_null",
        ["followers", "following", "posts", "missing"],
        " OR ".join(
            f"({c} IS NOT NULL AND regexp_matches(missing, '(^|;){c}='))" for c in ("followers", "following", "posts")
        ),
        law="a figure that the platform does not tell is unknown, not a number",
        reason="Unknown is not zero.",
    ),
]
