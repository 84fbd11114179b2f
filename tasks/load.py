"""Landed files become core rows, each exactly once: what was read of a file and the mark that says so commit together.

Files are taken in the order of the manifest, staged one by one, judged and merged in groups. Verdicts and merges do not
depend on the grouping, so a rebuild in large groups gives what many nights gave in small ones.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from expectations import docs as data_docs
from expectations import gate
from tasks import merge, resolutions
from tasks.errors import HibikiError
from tasks.imports import imported
from tasks.landing import Entry, Landing
from tasks.readers import Stage, readers
from tasks.sources import Landed, Staged
from tasks.warehouse import DIARIES, Warehouse
from transforms import tables
from transforms.contracts import Table
from transforms.tables import ops, staging

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
"""Called with files done, files in all, and the file being read."""

ROWS_AT_ONCE = 400_000
"""Staged rows that are judged and merged together: bounds memory at a few hundred MB."""
HELD = "segment_held"


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did. ``held``: segment → why it stays out until a rebuild."""

    segments: int = 0
    rows_in: int = 0
    rows_good: int = 0
    rows_rejected: int = 0
    held: Mapping[str, str] = field(default_factory=dict[str, str])
    touched: frozenset[str] = frozenset()
    """Sources that brought something."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One landed file, staged: its frames, or why it could not be read."""

    entry: Entry
    answers: Sequence[Landed]
    staged: Staged
    fault: str | None = None

    @property
    def rows(self) -> int:
        return sum(f.height for f in self.staged.tables.values()) + self.staged.rejects.height


def load(
    warehouse: Warehouse,
    landing: Landing,
    zone: str,
    *,
    docs: Path | None = None,
    progress: Progress | None = None,
    stages: Mapping[str, Stage] | None = None,
    rows_at_once: int = ROWS_AT_ONCE,
) -> LoadResult:
    """Bring every landed file that is not in core yet there, group by group; each group commits whole or not at all.

    A file that breaks a critical rule on the whole is held back alone (ops.loads, ops.decisions) until a rebuild.
    ``docs``: the workspace's docs folder, for the page of expectations. Errors: duckdb_sql.RuleError (a fault of ours),
    WarehouseError.
    """
    entries = landing.entries()
    done = set(warehouse.frame("ops.loads")["segment"])
    todo = [e for e in entries if e.segment not in done]
    result, read = LoadResult(), 0
    for group in _groups(_read(landing, todo, stages or readers()), rows_at_once):
        if progress:
            progress(read, len(todo), group[-1].entry.segment)
        loaded = _load_group(warehouse, group, zone)
        read += len(group)
        result = _sum(result, loaded)
    with warehouse.transaction():
        warehouse.replace({"ops.coverage": coverage(entries, warehouse.frame("ops.loads", "state = 'held'"))})
    if progress and todo:
        progress(read, len(todo), "")
    if docs is not None and (todo or not (docs / data_docs.PAGE).exists()):
        results, rejected = warehouse.frame("ops.expectation_results"), warehouse.frame("ops.rejected_rows")
        data_docs.write_page(docs, results, rejected, warehouse.frame("ops.decisions", "kind = ?", [HELD]))
    return result


def rebuild(
    warehouse: Warehouse,
    landing: Landing,
    zone: str,
    *,
    docs: Path | None = None,
    progress: Progress | None = None,
    stages: Mapping[str, Stage] | None = None,
    rows_at_once: int = ROWS_AT_ONCE,
) -> LoadResult:
    """Empty core and what ops derives from landing, and load everything again. Held files get another chance."""
    with warehouse.transaction():
        for name in warehouse.tables:
            schema = name.split(".")[0]
            if schema == "core" or (schema == "ops" and name not in (*DIARIES, ops.DECISIONS.name)):
                warehouse.replace({name: warehouse.tables[name].empty()})
        warehouse.delete(ops.DECISIONS.name, pl.DataFrame({"kind": [HELD, resolutions.DECIDED]}))
        merge.recount_handles(warehouse)
    return load(warehouse, landing, zone, docs=docs, progress=progress, stages=stages, rows_at_once=rows_at_once)


