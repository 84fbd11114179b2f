"""Great Expectations asks DuckDB: a datasource over the pipeline's own connection, which upstream 1.24 does not have.

Importing this module imports Great Expectations (3 s, 260 MB): only ``gate.check`` does, when it has rows to judge.
What upstream lacks, and why each override is here (Great Expectations 1.24.1, duckdb-engine 0.17, read 2026-11-22):

* ``execute_query`` hands back a cursor whose connection has already returned to the pool; DuckDB drops its pending
  result, and every expectation fails with `list index out of range`. A kept connection cures it.
* A kept connection keeps its transaction: a stale snapshot, and one failed query poisons all later ones. Hence the
  roll-back before each statement.
* An unknown dialect has no ``dialect_module``: patterns and types are refused. DuckDB is not PostgreSQL: its ``~`` is a
  full match, so the dialect says the flag that stands for ``regexp_matches``.
* Column reflection goes through pg_catalog tables that DuckDB lacks. ``DESCRIBE`` says the same.
"""

import contextlib
import logging
import os
import re
import warnings
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

import duckdb

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # before the import: no telemetry, ever
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # third-party deprecations at import time, none of which we can mend
    import duckdb_engine
    import great_expectations as gx
    import great_expectations.expectations as gxe
    import sqlalchemy as sa
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults
    from great_expectations.datasource.fluent.config_str import ConfigStr
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
    from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine

logging.getLogger("great_expectations").setLevel(logging.ERROR)


class RuleError(Exception):
    """A rule could not be evaluated, or two evaluations differ: never a pass, never bad data. A fault of ours."""


@dataclass(frozen=True, slots=True)
class Question:
    """One expectation to ask of one table or view of the connection."""

    table: str
    rule: str
    asks: str
    kwargs: Mapping[str, object]
    reason: str


def ask(con: duckdb.DuckDBPyConnection, questions: Sequence[Question]) -> dict[tuple[str, str], int]:
    """How many rows break each question, by (table, rule), as Great Expectations counts them.

    Tables are named ``schema.table``. Errors: RuleError names the rule that raised.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations inside Great Expectations' own calls
        stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)  # else a folder in /tmp per run
        config = DataContextConfig(store_backend_defaults=stores, analytics_enabled=False)
        context = gx.get_context(mode="ephemeral", project_config=config)
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]  # a mapping is what it wants
        source = context.data_sources.add_duckdb_sql(  # type: ignore[attr-defined]  # made by DuckDBSource's registration
            "hibiki",
            connection_string="duckdb:///:memory:",
            kwargs={"creator": lambda: duckdb_engine.ConnectionWrapper(con.cursor()), "poolclass": sa.pool.StaticPool},
        )
        try:
            return {
                key: count
                for table in dict.fromkeys(q.table for q in questions)
                for key, count in _ask_one(source, table, [q for q in questions if q.table == table])
            }
        finally:
            source.get_execution_engine().close()


def _ask_one(source: "DuckDBSource", table: str, questions: Sequence[Question]) -> list[tuple[tuple[str, str], int]]:
    """One validation of one table. It is not stored: the context's stores cost as much again as the asking."""
    schema, _, name = table.rpartition(".")
    asset = source.add_table_asset(table, table_name=name, schema_name=schema)
    suite = ExpectationSuite(name=table, expectations=[_expectation(q) for q in questions])
    result = (
        asset.add_batch_definition_whole_table("all")
        .get_batch()
        .validate(suite, result_format={"result_format": "BASIC", "partial_unexpected_count": 0})
    )
    counts: list[tuple[tuple[str, str], int]] = []
    for answer in result.results:  # not in the order of the suite: the rule's name travels in meta
        asked = answer.expectation_config
        rule = str(asked.meta["rule"]) if asked and asked.meta else ""
        if said := _raised(answer.exception_info):
            raise RuleError(f"{table}: rule {rule} could not be evaluated: {said}")
        broken = answer.result.get("unexpected_count", answer.result.get("observed_value"))
        if broken is None or (broken == 0) != answer.success:
            raise RuleError(f"{table}: rule {rule} gave no count of rows that break it")
        counts.append(((table, rule), int(broken)))
    if len(counts) != len(questions):
        raise RuleError(f"{table}: {len(questions)} rules were asked and {len(counts)} answered")
    return counts


