"""A mail's subject says first what is to do, and fits a phone's list of mails; no two editions share one."""

import unicodedata

from reports.goals import goals
from reports.overview import overview
from reports.reading import Reading
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
    results = _results(reading)
    tails = [edition + result + _revision(reading) for result in (*results, "")]
    rooms = [WIDTH - width(head) - width(tail) for tail in tails]
    # the fullest result that leaves the name whole; else the shortest that leaves enough of it
    whole = (i for i, room in enumerate(rooms) if room >= width(name) and tails[i] != tails[-1])
    enough = (i for i, room in reversed(list(enumerate(rooms[:-1]))) if room >= LEAST_NAME)
    chosen = next(whole, next(enough, len(tails) - 1))
    return " ".join((head + fitted(name, max(rooms[chosen], 1)) + tails[chosen]).split())


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
    said = _(": %(kpi)s %(standing)s", kpi=first.label, standing=first.standing)
    missed = [goal for goal in others if goal.tone == "bad"]
    if not missed:
        return [said]
    worst = min(missed, key=lambda goal: (goal.attainment or 0, goal.kpi))
    more = (
        _(", %(other)s missed", other=worst.label)
        if len(missed) == 1
        else _(", %(num)s goals missed", num=reading.formats.count(len(missed)))
    )
    return [said + more, said]


def width(text: str) -> float:
    """Width in full-width characters."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def fitted(text: str, room: float) -> str:
    """The text, cut to a width with an ellipsis."""
    if width(text) <= room:
        return text
    # no character is narrower than a half: what is beyond cannot fit, however long the text
    text = text[: max(int(room * 2), 0)]
    while text and width(text) > room - 1:
        text = text[:-1]
    return text.rstrip("\u200d\ufe0f ") + "…"
