"""The result in one sentence, chosen by rules of which each checks its own claim, with its bad news in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from reports.goals import Goal, goals
from reports.headlines import headline, marked, plain
from reports.nights import Nights, nights
from reports.overview import Overview, overview
from reports.reading import Reading
from reports.waiting import Task, tasks

ORDER = 10


@dataclass(frozen=True, slots=True)
class Facts:
    """The verdict, two sentences of evidence, and at most three things to do."""

    title: str
    finding: Markup
    sentence: str
    lead: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and whether the figures bear it."""

    holds: bool
    sentence: str


def facts(reading: Reading) -> Facts:
    """The first claim that holds, then what must be decided."""
    sentence = next(claim.sentence for claim in claims(reading) if claim.holds)
    waiting = reading.figures.pending.height
    if waiting:
        number = marked(reading.formats.count(waiting), "bad")
        gap = "" if reading.figures.locale == "ja" else " "
        sentence += gap + reading.ngettext(
            "%(num)s post waits for a decision.", "%(num)s posts wait for a decision.", waiting, num=number
        )
    unrun = nights(reading.figures, overview(reading))
    if unrun.unrun:
        gap = "" if reading.figures.locale == "ja" else " "
        sentence += gap + not_run(reading, unrun, marked(reading.formats.count(len(unrun.unrun)), "bad"))
    return Facts(
        title=reading.gettext("Verdict"),
        finding=headline(sentence, reading.figures.locale),
        sentence=plain(sentence),
        lead=lead(reading),
        tasks=tuple(tasks(reading)[:3]),
    )


def not_run(reading: Reading, found: Nights, number: str) -> str:
    """How many of the window's nights were not run."""
    return reading.ngettext(
        "%(num)s of %(nights)s nights was not run.",
        "%(num)s of %(nights)s nights were not run.",
        len(found.unrun),
        num=number,
        nights=reading.formats.count(len(found.every)),
    )


def claims(reading: Reading) -> Iterator[Claim]:
    """Claims from the boldest to one that always holds."""
    _ = reading.gettext
    found = goals(reading)
    brief = overview(reading)
    sound = [goal for goal in found if goal.is_sound and goal.attainment is not None]
    known = [goal for goal in found if goal.attainment is not None]
    if sound and sound == known:
        yield from _of_goals(reading, brief, found, sound)
    posts = marked(reading.formats.count(brief.posts))
    people = reading.formats.count(brief.influencers)
    yield Claim(
        brief.posts > 0 and not found,
        _("%(posts)s posts by %(people)s creators were measured. No goals were agreed.", posts=posts, people=people),
    )
    yield Claim(
        brief.posts > 0,
        _("%(posts)s posts were measured. Whether the goals are reached cannot be told yet.", posts=posts),
    )
    yield Claim(holds=True, sentence=_("No post of this campaign has been confirmed yet."))


def _of_goals(reading: Reading, brief: Overview, found: list[Goal], sound: list[Goal]) -> Iterator[Claim]:
    _ = reading.gettext
    first = sound[0]
    missed = [goal for goal in sound[1:] if goal.verdict == "missed"]
    yield Claim(
        brief.is_over and len(found) > 1 and len(sound) == len(found) and all(g.verdict == "met" for g in found),
        _(
            "All %(count)s goals are met: %(first)s.",
            count=marked(str(len(found)), "good"),
            first=standing(reading, first),
        ),
    )
    if missed:
        worst = min(missed, key=lambda goal: (goal.attainment or 0, goal.kpi))
        yield Claim(
            brief.is_over and first.verdict == "met",
            _(
                "%(first)s. But %(other)s missed its goal: %(value)s instead of %(target)s.",
                first=standing(reading, first),
                other=worst.label,
                value=marked(worst.result.text, "bad"),
                target=worst.target.text,
            ),
        )
    yield Claim(
        brief.is_over and first.verdict == "met",
        _("%(first)s, and the goal is met.", first=standing(reading, first)),
    )
    yield Claim(
        brief.is_over and first.verdict == "missed",
        _("%(first)s, and the goal is missed.", first=standing(reading, first)),
    )
    yield Claim(
        not brief.is_over and first.elapsed is not None,
        _(
            "%(first)s, with %(elapsed)s of the campaign over.",
            first=standing(reading, first),
            elapsed=marked(reading.formats.attainment(first.elapsed)),
        ),
    )


def standing(reading: Reading, goal: Goal) -> str:
    """Where a goal stands, without a full stop. A cost is told as a value: 90 % of a ceiling reads like a success."""
    _ = reading.gettext
    tone = "bad" if goal.verdict in {"missed", "behind"} else "good"
    if goal.lower_is_better:
        value = marked(goal.result.text, tone)
        return _(
            "%(kpi)s: %(value)s against a goal of %(target)s", kpi=goal.label, value=value, target=goal.target.text
        )
    return _("%(kpi)s: %(share)s of the goal", kpi=goal.label, share=marked(goal.attained.text, tone))


def lead(reading: Reading) -> str:
    """Posts, creators and spend in a sentence, and how firm the figures are."""
    _ = reading.gettext
    brief = overview(reading)
    said = {"posts": reading.formats.count(brief.posts), "people": reading.formats.count(brief.influencers)}
    if brief.promised is None:
        first = _("%(posts)s posts by %(people)s creators are confirmed.", **said)
    else:
        promised = reading.formats.count(brief.promised)
        first = _(
            "%(posts)s of %(promised)s promised posts by %(people)s creators are confirmed.", promised=promised, **said
        )
    second = (
        _("They cost %(cost)s in all.", cost=brief.cost.text)
        if brief.cost.is_known
        else _("What they cost in all is not known, because a part of the costs is missing.")
    )
    unrun = nights(reading.figures, brief).unrun
    third = (
        _("No more figures are awaited, but those of nights that were not run are missing for good.")
        if reading.figures.edition == "final" and unrun
        else _("The figures are final.")
        if reading.figures.edition == "final"
        else _("The figures may still move until %(day)s.", day=reading.formats.full_day(brief.final_on))
    )
    return ("" if reading.figures.locale == "ja" else " ").join((first, second, third))
