"""What each night brought: which nights were not run, which have a gap, and what was never told on any night.

A night is not to blame for what nobody may know (an account that gave no access) nor for what did not exist yet (a link
that was not found until it was). Whatever else is missing is a gap of that night.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from reports.figures import Figures
from reports.overview import Overview
from reports.wording import NOT_RUN, UNTOLD, codes_in

State = Literal["whole", "part", "lost", "unrun"]
_WORST: tuple[State, ...] = ("whole", "part", "lost", "unrun")

UNTOLD_CODES = frozenset({"no_access", UNTOLD})
"""Reasons that no night can mend; excused unless what is missing had answered before and answered again later."""
UNBORN = "not_found"
"""The reason of what does not exist yet; excused only if it was found later and had never answered before."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a source never told in a span of nights: ``number`` things at most on one night."""

    source: str
    number: int
    first: date
    last: date
    nights: int


@dataclass(frozen=True, slots=True)
class SourceNights:
    """One source: the state of each of its nights, what was asked and answered, reasons of its gaps."""

    source: str
    states: Mapping[date, State]
    expected: int
    got: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nights:
    """All nights of the campaign's window of which something is recorded, or of which nothing is."""

    every: tuple[date, ...]
    unrun: tuple[date, ...]
    gaps: tuple[date, ...]
    sources: tuple[SourceNights, ...]
    standing: tuple[Standing, ...]
    unborn: tuple[Standing, ...]
    """What was asked for before it existed: not found on these nights, and found on a later one."""

    @property
    def gap_sources(self) -> list[str]:
        """Sources with a gap on a night that was run."""
        gaps = set(self.gaps)
        return [s.source for s in self.sources if any(s.states.get(day, "whole") != "whole" for day in gaps)]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of ops.coverage, typed."""

    day: date
    expected: int
    got: int
    state: str
    reason: str | None

    @property
    def codes(self) -> Mapping[str, int]:
        return codes_in(self.reason) or {}

    def lacks_only(self, codes: frozenset[str]) -> bool:
        """Whether everything that is missing is missing for one of these reasons: a rest unexplained is not."""
        found = self.codes
        covered = UNTOLD in found or sum(found.values()) >= self.expected - self.got
        return bool(found) and found.keys() <= codes and covered


def nights(figures: Figures, brief: Overview) -> Nights:
    """The window's nights, from ops.coverage. Days before the first recorded night count as not run."""
    by_source: dict[str, list[_Row]] = {}
    columns = ("source", "day", "expected", "got", "state", "reason")
    for source, *rest in figures.coverage.select(columns).sort("source", "day").rows():
        by_source.setdefault(str(source), []).append(_Row(*rest))
    asked = {row.day for rows in by_source.values() for row in rows if row.reason != NOT_RUN}
    recorded = {row.day for rows in by_source.values() for row in rows}
    if not recorded:
        return Nights((), (), (), (), (), ())
    last = max(recorded)
    window = {brief.starts_on + timedelta(days=i) for i in range(max((last - brief.starts_on).days + 1, 0))}
    every = recorded | window
    unrun = every - asked
    sources = tuple(_source(name, rows, unrun) for name, rows in by_source.items())
    gaps = {day for s in sources for day, state in s.states.items() if state != "whole"} - unrun
    standing = (_standing(name, rows) for name, rows in by_source.items())
    return Nights(
        tuple(sorted(every)),
        tuple(sorted(unrun)),
        tuple(sorted(gaps)),
        sources,
        tuple(found for found in standing if found),
        tuple(found for name, rows in by_source.items() if (found := _before_it_was(name, rows))),
    )


def _source(name: str, rows: Sequence[_Row], unrun: set[date]) -> SourceNights:
    excused, dips = _unborn(rows), _dips(rows)
    states: dict[date, State] = dict.fromkeys(unrun, "unrun")
    reasons: dict[str, None] = {}
    for row in rows:
        accepted = frozenset[str]() if row.day in dips else UNTOLD_CODES
        accepted |= {UNBORN} if row.day in excused else frozenset[str]()
        state = _state(row, accepted)
        before = states.get(row.day, "whole")
        states[row.day] = before if _WORST.index(before) > _WORST.index(state) else state
        if state != "whole" and row.reason:
            reasons[row.reason] = None
    asked = [row for row in rows if row.reason != NOT_RUN]
    return SourceNights(
        name,
        dict(sorted(states.items())),
        sum(row.expected for row in asked),
        sum(row.got for row in asked),
        tuple(reasons),
    )


def _state(row: _Row, excused: frozenset[str]) -> State:
    if row.reason == NOT_RUN:
        return "unrun"
    if row.state == "complete" or row.lacks_only(excused):
        return "whole"
    return "part" if row.state == "partial" else "lost"


def _dips(rows: Sequence[_Row]) -> set[date]:
    """Nights on which less answered than before although as much was asked, until a later night answered as before.

    An empty answer says the same of an account that is gone and of a platform that lies for a night; what comes back
    was not gone.
    """
    found: set[date] = set()
    run: list[date] = []
    level = 0
    before: tuple[int, int] | None = None
    for day, own in _by_day(rows).items():
        expected, got = sum(row.expected for row in own), sum(row.got for row in own)
        lacking = expected - got
        if not run and before is not None and got + max(before[0] - expected, 0) < before[1]:
            level = before[0] - before[1]
            run = [day]
        elif run and lacking <= level:
            found |= set(run)
            run = []
        elif run:
            run.append(day)
        before = expected, got
    return found


def _by_day(rows: Sequence[_Row]) -> dict[date, list[_Row]]:
    asked: dict[date, list[_Row]] = {}
    for row in rows:
        if row.reason != NOT_RUN:
            asked.setdefault(row.day, []).append(row)
    return dict(sorted(asked.items()))


def _unborn(rows: Sequence[_Row]) -> set[date]:
    """Nights on which something was not found that a later night found, and that had never answered before.

    A run of such nights is excused as a whole: it ends with a night that found everything, and on none of its nights
    did less answer than on the night before, but for what was no longer asked.
    """
    excused: set[date] = set()
    run: list[date] = []
    fell = False
    before: tuple[int, int] | None = None
    for day, own in _by_day(rows).items():
        expected, got = sum(row.expected for row in own), sum(row.got for row in own)
        if any(UNBORN in row.codes for row in own):
            run.append(day)
            fell = fell or (before is not None and got + max(before[0] - expected, 0) < before[1])
        elif all(_state(row, UNTOLD_CODES) == "whole" for row in own):
            excused |= set() if fell else set(run)
            run, fell = [], False
        before = expected, got
    return excused


def _before_it_was(name: str, rows: Sequence[_Row]) -> Standing | None:
    excused = _unborn(rows)
    found: dict[date, int] = {}
    for row in rows:
        if row.day in excused and UNBORN in row.codes:
            found[row.day] = found.get(row.day, 0) + min(row.codes[UNBORN], row.expected - row.got)
    return Standing(name, max(found.values()), min(found), max(found), len(found)) if found else None


def _standing(name: str, rows: Sequence[_Row]) -> Standing | None:
    lacking: dict[date, int] = {}
    dips = _dips(rows)
    for row in (row for row in rows if row.day not in dips):
        told = {code: n for code, n in row.codes.items() if code in UNTOLD_CODES}
        if told and row.state != "complete":
            rest = row.expected - row.got if UNTOLD in told else min(told["no_access"], row.expected - row.got)
            lacking[row.day] = lacking.get(row.day, 0) + rest
    if not any(lacking.values()):
        return None
    return Standing(name, max(lacking.values()), min(lacking), max(lacking), len(lacking))
