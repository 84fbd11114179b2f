"""Tracked links: named without scheme, as rosters name them."""

from expectations.laws import times
from expectations.rules import never_matches

RULES = [
    *times(),
    never_matches(
        "link_id",
        r"^$|\s|://",
        law="a link is named without scheme, e.g. bit.ly/3xYzAbc",
        reason="Rosters find links by this name: one written otherwise is never found.",
    ),
]
