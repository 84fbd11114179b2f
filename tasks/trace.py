"""A figure, what it was added from, where each part was landed, and whether adding it again gives the figure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import polars as pl

from tasks.sources import Landed
from tasks.tracing import corrections
from tasks.tracing.corrections import Correction
from tasks.tracing.figures import Place, Published, check, figure_rows, kpi_of, lineage_rows
from tasks.tracing.places import Shown, shown
from tasks.tracing.rereading import Rereading, Stood
from transforms.kpis import Grain, Kpi
from transforms.lineage.reading import ROW, re_added, sides

TOLERANCE = 1e-9
"""Relative: sums of shares differ in the last digits of a float, by the order in which they are added."""
_ROUNDED = 1e-6
"""Relative: amounts are converted to four decimals."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A landed answer, as it was noted when it was loaded."""

    landed_id: str
    file: str
    line: int
    kind: str
    method: str
    url: str
    status: int
    received_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was added: its value here, the figure that was told, and where that stands."""

    facts: str
    influencer_id: str | None
    platform: str | None
    post_id: str | None
    input: str
    thing: str
    thing_id: str | None
    metric: str | None
    told: float | None
    weight: float | None
    value: float | None
    reason: str | None
    observed_at: datetime | None
    source: str | None
    landed_id: str | None
    counts: bool
    """Whether its row of facts knows both sides of the KPI; the others are left out of both."""
    shown: tuple[Shown, ...]
    read_as: float | None
    correction: Correction | None
    """What a person set right: the answer tells its ``expected``, and its ``value`` is ``told``."""
    fault: str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """One figure, led back. ``faults``: what does not agree, or is not there any more."""

    kpi: Kpi
    grain: Grain
    place: Place
    figure: Mapping[str, object]
    name: str | None
    currency: str
    parts: tuple[Part, ...]
    answers: Mapping[str, Answer]
    numerator: float | None
    denominator: float | None
    value: float | None
    rows_known: int
    rows_all: int
    faults: tuple[str, ...]
    version: str

    @property
    def agrees(self) -> bool:
        """Whether adding again gives the stored figure, from answers that are what was landed."""
        return not self.faults


def traces(place: Place, kpi_name: str, found: Published, rereading: Rereading) -> list[Trace]:
    """Every figure that a place names, each led back to what was landed. ``rereading`` keeps the files that it opened.

    Errors: ConfigurationError if there is no such KPI, campaign, influencer, platform or post.
    """
    kpi = kpi_of(kpi_name)
    check(place, kpi, found)
    reader = _Reader(found, rereading)
    return [_trace(place, kpi, row, found, reader) for row in figure_rows(place, kpi, found).iter_rows(named=True)]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a figure came from, in short: how many answers, learnt from when to when, and which."""

    command: str
    answers: int
    first_at: datetime | None
    last_at: datetime | None
    landed_ids: tuple[str, ...]


def sources_of(place: Place, kpi_name: str, lineage: pl.DataFrame) -> Sources:
    """The answers behind the figure of a campaign or a part of it, by marts.lineage alone; nothing is opened."""
    told = lineage_rows(place.ids, kpi_of(kpi_name), place.grain, lineage).drop_nulls("landed_id")
    first, last = told["known_at"].min(), told["known_at"].max()
    ids = told["landed_id"].unique().sort().to_list()
    return Sources(
        place.command(kpi_name),
        len(ids),
        first if isinstance(first, datetime) else None,
        last if isinstance(last, datetime) else None,
        tuple(ids),
    )


def _trace(place: Place, kpi: Kpi, row: dict[str, Any], found: Published, reader: "_Reader") -> Trace:
    rows = lineage_rows(row, kpi, place.grain, found.lineage)
    both = sides(rows, kpi, place.grain).select(*ROW, pl.col("is_known").alias("counts"))
    counted = rows.join(both, on=list(ROW), how="left", validate="m:1", nulls_equal=True, maintain_order="left")
    parts = tuple(reader.part(one) for one in counted.iter_rows(named=True))
    added = re_added(rows, kpi, place.grain)
    again = added.row(0, named=True) if added.height else dict.fromkeys(added.columns)
    faults = [
        *(p.fault for p in parts if p.fault),
        *(
            f"the {side} is {_said(again[side])} when added again, and {_said(row[side])} is stored"
            for side in ("numerator", "denominator", "value")
            if not _near(row[side], again[side])
        ),
    ]
    names = dict(found.influencers.select("influencer_id", "name").rows())
    currencies = dict(found.campaigns.select("campaign_id", "currency").rows())
    return Trace(
        kpi,
        place.grain,
        place,
        row,
        names.get(row["influencer_id"]),
        currencies.get(place.campaign_id, ""),
        parts,
        {p.landed_id: a for p in parts if p.landed_id and (a := reader.answer(p.landed_id))},
        again["numerator"],
        again["denominator"],
        again["value"],
        again["known"] or 0,
        again["rows"] or 0,
        tuple(dict.fromkeys(faults)),
        found.version,
    )


