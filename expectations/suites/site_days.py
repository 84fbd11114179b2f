"""Sessions: on days that have begun, and no more new visitors than visits."""

from expectations.laws import not_negative, times
from expectations.rules import at_least, never_matches, rows

RULES = [
    *times(),
    *not_negative("conversions"),
    never_matches(
        "property_id",
        r"^$|\s",
        law="a property is named by its number",
        reason="Days are replaced per property: one without a name would replace another's.",
    ),
    rows(
        "day_has_begun",
        ["day", "known_at"],
        "day > CAST(timezone('UTC', known_at) AS DATE) + 1",
        law="sessions cannot begin on a day to come; a day is allowed for zones",
        reason="A wrong date format puts sessions into the future, where no report looks.",
    ),
    rows(
        "day_is_recent",
        ["day"],
        "day < DATE '2005-01-01'",
        law="no analytics property is that old; check the date format",
        reason="A wrong date format puts sessions into the past, where no report looks.",
    ),
    at_least(
        "sessions",
        "new_users",
        law="a new visitor has at least one session",
        reason="Two columns may have been exchanged.",
    ),
]
