"""What the mail says: the report's own facts, fewer of them, what is to be done first."""

from dataclasses import dataclass

from markupsafe import Markup

from reports import message_creators, signs
from reports.counting import counted_in_full
from reports.findings import Finding, open_findings
from reports.goals import Goal, goals
from reports.message_bars import Part, bar
from reports.message_creators import PERSON, underlined
from reports.overview import edition_name, kind_name, overview
from reports.reading import Cell, Reading
from reports.sections import goals as goal_section
from reports.sections import next_steps as next_section
from reports.sections import posts as post_section
from reports.sections import verdict
from reports.subject import fitted, subject
from reports.waiting import Task, tasks

POSTS = 3
CAPTION = 60
CASES = 4
NAME, TEXT = 60, 120
"""Full-width characters of a campaign's name and of a case: names come from files, and a mail has an end."""


@dataclass(frozen=True, slots=True)
class Case:
    """One post that must be put right: whose, where, what is wrong with it and what helps."""

    name: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do. ``who``: whose it is and until when; ``cases``: its posts, where they are few."""

    pill: str
    title: str
    text: str
    who: str
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A top post: who, what kind, one figure, and one line: why it may have worked (``tag``), or how it begins."""

    name: str
    about: str
    tag: str
    line: str
    label: str
    figure: Cell


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
    why: str
    urgent: tuple[Duty, ...]
    later: tuple[Duty, ...]
    next_finding: Markup
    goals_finding: str
    goals: tuple[tuple[Goal, tuple[Part, ...]], ...]
    creators: message_creators.Facts
    posts_finding: Markup
    posts_lead: str
    posts: tuple[Post, ...]
    url: str
    path: str
    caveat: str
    as_of: str


def facts(reading: Reading) -> Facts:
    """The verdict, what is urgent, goals, creators, next steps, top posts, where the report is."""
    figures = reading.figures
    brief = overview(reading)
    said = verdict.facts(reading)
    found = goals(reading)
    best = post_section.facts(reading)
    urgent = [task for task in tasks(reading) if task.tone == "act"]
    later = [task for task in (*said.tasks, *said.more) if task.tone != "act" and task.due]
    posts = tuple(_post(reading, card) for card in best.cards[:POSTS])
    shown = (*(goal.result.text for goal in found), *(post.figure.text for post in posts))
    return Facts(
        subject=subject(reading),
        preheader=" / ".join(task.title for task in urgent) or said.lead,
        brand=fitted(brief.brand, NAME),
        kind=f"{kind_name(reading)} · {edition_name(reading)}",
        campaign=fitted(brief.name, NAME),
        period=reading.formats.period(brief.starts_on, brief.ends_on),
        finding=underlined(said.finding),
        sentence=said.sentence,
        lead=said.lead,
        why=said.why,
        urgent=tuple(_duty(reading, task) for task in urgent),
        later=tuple(_duty(reading, task) for task in later),
        next_finding=underlined(next_section.facts(reading).finding),
        goals_finding=goal_section.finding(reading, found),
        goals=tuple((goal, bar(goal.drawn, goal.tone)) for goal in found),
        creators=message_creators.facts(reading),
        posts_finding=underlined(best.finding),
        posts_lead=best.lead,
        posts=posts,
        url=figures.report_url if figures.report_url.startswith("https://") else "",
        path=f"reports/{figures.campaign_id}/{figures.label}/report.html",
        caveat=_caveat(reading, signs.explained(reading, shown)),
        as_of=reading.formats.instant(figures.as_of),
    )


def _duty(reading: Reading, task: Task) -> Duty:
    _ = reading.gettext
    who = _("%(owner)s, by %(day)s", owner=task.owner, day=task.due) if task.due else ""
    is_breach = task.anchor == "compliance" and task.tone == "act"
    return Duty(task.pill, task.title, task.text, who, _cases(reading) if is_breach else ())


def _cases(reading: Reading) -> tuple[Case, ...]:
    """Posts that may breach a rule, each once; none where they are too many for a mail."""
    found: dict[tuple[str, str], Case] = {}
    for one in open_findings(reading):
        if one.level == "fail":
            gap = "" if reading.figures.locale == "ja" else " "
            found.setdefault((one.name, one.about), _case(one, gap))
    return tuple(found.values()) if len(found) <= CASES else ()


def _case(one: Finding, gap: str) -> Case:
    return Case(fitted(one.name, PERSON), one.about, fitted(f"{one.reason}{gap}{one.action}", TEXT))


def _caveat(reading: Reading, explained: list[str]) -> str:
    """How purchases were counted, where any were, what no figure says, and what the signs behind figures mean."""
    orders = reading.row("orders")
    said = [counted_in_full(reading)] if orders and orders["value"] is not None else []
    return ("" if reading.figures.locale == "ja" else " ").join(
        [*said, reading.gettext("A dash is unknown, not zero."), *explained]
    )


def _post(reading: Reading, card: post_section.Card) -> Post:
    label, figure = card.figures[0]
    tag = reading.gettext("Why? (hypothesis)") if card.why else ""
    return Post(
        fitted(card.name, PERSON),
        card.about,
        tag,
        card.why[0] if card.why else post_section.shortened(card.caption, CAPTION),
        label,
        figure,
    )
