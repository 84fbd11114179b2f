"""An edition's tables as one Excel file: numbers are numbers, text stays text, the same figures give the same bytes."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date
from io import BytesIO

from babel.numbers import get_currency_precision
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.figures import Figures
from reports.neutral import is_formula
from reports.reading import said_in
from reports.sheets import sheets
from reports.sheets.shape import Column, Kind, Measured, Sheet, Value

LONGEST = 32_767
"""Characters that a cell of Excel can hold."""
_WIDEST, _NARROWEST, _SAMPLE = 46, 8, 200
_FIRST_DAY = date(1900, 3, 1)
"""Before it Excel counts days wrongly (it knows a 29 February 1900): such a day is written as text."""
_DAY_ZERO = date(1899, 12, 30)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(figures: Figures, tables: Sequence[Sheet] | None = None) -> bytes:
    """The edition as .xlsx, in the language of ``figures.locale``: one sheet for each of ``reports.sheets``.

    ``tables``: those sheets, where they are made already.
    """
    into = BytesIO()
    book = Workbook(into, _OPTIONS)
    # a fixed instant: Excel's own default is now, and then no two files would be the same
    book.set_properties(
        {
            "title": _fit(said_in(figures.campaign["name"])),
            "created": figures.as_of.astimezone(UTC).replace(tzinfo=None),
        }
    )
    looks = _Looks(book, figures.currency)
    for sheet in sheets(figures) if tables is None else tables:
        _write(book.add_worksheet(sheet.title), sheet, looks)
    book.close()
    return into.getvalue()


class _Looks:
    """The cell formats of one file, each made once."""

    __slots__ = ("_book", "_currency", "_made")

    def __init__(self, book: Workbook, currency: str) -> None:
        self._book = book
        self._currency = re.sub(r"[^A-Z]", "", currency)[:3]
        self._made: dict[tuple[str, bool], Format] = {}

    def of(self, kind: Kind, value: Value) -> Format:
        """The format of a value."""
        if kind in {"text", "id"}:
            # captions are not "@": Excel shows long text of that format as a row of #
            return self._format("@" if kind == "id" else "General", quoted=is_formula(str(value)))
        return self._format(self._pattern(kind, value))

    def head(self) -> Format:
        """The format of headings."""
        key = ("head", False)
        if key not in self._made:
            look = {"bold": True, "bg_color": "#D6E8E5", "bottom": 1, "text_wrap": True, "valign": "top"}
            self._made[key] = self._book.add_format(look)
        return self._made[key]

    def _format(self, pattern: str, *, quoted: bool = False) -> Format:
        key = (pattern, quoted)
        if key not in self._made:
            look: dict[str, object] = {"num_format": pattern, "valign": "top"}
            # the mark that Excel itself sets behind a typed apostrophe: editing the cell makes no formula of it either
            self._made[key] = self._book.add_format(look | ({"quote_prefix": True} if quoted else {}))
        return self._made[key]

    def _pattern(self, kind: Kind, value: Value) -> str:
        if kind == "money":
            return self._money(value)
        return {
            "count": "#,##0",
            "decimal": "#,##0.00",
            "ratio": "0.0%",
            "date": "yyyy-mm-dd",
        }[kind]

    def _money(self, value: Value) -> str:
        digits = get_currency_precision(self._currency) if self._currency else 2
        if not isinstance(value, str | date | Measured | None) and abs(value) < 100 and value != int(value):
            digits = max(digits, 2)
        plain = "#,##0" + ("." + "0" * digits if digits else "")
        return f'"¥"{plain}' if self._currency == "JPY" else f'{plain} "{self._currency}"'


def _write(page: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    for column, head in enumerate(sheet.columns):
        page.write_string(0, column, head.head, looks.head())
        page.set_column(column, column, _width(sheet, column))
    for number, row in enumerate(sheet.rows, start=1):
        for column, (value, head) in enumerate(zip(row, sheet.columns, strict=True)):
            _write_cell(page, (number, column), value, head, looks)
    last, wide = len(sheet.rows), len(sheet.columns) - 1
    page.freeze_panes(1, sheet.pinned)
    page.autofilter(0, 0, last, wide)
    if last:
        page.ignore_errors({"number_stored_as_text": _texts(sheet.columns, last)})
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&R&P / &N")


def _texts(columns: Sequence[Column], last: int) -> str:
    """The cells that hold text of digits, as Excel names them."""
    named = [_letters(i) for i, column in enumerate(columns) if column.kind in {"id", "text"}]
    return " ".join(f"{letters}2:{letters}{last + 1}" for letters in named)


def _letters(column: int) -> str:
    """A column's name: 0 is A, 26 is AA."""
    named = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        named = chr(65 + rest) + named
    return named


def _write_cell(page: Worksheet, place: tuple[int, int], value: Value, head: Column, looks: _Looks) -> None:
    kind, bare = (value.kind, value.value) if isinstance(value, Measured) else (head.kind, value)
    if isinstance(bare, date) and bare < _FIRST_DAY:
        bare = bare.isoformat()
    if bare is None or bare == "":
        return
    if isinstance(bare, str):
        page.write_string(*place, _fit(bare), looks.of("id" if kind == "id" else "text", bare))
    elif isinstance(bare, date):
        page.write_number(*place, (bare - _DAY_ZERO).days, looks.of("date", bare))
    else:
        page.write_number(*place, float(bare), looks.of(kind, bare))


def _fit(text: str) -> str:
    """The text without what no XML may hold, cut where a cell of Excel ends."""
    kept = _NOT_IN_XML.sub("\ufffd", text)
    # Excel counts characters of two units twice
    units = len(kept.encode("utf-16-le")) // 2
    if units <= LONGEST:
        return kept
    return kept.encode("utf-16-le")[: (LONGEST - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _width(sheet: Sheet, column: int) -> float:
    """As wide as the heading's words and the first rows need, in Excel's characters."""
    head = sheet.columns[column]
    said = [_wide(str(row[column])[:_WIDEST]) for row in sheet.rows[:_SAMPLE] if isinstance(row[column], str)]
    numbers = 11 if head.kind not in {"text", "id"} else 0
    return min(max([_NARROWEST, numbers, min(_wide(head.head), 16), *said]) + 2, _WIDEST)


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
