"""Readers see complete, verified, read-only copies of the warehouse, and change over to a new one in an instant.

``serving/<version>/hibiki.duckdb`` has the same tables as Parquet beside it (:mod:`tasks.parquet_files`);
``serving/current`` is a link to the newest *directory*: a link to a file would change the catalog's name, and a rename
over an open file leaves busy readers on the old one.
"""

# ruff: noqa: S608  # names come from the data dictionary or DuckDB's catalog and are quoted

import contextlib
import shutil
from collections.abc import Generator, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tasks import parquet_files, semantic
from tasks.disk import sync
from tasks.errors import AuditRefused
from tasks.parquet_files import Piece
from tasks.warehouse import STORAGE_VERSION, UPKEEP, Warehouse, WarehouseError, count_of
from transforms.contracts import quoted

FILE = "hibiki.duckdb"
CURRENT = "current"
_INFO = """CREATE TABLE _publish_info (
    version VARCHAR NOT NULL, published_at TIMESTAMPTZ NOT NULL,
    table_name VARCHAR NOT NULL, row_count BIGINT NOT NULL, fingerprint VARCHAR NOT NULL)"""
_MEANINGS = {
    "version": "Name of this copy: the folder below serving/.",
    "published_at": "When it was made (UTC).",
    "table_name": "Table.",
    "row_count": "Rows in it.",
    "fingerprint": "Hash of its rows, whatever their order: equal tables have equal fingerprints.",
}


def publish(warehouse: Warehouse, serving: Path, *, at: datetime, keep: int = 3, allow_empty: bool = False) -> str:
    """Copy, verify and put into place; the version. Whatever fails, readers keep what they had.

    The warehouse is closed while it is copied, and open again afterwards. ``keep`` versions stay, the current one
    always. Errors: AuditRefused if the copy is not what was stored, or if a mart that readers see full would become
    empty (which ``allow_empty`` lets through); WarehouseError if the disk is in the way.
    """
    if warehouse.in_transaction:
        raise WarehouseError(f"{warehouse.path} is in a transaction: commit before publishing")
    counts = {name: warehouse.count(name) for name in warehouse.tables}
    if not allow_empty:
        _refuse_emptied(serving / CURRENT / FILE, counts)
    version = _free_version(serving, at)
    aside = serving / f".{version}.part"
    with _explained(serving):
        serving.mkdir(parents=True, exist_ok=True)
        for left in serving.glob(".*.part"):  # of a publication that was killed
            shutil.rmtree(left, ignore_errors=True)
        try:
            aside.mkdir()
            warehouse.close()
            try:
                _copy(warehouse.path, aside / FILE)
            finally:
                warehouse.open()
            pieces = _inscribe(aside / FILE, warehouse, version, at)
            old = parquet_files.kept(serving / CURRENT)
            _verify(aside / FILE, warehouse, counts, [p for p in pieces if p.mark not in old])
            with _reading(aside / FILE, warehouse) as con:
                parquet_files.put(con, pieces, aside, old)
            sync(aside)
            aside.rename(serving / version)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        _flip(serving, version)
        _prune(serving, keep)
    return version


def current(serving: Path) -> str | None:
    """The version that readers see; None before the first."""
    link = serving / CURRENT
    return link.readlink().name if link.is_symlink() else None


def versions(serving: Path) -> list[str]:
    """Every version kept, oldest first."""
    return sorted(p.name for p in serving.glob("[0-9]*") if (p / FILE).is_file())


def _free_version(serving: Path, at: datetime) -> str:
    """Names sort by time, also when the clock stood still or went back."""
    wanted = f"{at.astimezone(UTC):%Y%m%dT%H%M%S}"
    newest = max(versions(serving), default="")
    if wanted > newest:
        return wanted
    stem, _, nth = newest.partition("-")
    return f"{stem}-{int(nth or 1) + 1:04d}"


def _copy(source: Path, target: Path) -> None:
    leftover = source.with_name(source.name + ".wal")
    if leftover.exists():
        raise AuditRefused(
            f"{leftover} is still there after the warehouse was closed: nothing was published; run again"
        )
    shutil.copyfile(source, target)
    sync(target)


