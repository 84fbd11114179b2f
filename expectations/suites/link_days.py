"""Clicks: on days that have begun."""

from expectations.laws import times
from expectations.rules import never_matches, rows

RULES = [
    *times(),
    never_matches(
        "link_id",
        r"^$|\s|://",
        law="a link is named without scheme, e.g. bit.ly/3xYzAbc",
        reason="Rosters find links by this name: one written otherwise is never found.",
    ),
    rows(
        "day_has_begun",
        ["day", "known_at"],
        "day > CAST(timezone('UTC', known_at) AS DATE) + 1",
        law="clicks cannot be counted on a day to come; a day is allowed for zones",
        reason="A wrong date format puts clicks into the future, where no report looks.",
    ),
    rows(
        "day_is_recent",
        ["day"],
        "day < DATE '2004-01-01'",
        law="no link service is that old; check the date format",
        reason="A wrong date format puts clicks into the past, where no report looks.",
    ),
]
