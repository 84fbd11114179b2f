"""All creators, posts and days: the rows that figures lead to, sorted here and sorted anew by the reader."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl
from markupsafe import Markup

from reports import anchors
from reports.figures import DAY_METRICS
from reports.findings import SIGNS, levels, word
from reports.formats import DASH
from reports.headlines import headline
from reports.kept import PEOPLE, kept
from reports.links import safe_link
from reports.measures import costs, rates, results, told
from reports.reading import BY_HAND, Cell, Grid, Head, Reading, reasons_in, rows_of, said_in
from reports.sections.posts import shortened
from reports.standing import Group, group_name, standings
from transforms.tables.fields import METRICS

ORDER = 130
PRINTED = 100
"""A longer table is not put on paper: the page and the workbook have it."""
OPEN = 40
"""A table of at most so many creators stands open."""
ESTIMATED = "*"
"""Stands behind a figure that is estimated, not counted."""
_USUAL = "follower_growth_usual"


@dataclass(frozen=True, slots=True)
class Part:
    """One long table. ``place``: the id that links lead to; ``is_printed``: whether it is short enough for paper."""

    place: str
    title: str
    grid: Grid
    is_open: bool = False
    is_printed: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All tables."""

    title: str
    finding: Markup
    lead: str
    parts: tuple[Part, ...]
    note: str


def facts(reading: Reading) -> Facts:
    """Creators, posts, campaign totals and days."""
    _, n_ = reading.gettext, reading.ngettext
    figures = reading.figures
    people = figures.influencers.height
    return Facts(
        title=_("All data"),
        finding=headline(_("All creators and posts"), figures.locale),
        lead=_(
            "Click a heading to sort, type to filter. Dashes give their reason; unknown figures sort last. Every"
            " figure of every row is in the workbook (report.xlsx) beside this page."
        ),
        parts=(
            Part(
                anchors.CREATORS,
                n_("%(num)s creator", "%(num)s creators", people),
                _influencers(reading),
                is_open=people <= OPEN,
                is_printed=people <= PRINTED,
            ),
            Part(
                anchors.POSTS,
                n_("%(num)s post", "%(num)s posts", figures.posts.height),
                _posts(reading),
                is_printed=figures.posts.height <= PRINTED,
            ),
            Part(anchors.TOTALS, _("Campaign totals"), _campaign(reading)),
            *_days(reading),
        ),
        note=_(
            "%(estimated)s estimated. %(manual)s typed or set right by a person.", estimated=ESTIMATED, manual=BY_HAND
        )
        if any(row["posts_manual"] for row in reading.index.values())
        else _("%(estimated)s estimated.", estimated=ESTIMATED),
    )


def _limit(reading: Reading, grid: Grid, every: int) -> Grid:
    """What is not in the page is said, and where it is."""
    shown = len(grid.rows)
    if every <= shown:
        return grid
    said = {"shown": reading.formats.count(shown), "all": reading.formats.count(every)}
    note = reading.gettext("%(shown)s of %(all)s rows; all of them are in report.xlsx beside this page.", **said)
    return replace(grid, note=" ".join(part for part in (note, grid.note) if part))


def _estimated(reading: Reading, kpi: str, cell: Cell) -> Cell:
    known = reading.figures.registry.get(kpi)
    is_estimate = kpi == _USUAL or (known is not None and known.interval_method == "bounds")
    return replace(cell, text=cell.text + ESTIMATED) if is_estimate and cell.is_known else cell


def _campaign(reading: Reading) -> Grid:
    _ = reading.gettext
    states = {"provisional": _("provisional"), "final": _("final")}
    kpis = [row for row in reading.index.values() if row["grain"] == "campaign"]
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(reading.label(row["kpi"]), sub=row["kpi"], sort=reading.label(row["kpi"])),
            _estimated(reading, row["kpi"], reading.kpi(row["kpi"])),
            Cell(
                ""
                if row["posts_all"] is None or row["posts_known"] is None
                else reading.basis(row["posts_known"], row["posts_all"]),
                numeric=True,
            ),
            Cell(states.get(row["state"], "")),
        )
        for row in kpis
    ]
    return Grid(
        label=_("Campaign totals"),
        heads=(Head(_("Measure")), Head(_("Value"), numeric=True), Head(_("Made of"), numeric=True), Head(_("State"))),
        rows=tuple(rows),
    )


