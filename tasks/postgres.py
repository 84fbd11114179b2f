"""A PostgreSQL server may hold marts, ref and bi too: loaded beside what stands there, swapped in one transaction.

A push that fails or is killed leaves readers what they had; what it left beside, the next one clears.
"""

# ruff: noqa: S608  # names come from the data dictionary and are quoted; values are literals of ours

import contextlib
import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import duckdb
from pydantic import SecretStr

from tasks.errors import HibikiError
from tasks.warehouse import stored
from transforms import views
from transforms.contracts import Field, Table, Type, instant, quoted, text
from transforms.contracts import count as number

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection, Cursor

SCHEMAS = ("marts", "ref", views.SCHEMA)
MARK = "Made by hibiki, which replaces it each night. Keep nothing of your own here."
"""Comment on our schemas: a schema without it is somebody else's and is never touched."""
INFO = Table(
    name="ref._publish_info",
    grain="table",
    description="What this copy is and what it holds.",
    key=("table_name",),
    fields=(
        text("version", "Name of the copy: the folder below serving/.").needed(),
        instant("published_at", "When it was made (UTC).").needed(),
        text("table_name", "Table.").needed(),
        number("row_count", "Rows in it.", unit="rows").needed(),
        text("fingerprint", "Hash of its rows, whatever their order.").needed(),
    ),
)
_BATCH = 65_536
_PATIENCE = 60.0
_TYPES = {Type.TEXT: "text", Type.REAL: "double precision", Type.MONEY: "numeric(18,4)", Type.FLAG: "boolean"}


class PushError(HibikiError):
    """The copy in PostgreSQL was not renewed; readers there keep the one before."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to push: ``uri`` without password; schemas are ``<prefix>marts`` …; ``readers`` are roles that may read."""

    uri: str
    password: SecretStr | None = None
    prefix: str = "hibiki_"
    readers: tuple[str, ...] = ()

    def schema(self, name: str) -> str:
        """The schema there for one of ours."""
        return f"{self.prefix}{name}"


def push(
    copy: Path, target: Target, *, patience: float = _PATIENCE, told: Callable[[str], None] = lambda _: None
) -> int:
    """Put the tables of a published ``copy`` in place of those pushed before; how many rows.

    ``patience``: seconds to wait for readers whose queries are under way. Errors: PushError.
    """
    with (
        _explained(target),
        _connected(target, autocommit=True) as keeper,
        keeper.cursor() as watch,
        _connected(target) as there,
        there.cursor() as cur,
    ):
        _claim(watch, target)
        _clear(cur, target)
        rows = _fill(cur, copy, target, told)
        there.commit()
        _settle(watch, target, patience)
        _swap(cur, target, patience)
        there.commit()
    return rows


@contextlib.contextmanager
def _connected(target: Target, *, autocommit: bool = False) -> Generator["Connection"]:
    try:
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415  # an extra: only who pushes needs it
    except ImportError as error:
        raise PushError("[publish.postgres] needs the extra `postgres`: install hibiki[postgres]") from error
    with dbapi.connect(_uri(target), autocommit=autocommit) as connection:
        yield connection


def _uri(target: Target) -> str:
    """The address with password and a time-out: never shown."""
    parts = urlsplit(target.uri)
    netloc = parts.netloc
    if target.password and "@" in netloc:
        user, _, host = netloc.rpartition("@")
        netloc = f"{user}:{quote(target.password.get_secret_value(), safe='')}@{host}"
    asked = {"connect_timeout": "10", "application_name": "hibiki", **dict(parse_qsl(parts.query))}
    return urlunsplit(parts._replace(netloc=netloc, query=urlencode(asked)))


def _claim(cur: "Cursor", target: Target) -> None:
    """Nobody else pushes here while this connection lives, and what stands under our names is ours."""
    if not _told(cur, f"SELECT pg_try_advisory_lock(hashtext({quoted('hibiki ' + target.prefix)}))")[0][0]:
        raise PushError(f"another run is pushing to the schemas {target.prefix}…: wait until it is done")
    names = [n for s in SCHEMAS for n in (target.schema(s), _new(target, s))]
    for schema, comment in _told(
        cur,
        "SELECT nspname::text, coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace"
        f" WHERE nspname IN ({', '.join(map(quoted, names))})",
    ):
        if not str(comment).startswith(MARK):
            raise PushError(
                f"the schema {schema} exists and is not hibiki's: drop it, or choose another publish.postgres.prefix"
            )