_FOUND = frozenset({"shown", "read_as", "correction", "fault"})
"""What a part has beyond its row of lineage."""


class _Reader:
    """Leads rows of lineage to what was landed, opening each file once."""

    def __init__(self, found: Published, rereading: Rereading) -> None:
        self._rereading = rereading
        self._corrections = found.corrections
        self._noted = {row["landed_id"]: row for row in found.responses.iter_rows(named=True)}

    def answer(self, landed_id: str) -> Answer | None:
        """What was noted of an answer when it was loaded; None if nothing was."""
        noted = self._noted.get(landed_id)
        if noted is None:
            return None
        columns = ("line", "kind", "method", "url", "status", "received_at", "sha256")
        return Answer(landed_id, self._rereading.segment(noted["segment"]).file, **{c: noted[c] for c in columns})

    def part(self, row: dict[str, Any]) -> Part:
        """One row of lineage, with its place in what was landed and what is wrong with it."""
        told: dict[str, Any] = {f.name: row.get(f.name) for f in fields(Part) if f.name not in _FOUND}
        if row["landed_id"] is None:
            return Part(**told, shown=(), read_as=None, correction=None, fault=None)
        wrong = self._fault(row["landed_id"])
        if wrong is not None:
            return Part(**told, shown=(), read_as=None, correction=None, fault=wrong)
        landed = self._landed(row["landed_id"])
        pointer, metric = row["pointer"] or "", row["metric"] or ""
        stood = self._rereading.stood(row["landed_id"], pointer, row["thing"], row["thing_id"] or "", metric)
        places = self._places(landed, pointer, metric) if landed else ()
        set_right = [c for c in corrections.found(self._corrections, row) if _near(c.value, row["told"])]
        correction = next((c for c in set_right if _near(c.expected, stood.value)), None)
        original = row if correction is None else {**row, "told": correction.expected, "value": None}
        fault = _misread(original, stood, self._rereading.segment(row["landed_id"].rpartition("#")[0]).file)
        if correction is not None:
            fault = fault or self._fault(correction.landed_id)
        return Part(**told, shown=places, read_as=stood.value, correction=correction, fault=fault)

    def _places(self, landed: Landed, pointer: str, metric: str) -> tuple[Shown, ...]:
        """Where a figure stands. Metrics that were asked for in halves stand in several answers about one post."""
        found, about = shown(landed, pointer, metric), landed.answer.about.get("post_id")
        if pointer or about is None or any(s.raw is not None for s in found):
            return found
        others = [
            a for a in self._rereading.segment(landed.segment).answers.values() if a.answer.kind == landed.answer.kind
        ]
        same = (shown(a, pointer, metric) for a in others if a.answer.about.get("post_id") == about)
        return next((told for told in same if any(s.raw is not None for s in told)), found)

    def _landed(self, landed_id: str) -> Landed | None:
        segment, _, line = landed_id.rpartition("#")
        return self._rereading.segment(segment).answers.get(int(line))

    def _fault(self, landed_id: str) -> str | None:
        """Why an answer is not what was landed and loaded; None if it is."""
        name, _, line = landed_id.rpartition("#")
        segment = self._rereading.segment(name)
        if (wrong := segment.fault(int(line))) is not None:
            return wrong
        landed, noted = segment.answers[int(line)], self._noted.get(landed_id)
        if noted is None:
            return f"{segment.file}, line {line}: nothing is noted of it in ops.responses: run `hibiki rebuild`"
        now = {
            "url": landed.answer.url,
            "status": landed.answer.status,
            "sha256": landed.sha256,
            "received_at": landed.answer.received_at,
        }
        changed = [f"{c} was {noted[c]} and is {value}" for c, value in now.items() if noted[c] != value]
        return f"{segment.file}, line {line}: it is not the answer that was loaded: {changed[0]}" if changed else None


def _misread(row: Mapping[str, Any], stood: Stood, file: str) -> str | None:
    """What does not agree between a row of lineage and the answer that it names."""
    place = f"{file}, line {row['landed_id'].rpartition('#')[2]}, {row['pointer'] or 'whole'}"
    if stood.fault is not None:
        return f"{place}: {stood.fault}"
    if not stood.is_found:
        return f"{place}: {row['thing_id']} is not told there any more, or is read otherwise now: run `hibiki rebuild`"
    if not _near(stood.value, row["told"]):
        was, now = _said(row["told"]), _said(stood.value)
        return f"{place}: {row['metric']} of {row['thing_id']} is read as {now} now, and {was} was stored"
    told, weight, value = row["told"], row["weight"], row["value"]
    if None in (told, weight, value) or math.isclose(told * weight, value, rel_tol=_ROUNDED, abs_tol=_ROUNDED):
        return None
    return f"{place}: {_said(told)} × {weight} is not {_said(value)}"


def _near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _said(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.10g}"
