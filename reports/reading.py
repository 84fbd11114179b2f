"""One edition's figures as its reader meets them: each with unit, how much of it is known, and why if it is not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypedDict, cast

import polars as pl
from markupsafe import Markup

from reports import catalogue
from reports.catalogue import Catalogue
from reports.figures import Figures
from reports.formats import DASH, Formats, Number
from transforms.captions import clean
from transforms.kpis import Grain, Kpi

STRICT = False
"""Tests set it: a sentence without a translation then raises instead of being counted."""


BY_HAND = "†"
"""Stands behind a figure in which something was typed or set right by a person."""
TWO_WAYS = "‡"
"""Stands behind a figure whose posts one platform counted in two ways: it is one with no other figure."""
TIMES = frozenset({"frequency"})
"""Ratios that count repetitions: 2.4 times, not 240 %."""


class KpiRow(TypedDict):
    """A row of marts.kpi_values."""

    grain: str
    platform: str | None
    influencer_id: str | None
    post_id: str | None
    kpi: str
    value: float | None
    lower: float | None
    upper: float | None
    posts_known: int | None
    posts_all: int | None
    state: str
    reason: str | None
    definition: int
    posts_manual: int | None
    definition_changed: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure or word, ready to be shown. ``sort`` is empty where the figure is unknown.

    ``quoted``: a machine's own words, which are English in every report.
    """

    text: str
    sub: str = ""
    quoted: str = ""
    value: float | None = None
    unit: str = ""
    sort: str = ""
    why: str = ""
    basis: str = ""
    href: str = ""
    numeric: bool = False
    tone: str = ""
    chart: Markup | None = None
    provisional: bool = False

    @property
    def key(self) -> str | None:
        """What a script sorts by; nothing where the text says it, of a number to its last digit."""
        said = "".join(c for c in self.text if c in "0123456789.-") if self.numeric else self.text
        return None if self.sort == said else self.sort

    @property
    def is_known(self) -> bool:
        """Whether there is a figure (or a word) to show."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading."""

    text: str
    note: str = ""
    numeric: bool = False
    sorted: str = ""
    """ascending or descending where the rows come in this column's order."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, ready to be shown. ``label`` says to a screen reader what it holds."""

    label: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    ids: tuple[str, ...] = ()
    """An id for each row that figures lead to; none where nothing does."""
    name: str = ""
    """Under which a table can be filtered by a word; empty where it cannot."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Figures, their language and an index of the KPI values."""

    figures: Figures
    formats: Formats
    catalogue: Catalogue
    index: Mapping[tuple[str, str, str, str, str], KpiRow]
    names: Mapping[str, str]
    _reasons: dict[str, str] = field(default_factory=dict[str, str], repr=False, compare=False)

    def gettext(self, message: str, /, **values: object) -> str:
        """The sentence in the reader's language."""
        return self.catalogue.gettext(message, **values)

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The sentence for ``number`` things; ``%(num)s`` is written as a count."""
        return self.catalogue.ngettext(one, many, number, **{"num": self.formats.count(number), **values})

    def row(
        self, kpi: str, grain: Grain = "campaign", *, platform: str = "", influencer_id: str = "", post_id: str = ""
    ) -> KpiRow | None:
        """The stored value of a KPI, or nothing where it is not computed at that grain."""
        return self.index.get((grain, platform, influencer_id, post_id, kpi))

    def kpi(
        self,
        kpi: str,
        grain: Grain = "campaign",
        *,
        platform: str = "",
        influencer_id: str = "",
        post_id: str = "",
        short: bool = False,
    ) -> Cell:
        """A KPI as a cell: its value and basis, or a dash and the reason."""
        row = self.row(kpi, grain, platform=platform, influencer_id=influencer_id, post_id=post_id)
        unit = self.unit(kpi)
        if row is None:
            return self.unknown(None, unit)
        known, every = row["posts_known"], row["posts_all"]
        if row["value"] is None:
            return self.unknown(row["reason"], unit)
        basis = ""
        if grain != "post" and known is not None and every is not None and known < every:
            basis = self.basis(known, every)
        cell = self.number(row["value"], unit, short=short, basis=basis, provisional=row["state"] == "provisional")
        signs = (BY_HAND if row["posts_manual"] else "") + (TWO_WAYS if row["definition_changed"] else "")
        return replace(cell, text=cell.text + signs)

    def basis(self, known: int, every: int) -> str:
        """How many of the group's posts a figure speaks of."""
        _ = self.gettext
        return _("%(known)s of %(all)s posts", known=self.formats.count(known), all=self.formats.count(every))

    def number(
        self,
        value: Number | None,
        unit: str,
        *,
        short: bool = False,
        basis: str = "",
        reason: str | None = None,
        provisional: bool = False,
    ) -> Cell:
        """A figure of a unit as a cell; unknown is a dash and ``reason``."""
        if value is None:
            return self.unknown(reason, unit)
        return Cell(
            self.formats.value(value, unit, short=short),
            value=float(value),
            unit=unit,
            sort=_sorted_by(float(value)),
            basis=basis,
            numeric=True,
            provisional=provisional,
        )

    def unknown(self, reason: str | None, unit: str = "") -> Cell:
        """A dash with its reason in words."""
        return Cell(DASH, unit=unit, why=self.reason(reason), numeric=True)

    def words(self, text: object, *, sub: object = "", quoted: object = "", tone: str = "", href: str = "") -> Cell:
        """A cell of text out of the data, cleaned of what a reader cannot see."""
        said = said_in(text)
        return Cell(said or DASH, sub=said_in(sub), quoted=said_in(quoted), sort=said, tone=tone, href=href)

    def unit(self, kpi: str) -> str:
        """The KPI's unit; empty for a name that the registry does not know."""
        known = self.figures.registry.get(kpi)
        return "times" if kpi in TIMES else known.unit if known else ""

    def label(self, kpi: str) -> str:
        """The KPI's name as the reader says it."""
        known = self.figures.registry.get(kpi)
        return getattr(known.label, self.figures.locale) if known else kpi

    def has(self, kpi: str, grain: Grain) -> bool:
        """Whether the registry computes the KPI at that grain."""
        known: Kpi | None = self.figures.registry.get(kpi)
        return known is not None and grain in known.grains

    def person(self, influencer_id: object) -> str:
        """The influencer's name in the roster, else the id."""
        return self.names.get(str(influencer_id), said_in(influencer_id)) if influencer_id else ""

    def handles(self, handles: object) -> str:
        """Handles separated by spaces, as ``@a @b``."""
        return " ".join(f"@{h}" for h in said_in(handles).split())

    def reason(self, code: str | None) -> str:
        """A reason code in words."""
        if not self._reasons:
            # made once: a long table asks for tens of thousands
            self._reasons.update(self._told_reasons())
        return self._reasons.get(code or "") or self._reasons[""]

    def _told_reasons(self) -> Mapping[str, str]:
        _ = self.gettext
        return {
            "": _("not known"),
            "not_reported": _("not reported by the platform"),
            "hidden": _("hidden by the creator"),
            "too_small_to_report": _("too small for the platform to report"),
            "not_yet": _("not available yet"),
            "expired": _("no longer available"),
            "no_access": _("the creator has given no access"),
            "no_cost": _("cost not known"),
            "no_goal": _("no goal agreed"),
            "not_tracked": _("no code or link"),
            "no_posts": _("no posts yet"),
            "no_followers": _("followers at posting not known"),
            "no_rate": _("no exchange rate of the day"),
            "no_rate_card": _("no rate card"),
            "no_margin": _("no margin in the brief"),
            "zero_denominator": _("nothing to divide by: 0"),
            "definition_changed": _("the platform changed its definition"),
            "gap": _("a night is missing"),
            "not_seen": _("no source has told of this post"),
            "no_history": _("not followed long enough before"),
            "too_few_posts": _("too few posts to compare with"),
            "no_market": _("neither market size nor audience overlap is given"),
            "no_rivals": _("no rival is named in the brief"),
            "not_judged": _("the caption is cut off or not told, so it cannot be judged"),
            "no_rules": _("no rule binds the post"),
            "too_little_known": _("too little is known to compare"),
            "alone": _("nobody to compare with"),
        }

    def metric(self, name: str) -> str:
        """A metric's name in words."""
        _ = self.gettext
        return {
            "views": _("Views"),
            "engaged_views": _("Engaged views"),
            "impressions": _("Impressions"),
            "reach": _("Reach"),
            "likes": _("Likes"),
            "comments": _("Comments"),
            "shares": _("Shares"),
            "saves": _("Saves"),
            "clicks": _("Clicks"),
            "watch_seconds": _("Watch time"),
            "completions": _("Plays to the end"),
        }.get(name, name)

    def platform(self, name: object) -> str:
        """A platform as it writes itself."""
        return {"instagram": "Instagram", "tiktok": "TikTok", "youtube": "YouTube", "x": "X"}.get(
            str(name), said_in(name)
        )

    def source(self, name: str) -> str:
        """A source as readers call it."""
        _ = self.gettext
        known = {
            "bitly": "Bitly",
            "shopify": "Shopify",
            "ga4": "Google Analytics",
            "import": _("Imported files"),
            "brief": _("Briefs"),
        }
        return known.get(name, self.platform(name))

    def tier(self, name: object) -> str:
        """A size class in words."""
        _ = self.gettext
        return {
            "nano": _("Nano"),
            "micro": _("Micro"),
            "middle": _("Middle"),
            "mid": _("Middle"),
            "macro": _("Macro"),
            "mega": _("Mega"),
        }.get(str(name), said_in(name))

    def format(self, name: object) -> str:
        """A kind of post in words."""
        _ = self.gettext
        return {
            "image": _("Image"),
            "carousel": _("Carousel"),
            "video": _("Video"),
            "reel": _("Reel"),
            "short": _("Short"),
            "story": _("Story"),
            "live": _("Live"),
            "text": _("Text post"),
        }.get(str(name), _("Post"))