_IN_FORCE = ("brief", "reference", "correction", "resolution")
"""Sources of what people say: it stays in force whole."""
FACTS = (
    "core.post_observations",
    "core.account_observations",
    "core.audience_observations",
    "core.link_days",
    "core.orders",
    "core.order_touches",
    "core.site_days",
    "core.audience_overlaps",
    "ops.imports",
    "ops.responses",
    "ops.rejected_rows",
)
"""Tables whose rows each belong to one landed answer."""


def forget(warehouse: Warehouse, landing: Landing, first: date | None, last: date | None) -> int:
    """Take out what the files of some days brought, so that the next load reads them again; how many files.

    Dimensions stay: they are merged again, and the same answers leave them as they are. Briefs stay in force whole.
    """
    days = (first or date.min, last or date.max)
    files = [e.segment for e in landing.entries() if days[0] <= e.day <= days[1] and e.source not in _IN_FORCE]
    segments = pl.DataFrame({"segment": files}, schema={"segment": pl.String()})
    with warehouse.transaction():
        for table in FACTS:
            told = warehouse.frame(table).select("landed_id").unique()
            of = told.with_columns(pl.col("landed_id").str.replace(r"#\d+$", "").alias("segment"))
            warehouse.delete(table, of.join(segments, on="segment", how="semi").select("landed_id"))
        warehouse.delete(ops.EXPECTATION_RESULTS.name, segments.rename({"segment": "batch"}))
        held = segments.select(pl.lit(HELD).alias("kind"), pl.col("segment").alias("subject"))
        warehouse.delete(ops.DECISIONS.name, held)
        warehouse.delete(ops.LOADS.name, segments)
        merge.recount_handles(warehouse)
    return len(files)


def _read(landing: Landing, entries: Iterable[Entry], stages: Mapping[str, Stage]) -> Iterator[_Read]:
    for entry in entries:
        yield _read_one(landing, entry, stages)


def _read_one(landing: Landing, entry: Entry, stages: Mapping[str, Stage]) -> _Read:
    """A file staged by its source's reader. One that cannot be read is held back alone, aloud."""
    nothing = Staged({}, staging.REJECTS.empty())
    if entry.source not in stages:
        return _Read(entry, (), nothing, f"no source is called {entry.source}: update hibiki, then rebuild")
    answers: Sequence[Landed] = ()
    try:
        answers = landing.read(entry)
        return _Read(entry, answers, _conforming(stages[entry.source](answers)))
    except HibikiError as error:
        return _Read(entry, answers, nothing, str(error))
    except Exception as error:  # one platform's reader must not stop the others
        log.warning("%s could not be read and is held back", entry.segment, exc_info=error)
        said = f"its reader failed ({type(error).__name__}: {error}): a fault of hibiki's; mend it, then rebuild"
        return _Read(entry, answers, nothing, said)


def _conforming(read: Staged) -> Staged:
    known = _staging_tables()
    frames = {name: known[name].conform(frame) for name, frame in read.tables.items()}
    return Staged(frames, staging.REJECTS.conform(read.rejects))


def _staging_tables() -> dict[str, Table]:
    return {name: table for name, table in tables.load().items() if name.startswith("staging.")}


def _groups(reads: Iterable[_Read], rows_at_once: int) -> Iterator[list[_Read]]:
    group: list[_Read] = []
    rows = 0
    for read in reads:
        group.append(read)
        rows += read.rows
        if rows >= rows_at_once:
            yield group
            group, rows = [], 0
    if group:
        yield group


def _load_group(warehouse: Warehouse, group: Sequence[_Read], zone: str) -> LoadResult:
    """Judge and merge a group of files; all of it commits, or none."""
    staged = {
        name: pl.concat([table.empty(), *(r.staged.tables[name] for r in group if name in r.staged.tables)])
        for name, table in _staging_tables().items()
        if name != staging.REJECTS.name
    }
    verdict = gate.check(staged)
    held = dict(verdict.held) | {r.entry.segment: r.fault for r in group if r.fault is not None}
    rejects = pl.concat([staging.REJECTS.empty(), *(r.staged.rejects for r in group)])
    unreadable = rejects.with_columns(pl.lit("critical").alias("severity")).pipe(ops.REJECTED_ROWS.conform)
    loads = _loads(group, verdict, held)
    with warehouse.transaction():
        merge.into_core(warehouse, verdict.good, zone, segments=[r.entry.segment for r in group])
        warehouse.append("ops.responses", _responses(group))
        warehouse.append("ops.imports", imported([a for r in group for a in r.answers]))
        warehouse.append("ops.rejected_rows", _told_apart(pl.concat([unreadable, verdict.rejected])))
        warehouse.append("ops.expectation_results", verdict.results)
        warehouse.append("ops.decisions", _decisions(group, held))
        warehouse.append("ops.loads", loads)
    sums = loads.select(pl.col("rows_in", "rows_good", "rows_rejected").sum()).row(0)
    return LoadResult(len(group), sums[0], sums[1], sums[2], held, frozenset(r.entry.source for r in group))


