"""Reads an edition in all its forms and says where one of them tells another figure than the warehouse."""

import csv
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import polars as pl

from reports import catalogue
from reports.figures import Figures, Locale
from reports.formats import DASH, Formats
from transforms.kpis import Kpi

MARKS = "†‡*"
"""Stand behind a figure: by hand, an estimate."""


@dataclass(frozen=True)
class Truth:
    """What the warehouse says of one campaign: rows of marts.kpi_values, marts.influencer_kpis and marts.standings."""

    values: pl.DataFrame
    people: pl.DataFrame
    standings: pl.DataFrame
    currency: str
    zone: str
    registry: Mapping[str, Kpi]

    def unit(self, kpi: str) -> str:
        """As it is written: a frequency is times, not per cent."""
        return "times" if kpi == "frequency" else self.registry[kpi].unit

    def of(self, grain: str, kpi: str, who: str | None = None) -> tuple[bool, float | None]:
        """Whether there is such a row, and its value."""
        key = (grain, kpi, who)
        return key in self.index, self.index.get(key)

    @cached_property
    def index(self) -> dict[tuple[str, str, str | None], float | None]:
        """Values by grain, KPI and creator."""
        rows = self.values.filter(pl.col("grain").is_in(["campaign", "influencer"]))
        return {(g, k, who): v for g, k, who, v in rows.select("grain", "kpi", "influencer_id", "value").rows()}


def truth_of(figures: Figures) -> Truth:
    """The frames that an edition was made from, as the truth about it."""
    return Truth(figures.kpis, figures.influencers, figures.standings, figures.currency, figures.zone, figures.registry)


@dataclass
class Compared:
    """How many figures were held beside the truth, by place, and which of them differ."""

    counts: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def holds(self, place: str, what: str, it: bool) -> None:  # noqa: FBT001 - what it says
        self.see(place, what, it, true="so")

    def see(self, place: str, what: str, told: object, true: object) -> None:
        self.counts[place] = self.counts.get(place, 0) + 1
        same = told is True if true == "so" else told == true
        if isinstance(told, int | float) and isinstance(true, int | float):
            same = math.isclose(told, true, rel_tol=1e-9, abs_tol=1e-12)
        if not same:
            self.wrong.append(f"{place}: {what} is {told!r}, and {true!r} in the warehouse")


@dataclass
class Table:
    """A table of a page: its heads, and its rows of cells (``data-v``, pieces of text)."""

    heads: list[str] = field(default_factory=list)
    rows: list[list[tuple[str, list[str]]]] = field(default_factory=list)


class Page(HTMLParser):
    """The tables of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self.text: list[str] = []
        self._cell: tuple[str, list[str]] | None = None
        self._in_head = self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = self._hidden or tag in {"script", "style"}
        if tag == "table":
            self.tables.append(Table())
        elif tag in {"thead", "tbody"}:
            self._in_head = tag == "thead"
        elif tag == "tr" and self.tables and not self._in_head:
            self.tables[-1].rows.append([])
        elif tag in {"th", "td"}:
            self._cell = (dict(attrs).get("data-v") or "", [])

    def handle_endtag(self, tag: str) -> None:
        self._hidden = self._hidden and tag not in {"script", "style"}
        if tag in {"th", "td"} and self._cell is not None:
            table = self.tables[-1]
            if self._in_head:
                table.heads.append(self._cell[1][0] if self._cell[1] else "")
            elif table.rows:
                table.rows[-1].append(self._cell)
            self._cell = None

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._hidden:
            self.text.append(data.strip())
            if self._cell is not None:
                self._cell[1].append(data.strip())


def compare(edition: Path, truth: Truth) -> Compared:
    """An edition's pages, workbooks, CSV, figures.json and mail beside the truth."""
    found = Compared()
    told = json.loads((edition / "figures.json").read_text("utf-8"))
    _json(found, told, truth)
    own = cast("Locale", told["locale"])
    for locale in ("ja", "en"):
        ending = "" if locale == own else f".{locale}"
        formats = Formats(locale, truth.zone, truth.currency)
        _page(found, Page((edition / f"report{ending}.html").read_text("utf-8")), truth, formats)
        _workbook(found, (edition / f"report{ending}.xlsx").read_bytes(), truth, formats)
    _csv(found, edition / "csv", truth, own)
    formats = Formats(own, truth.zone, truth.currency)
    html = " ".join(Page((edition / "mail.html").read_text("utf-8")).text)
    said = {"mail": html, "mail as text": (edition / "mail.txt").read_text("utf-8")}
    _mail(found, told["letter"], said, truth, formats)
    return found


def _json(found: Compared, told: Mapping[str, Any], truth: Truth) -> None:
    rows = truth.values.filter(pl.col("grain") == "campaign").select("kpi", "value").rows()
    for kpi, value in rows:
        found.see("figures.json", kpi, told["campaign_kpis"][kpi]["value"], value)


