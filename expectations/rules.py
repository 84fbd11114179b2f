"""A rule is said once: the rows that break it (SQL), its expectation, how a person reads it, and why it exists.

A row rule judges each row by itself: a critical breach holds the row back, a warning is only counted. A segment rule
judges all rows of one landed file together: a critical breach holds the file back. No rule looks across files, so that
the verdict on a file does not depend on what was loaded with it.
"""

# ruff: noqa: S608  # rules are code: no part of a query comes from data

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

from transforms.contracts import ContractError, Field, Table, Type, quoted

ROW, SEGMENT = "_row", "_segment"
EXACT = 2**53
"""The largest whole number that BI tools, spreadsheets and JSON readers keep exact; no counter comes near it."""
FINITE = 1e300
"""Not a number and infinity are both above it: DuckDB sorts NaN last."""
ENOUGH = 20
"""A file with fewer rows is too small to be judged as a whole."""

_TRACE = ("observed_at", "known_at", "source", "landed_id", "pointer")

Severity = Literal["critical", "warning"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation. ``bad`` is an SQL condition on a row, or on the rows of one segment (a HAVING condition)."""

    name: str
    columns: tuple[str, ...]
    bad: str
    says: str
    """SQL expression: the sentence on a bad row, with its value and what would be right."""
    law: str
    reason: str
    severity: Severity
    asks: str
    """Great Expectations' name of the expectation."""
    kwargs: Mapping[str, object]
    scope: Literal["row", "segment"] = "row"


def needed(column: str, *, reason: str) -> Rule:
    """The column is never null."""
    law = "it is needed"
    return Rule(
        name=f"{column}_is_known",
        columns=(column,),
        bad=f"{_name(column)} IS NULL",
        says=_sentence((column,), law),
        law=law,
        reason=reason,
        severity="critical",
        asks="expect_column_values_to_not_be_null",
        kwargs={"column": column},
    )


def within(
    column: str, least: float | None, most: float, *, noun: str, reason: str, severity: Severity = "critical"
) -> Rule:
    """The column lies between two bounds, both inside. Great Expectations binds bounds as DOUBLE, and so do we."""
    it = _name(column)
    over = f"{it} > '{most!r}'::DOUBLE"
    under = f"{it} < '{least!r}'::DOUBLE" if least is not None else "FALSE"
    above = f"{noun} cannot be above {most:,.0f}" if most < FINITE else f"{noun} must be a finite number"
    below = f"{noun} cannot be below {least:g}" if least is not None else above
    return Rule(
        name=f"{column}_is_in_range",
        columns=(column,),
        bad=f"({under} OR {over})",
        says=f"CASE WHEN {under} THEN {_sentence((column,), below)} ELSE {_sentence((column,), above)} END",
        law=below if below == above else f"{below} and {above.removeprefix(noun).strip()}",
        reason=reason,
        severity=severity,
        asks="expect_column_values_to_be_between",
        kwargs={"column": column, "min_value": None if least is None else float(least), "max_value": float(most)},
    )


def one_of(column: str, values: Sequence[str], *, reason: str) -> Rule:
    """The column holds one of a closed set, or nothing."""
    listed = ", ".join(quoted(v) for v in values)
    law = f"it must be {' or '.join([', '.join(values[:-1]), values[-1]] if len(values) > 1 else values)}"
    return Rule(
        name=f"{column}_is_among",
        columns=(column,),
        bad=f"{_name(column)} NOT IN ({listed})",
        says=_sentence((column,), law),
        law=law,
        reason=reason,
        severity="critical",
        asks="expect_column_values_to_be_in_set",
        kwargs={"column": column, "value_set": list(values)},
    )


def never_matches(
    column: str, pattern: str, *, law: str, reason: str, severity: Severity = "critical", name: str | None = None
) -> Rule:
    """No part of the text matches the pattern (RE2)."""
    return Rule(
        name=name or f"{column}_is_clean",
        columns=(column,),
        bad=f"regexp_matches({_name(column)}, {quoted(pattern)})",
        says=_sentence((column,), law),
        law=law,
        reason=reason,
        severity=severity,
        asks="expect_column_values_to_not_match_regex",
        kwargs={"column": column, "regex": pattern},
    )


def matches(column: str, pattern: str, *, law: str, reason: str, severity: Severity = "critical") -> Rule:
    """The text matches the pattern (RE2); nothing is fine."""
    return Rule(
        name=f"{column}_is_well_formed",
        columns=(column,),
        bad=f"NOT regexp_matches({_name(column)}, {quoted(pattern)})",
        says=_sentence((column,), law),
        law=law,
        reason=reason,
        severity=severity,
        asks="expect_column_values_to_match_regex",
        kwargs={"column": column, "regex": pattern},
    )


def at_least(greater: str, lesser: str, *, law: str, reason: str, severity: Severity = "warning") -> Rule:
    """Where both are known, the first column is not below the second."""
    return Rule(
        name=f"{greater}_covers_{lesser}",
        columns=(greater, lesser),
        bad=f"{_name(greater)} < {_name(lesser)}",
        says=_sentence((greater, lesser), law),
        law=law,
        reason=reason,
        severity=severity,
        asks="expect_column_pair_values_a_to_be_greater_than_b",
        kwargs={
            "column_A": greater,
            "column_B": lesser,
            "or_equal": True,
            "ignore_row_if": "either_value_is_missing",
        },
    )


def rows(
    name: str, columns: Sequence[str], bad: str, *, law: str, reason: str, severity: Severity = "critical"
) -> Rule:
    """Any other condition on a row, in DuckDB's SQL. Braces are not allowed: Great Expectations formats the query."""
    return Rule(
        name=name,
        columns=tuple(columns),
        bad=f"({bad})",
        says=_sentence(columns, law),
        law=law,
        reason=reason,
        severity=severity,
        asks="unexpected_rows_expectation",
        kwargs={"unexpected_rows_query": f"SELECT {ROW} FROM {{batch}} WHERE {bad}"},
    )


def segments(
    name: str, columns: Sequence[str], bad: str, *, law: str, reason: str, severity: Severity = "critical"
) -> Rule:
    """A condition on all rows of one landed file (what stands after HAVING)."""
    return Rule(
        name=name,
        columns=tuple(columns),
        bad=bad,
        says=quoted(law),
        law=law,
        reason=reason,
        severity=severity,
        asks="unexpected_rows_expectation",
        kwargs={"unexpected_rows_query": f"SELECT {SEGMENT} FROM {{batch}} GROUP BY {SEGMENT} HAVING {bad}"},
        scope="segment",
    )


def derived(table: Table) -> list[Rule]:
    """What the contract of a table says, as rules."""
    traced = [f.name for f in table.fields if f.required and f.name in _TRACE]
    is_traced = rows(
        "is_traced",
        traced,
        " OR ".join(f"{_name(c)} IS NULL" for c in traced),
        law="every row says when it was true, when it was learnt, and from which answer",
        reason="A figure that cannot be followed back to its answer cannot be defended.",
    )
    return [is_traced, *(rule for f in table.fields if f.name not in traced for rule in _derived(f))]


def _derived(field: Field) -> list[Rule]:
    said = f"Promised by the data dictionary: {field.description}"
    found = [needed(field.name, reason=said)] if field.required else []
    if field.type is Type.COUNT:
        noun = "a count" if field.unit == "count" else f"a number of {field.unit}"
        most = field.maximum if field.maximum is not None else EXACT
        found.append(within(field.name, field.minimum, most, noun=noun, reason=said))
    elif field.type is Type.REAL:
        most = field.maximum if field.maximum is not None else FINITE
        found.append(within(field.name, field.minimum, most, noun=f"a value in {field.unit}", reason=said))
    if field.among:
        found.append(one_of(field.name, field.among, reason=said))
    return found


def _most_rows_pass(critical: Sequence[Rule]) -> Rule:
    broken = " OR ".join(f"coalesce({r.bad}, FALSE)" for r in critical)
    return segments(
        "most_rows_pass",
        sorted({c for r in critical for c in r.columns}),
        f"count(*) >= {ENOUGH} AND 2 * count(*) FILTER (WHERE {broken}) > count(*)",
        law="more than half of its rows break a critical rule; read the rejected rows, mend the source or mapping",
        reason="A few bad rows are bad rows. When most are, the answer changed its meaning, and no row can be trusted.",
    )


def suite(table: Table, own: Sequence[Rule]) -> list[Rule]:
    """Every rule of a table: derived from the contract, its own, and that most rows pass.

    Errors: ContractError if a rule names a column that the table lacks, gives no reason, or has another's name.
    """
    found = [*derived(table), *own]
    names = [r.name for r in found]
    for rule in own:
        if lacking := [c for c in rule.columns if c not in table.columns]:
            raise ContractError(f"{table.name}: rule {rule.name} names {', '.join(lacking)}, which the table lacks")
        if not rule.reason.strip():
            raise ContractError(f"{table.name}: rule {rule.name} has no reason: say why it exists")
        if names.count(rule.name) > 1:
            raise ContractError(f"{table.name}: two rules are called {rule.name}")
    critical = [r for r in found if r.severity == "critical" and r.scope == "row"]
    return [*found, _most_rows_pass(critical)] if critical else found


def load(tables: Mapping[str, Table]) -> dict[str, list[Rule]]:
    """Every staging table's rules. A file in ``suites/`` adds to the table of its name; a stray file fails loudly."""
    folder = import_module("expectations.suites")
    own: dict[str, Sequence[Rule]] = {}
    for module in iter_modules(folder.__path__):
        name = f"staging.{module.name}"
        if name not in tables:
            raise ContractError(f"expectations/suites/{module.name}.py has no table {name}: rename the file")
        own[name] = import_module(f"{folder.__name__}.{module.name}").RULES
    return {name: suite(table, own.get(name, ())) for name, table in tables.items() if name.startswith("staging.")}


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _sentence(columns: Sequence[str], law: str) -> str:
    """SQL: `views is -4; a count cannot be below 0`."""
    parts = " || ', ' || ".join(f"{quoted(c + ' is ')} || coalesce({_shown(c)}, 'missing')" for c in columns)
    return f"{parts} || {quoted('; ' + law)}"


def _shown(column: str) -> str:
    return f"left(CAST({_name(column)} AS VARCHAR), 80)"