def _sorted_by(value: float) -> str:
    """A number as a script reads it, in as few characters as tell it apart: ten digits, or all of a whole number."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"


def _rows(kpis: pl.DataFrame) -> Iterator[KpiRow]:
    """The rows of marts.kpi_values, column by column: named rows one by one take three times as long."""
    names = list(KpiRow.__annotations__)
    for row in zip(*(kpis[name].to_list() for name in names), strict=True):
        # the frame was conformed to marts.kpi_values
        yield cast("KpiRow", dict(zip(names, row, strict=True)))


def read(figures: Figures) -> Reading:
    """The figures in the language of ``figures.locale``."""
    index: dict[tuple[str, str, str, str, str], KpiRow] = {}
    for row in _rows(figures.kpis):
        key = (
            row["grain"],
            (row["platform"] or "") if row["grain"] in {"platform", "post"} else "",
            (row["influencer_id"] or "") if row["grain"] == "influencer" else "",
            (row["post_id"] or "") if row["grain"] == "post" else "",
            row["kpi"],
        )
        index[key] = row
    people = figures.influencers.select("influencer_id", "name").rows()
    return Reading(
        figures,
        Formats(figures.locale, figures.zone, figures.currency),
        catalogue.load(figures.locale, strict=STRICT),
        index,
        {str(i): said_in(name) or said_in(i) or DASH for i, name in people},
    )


def said_in(text: object) -> str:
    """Text out of the data as it may be shown: cleaned, and without the characters that mark a headline's numbers."""
    return "" if text is None else _cleaned(str(text))


@lru_cache(maxsize=8192)
def _cleaned(text: str) -> str:
    # a name or a caption is shown in several places and both languages
    return "".join(c for c in clean(text) if not "\ue000" <= c <= "\uf8ff").strip()


def rows_of(frame: pl.DataFrame) -> list[dict[str, object]]:
    """The frame's rows by column name."""
    return frame.to_dicts()


def reasons_in(missing: object) -> dict[str, str]:
    """Metric to reason code, out of ``likes=hidden;saves=not_reported``."""
    parts = (part.partition("=") for part in str(missing or "").split(";") if part)
    return {metric.strip(): reason.strip() for metric, _sign, reason in parts}
