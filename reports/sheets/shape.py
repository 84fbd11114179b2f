"""What a table for spreadsheets is: one head, typed columns, nothing merged, and no figure without its kind."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from reports.reading import Reading, said_in

Kind = Literal["text", "id", "count", "decimal", "money", "ratio", "date"]
"""How a column is written. id: digits that must stay text. ratio: 0.042, shown as 4.2 % where a program can."""
Plain = str | int | float | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A number in a column of several units, which says by itself how it is written."""

    value: int | float | Decimal | None
    kind: Kind


Value = Plain | Measured


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and how its values are written."""

    head: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. ``stem`` is its file name; ``pinned``: so many columns stay in sight when one scrolls sideways."""

    stem: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    pinned: int = 1


def kind_of(unit: str) -> Kind:
    """How a KPI's values are written, by its unit."""
    if unit.startswith("money"):
        return "money"
    if unit == "ratio":
        return "ratio"
    return "count" if unit in {"count", "persons", "posts", "orders"} else "decimal"


def unit_of(reading: Reading, unit: str) -> str:
    """A unit in words; money as its currency."""
    _, currency = reading.gettext, reading.figures.currency
    return {
        "count": _("number"),
        "ratio": _("share (0.05 is 5%%)"),
        "times": _("times"),
        "seconds": _("seconds"),
        "money": currency,
        "money / count": _("%(currency)s each", currency=currency),
        "money / 1000 count": _("%(currency)s per 1,000", currency=currency),
    }.get(unit, unit.replace("money", currency))


def number(value: object) -> int | float | Decimal | None:
    """A figure as it is stored; null where it is none, or none that a spreadsheet can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return value if math.isfinite(value) else None


def day(value: object) -> date | None:
    """A day, or nothing."""
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def text(value: object) -> str | None:
    """Text out of the data, cleaned; nothing where there is none."""
    return said_in(value) or None


def reasons(reading: Reading, lacking: Iterable[tuple[str, str | None]]) -> str | None:
    """Why figures are missing, each reason once with the names of its figures: ``(name, reason code)`` in."""
    found: dict[str, list[str]] = {}
    for name, code in lacking:
        found.setdefault(reading.reason(code), []).append(name)
    _ = reading.gettext
    told = [_("%(kpis)s: %(reason)s", kpis=reading.formats.listed(names), reason=why) for why, names in found.items()]
    return " / ".join(told) or None


def state(reading: Reading, code: object) -> str | None:
    """Whether a figure may still move, in words."""
    _ = reading.gettext
    known: Mapping[object, str] = {"provisional": _("provisional"), "final": _("final")}
    return known.get(code)
