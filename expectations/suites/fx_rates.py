"""Exchange rates: of two currencies, above zero."""

from expectations.rules import matches, rows

_LAW = "a currency is three capital letters, e.g. JPY"
_REASON = "Amounts find their rate by its code; a sign or a lower-case code would be found by none."
RULES = [
    matches("base", "^[A-Z][A-Z][A-Z]$", law=_LAW, reason=_REASON),
    matches("quote", "^[A-Z][A-Z][A-Z]$", law=_LAW, reason=_REASON),
    rows(
        "rate_is_above_zero",
        ["rate"],
        "rate <= 0",
        law="a rate is above 0",
        reason="A rate of 0 makes every cost in that currency nothing, and every return on it endless.",
    ),
    rows(
        "two_currencies",
        ["base", "quote"],
        "base = quote",
        law="base and quote are two currencies",
        reason="A currency costs one of itself; another figure would change amounts that need no rate.",
    ),
]