def _influencers(reading: Reading) -> Grid:
    """Who, what they cost, and by the measures of the objective what came of it."""
    _ = reading.gettext
    also = ("reach_bounds", "paid_post_performance", "follower_growth", _USUAL)
    wanted = [*results(reading, "influencer"), *rates(reading, "influencer"), *costs(reading, "influencer"), *also]
    kpis = [kpi for kpi in dict.fromkeys(wanted) if reading.has(kpi, "influencer")]
    found = standings(reading)
    groups: dict[str, Group] = {}
    if found and found.is_separable:
        groups = {p.influencer_id: p.group for p in found.people}
    people = rows_of(reading.figures.influencers)
    rows: list[tuple[list[Cell], list[Cell]]] = []
    for row in people[:PEOPLE]:
        key = str(row["influencer_id"])
        before = [
            reading.words(row["name"] or key, sub=reading.handles(row["handles"])),
            reading.words(reading.tier(row["tier"]), sub=_platforms(reading, row["platforms"])),
            _number(reading, row["posts"], "count", None),
            _number(reading, row["followers"], "persons", "no_followers"),
            _number(reading, row["cost"], "money", "no_cost"),
        ]
        if found and groups:
            before.append(reading.words(group_name(reading, found, groups[key])))
        rows.append((before, [_estimated(reading, k, reading.kpi(k, "influencer", influencer_id=key)) for k in kpis]))
    heads = [
        Head(_("Creator")),
        Head(_("Size, platform")),
        *(Head(text, numeric=True) for text in (_("Posts"), _("Followers"), _("Cost"))),
    ]
    if found and groups:
        heads.append(Head(_("Compared by %(kpi)s", kpi=reading.label(found.kpi))))
    grid = told(reading, heads, rows, kpis, _("All creators"))
    ids = tuple(anchors.creator(row["influencer_id"]) for row in people[:PEOPLE])
    return _limit(reading, replace(grid, ids=ids, name=anchors.CREATORS), len(people))


def _platforms(reading: Reading, names: object) -> str:
    return ", ".join(reading.platform(name) for name in str(names or "").split())


def _number(reading: Reading, value: object, unit: str, reason: str | None) -> Cell:
    return reading.number(None if value is None else float(str(value)), unit, reason=reason)


_LEFT_OUT = frozenset({"engaged_views", "watch_seconds", "completions"})


def _posts(reading: Reading) -> Grid:
    _ = reading.gettext
    base = f"er_{reading.figures.campaign['engagement_base']}"
    wanted = ("engagements", base, "er_followers_public", "cpe", "cpv", "paid_post_performance")
    kpis = [kpi for kpi in dict.fromkeys(wanted) if reading.has(kpi, "post")]
    metrics = [m for m in METRICS if m not in _LEFT_OUT]
    labels = {"on": _("labelled"), "off": _("not labelled"), "unknown": _("label unknown")}
    every = rows_of(reading.figures.posts)
    found = levels(reading)
    is_checked = any(level != "unchecked" for level in found)
    shown = kept(reading.figures)
    rows: list[tuple[list[Cell], list[Cell]]] = []
    for n in shown:
        row, level = every[n], found[n]
        platform, post_id = str(row["platform"]), str(row["post_id"])
        published = row["published_on"]
        before = [
            reading.words(
                reading.person(row["influencer_id"]) or f"@{said_in(row['handle'])}",
                sub=shortened(said_in(row["caption"]), 60),
            ),
            reading.words(
                f"{reading.platform(row['platform'])} {reading.format(row['format'])}",
                sub=row["post_id"],
                href=safe_link(row["permalink"]),
            ),
            Cell(
                reading.formats.short_day(published) if isinstance(published, date) else "–", sort=str(published or "")
            ),
            Cell(
                labels.get(str(row["paid_label"]), labels["unknown"]),
                sub=f"{SIGNS[level]} {word(reading, level)}" if is_checked else "",
                sort=str(row["paid_label"] or ""),
            ),
        ]
        rows.append((before, [*_counters(reading, row, metrics), *_kpis(reading, kpis, platform, post_id)]))
    heads = (Head(_("Creator")), Head(_("Post")), Head(_("Posted on"), sorted="ascending"), Head(_("Paid partnership")))
    named = [*(reading.metric(m) for m in metrics), *(reading.label(kpi) for kpi in kpis)]
    ids = tuple(anchors.post(every[n]["platform"], every[n]["post_id"]) for n in shown)
    grid = _known(reading, Grid(_("All posts"), heads, (), ids=ids, name=anchors.POSTS), named, rows)
    return _limit(reading, grid, len(every))


