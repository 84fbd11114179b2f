"""Goals: targets that are numbers above zero."""

from expectations.rules import rows

RULES = [
    rows(
        "target_is_a_number",
        ["target"],
        "coalesce(try_cast(target AS DOUBLE) <= 0, TRUE) OR NOT isfinite(try_cast(target AS DOUBLE))",
        law="a target is a number above 0",
        reason="Attainment divides by it.",
    ),
]