def _told_apart(rejected: pl.DataFrame) -> pl.DataFrame:
    """Rejected rows whose pointers are unique: several rows may have been read from one place of an answer."""
    nth = pl.int_range(pl.len()).over("landed_id", "pointer", "table_name", "rule")
    again = pl.format("{} ({})", "pointer", nth + 1)
    return rejected.with_columns(pl.when(nth > 0).then(again).otherwise("pointer").alias("pointer"))


def _loads(group: Sequence[_Read], verdict: gate.Verdict, held: Mapping[str, str]) -> pl.DataFrame:
    """Shape of ops.loads. What staging could not read counts as a row that came in and was rejected."""
    counted = {row[0]: row[1:] for row in verdict.tallies.iter_rows()}
    rows: list[tuple[object, ...]] = []
    for read in group:
        segment, unreadable = read.entry.segment, read.staged.rejects.height
        rows_in, good, rejected = counted.get(segment, (0, 0, 0))
        back = segment in held
        rows.append(
            (
                segment,
                read.entry.source,
                read.entry.day,
                "held" if back else "loaded",
                rows_in + unreadable,
                0 if back else good,
                rejected + unreadable + (good if back else 0),
            )
        )
    return pl.DataFrame(rows, schema=ops.LOADS.schema, orient="row")


def _responses(group: Sequence[_Read]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (
                a.landed_id,
                a.source,
                a.segment,
                a.line,
                a.answer.kind,
                a.answer.method,
                a.answer.url,
                a.answer.status,
                a.answer.received_at,
                a.sha256,
                a.size,
            )
            for r in group
            for a in r.answers
        ],
        schema=ops.RESPONSES.schema,
        orient="row",
    )


def _decisions(group: Sequence[_Read], held: Mapping[str, str]) -> pl.DataFrame:
    """Shape of ops.decisions. A decision is dated by the file that it is about, so that a rebuild says the same."""
    rows: list[tuple[object, ...]] = []
    for entry in (r.entry for r in group if r.entry.segment in held):
        said = f"{entry.source} of {entry.day} was held back, and its figures are missing: {held[entry.segment]}."
        rows.append((entry.opened_at, HELD, entry.segment, f"{said} `hibiki rebuild` tries it again", None))
    return pl.DataFrame(rows, schema=ops.DECISIONS.schema, orient="row")


def coverage(entries: Sequence[Entry], held: pl.DataFrame) -> pl.DataFrame:
    """Shape of ops.coverage: of the files of a day × source × shard, the last that was asked to its end, else the last.

    A file that is held back brought nothing.
    """
    back = set(held["segment"])
    last: dict[tuple[object, str, str], Entry] = {}
    for entry in entries:
        key = (entry.day, entry.source, entry.shard)
        before = last.get(key)
        if before is None or entry.complete or not before.complete:
            last[key] = entry
    rows: list[tuple[object, ...]] = []
    for e in last.values():
        if e.segment in back:
            got, state, reason = 0, "failed", "held back by an audit, see ops.decisions"
        elif e.complete and e.got >= e.expected:
            got, state, reason = e.got, "complete", e.reason
        else:
            got, state, reason = e.got, "partial" if e.answers and (e.got or not e.complete) else "failed", e.reason
        rows.append((e.day, e.source, e.shard, e.expected, got, state, reason))
    return pl.DataFrame(rows, schema=ops.COVERAGE.schema, orient="row").sort("day", "source", "shard")


def _sum(so_far: LoadResult, more: LoadResult) -> LoadResult:
    return LoadResult(
        so_far.segments + more.segments,
        so_far.rows_in + more.rows_in,
        so_far.rows_good + more.rows_good,
        so_far.rows_rejected + more.rows_rejected,
        {**so_far.held, **more.held},
        so_far.touched | more.touched,
    )
