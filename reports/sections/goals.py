"""Every goal on one scale: the share of it that was reached, in words and as a bar."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.charts import bullet, goal_axis
from reports.goals import Goal, goals
from reports.headlines import headline
from reports.overview import overview
from reports.reading import Reading, said_in
from reports.sources import Source, sources

ORDER = 30
_NAMED = 2
"""More missed goals than this are counted, not named, in a headline."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The goals and their bars."""

    title: str
    finding: Markup
    lead: str
    goals: tuple[tuple[Goal, Markup], ...]
    axis: Markup
    legend: tuple[tuple[str, str], ...]
    note: str
    sources: tuple[Source, ...]


def facts(reading: Reading) -> Facts:
    """How many goals stand where; each with its result."""
    _ = reading.gettext
    found = goals(reading)
    return Facts(
        title=_("Goals and results"),
        finding=headline(finding(reading, found), reading.figures.locale),
        lead=_("Bars show how much of the goal is reached, 100 at the line. For costs, lower is better: goal ÷ result.")
        if found
        else _("Goals are written in campaign.toml, under [goals]."),
        goals=tuple((goal, bullet(goal.drawn, goal.tone, span=goal.span, before=goal.before)) for goal in found),
        axis=goal_axis(_("goal = 100")),
        legend=_legend(reading, found),
        note=_note(reading, found),
        sources=sources(reading, [goal.kpi for goal in found]),
    )


def _legend(reading: Reading, found: list[Goal]) -> tuple[tuple[str, str], ...]:
    """What else the bars show, as far as they do: sign and words."""
    _ = reading.gettext
    said: list[tuple[str, str]] = []
    if any(goal.span for goal in found):
        said.append(("whisker", _("95%% interval")))
    if any(goal.before is not None for goal in found):
        last = reading.figures.previous.row(0, named=True)
        name, ends_on = said_in(last["name"]), reading.formats.full_day(last["ends_on"])
        said.append(("diamond", _("last campaign: %(name)s, until %(day)s", name=name, day=ends_on)))
    return tuple(said)


def _note(reading: Reading, found: list[Goal]) -> str:
    _ = reading.gettext
    said = [_("Shares are rounded down: 99.6%% of a goal is not 100%%.")]
    if any(goal.span and goal.drawn is not None and goal.span[0] < 1 <= goal.drawn for goal in found):
        said.append(
            _("Likely met: the result is beyond the goal, but its interval reaches below it, so it may be chance.")
        )
    return ("" if reading.figures.locale == "ja" else " ").join(said)


def finding(reading: Reading, found: list[Goal]) -> str:
    """Counts of verdicts; nothing is claimed of a goal that cannot be told."""
    _ = reading.gettext
    if not found:
        return _("No goals were agreed.")
    is_over = overview(reading).is_over
    good = sum(goal.is_sound and goal.verdict in {"met", "ahead"} for goal in found)
    untold = sum(goal.verdict == "unknown" or not goal.is_sound for goal in found)
    said = {"good": reading.formats.count(good), "all": reading.formats.count(len(found))}
    if untold == len(found):
        return _("Whether the goals are reached cannot be told yet.")
    text = (
        _("%(good)s of %(all)s goals are met.", **said)
        if is_over
        else _("%(good)s of %(all)s goals are on pace.", **said)
    )
    said_more = [text, *(_fell_short(reading, found) if is_over else ())]
    if untold:
        said_more.append(reading.ngettext("%(num)s cannot be told.", "%(num)s cannot be told.", untold))
    return ("" if reading.figures.locale == "ja" else " ").join(said_more)


def _fell_short(reading: Reading, found: list[Goal]) -> list[str]:
    """Which goals were missed, if they are few enough to name; how many were met only within their margin."""
    missed = [goal for goal in found if goal.is_sound and goal.verdict == "missed"]
    likely = sum(
        goal.is_sound and goal.verdict == "met" and goal.span is not None and goal.span[0] < 1 for goal in found
    )
    said: list[str] = []
    if 0 < len(missed) <= _NAMED:
        names = reading.formats.listed([goal.label for goal in missed])
        said.append(reading.gettext("Missed: %(goals)s.", goals=names))
    if likely:
        said.append(
            reading.ngettext(
                "%(num)s of them is met within its margin only.",
                "%(num)s of them are met within their margin only.",
                likely,
            )
        )
    return said