def _page(found: Compared, page: Page, truth: Truth, formats: Formats) -> None:
    place = f"page.{formats.locale}"
    names = {name: who for who, name in truth.people.select("influencer_id", "name").rows()}
    labels = {getattr(kpi.label, formats.locale): name for name, kpi in truth.registry.items()}
    for table in page.tables:
        for row in table.rows:
            named = row[0][1] if row else []
            kpi = "".join(named[1:])  # a name breaks after its joints
            if kpi in truth.registry and truth.of("campaign", kpi)[0]:
                value = truth.of("campaign", kpi)[1]
                _cell((found, place, kpi), row[1], value, truth.unit(kpi), formats)
            who = names.get(named[0]) if named else None
            columns = [(labels[h], c) for h, c in zip(table.heads, row, strict=False) if h in labels]
            # a chart's column has the value as its text, too; tables of single posts are not of creators
            if who is None or len(table.rows) > truth.people.height or len(columns) < 2:
                continue
            for kpi, cell in columns:
                there, value = truth.of("influencer", kpi, who)
                if there:
                    _cell((found, place, f"{kpi} of {who}"), cell, value, truth.unit(kpi), formats)


def _cell(
    seen: tuple[Compared, str, str], cell: tuple[str, list[str]], value: float | None, unit: str, as_: Formats
) -> None:
    found, place, what = seen
    sort, pieces = cell
    said = pieces[0].rstrip(MARKS).strip() if pieces else ""
    if value is None:
        found.see(place, what, said, DASH)
        found.holds(place, f"{what}: why it is not known", bool(pieces[1:]))
        return
    # where the text is the number itself, to its last digit, it is sorted by it
    told = float(sort or re.sub(r"[^0-9.-]", "", said))
    found.see(place, what, told, value)
    found.holds(place, f"{what} in words", said in {as_.value(value, unit, short=short) for short in (True, False)})


def _workbook(found: Compared, book: bytes, truth: Truth, formats: Formats) -> None:
    _ = catalogue.load(formats.locale, strict=True).gettext
    place = f"workbook.{formats.locale}"

    def sheet(name: str) -> pl.DataFrame:
        return pl.read_excel(BytesIO(book), sheet_name=_(name), infer_schema_length=None)

    summary = sheet("Summary")
    for row in summary.iter_rows(named=True):
        kpi, value = str(row[_("KPI id")]), row[_("Value")]
        found.see(place, kpi, value, truth.of("campaign", kpi)[1])
        found.see(place, f"why there is no {kpi}", value is None, row[_("Why unknown")] is not None)
    every = sheet("All KPIs").filter(pl.col(_("Creator id")).is_not_null())
    for who, kpi, value in every.select(_("Creator id"), _("KPI id"), _("Value")).rows():
        found.see(place, f"{kpi} of {who}", value, truth.of("influencer", kpi, who)[1])
    people = {row["influencer_id"]: row for row in truth.people.iter_rows(named=True)}
    for row in sheet("List of creators").iter_rows(named=True):
        who = row[_("Creator id")]
        for head, name in ((_("Fee"), "fee"), (_("Cost"), "cost"), (_("Followers"), "followers")):
            true = people[who][name]
            found.see(place, f"{name} of {who}", row[head], None if true is None else float(true))


def _csv(found: Compared, folder: Path, truth: Truth, locale: Locale) -> None:
    _ = catalogue.load(locale, strict=True).gettext
    with (folder / "kpis.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            value = float(row[_("Value")]) if row[_("Value")] else None
            kpi, who = row[_("KPI id")], row[_("Creator id")]
            if who:
                found.see("csv", f"{kpi} of {who}", value, truth.of("influencer", kpi, who)[1])
            elif row[_("Of what")] == _("Campaign"):
                found.see("csv", kpi, value, truth.of("campaign", kpi)[1])


def _mail(found: Compared, letter: Mapping[str, Any], said: Mapping[str, str], truth: Truth, formats: Formats) -> None:
    for goal, *_rest in letter["goals"]:
        there, value = truth.of("campaign", goal["kpi"])
        result = goal["result"]
        found.see("mail", goal["kpi"], result.get("value"), value if there else None)
        for place, whole in said.items():
            found.holds(place, f"{goal['kpi']} as {result['text']}", result["text"].rstrip(MARKS) in whole)
    names = {name: who for who, name in truth.people.select("influencer_id", "name").rows()}
    for person in _people(letter["creators"]):
        who, figure = names[person["name"]], str(person["text"]).rstrip(MARKS)
        found.holds("mail", f"a figure of {who}, {figure}", figure in _told(truth, who, formats))
        for place, whole in said.items():
            found.holds(place, f"{who} and {figure}", person["name"] in whole and figure in whole)


def _people(part: object) -> Iterator[dict[str, Any]]:
    """Whatever of the mail's creators has a name and a figure."""
    if isinstance(part, dict):
        if part.get("name") and part.get("text"):
            yield part
        for inner in part.values():
            yield from _people(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _people(inner)


def _told(truth: Truth, who: str, formats: Formats) -> set[str]:
    """Every figure of a creator, as it may be written."""
    own = truth.values.filter((pl.col("grain") == "influencer") & (pl.col("influencer_id") == who))
    pooled = truth.standings.filter(pl.col("influencer_id") == who).select("kpi", pl.col("pooled").alias("value"))
    rows = pl.concat([own.select("kpi", "value"), pooled]).drop_nulls("value").rows()
    units = {k: kpi.unit for k, kpi in truth.registry.items()}
    return {DASH} | {formats.value(v, units[k], short=s) for k, v in rows if k in units for s in (True, False)}
