"""Levels: a band has its lower end below its upper one."""

from expectations.rules import at_least

RULES = [
    at_least(
        "upper",
        "lower",
        law="a band ends above where it begins",
        reason="With its ends exchanged, a band calls every campaign above it and below it at once.",
        severity="critical",
    ),
]
