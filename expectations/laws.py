"""Rules that several tables share, each said once: about instants, identifiers and money."""

from collections.abc import Sequence

from expectations.rules import ENOUGH, Rule, matches, never_matches, rows, segments


def times() -> list[Rule]:
    """A figure is not older than the platforms and not from the future."""
    return [
        rows(
            "observed_after_2004",
            ["observed_at"],
            "observed_at < TIMESTAMPTZ '2004-01-01 00:00:00+00'",
            law="no platform is that old; check the date format, and whether epochs are seconds or milliseconds",
            reason="An epoch of seconds that is read as milliseconds gives 1970, and nothing else would complain.",
        ),
        rows(
            "observed_before_known",
            ["observed_at", "known_at"],
            "observed_at > known_at + INTERVAL 1 HOUR",
            law="a figure cannot be known before it is true; check the timezone and the clock",
            reason="A wrong timezone moves figures to other business days without any other sign.",
        ),
    ]


def identifier(column: str) -> Rule:
    """An id is text without blanks that never went through a floating-point number."""
    return never_matches(
        column,
        r"^$|\s|^[0-9]+([.][0-9]+)?[eE][+]?[0-9]+$|^[0-9]+[.]0*$",
        law="an id is text without blanks, never a number with a point or exponent; format the column as text",
        reason="Spreadsheets turn long ids into 7.3E+18; its digits are lost, and so is the post.",
        name=f"{column}_is_an_id",
    )


def identifiers_are_whole(column: str) -> Rule:
    """Long ids of a file do not all look as if rounded."""
    number = f"try_cast({column} AS HUGEINT)"
    long = f"regexp_matches({column}, '^[0-9]+$') AND length({column}) >= 17"
    return segments(
        f"{column}_was_not_rounded",
        [column],
        f"count(*) FILTER (WHERE {long}) >= {ENOUGH} AND"
        f" (bool_and({number} % 256 = 0) FILTER (WHERE {long}) OR bool_and({number} % 1000 = 0) FILTER (WHERE {long}))",
        law=f"every long {column} ends as if rounded by a floating-point number; export the ids as text",
        reason="A 19-digit id does not fit a double. Rounded, it is another post's id or nobody's, and looks like one.",
    )


def currency() -> Rule:
    """A currency is an ISO 4217 code."""
    return matches(
        "currency",
        "^[A-Z][A-Z][A-Z]$",
        law="a currency is three capital letters, e.g. JPY",
        reason="Amounts are summed per currency; a sign or a lower-case code would make one of its own.",
    )


def not_negative(*columns: str) -> list[Rule]:
    """Amounts of money that cannot be below zero."""
    return [
        rows(
            f"{column}_is_not_negative",
            [column],
            f"{column} < 0",
            law=f"{column} cannot be below 0; what was paid back is told apart",
            reason="A negative amount lowers a total and makes every ratio over it look better.",
        )
        for column in columns
    ]


def not_all_zero(columns: Sequence[str]) -> Rule:
    """In a file with many rows, not every known figure is zero."""
    known = " + ".join(f"count({c})" for c in columns)
    total = " + ".join(f"coalesce(sum({c}), 0)" for c in columns)
    return segments(
        "not_all_zero",
        columns,
        f"count(*) >= {ENOUGH} AND {known} > 0 AND {total} = 0",
        law=f"every {', '.join(columns)} in the file is 0: the source told nothing and called it zero",
        reason="Zeros that are glitches have been collected for whole days; counted, they look like a catastrophe.",
    )


def not_all_alike(column: str) -> Rule:
    """In a file with many rows, one non-zero value does not stand in nearly all of them."""
    return segments(
        f"{column}_differs",
        [column],
        f"count({column}) >= {ENOUGH} AND max({column}) > 0"
        f" AND 5 * coalesce(list_max(map_values(histogram({column}))), 0) > 4 * count({column})",
        law=f"more than four in five posts have the same number of {column}: a placeholder, not a count",
        reason="Private scrapers wrote 3 or -1 where likes are hidden.",
        severity="warning",
    )
