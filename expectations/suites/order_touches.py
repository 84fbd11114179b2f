"""Visits before an order: each is dated, and none is dated after it was told."""

from expectations.laws import times
from expectations.rules import never_matches, rows

RULES = [
    *times(),
    rows(
        "touched_before_known",
        ["touched_at", "known_at"],
        "touched_at > known_at + INTERVAL 1 HOUR",
        law="a visit cannot be told before it happens; check the timezone",
        reason="A wrong timezone moves a visit past the order that it led to, and it counts for nobody.",
    ),
    rows(
        "touched_after_2004",
        ["touched_at"],
        "touched_at < TIMESTAMPTZ '2004-01-01 00:00:00+00'",
        law="no shop is that old; check the date format, and whether epochs are seconds or milliseconds",
        reason="A visit dated 1970 is outside every window, silently.",
    ),
    never_matches(
        "link_id",
        r"^$|\s|://",
        law="a link is named without scheme, e.g. bit.ly/3xYzAbc",
        reason="Rosters find links by this name: one written otherwise is never found.",
    ),
]
