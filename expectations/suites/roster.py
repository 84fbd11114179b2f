"""Rosters: costs that are costs, handles that can be found."""

from expectations.laws import currency, not_negative
from expectations.rules import never_matches

RULES = [
    currency(),
    *not_negative("fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost"),
    never_matches(
        "handle",
        r"^$|\s|^@|://",
        law="a handle is a name without @, blanks or address",
        reason="Accounts are found by handle: one written otherwise is never found, and its posts are not counted.",
    ),
]
