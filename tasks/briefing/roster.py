"""roster.csv: who was engaged, on which account, at what terms."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.briefing import sheet
from tasks.briefing.addresses import BadAddress, account_of, link_of, platform_of
from tasks.briefing.cells import WHOLE_UNITS, Cells
from tasks.errors import Mistake
from tasks.importing import numbers
from tasks.toml_places import suggestion
from transforms.captions import clean, folded

FILE = "roster.csv"
COSTS = ("fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost")
COLUMNS: dict[str, tuple[str, ...]] = {
    "influencer_id": ("インフルエンサーID",),
    "name": ("名前", "氏名", "インフルエンサー", "インフルエンサー名", "influencer"),
    "platform": ("プラットフォーム", "媒体", "SNS"),
    "handle": ("アカウント", "アカウント名", "ユーザー名", "ハンドル", "account", "username"),
    "account_id": ("アカウントID",),
    "route": ("契約形態", "起用方法", "依頼方法"),
    "fee": ("報酬", "ギャラ", "起用費", "報酬額"),
    "product_cost": ("商品代", "商品原価", "商品費"),
    "shipping_cost": ("送料", "配送料"),
    "agency_cost": ("代理店手数料", "代理店費", "手数料"),
    "boost_cost": ("広告費", "ブースト費", "ブースト費用"),
    "currency": ("通貨",),
    "tax": ("税区分", "消費税"),
    "invoiced_on": ("請求日", "請求書日付"),
    "promised_posts": ("投稿本数", "投稿数", "約束投稿数", "本数"),
    "code": ("クーポン", "クーポンコード", "割引コード", "コード"),
    "link": ("リンク", "計測リンク", "短縮URL", "URL"),
    "relation": ("関係", "関係性", "依頼区分"),
    "note": ("備考", "メモ", "notes"),
}
NEEDED = ("name", "platform", "handle", "route", "fee")
ROUTES = ("direct", "agency_directed", "agency_platform")
_ROUTE_NAMES = {
    "直接": "direct",
    "直接依頼": "direct",
    "dm": "direct",
    "代理店": "agency_directed",
    "ディレクション型": "agency_directed",
    "代理店（ディレクション型）": "agency_directed",
    "プラットフォーム型": "agency_platform",
    "代理店（プラットフォーム型）": "agency_platform",
}
RELATIONS = {
    **{relation: relation for relation in ("paid", "gift", "employee", "none")},
    "有償": "paid",
    "案件": "paid",
    "報酬あり": "paid",
    "無償提供": "gift",
    "商品提供": "gift",
    "ギフティング": "gift",
    "社員": "employee",
    "従業員": "employee",
    "自社スタッフ": "employee",
    "なし": "none",
    "依頼なし": "none",
}
"""What ties an author to the brand; of those who are neither paid nor given anything nothing need be said."""
_ROUTES_BY_NAME = {unicodedata.normalize("NFKC", k): v for k, v in _ROUTE_NAMES.items()}
_IDENTIFIER = re.compile(r"[\w.:\-]{1,100}")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")


@dataclass(frozen=True, slots=True)
class Engagement:
    """One row of a roster: an influencer on one account, and the terms. A cost of None is unknown."""

    row: int
    influencer_id: str
    name: str
    platform: str
    handle: str
    account_id: str | None
    route: str
    fee: Decimal | None
    product_cost: Decimal | None
    shipping_cost: Decimal | None
    agency_cost: Decimal | None
    boost_cost: Decimal | None
    currency: str
    tax: str | None
    invoiced_on: date | None
    promised_posts: int | None
    code: str | None
    link: str | None
    relation: str | None


@dataclass(slots=True)
class _Reader:
    """Reads one row's cells, noting what is wrong with each."""

    file: str
    row: sheet.Row
    columns: frozenset[str]
    mistakes: list[Mistake]

    def wrong(self, column: str, what: str, remedy: str, *, warning: bool = False) -> None:
        value = self.row[column]
        at = self.row.number
        self.mistakes.append(Mistake(self.file, what, remedy, row=at, column=column, value=value, warning=warning))

    def needed(self, column: str, remedy: str) -> str | None:
        text = self.row[column]
        if text is None and column in self.columns:
            self.wrong(column, "is empty", remedy)
        return text

    def cost(self, column: str, currency: str) -> Decimal | None:
        """0 where the file has no such column, None (with a warning) where the cell is empty."""
        if column not in self.columns:
            return Decimal(0)
        text = self.row[column]
        if text is None:
            remedy = "Write 0 if nothing was paid; else every figure of cost stays unknown"
            self.wrong(column, "is empty, so this cost is unknown", remedy, warning=True)
            return None
        try:
            number = numbers.read(text)
        except numbers.NotANumber as error:
            self.wrong(column, error.what, f"{error.remedy}; leave it empty if not known")
            return None
        amount = number.value
        if number.currency not in (None, currency):
            remedy = f"Write {currency}, or {number.currency} in the column currency"
            self.wrong(column, f"is in {number.currency}, and the row says {currency}", remedy)
        elif amount < 0:
            self.wrong(column, "is below 0", "Write what was paid as a positive number")
        elif amount != amount.to_integral_value() and currency in WHOLE_UNITS:
            remedy = "Write thousands with a comma or without separator, such as 1500"
            self.wrong(column, f"has decimals, which {currency} has not", remedy)
        elif amount >= Decimal(10) ** 14 or amount != round(amount, 4):
            self.wrong(column, "is too large or has more than 4 decimals", "Write the amount in whole units")
        else:
            return amount
        return None

    def promised(self) -> int | None:
        text = self.row["promised_posts"]
        if text is None:
            return None
        try:
            number = numbers.read(re.sub(r"[本件投稿回]+$", "", text)).value
        except numbers.NotANumber as error:
            self.wrong("promised_posts", error.what, "Write a whole number, such as 2")
            return None
        if number < 0 or number != number.to_integral_value() or number > 10_000:
            self.wrong("promised_posts", "is not a number of posts", "Write a whole number, such as 2")
            return None
        return int(number)

    def route(self) -> str | None:
        text = self.needed("route", f"Write one of: {', '.join(ROUTES)}")
        if text is None:
            return None
        plain = unicodedata.normalize("NFKC", text).casefold().replace(" ", "_").replace("-", "_")
        route = plain if plain in ROUTES else _ROUTES_BY_NAME.get(plain)
        if route is None:
            self.wrong("route", "is not a way of engaging that is known here", suggestion(plain, ROUTES))
        return route

    def account(self) -> tuple[str | None, str | None, str | None]:
        """Platform, handle and account id."""
        platform = handle = found_id = None
        if (text := self.needed("platform", "Write instagram, tiktok, youtube or x")) is not None:
            try:
                platform = platform_of(text)
            except BadAddress as error:
                self.wrong("platform", error.what, error.remedy)
        if (text := self.needed("handle", "Write the account's name, such as @mina.asa")) is not None:
            try:
                account = account_of(text, platform)
                handle, found_id = account.handle, account.account_id
            except BadAddress as error:
                self.wrong("handle", error.what, error.remedy)
        return platform, handle, self._identifier("account_id") or found_id

    def identity(self, name: str | None, handle: str | None) -> str | None:
        return self._identifier("influencer_id") or slug(name or "") or slug(handle or "") or None

    def _identifier(self, column: str) -> str | None:
        text = self.row[column]
        if text is None:
            return None
        if _SHORTENED.fullmatch(text):
            self.wrong(
                column,
                "was shortened by a spreadsheet: digits are lost",
                "Format the column as text, and enter it again",
            )
        elif not _IDENTIFIER.fullmatch(text):
            self.wrong(column, "is not an id", "Write letters, digits, - and _ only")
        else:
            return text
        return None

    def link(self) -> str | None:
        text = self.row["link"]
        if text is None:
            return None
        try:
            return link_of(text)
        except BadAddress as error:
            self.wrong("link", error.what, error.remedy)
            return None


