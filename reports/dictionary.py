"""The data dictionary as one page that opens offline: what is stored, from the contracts that store it."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from transforms import kpis, tables, views
from transforms.contracts import Field, Table
from transforms.kpi_values import inputs
from transforms.kpis import Kpi
from transforms.origins import made_from
from transforms.reference import metric_definitions
from transforms.tables.fields import METRICS
from transforms.views import View

TEMPLATES = Path(__file__).parent / "templates"
_SECTIONS = (
    (
        "bi",
        "Views for BI",
        "BI 用ビュー",
        "Start here: names instead of keys, and each column says whether it may be added up.",
        "BI ツールではまずここをご覧ください。各列に、合計してよいかどうかを記載しています。",
    ),
    (
        "marts",
        "Marts",
        "マート",
        "What it means: computed as known at as_of, renewed by each run.",
        "集計済みの数値です。実行のたびに更新されます。",
    ),
    (
        "core",
        "Core",
        "コア",
        "What happened: append-only facts with observed_at (when true) and known_at (when learnt), and dimensions.",
        "取得した事実とディメンションです。observed_at は数値の時点、known_at は知った時点です。",
    ),
    (
        "ref",
        "References",
        "参照",
        "Definitions, rates and classes, each with its source.",
        "定義・レート・区分です。それぞれに出典があります。",
    ),
    ("ops", "Operations", "運用", "How the runs went.", "実行の記録です。"),
)
_READ_FROM = {
    **{metric: f"core.post_observations.{metric}" for metric in METRICS},
    **{c: f"core.contracts.{c}" for c in ("fee", "promised_posts")},
    "cost": "marts.costs",
    "emv": "marts.emv_parts",
    "followers": "core.account_observations.followers",
    "followers_start": "core.account_observations.followers",
    "followers_end": "core.account_observations.followers",
    "link_clicks": "marts.click_days.clicks",
    "margin_rate": "core.campaigns.margin_rate",
    "orders": "marts.attribution.credit",
    "new_customers": "marts.attribution.is_new_customer",
    "revenue_gross": "marts.attribution.gross",
    "revenue_net": "marts.attribution.net",
    "sessions": "core.site_days.sessions",
    "unique_reach": "marts.reach_estimates",
    "posts": "core.campaign_posts",
    "engagements": "marts.post_kpis.engagements",
    "impressions_of_posts": "core.post_observations.impressions",
    "reach_of_posts": "core.post_observations.reach",
}
"""Where the inputs of KPIs stand, by the name that formulas give them; what is not here is made on the way."""


@dataclass(frozen=True, slots=True)
class Link:
    """A name and where on the page it is explained; no anchor: nowhere."""

    name: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the contents and what stands below it."""

    title: str
    entries: Sequence[Link]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """A column as the page says it."""

    name: Markup
    """May break after a joint, never inside a word."""
    meaning: str
    type: str
    unit: str
    required: bool
    is_key: bool
    among: str
    read_by: Sequence[Link]


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table or view as the page says it; ``sql`` of views."""

    name: str
    anchor: str
    grain: str
    description: str
    key: Sequence[str]
    columns: Sequence[ColumnEntry]
    made_from: Sequence[Link]
    goes_into: Sequence[Link]
    sql: str


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A schema as the page says it."""

    anchor: str
    title_en: str
    title_ja: str
    about_en: str
    about_ja: str
    tables: Sequence[TableEntry]
    is_first: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what is said of it."""

    name: str
    said: str


@dataclass(frozen=True, slots=True)
class KpiEntry:
    """A KPI as the page says it."""

    name: str
    anchor: str
    label_en: str
    label_ja: str
    description: str
    description_ja: str
    facts: Sequence[Fact]
    reads: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Definitions:
    """ref.metric_definitions as texts."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Known:
    """All that is stored, and how it hangs together."""

    shapes: Mapping[str, Table]
    views: Mapping[str, View]
    kpis: Mapping[str, Kpi]
    origins: Mapping[str, Sequence[str]]
    readers: Mapping[str, Sequence[str]]
    """Column by full name → KPIs that read it."""

    def link(self, name: str) -> Link:
        """A table, or a column of one."""
        table = name if name in self.shapes else name.rpartition(".")[0]
        return Link(name, _anchor(table) if table in self.shapes else "")


