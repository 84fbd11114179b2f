"""What each run did is written down as it starts and as it ends, so that a killed one shows.

``diary.jsonl`` in the workspace is the one record that landing does not hold; ops.runs and the decisions in
ops.decisions are copies of it, made with each publication.
"""

import json
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from tasks.errors import DONE, FAULT, GAPS, REFUSED, AuditRefused, ConfigurationError
from tasks.site import Site
from tasks.warehouse import Warehouse
from transforms.tables.ops import DECISIONS, RUNS

FILE = "diary.jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a flow, a row of ops.runs."""

    run_id: str
    flow: str
    day: date | None
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = "running"
    message: str = ""

    @property
    def exit_code(self) -> int:
        """The command's exit code for this outcome."""
        return {"done": DONE, "gaps": GAPS, "refused": REFUSED}.get(self.outcome, FAULT)

    @property
    def row(self) -> dict[str, object]:
        """As ops.runs has it."""
        return {name: getattr(self, name) for name in RUNS.columns}


class Page:
    """The page of a run under way; how it ended is said once."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def end(self, outcome: str, message: str = "") -> None:
        """Say how it ended. Unless said, a run is done."""
        self.run = replace(self.run, outcome=outcome, message=message)


@contextmanager
def page(site: Site, flow: str, day: date | None) -> Generator[Page]:
    """Note that a run has started, and on leaving how it ended. Call with the workspace locked."""
    opened = Page(Run(site.run_id, flow, day, site.now))
    file = site.workspace.root / FILE
    _write(file, {"run": opened.run.row})
    try:
        yield opened
    except BaseException as error:
        opened.end("refused" if isinstance(error, AuditRefused) else "failed", f"{type(error).__name__}: {error}")
        raise
    finally:
        if opened.run.outcome == "running":
            opened.end("done")
        opened.run = replace(opened.run, ended_at=site.now)
        _write(file, {"run": opened.run.row})


def decided(site: Site, kind: str, subject: str, message: str, value: float | None = None) -> None:
    """Note what a run decided by rule and a person should know."""
    row = {"decided_at": site.now, "kind": kind, "subject": subject, "message": message, "value": value}
    _write(site.workspace.root / FILE, {"decision": row})


def runs(root: Path, *, current: str | None = None) -> list[Run]:
    """Every run, oldest first. One that never said how it ended and is not ``current`` was killed."""
    found: dict[str, Run] = {}
    for said in _told(root / FILE, "run"):
        day, ended_at = said["day"], said["ended_at"]
        found[said["run_id"]] = Run(
            said["run_id"],
            said["flow"],
            date.fromisoformat(day) if day else None,
            datetime.fromisoformat(said["started_at"]),
            datetime.fromisoformat(ended_at) if ended_at else None,
            said["outcome"],
            said["message"] or "",
        )
    killed = "the run was killed; what it had landed was kept"
    return [
        replace(r, outcome="failed", message=killed) if r.outcome == "running" and r.run_id != current else r
        for r in found.values()
    ]


def copy_into(warehouse: Warehouse, site: Site) -> None:
    """Put the diary's runs and decisions into ops.runs and ops.decisions."""
    noted = runs(site.workspace.root, current=site.run_id)
    decisions = [
        said | {"decided_at": datetime.fromisoformat(said["decided_at"])}
        for said in _told(site.workspace.root / FILE, "decision")
    ]
    made = pl.DataFrame(decisions, schema=DECISIONS.schema).unique(DECISIONS.key, keep="last", maintain_order=True)
    with warehouse.transaction():
        warehouse.replace({RUNS.name: pl.DataFrame([r.row for r in noted], schema=RUNS.schema)})
        warehouse.upsert(DECISIONS.name, made)


def _told(file: Path, what: str) -> Iterator[dict[str, Any]]:
    if not file.exists():
        return
    for line in file.read_bytes().split(b"\n"):
        try:
            said = json.loads(line)
        except ValueError:  # a line that a killed run left unfinished: its page was never turned
            continue
        if what in said:
            yield said[what]


def _write(file: Path, what: dict[str, object]) -> None:
    line = json.dumps(what, ensure_ascii=False, default=lambda at: at.isoformat()).encode() + b"\n"
    try:
        with file.open("ab") as stream:
            stream.write(b"\n" + line if _is_unfinished(file) else line)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be written: {error.strerror}. Make room or make it writable"
        ) from error


def _is_unfinished(file: Path) -> bool:
    with file.open("rb") as stream:
        if not stream.seek(0, os.SEEK_END):
            return False
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) != b"\n"
