"""What the money bought: spend against result by size, cost per result by format and platform, costs by kind."""

from dataclasses import dataclass

from markupsafe import Markup

from reports import spend
from reports.goals import goals
from reports.headlines import headline, marked, within
from reports.measures import costs
from reports.reading import Cell, Grid, Head, Reading
from reports.sources import Source, sources
from reports.spend import Formats, Shares

ORDER = 50


@dataclass(frozen=True, slots=True)
class Facts:
    """Where spend and result part, and costs per result."""

    title: str
    finding: Markup
    lead: str
    shares: Shares | None
    shares_title: str
    shares_note: str
    formats: Formats | None
    formats_title: str
    formats_lead: str
    formats_note: str
    grid: Grid
    kinds: Grid
    routes: Grid
    note: str
    sources: tuple[Source, ...]


def facts(reading: Reading) -> Facts:
    """Shares by size over those who know both sides; a row per cost KPI; costs by kind and route."""
    _ = reading.gettext
    targets = {goal.kpi: goal.target for goal in goals(reading)}
    kpis = [kpi for kpi in costs(reading, "campaign") if reading.kpi(kpi).is_known or kpi in targets]
    absent = [kpi for kpi in costs(reading, "campaign") if kpi not in kpis]
    named = [_("%(kpi)s (%(reason)s)", kpi=reading.label(kpi), reason=reading.kpi(kpi).why) for kpi in absent]
    shares, formats = spend.shares(reading), spend.formats(reading)
    return Facts(
        title=_("Cost efficiency"),
        finding=headline(_finding(reading, shares, kpis), reading.figures.locale),
        lead=_("Cost is fee, product, shipping, agency and boost. Each figure uses the posts that know both sides."),
        shares=shares,
        shares_title=_(
            "Share of spend and of %(result)s", result=within(reading.label(shares.measure), reading.figures.locale)
        )
        if shares
        else "",
        shares_note=_shares_note(reading, shares),
        formats=formats,
        formats_title=_("%(kpi)s by format", kpi=reading.label(formats.kpi)) if formats else "",
        formats_lead=_formats_lead(reading, formats),
        formats_note=_formats_note(reading, formats),
        grid=_grid(reading, kpis, targets),
        kinds=spend.kinds(reading),
        routes=spend.routes(reading),
        note=_("Not known, so not shown: %(kpis)s.", kpis=reading.formats.listed(named)) if named else "",
        sources=sources(reading, kpis),
    )


def _grid(reading: Reading, kpis: list[str], targets: dict[str, Cell]) -> Grid:
    _ = reading.gettext
    platforms = [str(p) for p in reading.figures.platforms["platform"]]
    rows = tuple(
        (
            Cell(reading.label(kpi), sort=reading.label(kpi)),
            reading.kpi(kpi),
            targets.get(kpi, Cell("", numeric=True)),
            *(reading.kpi(kpi, "platform", platform=p) for p in platforms),
        )
        for kpi in kpis
    )
    return Grid(
        label=_("Cost per result, by platform"),
        heads=(
            Head(_("Measure")),
            Head(_("Campaign"), numeric=True),
            Head(_("Goal"), numeric=True),
            *(Head(reading.platform(p), numeric=True) for p in platforms),
        ),
        rows=rows,
    )


def _shares_note(reading: Reading, shares: Shares | None) -> str:
    _ = reading.gettext
    if shares is None:
        return _("Spend is not set against results by creator size: too few know both sides, or there is one size.")
    if shares.known == shares.every:
        return ""
    return _(
        "Over %(known)s of %(all)s creators: those whose cost and result are both known.",
        known=reading.formats.count(shares.known),
        all=reading.formats.count(shares.every),
    )


def _formats_lead(reading: Reading, formats: Formats | None) -> str:
    _ = reading.gettext
    if formats is None:
        return ""
    lead = _("Lower is better. Bars: 95%% interval.")
    if not formats.reference:
        return lead
    gap = "" if reading.figures.locale == "ja" else " "
    return lead + gap + _("Dashed: the goal, %(target)s.", target=formats.reference)


def _formats_note(reading: Reading, formats: Formats | None) -> str:
    """Why it is this cost: what is sold is told by creator, never by post."""
    _ = reading.gettext
    if formats is None:
        return _("Cost per result by format cannot be told: too few posts know both sides, or there is one format.")
    if str(reading.figures.campaign["objective"]) in {"sales", "traffic"}:
        return _(
            "Codes and links belong to creators, not to posts: purchases and clicks are not told by format, so formats"
            " are compared by %(kpi)s. A creator's cost is shared evenly over the posts.",
            kpi=within(reading.label(formats.kpi), reading.figures.locale),
        )
    return _("A creator's cost is shared evenly over the posts.")


def _finding(reading: Reading, shares: Shares | None, kpis: list[str]) -> str:
    """The size whose shares of money and result lie farthest apart, if it is more than one person; else a cost."""
    _ = reading.gettext
    sizes = [row for row in shares.rows if row.number > 1] if shares else []
    most = max(sizes, key=lambda row: abs(row.spent - row.brought), default=None)
    if shares is not None and most is not None and abs(most.spent - most.brought) >= spend.CLEAR:
        return _(
            "%(tier)s creators took %(spent)s of the spend and brought %(brought)s of %(result)s.",
            tier=most.tier,
            spent=marked(spend.whole(reading, most.spent)),
            brought=marked(spend.whole(reading, most.brought), "good" if most.brought > most.spent else "bad"),
            result=within(reading.label(shares.measure), reading.figures.locale),
        )
    return cost_against_goal(reading, kpis) or _("What a result cost cannot be told yet.")


def cost_against_goal(reading: Reading, kpis: list[str]) -> str:
    """The first cost with a goal, against that goal; else the first cost that is known; else nothing."""
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
    return ""
