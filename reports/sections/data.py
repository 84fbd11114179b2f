"""Every figure of every creator, post and day, in full numbers."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from reports.figures import DAY_METRICS
from reports.headlines import headline
from reports.links import safe_link
from reports.reading import Cell, Grid, Head, Reading, reasons_in, rows_of, said_in
from reports.sections.posts import shortened
from transforms.tables.fields import METRICS

ORDER = 110
MOST = 500
"""Rows of a table in the page; what is beyond stands in the warehouse, and the page says so."""


@dataclass(frozen=True, slots=True)
class Part:
    """One long table, folded away."""

    title: str
    grid: Grid


@dataclass(frozen=True, slots=True)
class Facts:
    """All tables."""

    title: str
    finding: Markup
    lead: str
    parts: tuple[Part, ...]


def facts(reading: Reading) -> Facts:
    """Campaign KPIs, creators, posts and days."""
    _, n_ = reading.gettext, reading.ngettext
    figures = reading.figures
    return Facts(
        title=_("All data"),
        finding=headline(_("Every figure in full"), figures.locale),
        lead=_("Click a heading to sort. Dashes give their reason; unknown figures sort last."),
        parts=(
            Part(_("Campaign totals"), _campaign(reading)),
            Part(n_("%(num)s creator", "%(num)s creators", figures.influencers.height), _influencers(reading)),
            Part(n_("%(num)s post", "%(num)s posts", figures.posts.height), _posts(reading)),
            Part(n_("%(num)s day", "%(num)s days", figures.days["day"].n_unique()), _days(reading)),
        ),
    )


def _limit(reading: Reading, rows: list[tuple[Cell, ...]]) -> tuple[tuple[tuple[Cell, ...], ...], str]:
    if len(rows) <= MOST:
        return tuple(rows), ""
    _ = reading.gettext
    said = {"shown": reading.formats.count(MOST), "all": reading.formats.count(len(rows))}
    return tuple(rows[:MOST]), _("The first %(shown)s of %(all)s rows. All of them are in the warehouse.", **said)


def _campaign(reading: Reading) -> Grid:
    _ = reading.gettext
    states = {"provisional": _("provisional"), "final": _("final")}
    kpis = [row for row in reading.index.values() if row["grain"] == "campaign"]
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(reading.label(row["kpi"]), sub=row["kpi"], sort=reading.label(row["kpi"])),
            reading.kpi(row["kpi"]),
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
    _ = reading.gettext
    kpis = sorted({row["kpi"] for row in reading.index.values() if row["grain"] == "influencer"} - {"posts"})
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(reading.figures.influencers):
        key = str(row["influencer_id"])
        rows.append(
            (
                reading.words(row["name"] or key, sub=reading.handles(row["handles"])),
                *(
                    reading.number(None if row[name] is None else float(str(row[name])), unit)
                    for name, unit in (
                        ("posts", "count"),
                        ("followers", "persons"),
                        ("fee", "money"),
                        ("cost", "money"),
                    )
                ),
                *(reading.kpi(kpi, "influencer", influencer_id=key) for kpi in kpis),
            )
        )
    shown, note = _limit(reading, rows)
    return Grid(
        label=_("All creators"),
        heads=(
            Head(_("Creator")),
            *(Head(text, numeric=True) for text in (_("Posts"), _("Followers"), _("Fee"), _("Cost"))),
            *(Head(reading.label(kpi), numeric=True) for kpi in kpis),
        ),
        rows=shown,
        note=note,
    )


def _posts(reading: Reading) -> Grid:
    _ = reading.gettext
    base = f"er_{reading.figures.campaign['engagement_base']}"
    kpis = [kpi for kpi in ("engagements", base, "er_followers_public") if reading.has(kpi, "post")]
    metrics = [m for m in METRICS if m not in {"engaged_views", "watch_seconds", "completions"}]
    labels = {"on": _("labelled"), "off": _("not labelled"), "unknown": _("label unknown")}
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(reading.figures.posts):
        reasons = reasons_in(row["missing"])
        platform, post_id = str(row["platform"]), str(row["post_id"])
        published = row["published_on"]
        rows.append(
            (
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
                    reading.formats.short_day(published) if isinstance(published, date) else "–",
                    sort=str(published or ""),
                ),
                Cell(labels.get(str(row["paid_label"]), labels["unknown"])),
                *(
                    reading.number(None if row[m] is None else int(str(row[m])), "count", reason=reasons.get(m))
                    for m in metrics
                ),
                *(reading.kpi(kpi, "post", platform=platform, post_id=post_id) for kpi in kpis),
            )
        )
    shown, note = _limit(reading, rows)
    return Grid(
        label=_("All posts"),
        heads=(
            Head(_("Creator")),
            Head(_("Post")),
            Head(_("Posted on")),
            Head(_("Paid partnership")),
            *(Head(reading.metric(m), numeric=True) for m in metrics),
            *(Head(reading.label(kpi), numeric=True) for kpi in kpis),
        ),
        rows=shown,
        note=note,
    )


def _days(reading: Reading) -> Grid:
    _ = reading.gettext
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(reading.figures.days):
        day = row["day"]
        gains: list[Cell] = []
        for m in DAY_METRICS:
            known, every = int(str(row[f"{m}_known"] or 0)), int(str(row["posts_all"]))
            gain = row[f"gained_{m}"]
            part = _("%(known)s of %(all)s posts", known=reading.formats.count(known), all=reading.formats.count(every))
            gains.append(
                reading.number(
                    None if gain is None else int(str(gain)), "count", basis=part if 0 < known < every else ""
                )
            )
        rows.append(
            (
                Cell(reading.formats.short_day(day) if isinstance(day, date) else "–", sort=str(day)),
                reading.words(reading.platform(row["platform"])),
                *gains,
            )
        )
    shown, note = _limit(reading, rows)
    return Grid(
        label=_("All days"),
        heads=(Head(_("Day")), Head(_("Platform")), *(Head(reading.metric(m), numeric=True) for m in DAY_METRICS)),
        rows=shown,
        note=note,
    )
