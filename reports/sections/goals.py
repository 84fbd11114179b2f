"""Every goal on one scale: the share of it that was reached, in words and as a bar."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.charts import bullet
from reports.goals import Goal, goals
from reports.headlines import headline
from reports.overview import overview
from reports.reading import Reading

ORDER = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """The goals and their bars."""

    title: str
    finding: Markup
    lead: str
    goals: tuple[tuple[Goal, Markup], ...]
    note: str


def facts(reading: Reading) -> Facts:
    """How many goals stand where; each with its result."""
    _ = reading.gettext
    found = goals(reading)
    return Facts(
        title=_("Goals and results"),
        finding=headline(finding(reading, found), reading.figures.locale),
        lead=_("Bars show the result, the line is the target. A cost is good where its bar ends before the line.")
        if found
        else _("Goals are written in campaign.toml, under [goals]."),
        goals=tuple((goal, bullet(goal.drawn, goal.tone)) for goal in found),
        note=_("Shares are rounded down: 99.6%% of a goal is not 100%%."),
    )


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