def _clear(cur: "Cursor", target: Target) -> None:
    """What a push that was killed left beside."""
    for setting in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        cur.execute(f"SET {setting} = 0")
    for schema in SCHEMAS:
        cur.execute(f'DROP SCHEMA IF EXISTS "{_new(target, schema)}" CASCADE')


def _new(target: Target, schema: str) -> str:
    return f"{target.schema(schema)}__new"


def _fill(cur: "Cursor", copy: Path, target: Target, told: Callable[[str], None]) -> int:
    """Make and fill ``…__new``: tables, rows, keys, comments."""
    for schema in SCHEMAS:
        cur.execute(f'CREATE SCHEMA "{_new(target, schema)}"')
        cur.execute(f'COMMENT ON SCHEMA "{_new(target, schema)}" IS {quoted(f"{MARK} Copy {copy.parent.name}.")}')
    rows = 0
    with duckdb.connect(str(copy), read_only=True) as here:
        here.execute("SET TimeZone = 'UTC'")
        for table in shapes():
            told(table.name)
            schema, _, name = table.name.partition(".")
            place = f'"{_new(target, schema)}"."{name}"'
            cur.execute(ddl(table, place))
            source = "main._publish_info" if table is INFO else table.name
            columns = ", ".join(_clean(f) for f in table.fields)
            batches = here.sql(f"SELECT {columns} FROM {source}").to_arrow_reader(_BATCH)
            rows += cur.adbc_ingest(name, batches, mode="append", db_schema_name=_new(target, schema))
            batches.close()
            cur.execute(_finished(table, place))
    return rows


def shapes() -> Iterator[Table]:
    """What is pushed: tables of marts and ref, the views of bi as tables, and what the copy is."""
    yield from (table for name, table in stored().items() if name.split(".")[0] in SCHEMAS)
    yield from (view.shape for view in views.load().values())
    yield INFO


def ddl(table: Table, place: str) -> str:
    """``CREATE TABLE`` for PostgreSQL, under another name: types are set here so that money stays exact."""
    columns = ",\n".join(
        f'"{f.name}" {_TYPES.get(f.type, f.type.value)}{" NOT NULL" if f.required else ""}' for f in table.fields
    )
    return f"CREATE TABLE {place} (\n{columns}\n)"


def _clean(field: Field) -> str:
    """PostgreSQL's text cannot hold NUL."""
    return f'replace("{field.name}", chr(0), \'\') AS "{field.name}"' if field.type is Type.TEXT else f'"{field.name}"'


def _finished(table: Table, place: str) -> str:
    """One statement: the key, as primary key where it is never null, and the comments."""
    key = ", ".join(f'"{k}"' for k in table.key)
    is_primary = all(table[k].required for k in table.key)
    index = f"ALTER TABLE {place} ADD PRIMARY KEY ({key})" if is_primary else f"CREATE INDEX ON {place} ({key})"
    said = [index, *(c.replace(f" {table.name}", f" {place}", 1) for c in table.comments())]
    return "DO $hibiki$ BEGIN " + "; ".join(said) + "; END $hibiki$"


def _settle(cur: "Cursor", target: Target, patience: float) -> None:
    """Wait until the new rows are visible to everybody, by VACUUM's own account.

    A query whose snapshot is older than the rows, but which comes to the tables after the swap, would find them empty.
    """
    new = ", ".join(quoted(_new(target, s)) for s in SCHEMAS)
    until = time.monotonic() + patience
    while True:
        hidden = _told(
            cur,
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            f" WHERE n.nspname IN ({new}) AND c.relkind = 'r'"
            " AND (c.reltuples < 0 OR c.relallvisible < c.relpages)",
        )
        if not hidden:
            return
        if time.monotonic() > until:
            raise PushError(
                f"a transaction that began before has been open for {patience:g} seconds and would find empty tables:"
                " end it (pg_stat_activity); the next night tries again"
            )
        for (place,) in hidden:
            cur.execute(f"VACUUM (FREEZE, ANALYZE) {place}")


