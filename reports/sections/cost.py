"""What the money bought: cost per result of the campaign and of each platform, beside the goal."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from markupsafe import Markup

from reports.charts import shift
from reports.goals import goals
from reports.headlines import headline, marked
from reports.measures import costs, results
from reports.reading import Cell, Grid, Head, Reading, rows_of

ORDER = 40
TIERS = ("nano", "micro", "middle", "mid", "macro", "mega")


@dataclass(frozen=True, slots=True)
class Share:
    """A size class's share of spend and of the result."""

    tier: str
    people: str
    spend: str
    result: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Facts:
    """Costs per result, and where spend and result part."""

    title: str
    finding: Markup
    lead: str
    grid: Grid
    shares: tuple[Share, ...]
    shares_title: str
    shares_note: str
    note: str


def facts(reading: Reading) -> Facts:
    """A row per cost KPI; shares by size class where every part of them is known."""
    _ = reading.gettext
    platforms = [str(p) for p in reading.figures.platforms["platform"]]
    targets = {goal.kpi: goal.target for goal in goals(reading)}
    kpis = [kpi for kpi in costs(reading, "campaign") if reading.kpi(kpi).is_known or kpi in targets]
    rows = tuple(
        (
            Cell(reading.label(kpi), sort=reading.label(kpi)),
            reading.kpi(kpi),
            targets.get(kpi, Cell("", numeric=True)),
            *(reading.kpi(kpi, "platform", platform=p) for p in platforms),
        )
        for kpi in kpis
    )
    absent = [kpi for kpi in costs(reading, "campaign") if kpi not in kpis]
    named = [_("%(kpi)s (%(reason)s)", kpi=reading.label(kpi), reason=reading.kpi(kpi).why) for kpi in absent]
    measure, shares = _shares(reading)
    return Facts(
        title=_("Cost efficiency"),
        finding=headline(_finding(reading, kpis), reading.figures.locale),
        lead=_("Cost is fee, product, shipping, agency and boost. Each figure uses the posts that know both sides."),
        grid=Grid(
            label=_("Cost per result, by platform"),
            heads=(
                Head(_("Measure")),
                Head(_("Campaign"), numeric=True),
                Head(_("Goal"), numeric=True),
                *(Head(reading.platform(p), numeric=True) for p in platforms),
            ),
            rows=rows,
        ),
        shares=shares,
        shares_title=_("Share of spend and of %(result)s", result=reading.label(measure)) if measure else "",
        shares_note=""
        if shares
        else _(
            "Spend is not set against results by creator size: a part of either is not known, or there is one size."
        ),
        note=_("Not known, so not shown: %(kpis)s.", kpis=reading.formats.listed(named)) if named else "",
    )


def _finding(reading: Reading, kpis: list[str]) -> str:
    """The first cost with a goal, against that goal; else the first cost; else that none is known."""
    _ = reading.gettext
    for goal in goals(reading):
        if goal.kpi not in kpis or not goal.lower_is_better or not goal.result.value or not goal.target.value:
            continue
        return _(
            "%(kpi)s is %(value)s, %(standing)s.",
            kpi=goal.label,
            value=goal.result.text,
            standing=marked(goal.standing),
        )
    if kpis and reading.kpi(kpis[0]).is_known:
        value = marked(reading.kpi(kpis[0]).text)
        return _("%(kpi)s is %(value)s.", kpi=reading.label(kpis[0]), value=value)
    return _("What a result cost cannot be told yet.")


def _shares(reading: Reading) -> tuple[str, tuple[Share, ...]]:
    """Shares by tier, only if every influencer's tier, cost and result are known: a share of a part says nothing."""
    measures = results(reading, "influencer")
    people = reading.figures.influencers.select("influencer_id", "tier", pl.col("cost").cast(pl.Float64))
    if not measures or people.is_empty() or people["tier"].null_count() or people["cost"].null_count():
        return "", ()
    measure = measures[0]
    values = [reading.row(measure, "influencer", influencer_id=str(i)) for i in people["influencer_id"]]
    known = [row["value"] for row in values if row is not None and row["value"] is not None]
    if len(known) < people.height:
        return "", ()
    totals = people.with_columns(result=pl.Series(known, dtype=pl.Float64))
    spend, result = float(totals["cost"].sum()), float(totals["result"].sum())
    if not spend or not result:
        return "", ()
    by_tier = totals.group_by("tier").agg(pl.len().alias("people"), pl.col("cost").sum(), pl.col("result").sum())
    rows = sorted(rows_of(by_tier), key=lambda row: TIERS.index(str(row["tier"])) if row["tier"] in TIERS else 99)
    if len(rows) < 2:
        return "", ()
    return measure, tuple(_share(reading, row, spend, result) for row in rows)


def _share(reading: Reading, row: dict[str, object], spend: float, result: float) -> Share:
    cost, got = (float(Decimal(str(row[name]))) for name in ("cost", "result"))
    people = int(str(row["people"]))
    return Share(
        tier=reading.tier(row["tier"]),
        people=reading.ngettext("%(num)s creator", "%(num)s creators", people),
        spend=reading.formats.rate(round(cost / spend, 2)),
        result=reading.formats.rate(round(got / result, 2)),
        chart=shift(cost / spend, got / result),
    )
