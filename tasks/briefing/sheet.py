"""A small table that someone keeps in a spreadsheet is read whole, with every mistake in its shape."""

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO

from tasks.errors import Mistake
from tasks.importing.encodings import Unreadable, decode, delimiter_of
from tasks.toml_places import suggestion
from transforms.captions import clean

_MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells by our column names; empty cells are None."""

    number: int
    cells: Mapping[str, str | None]

    def __getitem__(self, column: str) -> str | None:
        return self.cells.get(column)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file, which of our columns it has, and what is wrong with its shape."""

    rows: tuple[Row, ...]
    columns: frozenset[str]
    mistakes: tuple[Mistake, ...]


def read(data: bytes, file: str, columns: Mapping[str, tuple[str, ...]], needed: Iterable[str]) -> Sheet:
    """The table in ``data``. ``columns`` gives our names and what else people call them."""
    try:
        text = decode(data).text
    except Unreadable as error:
        return _nothing(Mistake(file, str(error), "Save it as CSV (UTF-8 or Shift_JIS)"))
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text[:20_000]), strict=True))
    except csv.Error as error:
        return _nothing(Mistake(file, f"is not CSV: {error}", 'Close every " that is opened, and save it as CSV again'))
    numbered = [(n, line) for n, line in enumerate(lines, start=1) if any(_cell(c) for c in line)]
    if not numbered:
        return _nothing(Mistake(file, "is empty", f"Write a header row: {', '.join(columns)}"))
    if len(numbered) > _MOST_ROWS:
        return _nothing(Mistake(file, f"has {len(numbered)} rows", f"Keep it below {_MOST_ROWS}"))
    header_row, header = numbered[0]
    names, mistakes = _names(header, file, header_row, columns)
    for name in needed:
        if name not in names:
            remedy = f"Add it to the header, as {' or '.join((name, *columns[name][:2]))}"
            mistakes.append(Mistake(file, "this column is missing", remedy, row=header_row, column=name))
    rows: list[Row] = []
    for number, line in numbered[1:]:
        if beyond := [c for c in line[len(header) :] if _cell(c)]:
            remedy = 'A cell that contains the separator must stand in "quotes"'
            what = "has more cells than the header"
            mistakes.append(Mistake(file, what, remedy, row=number, value=" | ".join(beyond)[:200]))
        rows.append(Row(number, {n: _cell(c) for n, c in zip(names, line, strict=False) if n}))
    return Sheet(tuple(rows), frozenset(n for n in names if n), tuple(mistakes))


def folded_name(name: str) -> str:
    """A column's name without the differences that people do not see."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in plain if c.isalnum())


def _names(
    header: list[str], file: str, row: int, columns: Mapping[str, tuple[str, ...]]
) -> tuple[list[str | None], list[Mistake]]:
    known = {folded_name(alias): name for name, aliases in columns.items() for alias in (name, *aliases)}
    names: list[str | None] = []
    mistakes: list[Mistake] = []
    for cell in header:
        seen = _cell(cell)
        name = known.get(folded_name(seen)) if seen else None
        if seen and name is None:
            hint = suggestion(seen, [a for n, aliases in columns.items() for a in (n, *aliases)])
            is_near = hint.startswith("Did you mean")
            what = "is a column that is not known here" + ("" if is_near else ", and is not read")
            remedy = hint if is_near else "Remove it, or leave it as a note to yourself"
            mistakes.append(Mistake(file, what, remedy, row=row, column=seen, warning=not is_near))
        if name is not None and name in names:
            mistakes.append(Mistake(file, "this column stands twice", "Keep one of them", row=row, column=seen))
            name = None
        names.append(name)
    return names, mistakes


def _cell(text: str) -> str | None:
    """A cell as text, whatever it looks like: a formula is never computed. Blank is None.

    What nobody sees is left out: a code copied from a chat may carry it, and would be no order's code.
    """
    return clean(text).strip(" \t\r\n\u3000\u00a0") or None


def _nothing(mistake: Mistake) -> Sheet:
    return Sheet((), frozenset(), (mistake,))
