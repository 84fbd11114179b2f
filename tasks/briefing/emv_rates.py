"""references/emv_rates.csv: rate cards, what a like or a view is held to be worth, in versions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.briefing import sheet
from tasks.briefing.cells import Cells, whole
from tasks.errors import Mistake
from transforms.tables.fields import FIELDS, METRICS, PLATFORMS

FILE = "emv_rates.csv"
COLUMNS: dict[str, tuple[str, ...]] = {
    "card": ("カード", "単価表"),
    "version": ("版", "バージョン"),
    "valid_from": ("適用開始日", "有効開始日"),
    "platform": ("プラットフォーム", "媒体", "SNS"),
    "format": ("形式", "投稿形式"),
    "metric": ("指標",),
    "per": ("単位", "あたり"),
    "value": ("単価", "換算単価"),
    "currency": ("通貨",),
    "multiplier": ("係数", "乗数"),
    "source": ("出典", "情報源"),
}
NEEDED = ("card", "version", "valid_from", "platform", "metric", "value", "source")
EVERY_FORMAT = "all"
_FORMATS = next(f.among or () for f in FIELDS if f.name == "format")
_METRIC_NAMES = {
    **{m: m for m in METRICS},
    "いいね": "likes",
    "コメント": "comments",
    "シェア": "shares",
    "保存": "saves",
    "再生": "views",
    "再生数": "views",
    "表示": "impressions",
    "インプレッション": "impressions",
    "リーチ": "reach",
    "クリック": "clicks",
}
_SAME_VIEWS = frozenset({"views", "impressions", "engaged_views"})
_MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class CardRate:
    """One rate of a card: ``per`` of ``metric`` are held to be worth ``value``."""

    row: int
    card: str
    version: str
    valid_from: date
    platform: str
    format: str
    metric: str
    per: int
    value: Decimal
    currency: str
    multiplier: float
    source: str


def read(data: bytes, file: str, currency: str) -> tuple[list[CardRate], list[Mistake]]:
    """The rows that are right, and every mistake. ``currency`` stands where a row names none."""
    table = sheet.read(data, file, COLUMNS, NEEDED)
    mistakes = list(table.mistakes)
    rates: list[CardRate] = []
    if not set(NEEDED) <= table.columns:
        return rates, mistakes
    for row in table.rows:
        cells = Cells(file, row, [])
        rate = _rate(cells, currency)
        if rate is not None and whole(cells.mistakes):
            rates.append(rate)
        mistakes += cells.mistakes
    return rates, [*mistakes, *_at_odds(rates, file), *_counted_twice(rates, file)]


def _rate(cells: Cells, expected: str) -> CardRate | None:
    card, version = cells.needed("card", "Write the card's name"), cells.needed("version", "Write such as 2026.1")
    valid_from, source = cells.day("valid_from", is_needed=True), cells.needed("source", "Write whose rates these are")
    cells.needed("platform", f"Write one of: {', '.join(PLATFORMS)}")
    platform = cells.platform()
    kind = cells.among("format", {f: f for f in (*_FORMATS, EVERY_FORMAT)}, otherwise=EVERY_FORMAT)
    metric = cells.among("metric", _METRIC_NAMES)
    currency = cells.currency("currency", expected)
    per = cells.among("per", {"1": "1", "1000": "1000", "1,000": "1000"}, otherwise="1")
    value = cells.number("value")
    if value is None and cells.text("value") is None:
        cells.wrong("value", "is empty", "Write what so many are worth, or remove the row")
    if value is not None and value != round(value, _MOST_DECIMALS):
        cells.wrong("value", f"has more than {_MOST_DECIMALS} decimals", "Write the value of 1000, and 1000 in per")
    multiplier = cells.number("multiplier") if cells.text("multiplier") is not None else Decimal(1)
    if (
        card is None
        or version is None
        or valid_from is None
        or source is None
        or platform is None
        or kind is None
        or metric is None
        or currency is None
        or per is None
        or value is None
        or multiplier is None
    ):
        return None
    return CardRate(
        cells.row.number,
        card,
        version,
        valid_from,
        platform,
        kind,
        metric,
        int(per),
        value,
        currency,
        float(multiplier),
        source,
    )


def _at_odds(rates: Sequence[CardRate], file: str) -> list[Mistake]:
    """A version has one first day and one multiplier, a card no two versions of one day, a metric one rate."""
    mistakes: list[Mistake] = []
    versions: dict[tuple[str, str], CardRate] = {}
    days: dict[tuple[str, date], CardRate] = {}
    seen: dict[tuple[str, ...], CardRate] = {}

    def wrong(rate: CardRate, column: str, what: str, remedy: str) -> None:
        value = str(getattr(rate, column))
        mistakes.append(Mistake(file, what, remedy, row=rate.row, column=column, value=value))

    for rate in rates:
        first = versions.setdefault((rate.card, rate.version), rate)
        for column in ("valid_from", "multiplier"):
            if getattr(first, column) != getattr(rate, column):
                remedy = "All rates of a version hold from one day and with one multiplier: begin a new version"
                wrong(rate, column, f"differs from row {first.row} of the same version", remedy)
        of_day = days.setdefault((rate.card, first.valid_from), first)
        if of_day.version != rate.version:
            what = f"begins on the same day as version {of_day.version} (row {of_day.row})"
            wrong(rate, "version", what, "Give one of them another valid_from")
        key = (rate.card, rate.version, rate.platform, rate.format, rate.metric)
        if (twin := seen.setdefault(key, rate)) is not rate:
            wrong(rate, "metric", f"has a rate already in row {twin.row}", "Keep one of the two")
    return mistakes


def _counted_twice(rates: Sequence[CardRate], file: str) -> list[Mistake]:
    """Two names of the same views, both valued: what was seen once would be worth something twice."""
    groups: dict[tuple[str, str, str], dict[str, CardRate]] = defaultdict(dict)
    for rate in rates:
        if rate.metric in _SAME_VIEWS:
            groups[rate.card, rate.version, rate.platform].setdefault(rate.metric, rate)
    mistakes: list[Mistake] = []
    for found in groups.values():
        first, *others = sorted(found.values(), key=lambda r: r.row)
        for rate in others:
            what = f"is valued beside {first.metric} (row {first.row}): both count the same views"
            remedy = "Keep one of the two, unless the card's publisher adds both"
            at, value = rate.row, rate.metric
            mistakes.append(Mistake(file, what, remedy, row=at, column="metric", value=value, warning=True))
    return mistakes
