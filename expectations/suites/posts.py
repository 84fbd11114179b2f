"""Posts: published before they are seen, and without an address that does something."""

from expectations.laws import identifier, identifiers_are_whole, times
from expectations.rules import never_matches, rows

RULES = [
    *times(),
    identifier("post_id"),
    identifier("account_id"),
    identifiers_are_whole("post_id"),
    rows(
        "published_after_2004",
        ["published_at"],
        "published_at < TIMESTAMPTZ '2004-01-01 00:00:00+00'",
        law="no platform is that old; check the date format, and whether epochs are seconds or milliseconds",
        reason="A post dated 1970 falls into no campaign, silently.",
    ),
    rows(
        "published_before_observed",
        ["published_at", "observed_at"],
        "published_at > observed_at + INTERVAL 24 HOUR",
        law="a post cannot be seen before it is published; check whether day and month are exchanged",
        reason="Day and month exchanged move a post out of its campaign. A day is allowed for zones and premieres.",
    ),
    never_matches(
        "permalink",
        r"(?i)^\s*(javascript|data|vbscript|file|blob):",
        law="an address must be a web address",
        reason="Addresses become links in reports: one that runs a script is an attack.",
    ),
    never_matches(
        "caption",
        r"[\x00-\x08\x0b\x0c\x0e-\x1f]",
        law="a caption has no control characters",
        reason="PostgreSQL, Excel and CSV writers break on them. Staging removes them; this tells if it did not.",
        severity="warning",
    ),
]
