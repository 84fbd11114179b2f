"""Sentences about goals from the boldest to one that always holds: each says itself whether the figures bear it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.goals import Goal, goals
from reports.headlines import marked, within
from reports.overview import Overview, overview
from reports.reading import Reading


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and whether the figures bear it."""

    holds: bool
    sentence: str


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
    return next((g for g in costs if _is_within(g.result.value, g.target.value)), None)


def _is_within(value: float | None, ceiling: float | None) -> bool:
    return value is not None and ceiling is not None and value <= ceiling


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