def read(data: bytes, file: str, currency: str) -> tuple[list[Engagement], list[Mistake]]:
    """The rows that are right, and every mistake. ``currency`` is the campaign's."""
    table = sheet.read(data, file, COLUMNS, NEEDED)
    mistakes = list(table.mistakes)
    found = [_engagement(_Reader(file, row, table.columns, mistakes), currency) for row in table.rows]
    engagements = [e for e in found if e is not None]
    if not table.rows and not mistakes:
        mistakes.append(Mistake(file, "has no row below its header", "Add one row per influencer and platform"))
    return engagements, [*mistakes, *_repeated(engagements, file), *_shared_codes(engagements, file)]


def slug(text: str) -> str:
    """An id made from a name: NFKC, lower case, words joined by ``-``; Japanese letters stay."""
    return re.sub(r"[^\w]+", "-", folded(text)).strip("-_")


def _engagement(reader: _Reader, campaign_currency: str) -> Engagement | None:
    before = len(reader.mistakes)
    row = reader.row
    name = reader.needed("name", "Write the influencer's name")
    platform, handle, account_id = reader.account()
    influencer_id = reader.identity(name, handle)
    route = reader.route()
    cells = Cells(reader.file, row, reader.mistakes)
    currency = cells.currency("currency", campaign_currency) or campaign_currency
    tax, invoiced_on = cells.tax(), cells.day("invoiced_on", is_needed=False)
    costs = {column: reader.cost(column, currency) for column in COSTS}
    promised, link = reader.promised(), reader.link()
    relation = cells.among("relation", RELATIONS) if cells.text("relation") else None
    code = unicodedata.normalize("NFKC", row["code"] or "").strip() or None
    if code is not None and re.search("[,、]", code):
        reader.wrong("code", "is more than one code", "Write one: no order has several codes in one")
    if any(not m.warning for m in reader.mistakes[before:]):
        return None
    if name is None or platform is None or handle is None or route is None or influencer_id is None:
        return None  # a needed column is missing altogether, which the header's mistake says
    shown = " ".join(clean(name).split())
    return Engagement(
        row.number,
        influencer_id,
        shown,
        platform,
        handle,
        account_id,
        route,
        **costs,
        currency=currency,
        tax=tax,
        invoiced_on=invoiced_on,
        promised_posts=promised,
        code=code,
        link=link,
        relation=relation,
    )


