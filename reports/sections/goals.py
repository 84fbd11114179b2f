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
    if untold:
        gap = "" if reading.figures.locale == "ja" else " "
        text += gap + reading.ngettext("%(num)s cannot be told.", "%(num)s cannot be told.", untold)
    return text