def _counters(reading: Reading, row: dict[str, object], metrics: Sequence[str]) -> list[Cell]:
    reasons = reasons_in(row["missing"])
    return [
        reading.number(None if row[m] is None else int(str(row[m])), "count", reason=reasons.get(m)) for m in metrics
    ]


def _kpis(reading: Reading, kpis: Sequence[str], platform: str, post_id: str) -> list[Cell]:
    return [_estimated(reading, kpi, reading.kpi(kpi, "post", platform=platform, post_id=post_id)) for kpi in kpis]


def _known(reading: Reading, grid: Grid, named: Sequence[str], rows: list[tuple[list[Cell], list[Cell]]]) -> Grid:
    """The table without the figures that no row knows; they are named beneath it."""
    _ = reading.gettext
    shown = [i for i in range(len(named)) if any(cells[i].is_known for _before, cells in rows)]
    absent = [
        name if (why := rows[0][1][i].why) == reading.reason(None) else _("%(kpi)s (%(reason)s)", kpi=name, reason=why)
        for i, name in enumerate(named)
        if rows and i not in shown
    ]
    return replace(
        grid,
        heads=(*grid.heads, *(Head(named[i], numeric=True) for i in shown)),
        rows=tuple((*before, *(cells[i] for i in shown)) for before, cells in rows),
        note=_("Known for none of these rows, so not shown: %(kpis)s.", kpis=reading.formats.listed(absent))
        if absent
        else "",
    )


def _days(reading: Reading) -> list[Part]:
    """A table for each platform: what its counters mean is its own, and so is which of them it tells."""
    _, n_ = reading.gettext, reading.ngettext
    days = reading.figures.days
    shown, parts = days.head(PEOPLE), list[Part]()
    for platform in dict.fromkeys(map(str, shown["platform"])):
        own = shown.filter(pl.col("platform") == platform)
        rows = [_day(reading, row) for row in rows_of(own)]
        title = _(
            "%(platform)s: %(days)s",
            platform=reading.platform(platform),
            days=n_("%(num)s day", "%(num)s days", own["day"].n_unique()),
        )
        grid = _known(reading, Grid(title, (Head(_("Day")),), ()), [reading.metric(m) for m in DAY_METRICS], rows)
        if any(cell.basis for _before, cells in rows for cell in cells):
            note = _("Small: posts whose gain of the day is known / all posts.")
            grid = replace(grid, note=" ".join(part for part in (note, grid.note) if part))
        every = days.filter(pl.col("platform") == platform).height
        parts.append(Part(f"{anchors.DAYS}-{platform}", title, _limit(reading, grid, every)))
    return parts


def _day(reading: Reading, row: dict[str, object]) -> tuple[list[Cell], list[Cell]]:
    day, every = row["day"], int(str(row["posts_all"]))
    gains: list[Cell] = []
    for m in DAY_METRICS:
        known, gain = int(str(row[f"{m}_known"] or 0)), row[f"gained_{m}"]
        part = f"{reading.formats.count(known)} / {reading.formats.count(every)}" if 0 < known < every else ""
        gains.append(reading.number(None if gain is None else int(str(gain)), "count", basis=part))
    return [Cell(reading.formats.short_day(day) if isinstance(day, date) else DASH, sort=str(day))], gains
