"""references/fx_rates.csv: what one unit of a currency cost in another, day by day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from tasks.briefing import sheet
from tasks.briefing.cells import Cells, whole
from tasks.errors import Mistake

FILE = "fx_rates.csv"
COLUMNS: dict[str, tuple[str, ...]] = {
    "day": ("日付", "date"),
    "base": ("基準通貨", "通貨", "from"),
    "quote": ("相手通貨", "表示通貨", "to"),
    "rate": ("レート", "為替レート"),
    "source": ("出典", "情報源"),
}
_APART = 5
"""A rate so many times above or below the pair's median is more often a slip than the market."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of ``base`` costs ``rate`` units of ``quote``."""

    row: int
    day: date
    base: str
    quote: str
    rate: float
    source: str


def read(data: bytes, file: str) -> tuple[list[Rate], list[Mistake]]:
    """The rows that are right, and every mistake."""
    table = sheet.read(data, file, COLUMNS, tuple(COLUMNS))
    mistakes = list(table.mistakes)
    rates: list[Rate] = []
    if not set(COLUMNS) <= table.columns:
        return rates, mistakes
    seen: dict[tuple[date, str, str], Rate] = {}
    for row in table.rows:
        cells = Cells(file, row, [])
        rate = _rate(cells)
        if rate is not None and whole(cells.mistakes):
            first = seen.setdefault((rate.day, rate.base, rate.quote), rate)
            if first is rate:
                rates.append(rate)
            elif first.rate != rate.rate:
                cells.wrong("rate", f"differs from row {first.row} of the same day and pair", "Keep one of the two")
        mistakes += cells.mistakes
    return rates, [*mistakes, *_far_off(rates, file)]


def _rate(cells: Cells) -> Rate | None:
    day, source = cells.day("day", is_needed=True), cells.needed("source", "Write who published it")
    base, quote = cells.currency("base", None), cells.currency("quote", None)
    value = cells.number("rate")
    if value is None and cells.text("rate") is None:
        cells.wrong("rate", "is empty", "Write what one unit of base costs in quote, or remove the row")
    if value is not None and value == 0:
        cells.wrong("rate", "is 0", "Write what one unit of base costs in quote")
        return None
    if base is not None and base == quote:
        cells.wrong("quote", "is the same as base", "Write two different currencies")
    if day is None or source is None or base is None or quote is None or value is None:
        return None
    return Rate(cells.row.number, day, base, quote, float(value), source)


def _far_off(rates: Sequence[Rate], file: str) -> list[Mistake]:
    pairs: dict[tuple[str, str], list[float]] = defaultdict(list)
    for rate in rates:
        pairs[rate.base, rate.quote].append(rate.rate)
    middles = {pair: median(values) for pair, values in pairs.items() if len(values) > 2}
    mistakes: list[Mistake] = []
    for rate in rates:
        middle = middles.get((rate.base, rate.quote))
        if middle is not None and not middle / _APART <= rate.rate <= middle * _APART:
            what = f"is far from the usual {middle:g} {rate.quote} for 1 {rate.base}"
            remedy = "Look whether base and quote are exchanged, or a rate of 100 units was written"
            at, value = rate.row, f"{rate.rate:g}"
            mistakes.append(Mistake(file, what, remedy, row=at, column="rate", value=value, warning=True))
    return mistakes
