"""Beside the served copy stand its rows as Parquet; where they are what the version before had, its file is linked.

A large table is one file per month, so that a night writes the months that it changed and not the whole past.
"""

# ruff: noqa: S608  # names come from the data dictionary and are quoted

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from hashlib import blake2b
from operator import xor
from pathlib import Path

import duckdb

from tasks.disk import sync
from tasks.errors import AuditRefused
from tasks.warehouse import count_of, fingerprint_from, fingerprint_of, summed
from transforms.contracts import Field, Table, Type, quoted
from transforms.views import View

FOLDER = "parquet"
NOTES = "parquet.json"
SPLIT_ABOVE = 1_000_000
"""A table of more rows is split by month, if its key has a day or an instant."""
_FORMAT = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
_WRITTEN = f"DuckDB {duckdb.__version__} {_FORMAT}"
"""How files are written and hashed: those of a version where this was otherwise are not taken over."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one file holds: ``columns`` of ``source`` (SQL), a part of the table or view ``of``, ``rows`` if counted.

    Equal marks mean equal rows. No ``key`` is in two pieces of a table: a month is that of a column of the key.
    """

    of: str
    file: str
    columns: str
    source: str
    mark: str
    key: tuple[str, ...] = ()
    rows: int | None = None


def of_table(con: duckdb.DuckDBPyConnection, table: Table) -> tuple[str, list[Piece]]:
    """The table's fingerprint, as :func:`fingerprint_of` says it, and its pieces. The session's zone must be UTC."""
    rows, when = count_of(con, table.name), _when(table)
    if rows > SPLIT_ABOVE and when:
        return _by_month(con, table, when)
    fingerprint = fingerprint_of(con, table)
    return fingerprint, [_piece(table, table.name, table.name, fingerprint, rows)]


def of_view(view: View, fingerprints: Mapping[str, str]) -> Piece:
    """The piece of a view: the same as long as its query and all of the tables that it reads are the same."""
    mark = _digest(view.select, *(f"{name} {fingerprints[name]}" for name in tables_read(view, fingerprints)))
    return Piece(view.name, f"{view.name}.parquet", "*", view.name, mark)


def tables_read(view: View, among: Iterable[str]) -> list[str]:
    """Those of the tables that a view names."""
    return sorted({*re.findall(r"\w+\.\w+", view.query)}.intersection(among))


def _when(table: Table) -> Field | None:
    """The column whose month says in which file a row is: of the key, never null, a day rather than an instant."""
    told = [table[k] for k in table.key if table[k].required]
    return next((f for kind in (Type.DATE, Type.INSTANT) for f in told if f.type is kind), None)


def _by_month(con: duckdb.DuckDBPyConnection, table: Table, when: Field) -> tuple[str, list[Piece]]:
    found = con.execute(
        f"SELECT strftime(\"{when.name}\", '%Y-%m') AS month, {summed(table)} FROM {table.name}"
        " GROUP BY month ORDER BY month"
    ).fetchall()
    _, counts, sums, folds = zip(*found, strict=True)
    pieces = [
        _piece(table, f"{table.name}.{month}", f"{table.name} WHERE {_within(when, month)}", f"{total} {fold}", rows)
        for month, rows, total, fold in found
    ]
    return fingerprint_from(table, sum(counts), sum(sums), reduce(xor, folds)), pieces


def _within(when: Field, month: str) -> str:
    first = date.fromisoformat(f"{month}-01")
    end = (first + timedelta(days=31)).replace(day=1)
    kind = when.type.value
    return f"\"{when.name}\" >= {kind} '{first}' AND \"{when.name}\" < {kind} '{end}'"


def _piece(table: Table, stem: str, source: str, told: str, rows: int) -> Piece:
    shape = (f"{f.name} {f.type.value}" for f in table.fields)
    mark = _digest(source, *shape, "key", *table.key, str(rows), told)
    return Piece(table.name, f"{stem}.parquet", _listed(table.columns), source, mark, table.key, rows)


def _digest(*told: str) -> str:
    return blake2b("\x1f".join(told).encode(), digest_size=16).hexdigest()


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{c}"' for c in columns)


def kept(version: Path) -> dict[str, Path]:
    """By mark, the files of a version that are as they were noted; none if it has no notes that can be read."""
    try:
        notes = json.loads((version / NOTES).read_text())
        files = notes["files"] if notes["written"] == _WRITTEN else {}
        return {
            mark: version / FOLDER / file
            for file, (mark, *state) in files.items()
            if _state(version / FOLDER / file) == state
        }
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def put(con: duckdb.DuckDBPyConnection, pieces: Iterable[Piece], version: Path, old: Mapping[str, Path]) -> None:
    """Fill the version's folder: link what is in ``old`` (:func:`kept`), write the rest, and note it for the next.

    Rows are in no order: DuckDB would hold back groups of rows to keep one, and write with one thread where memory is
    short. Errors: AuditRefused if a file did not get all rows of its piece.
    """
    folder = version / FOLDER
    folder.mkdir()
    con.execute("SET preserve_insertion_order = false")
    notes: dict[str, list[str | int]] = {}
    for piece in pieces:
        place = folder / piece.file
        if there := old.get(piece.mark):
            _link(there, place)
        else:
            _write(con, piece, place)
        notes[piece.file] = [piece.mark, *_state(place)]
    (version / NOTES).write_text(json.dumps({"written": _WRITTEN, "files": notes}, indent=1))
    for place in (version / NOTES, folder):
        sync(place)


def _state(place: Path) -> list[int]:
    """Size and time of the last write: another one says that somebody wrote there. Empty if there is no file."""
    if not place.is_file():
        return []
    found = place.stat()
    return [found.st_size, found.st_mtime_ns]


def _link(old: Path, place: Path) -> None:
    try:
        os.link(old, place)
    except OSError:  # another file system, one without links, or too many of them
        shutil.copyfile(old, place)
        sync(place)


def _write(con: duckdb.DuckDBPyConnection, piece: Piece, place: Path) -> None:
    query = f"COPY (SELECT {piece.columns} FROM {piece.source}) TO {quoted(str(place))} {_FORMAT}"
    rows = int(con.execute(query).fetchall()[0][0])
    if piece.rows not in {None, rows}:
        raise AuditRefused(
            f"the serving copy was not published: {piece.file} got {rows} rows of {piece.rows}. Readers keep the"
            " version before; run again"
        )
    sync(place)
