"""The result in one sentence, chosen by rules of which each checks its own claim, with its bad news in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from reports.actions import actions
from reports.course import track
from reports.duties import due_on
from reports.goals import Goal, goals
from reports.headlines import headline, marked, plain, within
from reports.nights import Nights, nights
from reports.overview import Overview, overview
from reports.reading import Reading
from reports.standing import standings
from reports.waiting import Task, tasks

ORDER = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """The verdict, why, how firm it is, at most three things to do, and what else waits."""

    title: str
    finding: Markup
    sentence: str
    why: str
    lead: str
    tasks: tuple[Task, ...]
    more: tuple[Task, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and whether the figures bear it."""

    holds: bool
    sentence: str


def facts(reading: Reading) -> Facts:
    """The first claim that holds, then what must be decided."""
    sentence = next(claim.sentence for claim in claims(reading) if claim.holds)
    gap = "" if reading.figures.locale == "ja" else " "
    if must := must_do(reading):
        sentence += gap + must
    unrun = nights(reading.figures, overview(reading))
    chosen = actions(reading)
    if unrun.unrun:
        sentence += gap + not_run(reading, unrun, marked(reading.formats.count(len(unrun.unrun)), "bad"))
    return Facts(
        title=reading.gettext("Verdict"),
        finding=headline(sentence, reading.figures.locale),
        sentence=plain(sentence),
        why=gap.join(why(reading)),
        lead=lead(reading),
        tasks=chosen,
        more=tuple(one for one in tasks(reading) if one.due and one not in chosen),
        rule=reading.gettext(
            "Due dates count working days (Monday to Friday; public holidays are not considered) from %(day)s.",
            day=reading.formats.full_day(due_on(reading)),
        )
        if any(one.due for one in chosen)
        else "",
    )


def must_do(reading: Reading) -> str:
    """The one thing that must be done: posts to be put right before posts to be decided; empty if there is neither."""
    number = _to_put_right(reading)
    if number:
        return reading.ngettext(
            "%(num)s post may breach the rules and must be put right.",
            "%(num)s posts may breach the rules and must be put right.",
            number,
            num=marked(reading.formats.count(number), "bad"),
        )
    waiting = reading.figures.pending.height
    if not waiting:
        return ""
    return reading.ngettext(
        "%(num)s post waits for a decision.",
        "%(num)s posts wait for a decision.",
        waiting,
        num=marked(reading.formats.count(waiting), "bad"),
    )


def _to_put_right(reading: Reading) -> int:
    """Posts with an open task about what may be a breach."""
    found = reading.figures.compliance_tasks
    return (
        found.filter((found["state"] == "open") & (found["verdict"] == "fail")).select("platform", "post_id").n_unique()
    )


def why(reading: Reading) -> Iterator[str]:
    """What carried the result and what held it back: at most two sentences, each of which checks its own claim."""
    _ = reading.gettext
    found = standings(reading)
    better, worse = (len(found.of("better")), len(found.of("worse"))) if found else (0, 0)
    if found is not None and better + worse:
        yield _(
            "By %(kpi)s %(better)s of %(all)s creators stand clearly better than the others, %(worse)s clearly worse.",
            kpi=within(reading.label(found.kpi), reading.figures.locale),
            better=reading.formats.count(better),
            worse=reading.formats.count(worse),
            all=reading.formats.count(len(found.people)),
        )
    elif found is not None and found.is_separable:
        yield _(
            "By %(kpi)s no creator differs from the others by more than chance: the result rests on many.",
            kpi=within(reading.label(found.kpi), reading.figures.locale),
        )
    course = track(reading)
    if course is not None and course.lead is not None and course.totals:
        is_above, since = course.lead
        if since:
            said = {
                "kpi": reading.label(course.kpi),
                "day": reading.formats.day(course.first + timedelta(days=since)),
            }
            yield (
                _("%(kpi)s: above the even plan since %(day)s.", **said)
                if is_above
                else _("%(kpi)s: below the even plan since %(day)s.", **said)
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
    cost = None if first.lower_is_better else _kept_cost(sound)
    every = brief.is_over and len(found) > 1 and len(sound) == len(found) and all(g.verdict == "met" for g in found)
    if cost is not None:
        ended = {"cost": within(cost.label, reading.figures.locale), "standing": marked(cost.standing, "good")}
        yield Claim(
            every,
            _(
                "All %(count)s goals are met: %(first)s, %(cost)s %(standing)s.",
                count=marked(str(len(found)), "good"),
                first=standing(reading, first),
                **ended,
            ),
        )
    yield Claim(
        every,
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
                other=within(worst.label, reading.figures.locale),
                value=marked(worst.result.text, "bad"),
                target=worst.target.text,
            ),
        )
    if cost is not None:
        ended = {"cost": within(cost.label, reading.figures.locale), "standing": marked(cost.standing, "good")}
        yield Claim(
            brief.is_over and first.verdict == "met",
            _("%(first)s, and %(cost)s ended %(standing)s.", first=standing(reading, first), **ended),
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


def _kept_cost(sound: list[Goal]) -> Goal | None:
    """The first cost that is met, and whose own figure says so."""
    costs = [goal for goal in sound if goal.lower_is_better and goal.verdict == "met"]
    return next((g for g in costs if (g.result.value or 0) <= (g.target.value or 0)), None)


def standing(reading: Reading, goal: Goal) -> str:
    """Where a goal stands, without a full stop. A cost is told as a value: 90 % of a ceiling reads like a success."""
    _ = reading.gettext
    tone = "bad" if goal.verdict in {"missed", "behind"} else "good"
    if goal.lower_is_better:
        value = marked(goal.result.text, tone)
        return _(
            "%(kpi)s: %(value)s against a goal of %(target)s", kpi=goal.label, value=value, target=goal.target.text
        )
    return _("%(kpi)s reached %(share)s of the goal", kpi=goal.label, share=marked(goal.attained.text, tone))


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