def _swap(cur: "Cursor", target: Target, patience: float) -> None:
    """Old out, new in, under locks on all old tables: no query sees some old and some new.

    Locks are asked for in bursts shorter than the server's deadlock check: whoever waits too long is we, not a reader.
    """
    ours = ", ".join(quoted(target.schema(s)) for s in SCHEMAS)
    old = [
        f'"{schema}"."{name}"'
        for schema, name in _told(
            cur,
            "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            f" WHERE n.nspname IN ({ours}) AND c.relkind = 'r' ORDER BY 1, 2",
        )
    ]
    if old:
        _lock(cur, old, patience)
        _refuse_dependents(cur, ours)
        cur.execute(f"DROP TABLE {', '.join(old)}")
    for schema in SCHEMAS:
        cur.execute(f'DROP SCHEMA IF EXISTS "{target.schema(schema)}"')
        cur.execute(f'ALTER SCHEMA "{_new(target, schema)}" RENAME TO "{target.schema(schema)}"')
        for role in target.readers:
            cur.execute(f'GRANT USAGE ON SCHEMA "{target.schema(schema)}" TO "{role}"')
            cur.execute(f'GRANT SELECT ON ALL TABLES IN SCHEMA "{target.schema(schema)}" TO "{role}"')


def _lock(cur: "Cursor", tables: Sequence[str], patience: float) -> None:
    check = _told(cur, "SELECT setting::int FROM pg_settings WHERE name = 'deadlock_timeout'")[0][0]
    burst = max(50, int(int(str(check)) * 0.7))
    until = time.monotonic() + patience
    asked = (
        f"DO $hibiki$ BEGIN LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE;"
        " PERFORM set_config('hibiki.locked', 'yes', true);"
        " EXCEPTION WHEN query_canceled OR lock_not_available OR deadlock_detected THEN NULL; END $hibiki$"
    )  # caught there: the locks already had are let go, and the transaction lives on
    cur.execute("SET LOCAL hibiki.locked = 'no'")
    while True:
        cur.execute(f"SET LOCAL statement_timeout = {burst}")
        cur.execute(asked)
        cur.execute("SET LOCAL statement_timeout = 0")
        if _told(cur, "SELECT current_setting('hibiki.locked')")[0][0] == "yes":
            return
        if time.monotonic() > until:
            raise PushError(
                f"readers kept its tables busy for {patience:g} seconds: end the query that hangs (pg_stat_activity);"
                " the next night tries again"
            )
        time.sleep(burst / 1000)  # readers that queued behind us go first


def _refuse_dependents(cur: "Cursor", ours: str) -> None:
    """Errors: PushError names views of others that stand on our tables: they would go with them."""
    found = _told(
        cur,
        "SELECT DISTINCT vn.nspname || '.' || v.relname FROM pg_depend d"
        " JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid"
        " JOIN pg_class v ON v.oid = r.ev_class JOIN pg_namespace vn ON vn.oid = v.relnamespace"
        " JOIN pg_class t ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid"
        " JOIN pg_namespace tn ON tn.oid = t.relnamespace"
        f" WHERE tn.nspname IN ({ours}) AND v.oid <> t.oid ORDER BY 1",
    )
    if found:
        names = ", ".join(str(name) for (name,) in found)
        raise PushError(
            f"views stand on its tables and would be lost: {names}. Drop them and define them in the BI tool instead"
        )


def _told(cur: "Cursor", query: str) -> list[tuple[object, ...]]:
    cur.execute(query)
    return [tuple(row) for row in cur.fetchall()]


def _state(error: BaseException) -> str:
    return str(getattr(error, "sqlstate", "") or "")


@contextlib.contextmanager
def _explained(target: Target) -> Generator[None]:
    """Whatever PostgreSQL or its driver says, as a PushError without the password."""
    try:
        yield
    except PushError as error:
        raise PushError(_safe(f"PostgreSQL was not renewed: {error}", target)) from error.__cause__
    except Exception as error:
        if _state(error) or type(error).__module__.startswith("adbc_driver_manager"):
            said = re.sub(r"\s+", " ", str(error)).strip()
            raise PushError(
                _safe(f"PostgreSQL was not renewed: {said}. Readers there keep the copy before", target)
            ) from None  # the driver's error may quote the address with the password
        raise


def _safe(said: str, target: Target) -> str:
    secret = target.password.get_secret_value() if target.password else ""
    for shape in {secret, quote(secret, safe="")} - {""}:
        said = said.replace(shape, "***")
    return said
