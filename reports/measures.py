"""Which KPIs a table shows, by the campaign's objective, and those that nobody could be told."""

from collections.abc import Sequence

from reports.reading import Cell, Grid, Head, Reading
from transforms.kpis import Grain

COSTS = (
    "cpo",
    "cpa",
    "cpc",
    "cpe",
    "cpv",
    "cpm_reach",
    "cpm_views",
    "cpm_impressions",
    "cpp",
    "price_per_follower",
    "price_per_like",
    "roas_net",
    "roas_gross",
    "roi_profit",
)
"""What money bought, from nearest to furthest from a purchase."""

RESULTS: dict[str, tuple[str, ...]] = {
    "sales": ("orders", "revenue_net", "link_clicks", "views", "engagements"),
    "traffic": ("link_clicks", "orders", "views", "engagements"),
    "engagement": ("engagements", "views", "link_clicks", "orders"),
    "awareness": ("views", "impressions", "engagements", "link_clicks"),
}
"""What was brought about, the objective's own measure first."""


def objective(reading: Reading) -> str:
    """What the campaign is for."""
    return str(reading.figures.campaign["objective"])


def results(reading: Reading, grain: Grain) -> list[str]:
    """The measures of success at a grain, the objective's own first."""
    return [kpi for kpi in RESULTS.get(objective(reading), ()) if reading.has(kpi, grain)]


def rates(reading: Reading, grain: Grain) -> list[str]:
    """Engagement rates at a grain: on the base that the brief names, then the public one."""
    base = f"er_{reading.figures.campaign['engagement_base']}"
    return [kpi for kpi in dict.fromkeys((base, "er_followers_public")) if reading.has(kpi, grain)]


def costs(reading: Reading, grain: Grain) -> list[str]:
    """Costs and returns at a grain."""
    return [kpi for kpi in COSTS if reading.has(kpi, grain)]


CHIEF_COST = {"sales": "cpo", "traffic": "cpc", "engagement": "cpe", "awareness": "cpv"}
"""The cost that an objective is judged by where no goal names another."""


def chief(reading: Reading, grain: Grain, *, results_shown: int = 3) -> list[str]:
    """The few KPIs that fit a page's width: some results, one rate and one cost. All data has the rest."""
    agreed = [str(kpi) for kpi in reading.figures.goals["kpi"]]
    known = costs(reading, grain)
    wanted = [kpi for kpi in known if kpi in agreed] or [
        kpi for kpi in known if kpi == CHIEF_COST.get(objective(reading))
    ]
    return list(dict.fromkeys([*results(reading, grain)[:results_shown], *rates(reading, grain)[:1], *wanted[:1]]))


def heads(reading: Reading, kpis: Sequence[str]) -> tuple[Head, ...]:
    """A heading for each KPI."""
    return tuple(Head(reading.label(kpi), numeric=True) for kpi in kpis)


def told(
    reading: Reading,
    heads_before: Sequence[Head],
    rows: Sequence[tuple[Sequence[Cell], Sequence[Cell]]],
    kpis: Sequence[str],
    label: str,
) -> Grid:
    """A table of what goes before and the KPIs; a KPI that no row knows is named below it with its reason instead."""
    _ = reading.gettext
    shown = [i for i in range(len(kpis)) if any(cells[i].is_known for _before, cells in rows)]
    absent = [i for i in range(len(kpis)) if i not in shown]
    note = ""
    if absent and rows:
        named = [_("%(kpi)s (%(reason)s)", kpi=reading.label(kpis[i]), reason=rows[0][1][i].why) for i in absent]
        note = _("Known for none of these rows, so not shown: %(kpis)s.", kpis=reading.formats.listed(named))
    return Grid(
        label=label,
        heads=(*heads_before, *heads(reading, [kpis[i] for i in shown])),
        rows=tuple((*before, *(cells[i] for i in shown)) for before, cells in rows),
        note=note,
    )
