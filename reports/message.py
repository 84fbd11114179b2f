"""What the mail says: the report's own facts, fewer of them, with charts made of table cells."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.charts import BULLET_END
from reports.goals import Goal, goals
from reports.measures import rates, results
from reports.overview import edition_name, kind_name, overview
from reports.reading import Cell, Reading, rows_of
from reports.sections import goals as goal_section
from reports.sections import influencers as influencer_section
from reports.sections import posts as post_section
from reports.sections import verdict
from reports.subject import subject
from reports.waiting import Task, tasks

CREATORS = 15


@dataclass(frozen=True, slots=True)
class Part:
    """One cell of a bar: its share of the width in per cent, and what it is."""

    width: str
    kind: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The mail's content in order."""

    subject: str
    preheader: str
    brand: str
    kind: str
    campaign: str
    period: str
    finding: Markup
    sentence: str
    lead: str
    urgent: tuple[Task, ...]
    later: tuple[Task, ...]
    goals_finding: str
    goals: tuple[tuple[Goal, tuple[Part, ...]], ...]
    creators_finding: Markup
    creators_text: str
    creators_lead: str
    creators_heads: tuple[str, ...]
    creators: tuple[tuple[str, str, tuple[Cell, ...]], ...]
    creators_more: str
    posts_finding: Markup
    posts_lead: str
    posts: tuple[post_section.Card, ...]
    url: str
    path: str
    caveat: str
    as_of: str


def facts(reading: Reading) -> Facts:
    """The verdict, what is urgent, goals, creators, top posts, where the report is."""
    _ = reading.gettext
    figures = reading.figures
    brief = overview(reading)
    said = verdict.facts(reading)
    found = goals(reading)
    waiting = tasks(reading)
    best = post_section.facts(reading)
    people = influencer_section.facts(reading)
    kpis, creators = _creators(reading)
    more = figures.influencers.height - len(creators)
    return Facts(
        subject=subject(reading),
        preheader=said.lead,
        brand=brief.brand,
        kind=f"{kind_name(reading)} · {edition_name(reading)}",
        campaign=brief.name,
        period=reading.formats.period(brief.starts_on, brief.ends_on),
        finding=said.finding,
        sentence=said.sentence,
        lead=said.lead,
        urgent=tuple(task for task in waiting if task.tone == "act"),
        later=tuple(task for task in waiting if task.tone == "warn"),
        goals_finding=goal_section.finding(reading, found),
        goals=tuple((goal, bar(goal.drawn, goal.tone)) for goal in found),
        creators_finding=people.finding,
        creators_text=people.finding.striptags(),
        creators_lead=people.lead,
        creators_heads=tuple(reading.label(kpi) for kpi in kpis),
        creators=creators,
        creators_more=reading.ngettext("%(num)s more in the report", "%(num)s more in the report", more)
        if more
        else "",
        posts_finding=best.finding,
        posts_lead=best.lead,
        posts=best.cards[:3],
        url=figures.report_url if figures.report_url.startswith("https://") else "",
        path=f"reports/{figures.campaign_id}/{figures.label}/report.html",
        caveat=_(
            "Purchases are orders by code or link within %(days)s days; who would have bought anyway is not known."
            " A dash is unknown, not zero.",
            days=reading.formats.count(brief.attribution_days),
        ),
        as_of=reading.formats.instant(figures.as_of),
    )


def bar(attained: float | None, tone: str) -> tuple[Part, ...]:
    """A goal's bar, its value as a share of the target: cells of whole per cents that sum to 100, and the line."""
    goal = round(100 / BULLET_END)
    filled = 0 if attained is None else round(min(max(attained, 0), BULLET_END) / BULLET_END * 100)
    # rounding must not carry a bar across the line that it does not reach
    if attained is not None:
        filled = min(filled, goal - 1) if attained < 1 else max(filled, goal)
    before = (min(filled, goal), f"fill {tone}"), (max(goal - filled, 0), "track")
    after = (max(filled - goal, 0), f"fill {tone}"), (100 - max(filled, goal), "track")
    parts = [*before, (0, "line"), *after]
    return tuple(Part(f"{width}%" if kind != "line" else "2", kind) for width, kind in parts if width or kind == "line")


def _creators(reading: Reading) -> tuple[list[str], tuple[tuple[str, str, tuple[Cell, ...]], ...]]:
    kpis = [*results(reading, "influencer")[:1], *rates(reading, "influencer")[:1]]
    rows = rows_of(reading.figures.influencers)[:CREATORS]
    return kpis, tuple(
        (
            reading.person(row["influencer_id"]),
            reading.handles(row["handles"]),
            tuple(reading.kpi(kpi, "influencer", influencer_id=str(row["influencer_id"]), short=True) for kpi in kpis),
        )
        for row in rows
    )
