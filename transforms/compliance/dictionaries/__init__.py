"""Dictionaries of wording: patterns over folded text, each with why, what to write instead, and where that stands."""

from transforms.compliance import Entry, Said, Severity


def told(
    severity: Severity,
    source: str,
    reason: Said,
    safer: Said,
    *rows: tuple[str, str, str],
    unless: tuple[str, ...] = (),
    unless_anywhere: tuple[str, ...] = (),
    within: tuple[str, ...] = (),
) -> tuple[Entry, ...]:
    """Entries that share their reason: each row is a name, a pattern, and its literals separated by ``|``."""
    return tuple(
        Entry(
            entry=name,
            pattern=pattern,
            literals=tuple(literals.split("|")),
            severity=severity,
            reason=reason,
            safer=safer,
            source=source,
            unless=unless,
            unless_anywhere=unless_anywhere,
            within=within,
        )
        for name, pattern, literals in rows
    )