def _repeated(engagements: list[Engagement], file: str) -> list[Mistake]:
    mistakes: list[Mistake] = []
    people: dict[tuple[str, str], Engagement] = {}
    accounts: dict[tuple[str, str], Engagement] = {}
    for e in engagements:
        if (first := people.setdefault((e.influencer_id, e.platform), e)) is not e:
            what = f"stands already in row {first.row} for {e.platform}"
            remedy = "Keep one row per influencer and platform; give two people of one name an influencer_id each"
            mistakes.append(Mistake(file, what, remedy, row=e.row, column="influencer_id", value=e.influencer_id))
        elif (first := accounts.setdefault((e.platform, e.handle), e)) is not e:
            what = f"stands already in row {first.row} as {first.influencer_id}"
            remedy = "One account belongs to one influencer: mend the name or the handle"
            mistakes.append(Mistake(file, what, remedy, row=e.row, column="handle", value=e.handle))
    return mistakes


def _shared_codes(engagements: list[Engagement], file: str) -> list[Mistake]:
    """A code or link of two people credits neither."""
    mistakes: list[Mistake] = []
    for column in ("code", "link"):
        first_of: dict[str, Engagement] = {}
        for e in engagements:
            value = e.code if column == "code" else e.link
            if value is None:
                continue
            first = first_of.setdefault(folded(value) if column == "code" else value, e)
            if first.influencer_id != e.influencer_id:
                what = f"is {first.name}'s already (row {first.row})"
                remedy = f"Give each influencer a {column} of their own, else no order can be credited"
                mistakes.append(Mistake(file, what, remedy, row=e.row, column=column, value=value))
    return mistakes
