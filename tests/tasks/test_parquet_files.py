"""A Parquet file of the version before is taken over exactly where it holds the same rows, and else written."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tasks import parquet_files as module
from tasks import semantic
from tasks.errors import AuditRefused
from tasks.parquet_files import FOLDER, NOTES, kept, of_table, of_view, put, tables_read
from tasks.warehouse import fingerprint_of, stored
from transforms import views
from transforms.contracts import Table, count, date, instant, text

SEEN = Table(
    "core.seen",
    "item per instant",
    "What was seen.",
    ("item", "seen_at"),
    (text("item", "Item."), instant("seen_at", "When.").needed(), count("likes", "Likes.")),
)
DAYS = Table("marts.days", "day", "Days.", ("day",), (count("n", "Number."), date("day", "Day.").needed()))
UNDATED = Table("core.items", "item", "Items.", ("item",), (text("item", "Item."), date("day", "Day.").needed()))
EDGE = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def con(monkeypatch):
    monkeypatch.setattr(module, "SPLIT_ABOVE", 2)
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA core; CREATE SCHEMA marts")
        for table in (SEEN, DAYS, UNDATED):
            con.execute(table.ddl)
        yield con


def see(con: duckdb.DuckDBPyConnection, *at: datetime) -> None:
    for one in at:
        con.execute("INSERT INTO core.seen VALUES ('a', ?, 1)", [one])


def seen(con: duckdb.DuckDBPyConnection) -> None:
    """The last instant of June, the first of July, one of August."""
    see(con, EDGE - timedelta(microseconds=1), EDGE, EDGE + timedelta(days=40))


def laid(con: duckdb.DuckDBPyConnection, version: Path, before: Path, table: Table = SEEN) -> dict[str, int]:
    """The files of a new version, by name; each as what it is on the disk."""
    version.mkdir()
    put(con, of_table(con, table)[1], version, kept(before))
    return {p.name: p.stat().st_ino for p in (version / FOLDER).iterdir()}


def test_a_large_table_is_one_file_per_month_and_together_they_are_the_table(con, tmp_path):
    seen(con)
    assert set(laid(con, tmp_path / "1", tmp_path)) == {f"core.seen.2026-0{n}.parquet" for n in (6, 7, 8)}
    june = pl.read_parquet(tmp_path / "1" / FOLDER / "core.seen.2026-06.parquet")
    assert june["seen_at"].to_list() == [EDGE - timedelta(microseconds=1)]
    together = pl.read_parquet(tmp_path / "1" / FOLDER / "core.seen.*parquet")
    assert together.equals(con.sql("FROM core.seen").pl().select(SEEN.columns))


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 40])
def test_a_split_table_has_the_fingerprint_of_the_whole(con, rows):
    see(con, *(EDGE + timedelta(days=20 * n) for n in range(rows)))
    con.execute("INSERT INTO core.items SELECT item, seen_at::DATE FROM core.seen")
    con.execute("INSERT INTO marts.days SELECT likes, seen_at::DATE FROM core.seen")
    for table in (SEEN, DAYS, UNDATED):
        fingerprint, pieces = of_table(con, table)
        assert fingerprint == fingerprint_of(con, table)
        assert sum(p.rows or 0 for p in pieces) == rows
        assert (len(pieces) > 1) == (rows > 2 and table is not UNDATED), "what is no part of the key splits nothing"


def test_only_what_changed_is_written(con, tmp_path):
    seen(con)
    before = laid(con, tmp_path / "1", tmp_path)
    con.execute("UPDATE core.seen SET likes = 2 WHERE seen_at = ?", [EDGE])
    see(con, EDGE + timedelta(days=70))
    after = laid(con, tmp_path / "2", tmp_path / "1")
    assert {name for name, inode in after.items() if before.get(name) != inode} == {
        "core.seen.2026-07.parquet",
        "core.seen.2026-09.parquet",
    }
    assert pl.read_parquet(tmp_path / "1" / FOLDER / "core.seen.2026-07.parquet")["likes"].to_list() == [1]
    assert pl.read_parquet(tmp_path / "2" / FOLDER / "core.seen.2026-07.parquet")["likes"].to_list() == [2]


def test_a_month_without_rows_has_no_file(con, tmp_path):
    seen(con)
    see(con, EDGE + timedelta(days=1))
    laid(con, tmp_path / "1", tmp_path)
    con.execute("DELETE FROM core.seen WHERE seen_at < ?", [EDGE])
    assert set(laid(con, tmp_path / "2", tmp_path / "1")) == {f"core.seen.2026-0{n}.parquet" for n in (7, 8)}


SPOILT: dict[str, Callable[[Path], object]] = {
    "gone": lambda file: file.unlink(),
    "cut short": lambda file: os.truncate(file, file.stat().st_size - 1),
    "written over": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_file_that_is_not_as_it_was_written_is_written_anew(con, tmp_path, spoil):
    seen(con)
    before = laid(con, tmp_path / "1", tmp_path)
    spoil(tmp_path / "1" / FOLDER / "core.seen.2026-07.parquet")
    after = laid(con, tmp_path / "2", tmp_path / "1")
    assert {name for name in after if before[name] == after[name]} == set(after) - {"core.seen.2026-07.parquet"}
    assert pl.read_parquet(tmp_path / "2" / FOLDER / "core.seen.*parquet").height == 3


@pytest.mark.parametrize(
    "notes", [None, "", "{", "null", "[]", "{}", '{"written": "otherwise", "files": {}}', "\udcff"]
)
def test_notes_that_cannot_be_read_keep_nothing(con, tmp_path, notes):
    seen(con)
    laid(con, tmp_path / "1", tmp_path)
    place = tmp_path / "1" / NOTES
    assert len(kept(tmp_path / "1")) == 3
    place.unlink() if notes is None else place.write_bytes(notes.encode(errors="surrogateescape"))
    assert kept(tmp_path / "1") == {}


def test_files_written_another_way_are_not_taken_over(con, tmp_path):
    seen(con)
    laid(con, tmp_path / "1", tmp_path)
    notes = json.loads((tmp_path / "1" / NOTES).read_text())
    (tmp_path / "1" / NOTES).write_text(json.dumps(notes | {"written": "DuckDB 1.4.5"}))
    assert kept(tmp_path / "1") == {}


@pytest.mark.parametrize(
    "other",
    [replace(SEEN, key=("seen_at",)), replace(SEEN, fields=SEEN.fields[::-1]), replace(SEEN, fields=SEEN.fields[:2])],
    ids=["key", "order", "columns"],
)
def test_another_shape_is_another_mark(con, other):
    seen(con)
    marks = {p.mark for p in of_table(con, SEEN)[1]}
    assert not marks & {p.mark for p in of_table(con, other)[1]}


def test_where_files_cannot_be_linked_they_are_copied(con, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(18, "Invalid cross-device link")

    seen(con)
    before = laid(con, tmp_path / "1", tmp_path)
    monkeypatch.setattr(os, "link", refuse)
    after = laid(con, tmp_path / "2", tmp_path / "1")
    assert not set(before.values()) & set(after.values())
    assert pl.read_parquet(tmp_path / "2" / FOLDER / "*.parquet").height == 3
    assert len(kept(tmp_path / "2")) == 3


def test_a_file_that_lacks_rows_is_not_published(con, tmp_path):
    seen(con)
    pieces = of_table(con, SEEN)[1]
    con.execute("DELETE FROM core.seen WHERE seen_at = ?", [EDGE])
    with pytest.raises(AuditRefused, match=r"core\.seen\.2026-07\.parquet got 0 rows of 1"):
        put(con, pieces, tmp_path, {})


def test_a_view_changes_with_the_tables_that_it_reads_and_with_no_other():
    marks = dict.fromkeys(stored(), "before")
    for view in views.load().values():
        read = tables_read(view, marks)
        assert read
        before = of_view(view, marks).mark
        changed = {name for name in marks if of_view(view, marks | {name: "after"}).mark != before}
        assert changed == set(read)


def test_no_view_reads_a_table_that_it_does_not_name():
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA core; CREATE SCHEMA marts; CREATE SCHEMA ref; CREATE SCHEMA ops")
        for table in stored().values():
            con.execute(table.ddl)
        semantic.create(con)
        con.execute("PRAGMA disable_optimizer")
        for name, view in views.load().items():
            plan = json.loads(con.execute(f"EXPLAIN (FORMAT json) FROM {name}").fetchall()[0][1])
            scanned = set(tables_of(plan))
            assert scanned
            assert {table.removeprefix("memory.").replace('"', "") for table in scanned} == set(
                tables_read(view, stored())
            )


def tables_of(plan: object) -> list[str]:
    """Every table that a plan scans."""
    if isinstance(plan, list):
        return [name for part in plan for name in tables_of(part)]
    if not isinstance(plan, dict):
        return []
    here = [str(plan["Table"])] if "Table" in plan else []
    return here + [name for part in plan.values() for name in tables_of(part)]