@cache
def page() -> str:
    """The whole page; the same contracts give the same bytes."""
    known = _known()
    style = (TEMPLATES / "dictionary.css").read_text("utf-8")
    sections = [_section(known, *section) for section in _SECTIONS]
    contents = [
        Group("KPIs · 指標", [Link(name, _kpi_anchor(name)) for name in known.kpis]),
        *(
            Group(f"{s.title_en} · {s.title_ja}", [Link(t.name, t.anchor) for t in s.tables], s.is_first)
            for s in sections
        ),
        Group("Definitions · 定義", [Link("Platforms · 媒体", "definitions")]),
    ]
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return (
        environment.get_template("dictionary.html.j2").render(
            style=Markup(style),  # noqa: S704 - our own file
            style_hash="sha256-" + base64.b64encode(sha256(style.encode()).digest()).decode(),
            contents=contents,
            kpis=[_kpi(known, kpi) for kpi in known.kpis.values()],
            sections=sections,
            definitions=_definitions(),
        )
        + "\n"
    )


def _known() -> _Known:
    stored, made, registry = tables.load(), views.load(), kpis.load()
    shapes = {n: t for n, t in stored.items() if not n.startswith("staging.")} | {n: v.shape for n, v in made.items()}
    readers: dict[str, list[str]] = {}
    for kpi in registry.values():
        for name in inputs(kpi):
            readers.setdefault(_READ_FROM.get(name, ""), []).append(kpi.name)
    return _Known(shapes, made, registry, {n: made_from(n, stored) for n in shapes}, readers)


def _anchor(name: str) -> str:
    return name.replace(".", "-").replace("_", "-").strip("-")


def _kpi_anchor(name: str) -> str:
    return f"kpi-{_anchor(name)}"


def _section(known: _Known, schema: str, *said: str) -> SectionEntry:
    title_en, title_ja, about_en, about_ja = said
    mine = [_table(known, shape) for name, shape in sorted(known.shapes.items()) if name.startswith(f"{schema}.")]
    return SectionEntry(f"schema-{schema}", title_en, title_ja, about_en, about_ja, mine, schema == views.SCHEMA)


def _table(known: _Known, shape: Table) -> TableEntry:
    view = known.views.get(shape.name)
    return TableEntry(
        name=shape.name,
        anchor=_anchor(shape.name),
        grain=shape.grain,
        description=shape.description,
        key=shape.key,
        columns=[_column(known, shape, f) for f in shape.fields],
        made_from=[known.link(name) for name in known.origins[shape.name]],
        goes_into=[known.link(name) for name, made in known.origins.items() if shape.name in made],
        sql=view.query.strip() if view else "",
    )


def _column(known: _Known, shape: Table, field: Field) -> ColumnEntry:
    return ColumnEntry(
        name=Markup(str(escape(field.name)).replace("_", "_<wbr>")),  # noqa: S704 - escaped
        meaning=field.description,
        type=field.type.value,
        unit=field.unit or "",
        required=field.required,
        is_key=field.name in shape.key,
        among=", ".join(field.among or ()),
        read_by=[Link(k, _kpi_anchor(k)) for k in known.readers.get(f"{shape.name}.{field.name}", ())],
    )


def _kpi(known: _Known, kpi: Kpi) -> KpiEntry:
    said = {
        "Formula · 計算式": kpi.formula,
        "Unit · 単位": kpi.unit,
        "Better · 良い向き": kpi.better,
        "Grains · 粒度": ", ".join(kpi.grains),
        "Interval · 区間": kpi.interval_method,
        "Definition · 定義の版": f"version {kpi.definition_version}" + (f", since {kpi.since}" if kpi.since else ""),
        "Source · 出典": kpi.source,
    }
    reads = [known.link(_READ_FROM[name]) if name in _READ_FROM else Link(name) for name in inputs(kpi)]
    return KpiEntry(
        name=kpi.name,
        anchor=_kpi_anchor(kpi.name),
        label_en=kpi.label.en,
        label_ja=kpi.label.ja,
        description=kpi.description,
        description_ja=kpi.description_ja,
        facts=[Fact(name, text) for name, text in said.items()],
        reads=reads,
    )


def _definitions() -> Definitions:
    frame = metric_definitions()
    rows = [["" if cell is None else str(cell) for cell in row] for row in frame.rows()]
    return Definitions(frame.columns, rows)