def _expectation(question: Question) -> Any:
    """Made afresh each time: Great Expectations binds an expectation to its suite."""
    kind = "".join(part.capitalize() for part in question.asks.split("_"))
    return getattr(gxe, kind)(**question.kwargs, meta={"rule": question.rule}, description=question.reason)


def _raised(info: Any) -> str | None:
    """What an expectation raised, in either of the two shapes that ``exception_info`` has."""
    shapes = [info] if "raised_exception" in (info or {}) else list((info or {}).values())
    for shape in shapes:
        if isinstance(shape, Mapping) and shape.get("raised_exception"):
            return str(shape.get("exception_message") or "unknown error")
    return None


def _dialect() -> ModuleType:
    """What Great Expectations looks up on a dialect's module: type names, and flags by which it picks its SQL."""
    module: Any = ModuleType("hibiki_duckdb_dialect")
    module.name = "duckdb"
    for name in (
        "BIGINT",
        "INTEGER",
        "SMALLINT",
        "BOOLEAN",
        "DATE",
        "TIMESTAMP",
        "TIME",
        "UUID",
        "BLOB",
        "JSON",
        "REAL",
    ):
        setattr(module, name, getattr(sa.types, name))
    module.TINYINT, module.HUGEINT = sa.types.SMALLINT, sa.types.BIGINT
    module.VARCHAR = module.TEXT = sa.types.String
    module.DOUBLE, module.FLOAT = sa.types.DOUBLE, sa.types.FLOAT
    module.DECIMAL = module.NUMERIC = sa.types.Numeric
    module.DremioDialect = True  # means: patterns are REGEXP_MATCHES(column, pattern) and LIKE works
    return module


class _Inspector:
    """The two reflections that Great Expectations asks for, by ``DESCRIBE``."""

    def __init__(self, engine: "DuckDBEngine") -> None:
        self._engine = engine
        self.dialect = engine.engine.dialect

    def get_columns(self, table_name: str, schema: str | None = None, **_: object) -> list[dict[str, Any]]:
        quote = self.dialect.identifier_preparer.quote_identifier
        name = ".".join(quote(part) for part in (schema, table_name) if part)
        described = self._engine.execute_query(sa.text(f"DESCRIBE {name}")).fetchall()
        return [{"name": r[0], "type": self._type(r[1]), "nullable": True, "default": None} for r in described]

    def _type(self, said: str) -> Any:
        return getattr(self._engine.dialect_module, re.split(r"[( ]", said, maxsplit=1)[0], sa.types.NullType)()

    def get_pk_constraint(self, table_name: str, schema: str | None = None, **_: object) -> dict[str, Any]:
        del table_name, schema
        return {"constrained_columns": [], "name": None}


class DuckDBEngine(SqlAlchemyExecutionEngine):
    """Keeps one connection, and starts each statement in a fresh transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dialect_module = _dialect()

    def get_inspector(self) -> Any:
        if self._inspector is None:
            self._inspector = _Inspector(self)  # type: ignore[assignment]  # the part of an Inspector that is used
        return self._inspector

    @contextlib.contextmanager
    def get_connection(self) -> Generator[sa.Connection]:
        kept: sa.Connection | None = self._connection
        if kept is None or kept.closed:
            kept = self._connection = self.engine.connect()
        if kept.in_transaction():  # results are always fetched before the next statement
            kept.rollback()
        yield kept

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()


class DuckDBSource(SQLDatasource):
    """``context.data_sources.add_duckdb_sql``: not ``duckdb``, which a coming upstream release uses."""

    type: Literal["duckdb_sql"] = "duckdb_sql"  # type: ignore[assignment]  # each datasource narrows its parent's type
    connection_string: ConfigStr | str

    @property
    def execution_engine_type(self) -> "type[SqlAlchemyExecutionEngine]":
        return DuckDBEngine
