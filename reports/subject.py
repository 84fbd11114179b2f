"""A mail's subject says first what is to do, and fits a phone's list of mails; no two editions share one."""

import unicodedata

from reports.goals import Goal, goals
from reports.headlines import plain
from reports.overview import overview
from reports.reading import Reading
from reports.sections import verdict
from reports.waiting import tasks

WIDTH = 45
"""Full-width characters: what a phone's list of mails shows of a subject."""
LEAST_NAME = 6


def subject(reading: Reading) -> str:
    """What is to do, the campaign, which edition, and as much of the result as there is room for."""
    _ = reading.gettext
    urgent = sum(task.tone == "act" for task in tasks(reading))
    head = _("[%(count)s to do] ", count=urgent) if urgent else ""
    edition = _edition(reading)
    name = overview(reading).name
    # the fullest that leaves the name enough room; the name is cut only where even the shortest is too long
    for result in (*_results(reading), ""):
        tail = edition + result + _revision(reading)
        room = WIDTH - width(head) - width(tail)
        if room >= min(width(name), LEAST_NAME) or not result:
            break
    return " ".join((head + fitted(name, max(room, 1)) + tail).split())


def _edition(reading: Reading) -> str:
    _ = reading.gettext
    figures = reading.figures
    if figures.edition == "mid":
        return _(" as of %(day)s", day=reading.formats.day(figures.today))
    return _(" final results") if figures.edition == "final" else _(" provisional results")


def _revision(reading: Reading) -> str:
    version = reading.figures.version
    return reading.gettext(" (revised v%(version)s)", version=version) if version > 1 else ""


def _results(reading: Reading) -> list[str]:
    """The result in words, from the fullest to the shortest; none where no goal can be told."""
    _ = reading.gettext
    found = [goal for goal in goals(reading) if goal.is_sound and goal.attainment is not None]
    if not found:
        return []
    first, others = found[0], found[1:]
    said = _(": %(first)s", first=plain(verdict.standing(reading, first)))
    missed = [goal for goal in others if goal.tone == "bad"]
    fuller: list[str] = []
    if missed:
        worst = min(missed, key=lambda goal: (goal.attainment or 0, goal.kpi))
        fuller = [said + _(", %(other)s missed", other=worst.label)]
        if len(missed) > 1:
            fuller = [said + _(", %(num)s goals missed", num=reading.formats.count(len(missed)))]
    return [*fuller, said, _(": %(first)s", first=_short(first))]


def _short(goal: Goal) -> str:
    return f"{goal.label} {goal.standing}"


def width(text: str) -> float:
    """Width in full-width characters."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def fitted(text: str, room: float) -> str:
    """The text, cut to a width with an ellipsis."""
    if width(text) <= room:
        return text
    while text and width(text) > room - 1:
        text = text[:-1]
    return text.rstrip("\u200d\ufe0f ") + "…"