def _inscribe(file: Path, warehouse: Warehouse, version: str, at: datetime) -> list[Piece]:
    """Write into the copy what it is, so that a reader can tell, and a stranger can check; what its files hold."""
    pieces: list[Piece] = []
    marks: dict[str, str] = {}
    with duckdb.connect(":memory:") as con:
        warehouse.limit(con)
        con.execute(f"ATTACH {quoted(str(file))} AS hibiki (STORAGE_VERSION '{STORAGE_VERSION}')")
        con.execute("USE hibiki")
        con.execute(f"DROP SCHEMA IF EXISTS {UPKEEP} CASCADE")
        con.execute(_INFO)
        con.execute("COMMENT ON TABLE _publish_info IS 'What this copy is and what it holds. One row per table.'")
        for column, meaning in _MEANINGS.items():
            con.execute(f"COMMENT ON COLUMN _publish_info.{column} IS {quoted(meaning)}")
        for name, table in warehouse.tables.items():
            marks[name], found = parquet_files.of_table(con, table)
            pieces += found
            con.execute(
                "INSERT INTO _publish_info VALUES (?, ?, ?, ?, ?)",
                [version, at, name, count_of(con, name), marks[name]],
            )
        pieces += [parquet_files.of_view(view, marks) for view in semantic.create(con).values()]
        con.execute("CHECKPOINT hibiki")
    sync(file)
    return pieces


def _reading(file: Path, warehouse: Warehouse) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(file), read_only=True)
    warehouse.limit(con)
    return con


def _verify(file: Path, warehouse: Warehouse, counts: Mapping[str, int], new: Iterable[Piece]) -> None:
    """Open the copy as a reader does: counts, keys of what is ``new``, views. Errors: AuditRefused."""
    with _reading(file, warehouse) as con:
        wrong = [
            f"{name} has {rows} rows in the copy and {counts[name]} in the warehouse"
            for name in warehouse.tables
            if (rows := count_of(con, name)) != counts[name]
        ]
        wrong += [said for piece in new if (said := _doubled(con, piece))]
        for schema, view in con.execute(
            "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall():
            try:
                con.execute(f'SELECT * FROM "{schema}"."{view}" LIMIT 0')
            except duckdb.Error as error:
                wrong.append(f"view {schema}.{view} does not open: {error}")
    if file.with_name(file.name + ".wal").exists():
        wrong.append(f"{file.name} has a .wal beside it")
    if wrong:
        raise AuditRefused(
            f"the serving copy was not published: {'; '.join(wrong)}. Readers keep the version before. Run"
            " `hibiki rebuild`; if that does not help, it is a fault of hibiki's"
        )


def _doubled(con: duckdb.DuckDBPyConnection, piece: Piece) -> str | None:
    if not piece.key:
        return None
    key = ", ".join(f'"{k}"' for k in piece.key)
    found = con.execute(
        f"SELECT {key}, count(*) FROM {piece.source} GROUP BY {key} HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    ).fetchall()
    if not found:
        return None
    row = found[0]
    said = ", ".join(f"{k} {v}" for k, v in zip(piece.key, row, strict=False))
    return f"{piece.of} has {row[-1]} rows with one key ({said})"


def _refuse_emptied(now: Path, counts: Mapping[str, int]) -> None:
    """Errors: AuditRefused if a mart that readers see full is about to become empty."""
    if not now.is_file():
        return
    try:
        with duckdb.connect(str(now), read_only=True) as con:
            full = {
                str(name)
                for schema, table, size in con.execute(
                    "SELECT schema_name, table_name, estimated_size FROM duckdb_tables() WHERE schema_name = 'marts'"
                ).fetchall()
                if size and (name := f"{schema}.{table}")
            }
    except duckdb.Error:
        return  # readers cannot open it either: a new copy can only be better
    if emptied := sorted(name for name in full if counts.get(name) == 0):
        raise AuditRefused(
            f"the serving copy was not published: {', '.join(emptied)} would become empty, and the copy that readers"
            " see has rows there. If that is meant (the last campaign was removed), publish with allow_empty"
        )


def _flip(serving: Path, version: str) -> None:
    """Point ``current`` to the version: one rename of a link, so that there is never none."""
    aside = serving / f".{CURRENT}.new"
    aside.unlink(missing_ok=True)
    aside.symlink_to(version, target_is_directory=True)
    aside.replace(serving / CURRENT)
    sync(serving)


def _prune(serving: Path, keep: int) -> None:
    shown = current(serving)
    for version in versions(serving)[: -max(keep, 1)]:
        if version != shown:
            shutil.rmtree(serving / version, ignore_errors=True)  # a reader may hold it: the next run tries again


@contextlib.contextmanager
def _explained(serving: Path) -> Generator[None]:
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        raise WarehouseError(
            f"{serving} cannot be written: {error}. Readers keep the version before; make room or make the folder"
            " writable, and run again"
        ) from error
