"""What persons decided about findings is added to one file, landed as it stands, and read back from landing."""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

import polars as pl

from tasks.briefing import resolutions as file_of
from tasks.briefing.resolutions import COLUMNS, FILE, Resolution
from tasks.clock import Clock
from tasks.errors import ConfigurationError, Mistake, Mistakes
from tasks.landing import Entry, Landing
from tasks.sources import Answer, Landed, Staged
from tasks.workspace import Workspace
from tasks.written import framed, rejected
from transforms.tables import ops, staging
from transforms.tables.compliance import RESOLUTION_ROWS

NAME = "resolution"
DECIDED = "finding_resolved"
"""Kind of ops.decisions: a person decided about a finding."""
_SHARD = "resolutions"
_MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Resolutions:
    """resolutions.csv as it stands, its lines, and every mistake in it."""

    data: bytes
    lines: tuple[Resolution, ...]
    mistakes: tuple[Mistake, ...] = ()

    @property
    def broken(self) -> tuple[Mistake, ...]:
        """The mistakes for which nothing new is landed: what was landed before stays in force."""
        return tuple(m for m in self.mistakes if not m.warning)


def read(workspace: Workspace) -> Resolutions:
    """The file; nothing where there is none."""
    path = workspace.root / FILE
    try:
        if (size := path.stat().st_size) > _MOST_BYTES:
            return Resolutions(b"", (), (Mistake(FILE, f"has {size} bytes", f"Keep it below {_MOST_BYTES >> 20} MB"),))
        data = path.read_bytes()
    except FileNotFoundError:
        return Resolutions(b"", ())
    except OSError as error:
        mistake = Mistake(FILE, f"cannot be read: {error.strerror}", "Make the file readable for this user")
        return Resolutions(b"", (), (mistake,))
    lines, mistakes = file_of.read(data, FILE)
    return Resolutions(data, tuple(lines), tuple(mistakes))


def add(workspace: Workspace, line: Resolution) -> None:
    """Add a line at the end of the file; call with the workspace locked. Errors: Mistakes of what stands there."""
    before = read(workspace)
    if before.broken:
        raise Mistakes(list(before.broken))
    path = workspace.root / FILE
    said = StringIO()
    writer = csv.writer(said, lineterminator="\n")
    if not before.data.strip():
        writer.writerow(COLUMNS)
    elif not before.data.endswith(b"\n"):
        said.write("\n")
    writer.writerow(_cell(getattr(line, name)) for name in COLUMNS)
    try:
        with path.open("ab") as file:
            file.write(said.getvalue().encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written: {error.strerror}. Make room or make it writable"
        ) from error


def _cell(value: object) -> object:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def land(landing: Landing, found: Resolutions, *, day: date, run_id: str, clock: Clock) -> list[Entry]:
    """Land the file if it changed since it was last landed; the new entry. A broken one is not taken."""
    before = [e for e in landing.entries() if e.source == NAME and e.complete]
    told = landing.read(before[-1])[0].answer.body if before else b""
    if found.broken or not found.data.strip() or found.data == told:
        return []
    with landing.segment(NAME, day, _SHARD, run_id) as writer:
        writer.add(Answer(NAME, "FILE", FILE, 200, {}, found.data, clock()))
        writer.finish(expected=1, got=1)
    return [landing.entries()[-1]]


def stage(answers: Sequence[Landed]) -> Staged:
    """The lines of landed files; a file with a mistake becomes rejects. Pure; never raises for bad data."""
    rows: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    for landed in answers:
        trace = {"known_at": landed.answer.received_at, "landed_id": landed.landed_id}
        lines, mistakes = file_of.read(landed.answer.body, landed.answer.url)
        wrong = [m for m in mistakes if not m.warning]
        rejects += [
            rejected(m, n, landed, table=RESOLUTION_ROWS, rule="broken_resolution")
            for n, m in enumerate(wrong, start=1)
        ]
        names = [c for c in RESOLUTION_ROWS.columns if c in Resolution.__slots__]
        good = () if wrong else lines
        rows += [{n: getattr(line, n) for n in names} | trace | {"pointer": f"row {line.row}"} for line in good]
    return Staged({RESOLUTION_ROWS.name: framed(RESOLUTION_ROWS, rows)}, framed(staging.REJECTS, rejects))


def decisions(new: pl.DataFrame) -> pl.DataFrame:
    """Shape of ops.decisions: new rows of core.finding_resolutions, each dated by its author."""
    return new.select(
        pl.col("resolved_at").alias("decided_at"),
        pl.lit(DECIDED).alias("kind"),
        pl.col("finding_id").alias("subject"),
        pl.format("{} by {}: {}", "resolution", "resolved_by", "reason").alias("message"),
        pl.lit(None, pl.Float64()).alias("value"),
    ).pipe(ops.DECISIONS.conform)
