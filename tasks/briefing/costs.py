"""costs.csv: what a campaign cost beyond its roster, for somebody or for the campaign as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.briefing import sheet
from tasks.briefing.cells import Cells, whole
from tasks.briefing.roster import Engagement
from tasks.errors import Mistake
from tasks.toml_places import suggestion
from transforms.captions import folded

FILE = "costs.csv"
COLUMNS: dict[str, tuple[str, ...]] = {
    "date": ("日付", "発生日", "支払日", "spent_on"),
    "kind": ("費目", "種別", "項目"),
    "amount": ("金額", "費用"),
    "currency": ("通貨",),
    "tax": ("税区分", "消費税"),
    "influencer_id": ("インフルエンサーID", "インフルエンサー", "influencer", "name", "名前"),
    "platform": ("プラットフォーム", "媒体", "SNS"),
    "note": ("備考", "メモ", "摘要", "notes"),
}
NEEDED = ("date", "kind", "amount")
KINDS = {
    **{kind: kind for kind in ("fee", "product", "shipping", "agency", "boost", "other")},
    "報酬": "fee",
    "起用費": "fee",
    "ギャラ": "fee",
    "商品代": "product",
    "商品費": "product",
    "送料": "shipping",
    "配送料": "shipping",
    "代理店手数料": "agency",
    "代理店費": "agency",
    "ディレクション費": "agency",
    "手数料": "agency",
    "広告費": "boost",
    "ブースト費": "boost",
    "ブースト費用": "boost",
    "その他": "other",
    "制作費": "other",
    "撮影費": "other",
    "交通費": "other",
    "production": "other",
    "travel": "other",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """One row. Without influencer and platform it is of the campaign as a whole. An amount of None is unknown."""

    row: int
    spent_on: date
    kind: str
    amount: Decimal | None
    currency: str
    tax: str | None
    influencer_id: str | None
    platform: str | None
    note: str | None


def read(data: bytes, file: str, currency: str, roster: Sequence[Engagement]) -> tuple[list[Cost], list[Mistake]]:
    """The rows that are right, and every mistake. ``currency`` is the campaign's."""
    table = sheet.read(data, file, COLUMNS, NEEDED)
    mistakes = list(table.mistakes)
    costs: list[Cost] = []
    if not set(NEEDED) <= table.columns:
        return costs, mistakes
    for row in table.rows:
        wrong: list[Mistake] = []
        cost = _cost(Cells(file, row, wrong), currency, roster)
        mistakes += wrong
        if cost is not None and whole(wrong):
            costs.append(cost)
    return costs, mistakes


def _cost(cells: Cells, campaign_currency: str, roster: Sequence[Engagement]) -> Cost | None:
    day, kind = cells.day("date", is_needed=True), cells.among("kind", KINDS)
    currency = cells.currency("currency", campaign_currency)
    amount = cells.amount("amount", currency)
    if cells.text("amount") is None:
        remedy = "Write the amount, or remove the row; else every figure of cost that it is in stays unknown"
        cells.wrong("amount", "is empty, so this cost is unknown", remedy, warning=True)
    who, where = _whose(cells, roster)
    tax = cells.tax()
    if day is None or kind is None or currency is None:
        return None
    return Cost(cells.row.number, day, kind, amount, currency, tax, who, where, cells.text("note"))


def _whose(cells: Cells, roster: Sequence[Engagement]) -> tuple[str | None, str | None]:
    """The contract that a cost belongs to, as influencer and platform; neither: the campaign as a whole."""
    named, platform = cells.text("influencer_id"), cells.platform()
    if named is None:
        if cells.text("platform") is not None:
            remedy = "Write whom it was spent on, or leave both empty for a cost of the campaign as a whole"
            cells.wrong("influencer_id", "is empty, and platform is not", remedy)
        return None, None
    ids = {e.influencer_id for e in roster if folded(named) in (folded(e.influencer_id), folded(e.name))}
    if len(ids) != 1:
        what = "is not in roster.csv" if not ids else "is the name of several people"
        known = sorted({e.influencer_id for e in roster})
        cells.wrong("influencer_id", what, suggestion(named, known) if not ids else f"Write the id: {', '.join(ids)}")
        return None, None
    (found,) = ids
    places = [e.platform for e in roster if e.influencer_id == found]
    if cells.text("platform") is None and len(places) > 1:
        remedy = f"Write one of: {', '.join(places)}. Costs are kept by contract, and spread over none silently"
        cells.wrong("platform", f"is empty, and {found} is engaged on several", remedy)
        return None, None
    where = platform if cells.text("platform") is not None else places[0]
    if where is not None and where not in places:
        cells.wrong("platform", f"is not where {found} is engaged", f"Write one of: {', '.join(places)}")
        return None, None
    return found, where
