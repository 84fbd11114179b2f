"""The writer's DuckDB file: tables as the data dictionary says, changed in transactions, never read by others."""

# ruff: noqa: S608  # names come from the data dictionary and are quoted; values are bound

import contextlib
import hashlib
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

from tasks.errors import HibikiError
from transforms import changes, tables
from transforms.contracts import Table

CATALOG = "hibiki"
STORAGE_VERSION = "v1.4.0"
"""What DuckDB 1.4 reads too: most BI tools embed a 1.x, and the 2.0 default is unreadable to them."""
DIARIES = ("ops.runs", "ops.mails")
"""Tables that are not made from landing: a rebuild leaves them alone."""
_SCHEMAS = ("core", "marts", "ref", "ops")
UPKEEP = "upkeep"
"""Schema of the writer's own notes: what the marts do not know yet. No reader needs them; copies are without it."""
HANDLES = (
    "SELECT account_key, handle, min(observed_at) AS first_at, max(observed_at) AS last_at"
    " FROM core.account_observations WHERE handle IS NOT NULL GROUP BY account_key, handle"
)
"""From when to when each account was seen under each handle."""
_NOTES = f"""CREATE SCHEMA IF NOT EXISTS {UPKEEP};
CREATE TABLE IF NOT EXISTS {UPKEEP}.changes (subject VARCHAR NOT NULL, "key" BIGINT, "name" VARCHAR, "day" DATE);
CREATE TABLE IF NOT EXISTS {UPKEEP}.computed (as_of TIMESTAMPTZ NOT NULL, basis VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS {UPKEEP}.handles AS {HANDLES}"""
_REMEDY = "delete it and run `hibiki rebuild`: all of it but the diary of runs is made again from landing"


class WarehouseError(HibikiError):
    """The warehouse file cannot be opened, written or trusted; the message says what to do."""


def stored() -> dict[str, Table]:
    """Every table that the warehouse keeps; staging is files only."""
    return {name: table for name, table in tables.load().items() if name.split(".")[0] in _SCHEMAS}


