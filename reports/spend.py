"""Where the money went and what it bought: by size of creator, by kind of post, by kind of cost and by route."""

from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import polars as pl
from markupsafe import Markup

from reports.charts import round_end
from reports.charts_cost import dumbbell, priced
from reports.course import is_whole
from reports.goals import goals
from reports.measures import CHIEF_COST, objective, results
from reports.reading import Cell, Grid, Head, Reading, rows_of
from transforms.insight.by_format import by_format

TIERS = ("nano", "micro", "middle", "mid", "macro", "mega")
CLEAR = 0.05
"""Shares that lie nearer than this are drawn as the same: in so small a difference nobody should see a finding."""
POST_COSTS = ("cpe", "cpv", "cpm_views", "cpm_reach", "cpm_impressions")
"""Costs that are told post by post: what a creator got, shared out evenly over the posts."""


@dataclass(frozen=True, slots=True)
class Share:
    """A size class's share of spend and of the result."""

    tier: str
    people: str
    number: int
    spent: float
    brought: float
    said: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of spend and result by size class, over the creators of whom both are known."""

    measure: str
    rows: tuple[Share, ...]
    known: int
    every: int


@dataclass(frozen=True, slots=True)
class Priced:
    """What a result cost in one kind of post."""

    name: str
    posts: str
    value: str
    span: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Formats:
    """Cost per result by kind of post."""

    kpi: str
    rows: tuple[Priced, ...]
    reference: str


def shares(reading: Reading) -> Shares | None:
    """Shares by size class; nothing where fewer than half of the creators, or one size alone, know both sides."""
    for measure in results(reading, "influencer"):
        found = _shares(reading, measure)
        if found is not None:
            return found
    return None


def _shares(reading: Reading, measure: str) -> Shares | None:
    people = reading.figures.influencers.select("influencer_id", "tier", pl.col("cost").cast(pl.Float64))
    kept = [reading.row(measure, "influencer", influencer_id=str(i)) for i in people["influencer_id"]]
    # what a part of somebody's posts brought is not set against the whole of the cost
    values = [row["value"] if row is not None and is_whole(row) else None for row in kept]
    told = people.with_columns(result=pl.Series(values, dtype=pl.Float64)).drop_nulls()
    if told.height * 2 < people.height or told.is_empty():
        return None
    spend, result = float(told["cost"].sum()), float(told["result"].sum())
    by_tier = told.group_by("tier").agg(pl.len().alias("people"), pl.col("cost").sum(), pl.col("result").sum())
    if spend <= 0 or result <= 0 or by_tier.height < 2 or by_tier.filter(pl.col("result") < 0).height:
        return None
    rows = sorted(rows_of(by_tier), key=lambda row: TIERS.index(str(row["tier"])) if row["tier"] in TIERS else 99)
    end = max(*(float(str(r["cost"])) / spend for r in rows), *(float(str(r["result"])) / result for r in rows))
    return Shares(measure, tuple(_share(reading, row, spend, result, end) for row in rows), told.height, people.height)


def _share(reading: Reading, row: dict[str, object], spend: float, result: float, end: float) -> Share:
    spent, brought = float(str(row["cost"])) / spend, float(str(row["result"])) / result
    people = int(str(row["people"]))
    return Share(
        tier=reading.tier(row["tier"]),
        people=reading.ngettext("%(num)s creator", "%(num)s creators", people),
        number=people,
        spent=spent,
        brought=brought,
        said=reading.gettext(
            "%(spent)s of the spend, %(brought)s of the result",
            spent=whole(reading, spent),
            brought=whole(reading, brought),
        ),
        chart=dumbbell(
            spent,
            brought,
            whole(reading, spent),
            whole(reading, brought),
            is_clear=abs(spent - brought) >= CLEAR,
            end=end,
        ),
    )


def whole(reading: Reading, share: float) -> str:
    """A share in whole per cent."""
    return reading.formats.rate(round(share, 2))


def formats(reading: Reading) -> Formats | None:
    """What a result cost by kind of post, in the cost that the campaign is judged by as far as posts tell it."""
    figures = reading.figures
    agreed = [str(kpi) for kpi in figures.goals["kpi"] if kpi in POST_COSTS]
    wanted = [*agreed, CHIEF_COST.get(objective(reading), ""), *POST_COSTS]
    for kpi in dict.fromkeys(k for k in wanted if k in POST_COSTS and k in figures.registry):
        told = by_format(figures.kpis, figures.posts, figures.registry[kpi]).drop_nulls("value")
        if told.height >= 2:
            return _formats(reading, kpi, told)
    return None


def _formats(reading: Reading, kpi: str, told: pl.DataFrame) -> Formats:
    unit = reading.unit(kpi)
    goal = next((g.target for g in goals(reading) if g.kpi == kpi), None)
    rows = sorted(rows_of(told), key=lambda row: cast("float", row["value"]))
    # one far end would squeeze all others: an interval is cut at three times the dearest value
    top = max(cast("float", row["value"]) for row in rows)
    ends = [min(cast("float", row["upper"] or row["value"]), 3 * top) for row in rows]
    end = round_end(max([*ends, goal.value if goal and goal.value else 0]))
    is_one = len({row["platform"] for row in rows}) == 1
    return Formats(
        kpi=kpi,
        rows=tuple(_priced(reading, row, unit, goal, end, is_one=is_one) for row in rows),
        reference=goal.text if goal else "",
    )


def _priced(
    reading: Reading, row: dict[str, object], unit: str, goal: Cell | None, end: float, *, is_one: bool
) -> Priced:
    said = reading.formats
    value, lower, upper = (cast("float | None", row[name]) for name in ("value", "lower", "upper"))
    assert value is not None  # noqa: S101 - rows without a value were left out
    known, every = cast("int", row["posts_known"]), cast("int", row["posts_all"])
    posts = reading.basis(known, every) if known < every else reading.ngettext("%(num)s post", "%(num)s posts", every)
    return Priced(
        name=reading.format(row["format"]),
        posts=posts if is_one else f"{reading.platform(row['platform'])} · {posts}",
        value=said.value(value, unit),
        span="" if lower is None or upper is None else said.span(said.value(lower, unit), said.value(upper, unit)),
        chart=priced(value, lower, upper, said.value(value, unit), reference=goal.value if goal else None, end=end),
    )


def kinds(reading: Reading) -> Grid:
    """Costs by kind, and by route where there are several; a cost that is not known is counted, not summed."""
    _, figures = reading.gettext, reading.figures
    names = {
        "fee": _("Fee"), "product": _("Product"), "shipping": _("Shipping"), "agency": _("Agency"),
        "boost": _("Boost"), "other": _("Other costs"),
    }  # fmt: skip
    told = figures.costs.with_columns(pl.col("route").fill_null("")).filter(
        pl.col("converted").is_null() | (pl.col("converted") != 0)
    )
    routes = sorted({str(route) for route in told["route"]})
    columns = [*routes, None] if len(routes) > 1 else [None]
    rows = tuple(
        (reading.words(name), *(_sum(reading, told, kind, route) for route in columns))
        for kind, name in names.items()
        if told.filter(pl.col("kind") == kind).height
    )
    total = (reading.words(_("Total")), *(_sum(reading, told, None, route) for route in columns))
    heads = [Head(route_name(reading, route) if route is not None else _("Total"), numeric=True) for route in columns]
    return Grid(_("Costs by kind"), (Head(_("Kind of cost")), *heads), (*rows, total) if rows else ())


def _sum(reading: Reading, told: pl.DataFrame, kind: str | None, route: str | None) -> Cell:
    own = told if kind is None else told.filter(pl.col("kind") == kind)
    own = own if route is None else own.filter(pl.col("route") == route)
    if own.is_empty():
        return Cell("", numeric=True)
    unknown = own.filter(pl.col("converted").is_null())
    if unknown.height:
        return reading.unknown(unknown["reason"][0] or "no_cost", "money")
    amounts = [cast("Decimal", amount) for amount in own["converted"]]
    return reading.number(sum(amounts, Decimal(0)), "money")


def route_name(reading: Reading, route: str) -> str:
    """A way of engaging in words."""
    _ = reading.gettext
    return {
        "direct": _("Direct"),
        "agency_directed": _("Agency, directed"),
        "agency_platform": _("Agency's platform"),
        "": _("Whole campaign"),
    }.get(route, reading.words(route).text)


def routes(reading: Reading) -> Grid:
    """The routes side by side where there are several: people, cost, and what a result cost by each."""
    _, figures = reading.gettext, reading.figures
    empty = Grid(_("Routes side by side"), (), ())
    if figures.route_kpis.height < 2:
        return empty
    wanted = (CHIEF_COST.get(objective(reading), ""), "cpe", "cpv", "orders", "engagements", "delivery_rate")
    known = [k for k in dict.fromkeys(wanted) if k in figures.route_kpis.columns and k in figures.registry]
    known = [k for k in known if figures.route_kpis[k].count()][:4]
    rows = tuple(
        (
            reading.words(route_name(reading, str(row["route"]))),
            reading.number(cast("int | None", row["influencers"]), "persons"),
            reading.number(cast("Decimal | None", row["cost"]), "money", reason="no_cost"),
            *(reading.number(cast("float | None", row[k]), reading.unit(k)) for k in known),
        )
        for row in rows_of(figures.route_kpis)
    )
    heads = (
        Head(_("Route")),
        Head(_("Number of creators"), numeric=True),
        Head(_("Cost"), numeric=True),
        *(Head(reading.label(k), numeric=True) for k in known),
    )
    return Grid(empty.label, heads, rows)
