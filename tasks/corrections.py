"""The corrections of a workspace are landed as they stand, read back from landing, and told when they hold no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from tasks.briefing import corrections as file_of
from tasks.briefing.corrections import FILE, Correction
from tasks.clock import Clock
from tasks.errors import Mistake
from tasks.landing import Entry, Landing
from tasks.sources import Answer, Landed, Staged
from tasks.warehouse import Warehouse
from tasks.workspace import Workspace
from tasks.written import framed, rejected
from transforms import corrections as rules
from transforms.tables import corrections, ops, staging

NAME = "correction"
FAILED = "correction_failed"
"""Kind of ops.decisions: a correction is in force and was not applied."""
_SHARD = "corrections"
_MOST_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Corrections:
    """The files by place (corrections.csv in the workspace, and in campaigns), and every mistake in them."""

    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes], repr=False)
    mistakes: tuple[Mistake, ...] = ()

    @property
    def broken(self) -> tuple[Mistake, ...]:
        """The mistakes for which the files are not taken: what was landed before stays in force."""
        return tuple(m for m in self.mistakes if not m.warning)


def read(workspace: Workspace) -> Corrections:
    """Every file that is there. Of a mistake in one nothing new is taken at all: corrections are in force together."""
    folders = sorted(p for p in workspace.campaigns.glob("*") if p.is_dir() and p.name[0] not in "._")
    places = [workspace.root / FILE, *(folder / FILE for folder in folders)]
    files: dict[str, bytes] = {}
    mistakes: list[Mistake] = []
    for path in places:
        shown = str(path.relative_to(workspace.root))
        try:
            if path.stat().st_size > _MOST_BYTES:
                what, remedy = f"has {path.stat().st_size} bytes", f"Keep it below {_MOST_BYTES >> 20} MB"
                mistakes.append(Mistake(shown, what, remedy))
            else:
                files[shown] = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            remedy = "Make the file readable for this user"
            mistakes.append(Mistake(shown, f"cannot be read: {error.strerror}", remedy))
    _, found = _parse(files)
    return Corrections(files, (*mistakes, *found))


def land(landing: Landing, found: Corrections, *, day: date, run_id: str, clock: Clock) -> list[Entry]:
    """Land all files together if one of them changed, came or went since they were last landed; the new entries."""
    before = [e for e in landing.entries() if e.source == NAME and e.complete]
    told = {a.answer.url: a.answer.body for a in landing.read(before[-1])} if before else {}
    # No file left: an empty one is landed in its place, so that nothing is in force any more.
    files = dict(found.files) or ({FILE: b""} if told else {})
    if found.broken or files == told:
        return []
    received_at = clock()
    with landing.segment(NAME, day, _SHARD, run_id) as writer:
        for place, data in files.items():
            writer.add(Answer(NAME, "FILE", place, 200, {}, data, received_at))
        writer.finish(expected=1, got=1)
    return [landing.entries()[-1]]


def stage(answers: Sequence[Landed]) -> Staged:
    """The corrections in landed files; a set with a mistake becomes rejects. Pure; never raises for bad data."""
    sets: dict[str, list[Landed]] = {}
    for landed in answers:
        sets.setdefault(landed.segment, []).append(landed)
    files: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    for landed in sets.values():
        found, mistakes = _parse({a.answer.url: a.answer.body for a in landed})
        by_place = {a.answer.url: a for a in landed}
        wrong = [m for m in mistakes if not m.warning]
        if wrong:
            rejects += [
                rejected(m, n, by_place.get(m.file, landed[0]), table=corrections.ROWS, rule="broken_correction")
                for n, m in enumerate(wrong, start=1)
            ]
            continue
        files += [{"file": place, **_trace(a)} for place, a in by_place.items()]
        rows += [_row(c) | _trace(by_place[place]) for place, c in found]
    tables = {corrections.FILES: files, corrections.ROWS: rows}
    return Staged({t.name: framed(t, told) for t, told in tables.items()}, framed(staging.REJECTS, rejects))


def settle(warehouse: Warehouse, as_of: datetime) -> list[str]:
    """Say in core.corrections which corrections hold, and in ops.decisions which do not; a line for each of these."""
    wanted = rules.in_force(
        warehouse.frame(corrections.CORRECTION_FILES.name), warehouse.frame(corrections.CORRECTION_ROWS.name)
    )
    frames = {name: warehouse.matching(f"core.{name}", rules.keys_of(name, wanted)) for name in rules.NAMES}
    found = rules.states(frames, wanted, as_of)
    failed = found.filter(pl.col("state") != "applied")
    lines = [said_of(row) for row in failed.iter_rows(named=True)]
    decisions = pl.DataFrame(
        [
            (row["contradicted_at"], FAILED, row["correction_id"], line, None)
            for row, line in zip(failed.iter_rows(named=True), lines, strict=True)
        ],
        schema=ops.DECISIONS.schema,
        orient="row",
    )
    with warehouse.transaction():
        warehouse.replace({corrections.CORRECTIONS.name: corrections.CORRECTIONS.conform(found)})
        warehouse.delete(ops.DECISIONS.name, pl.DataFrame({"kind": [FAILED]}))
        warehouse.append(ops.DECISIONS.name, decisions)
    return lines


def said_of(row: Mapping[str, Any]) -> str:
    """Why a correction was not applied, and the remedy."""
    names = (f"{k} {row[k]}" for k in corrections.KEYS[row["table_name"]])
    about = f"{row['column_name']} of {row['table_name']} ({', '.join(names)})"
    if row["state"] == "not_found":
        return (
            f"a correction was not applied: {about} is told by no source. Mend or remove it in {FILE} ({row['author']})"
        )
    unknown = corrections.UNKNOWN
    return (
        f"a correction was not applied: {about} was to be {row['value'] or unknown} in place of"
        f" {row['expected'] or unknown}, and the source says {row['said'] or unknown} by now. Renew or remove it in"
        f" {FILE} ({row['author']})"
    )


def _parse(files: Mapping[str, bytes]) -> tuple[list[tuple[str, Correction]], list[Mistake]]:
    """The corrections with their files, and every mistake; two files must not set the same value right."""
    found: list[tuple[str, Correction]] = []
    mistakes: list[Mistake] = []
    first: dict[str, tuple[str, Correction]] = {}
    for place, data in files.items():
        if not data.strip():
            continue
        rows, wrong = file_of.read(data, place)
        mistakes += wrong
        for row in rows:
            before = first.setdefault(row.correction_id, (place, row))
            if before[1] is not row:
                what = f"sets right what {before[0]}, row {before[1].row} does"
                mistakes.append(Mistake(place, what, "Keep one of the two rows", row=row.row, column="column"))
            found.append((place, row))
    return found, mistakes


def _row(correction: Correction) -> dict[str, Any]:
    told = ("correction_id", "table_name", "column_name", "expected", "value", "reason", "author")
    return {**{n: getattr(correction, n) for n in told}, **correction.key, "pointer": f"row {correction.row}"}


def _trace(landed: Landed) -> dict[str, Any]:
    return {"known_at": landed.answer.received_at, "landed_id": landed.landed_id}