class Warehouse:
    """One open warehouse file. Use as a context manager; one process at a time holds it."""

    def __init__(
        self, path: Path, *, memory_limit: str | None = None, threads: int | None = None, temp: Path | None = None
    ) -> None:
        self.path = path
        self.tables = stored()
        self._settings = {
            "TimeZone": "UTC",
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(temp) if temp else None,
        }
        self._depth = 0
        self._con: duckdb.DuckDBPyConnection | None = None
        self.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The open connection; ``USE``s the warehouse."""
        if self._con is None:
            raise WarehouseError(f"{self.path} is closed: open() it again")
        return self._con

    def open(self) -> None:
        """Open the file, making it if it is new. Errors: WarehouseError if it is held, damaged or not ours."""
        if self._con is not None:
            return
        con = duckdb.connect(":memory:")
        try:
            self.limit(con)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            place = str(self.path).replace("'", "''")
            con.execute(f"ATTACH '{place}' AS {CATALOG} (STORAGE_VERSION '{STORAGE_VERSION}')")
            con.execute(f"USE {CATALOG}")
        except (duckdb.Error, OSError) as error:
            con.close()
            raise _explained(self.path, error) from error
        self._con = con

    def limit(self, con: duckdb.DuckDBPyConnection) -> None:
        """Hold another connection to the memory, threads, folder for what does not fit, and zone of this one."""
        for name, value in self._settings.items():
            if value is not None:
                con.execute(f"SET GLOBAL {name} = ?", [value])

    def close(self) -> None:
        """Write everything into the one file and let go of it."""
        con, self._con = self._con, None
        if con is None:
            return
        try:
            with _naming(self.path):
                con.execute(f"CHECKPOINT {CATALOG}")
        finally:
            con.close()

    def create(self) -> None:
        """Make what is missing: schemas, tables, columns, comments. Columns beyond the dictionary are left alone.

        Errors: WarehouseError if a stored column has another type than the dictionary says.
        """
        with self.transaction():
            for schema in _SCHEMAS:
                self.con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            have, said = self._have()
            for table in self.tables.values():
                columns = have.get(table.name, {})
                if not columns:
                    self.con.execute(table.ddl)
                for field in table.fields if columns else ():
                    if field.name not in columns:
                        self.con.execute(f'ALTER TABLE {table.name} ADD COLUMN "{field.name}" {field.type.value}')
                    elif _plain_type(columns[field.name]) != _plain_type(field.type.value):
                        raise WarehouseError(
                            f"{self.path}: {table.name}.{field.name} is stored as {columns[field.name]} and must be"
                            f" {field.type.value}: {_REMEDY}"
                        )
            # each comment rewrites its table's entry in the catalogue: only what says something new is written
            if new := [c for t in self.tables.values() for c in t.comments(said.get(t.name))]:
                self.con.execute(";".join(new))
            self.con.execute(_NOTES)

    def _have(self) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
        """By table: its columns' types, and what is said of them (under ``""`` of itself)."""
        columns = self.con.execute(
            "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns()"
            f" WHERE database_name = '{CATALOG}'"
        ).fetchall()
        whole = self.con.execute(
            f"SELECT schema_name || '.' || table_name, comment FROM duckdb_tables() WHERE database_name = '{CATALOG}'"
        ).fetchall()
        types: dict[str, dict[str, str]] = {}
        said: dict[str, dict[str, str]] = {table: {"": remark} for table, remark in whole}
        for table, column, kind, remark in columns:
            types.setdefault(table, {})[column] = kind
            said.setdefault(table, {})[column] = remark
        return types, said

    @property
    def in_transaction(self) -> bool:
        """Whether something is not committed yet."""
        return self._depth > 0

    @contextlib.contextmanager
    def transaction(self) -> Generator[None]:
        """All of it or nothing. Within another, part of that one."""
        if self._depth:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            return
        with _naming(self.path):
            self.con.execute("BEGIN")
            self._depth = 1
            try:
                yield
            except BaseException:
                with contextlib.suppress(duckdb.Error):  # a failed commit has rolled back by itself
                    self.con.execute("ROLLBACK")
                raise
            else:
                self.con.execute("COMMIT")
            finally:
                self._depth = 0

    def append(self, table: str, frame: pl.DataFrame) -> int:
        """Add rows; how many. Errors: ContractError if the frame does not conform."""
        if not frame.height:
            return 0
        with self.transaction():
            # Of the first rows of a table it is news, too, that there is something at all.
            is_first = changes.is_told(table) and self.count(table) == 0
            self.note(changes.named(changes.EVERYTHING, frame) if is_first else changes.touched(table, frame))
            self._insert(table, self.tables[table].conform(frame))
        return frame.height

    def append_known(self, table: str, frame: pl.DataFrame) -> int:
        """Add rows of which only some columns are known, as they are typed in the table; the others are null.

        Rows may be stored in another order: keeping it, DuckDB writes with one thread where memory is short.
        """
        contract = self.tables[table]
        self.con.execute("SET preserve_insertion_order = false")
        try:
            self._insert(table, frame.select(pl.col(c).cast(contract[c].type.dtype) for c in frame.columns))
        finally:
            self.con.execute("RESET preserve_insertion_order")
        return frame.height

    def _insert(self, table: str, frame: pl.DataFrame) -> None:
        listed = ", ".join(f'"{c}"' for c in frame.columns)
        with self._lent(frame) as name:
            self.con.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {name}")

    def replace(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Put these rows in place of all rows of each table, in one transaction. Comments survive."""
        with self.transaction():
            for table, frame in frames.items():
                if changes.is_told(table):
                    self.note(changes.named(changes.EVERYTHING, frame))
                self.con.execute(f"DELETE FROM {table}")
                if frame.height:
                    self._insert(table, self.tables[table].conform(frame))

    def delete(self, table: str, keys: pl.DataFrame) -> None:
        """Delete the rows whose columns of ``keys`` equal one of its rows."""
        if keys.height:
            with self.transaction():
                self.note(changes.touched(table, keys))
                self._delete(table, keys)

    def _delete(self, table: str, keys: pl.DataFrame) -> None:
        with self._lent(keys.unique()) as name:
            self.con.execute(f"DELETE FROM {table} AS t WHERE EXISTS (SELECT 1 FROM {name} k WHERE {_equal(keys)})")

    def upsert(self, table: str, frame: pl.DataFrame, key: Sequence[str] | None = None) -> None:
        """Put rows in place of those that have the same ``key`` (the table's own unless said)."""
        if frame.height:
            with self.transaction():
                if not self.count(table):
                    self.append(table, frame)
                    return
                self.note(changes.touched(table, frame))
                self._delete(table, frame.select(key or self.tables[table].key))
                self._insert(table, self.tables[table].conform(frame))

    def note(self, touched: pl.DataFrame) -> None:
        """Remember what the marts do not know yet, in the shape of :mod:`transforms.changes`."""
        if touched.height:
            self._insert(f"{UPKEEP}.changes", touched)

    def widen(self, table: str, spans: pl.DataFrame, key: Sequence[str], first: str, last: str) -> None:
        """Merge spans into a table of them: of each key the earliest ``first`` and the latest ``last``."""
        if not spans.height:
            return
        by = ", ".join(f'"{k}"' for k in key)
        same = " AND ".join(f't."{k}" = k."{k}"' for k in key)
        with self.transaction(), self._lent(spans) as name:
            known = f"SELECT t.* FROM {table} t WHERE EXISTS (SELECT 1 FROM {name} k WHERE {same})"
            merged = self.con.sql(
                f"SELECT {by}, min({first}) AS {first}, max({last}) AS {last}"
                f" FROM ({known} UNION ALL BY NAME SELECT * FROM {name}) GROUP BY ALL"
            ).pl()
            self.con.execute(f"DELETE FROM {table} t WHERE EXISTS (SELECT 1 FROM {name} k WHERE {same})")
        self._insert(table, merged)

    @contextlib.contextmanager
    def _lent(self, frame: pl.DataFrame) -> Generator[str]:
        self.con.register("_lent", frame.rechunk().to_arrow())
        try:
            yield "_lent"
        finally:
            self.con.unregister("_lent")

    def frame(self, table: str, where: str = "TRUE", params: Sequence[object] = ()) -> pl.DataFrame:
        """Rows of a table, typed as the dictionary says; ``where`` is SQL with ``?`` for ``params``."""
        contract = self.tables[table]
        listed = ", ".join(f'"{c}"' for c in contract.columns)
        found = self.con.sql(f"SELECT {listed} FROM {table} WHERE {where}", params=list(params)).pl()
        return contract.conform(found)

    def matching(self, table: str, keys: pl.DataFrame, *, but: Sequence[str] = ()) -> pl.DataFrame:
        """Rows of a table whose columns of ``keys`` equal one of its rows. Columns ``but`` are not read: null."""
        contract = self.tables[table]
        if not keys.height:
            return contract.empty()
        listed = ", ".join(f't."{c}"' for c in contract.columns if c not in but)
        with self._lent(keys.unique()) as name:
            found = self.con.sql(
                f"SELECT {listed} FROM {table} AS t WHERE EXISTS (SELECT 1 FROM {name} k WHERE {_equal(keys)})"
            ).pl()
        return contract.conform_loosely(found)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return count_of(self.con, table)

    def fingerprint(self) -> dict[str, str]:
        """A hash of each table's rows, whatever their order: equal tables have equal fingerprints."""
        return {name: fingerprint_of(self.con, table) for name, table in self.tables.items()}


def fingerprint_of(con: duckdb.DuckDBPyConnection, table: Table) -> str:
    """A hash of a table's columns and rows, whatever their order. Doubled rows count twice."""
    return fingerprint_from(table, *con.execute(f"SELECT {summed(table)} FROM {table.name}").fetchall()[0])


def summed(table: Table) -> str:
    """SQL: what of rows goes into a fingerprint. Of parts of a table, the first two add up and the third is xor-ed."""
    listed = ", ".join(f'"{c}"' for c in sorted(table.columns))
    hashed = f"hash({listed})"
    return f"count(*), sum({hashed}::HUGEINT), bit_xor({hashed})"


def fingerprint_from(table: Table, rows: int, total: int | None, folded: int | None) -> str:
    """The fingerprint of a table from what :func:`summed` says of all its rows."""
    said = "\x1f".join(map(str, (*sorted(table.columns), rows, total, folded)))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def count_of(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table has."""
    query = f"SELECT count(*) FROM {table}"
    return int(con.execute(query).fetchall()[0][0])  # all: DuckDB 2 refuses the next query while a result is open


def _equal(keys: pl.DataFrame) -> str:
    return " AND ".join(f't."{c}" = k."{c}"' for c in keys.columns)


def _plain_type(said: str) -> str:
    return said.upper().replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ").replace(" ", "")


@contextlib.contextmanager
def _naming(path: Path) -> Generator[None]:
    """Disk trouble, said with the file and the remedy. Other errors pass."""
    try:
        yield
    except (duckdb.IOException, duckdb.FatalException, OSError) as error:
        raise _explained(path, error) from error
    except duckdb.TransactionException as error:  # a commit that met a full disk comes in this shape
        if _is_disk(error):
            raise _explained(path, error) from error
        raise


def _explained(path: Path, error: Exception) -> WarehouseError:
    said = " ".join(str(error).split())
    low = said.lower()
    if "lock" in low:
        return WarehouseError(
            f"{path} is open in another program, and only one may write: close it (BI tools read"
            f" serving/current/hibiki.duckdb) and run again. DuckDB says: {said}"
        )
    if isinstance(error, OSError) or _is_disk(error):
        return WarehouseError(
            f"{path} cannot be written: {said}. What was committed is safe; make room or make the folder writable, and"
            " run again"
        )
    return WarehouseError(f"{path} cannot be read as a warehouse: {_REMEDY}. DuckDB says: {said}")


def _is_disk(error: Exception) -> bool:
    words = ("no space", "permission", "read-only", "too large", "cannot open", "is a directory", "could not write")
    return any(word in str(error).lower() for word in words)
