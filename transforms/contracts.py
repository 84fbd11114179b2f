"""A column's promise is said once here and everything else (DDL, expectations, glossary, labels) is derived from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

import polars as pl

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


class ContractError(Exception):
    """A frame does not keep its table's promise; the message names table, column and remedy."""


class Type(Enum):
    """How a value is stored: its Polars dtype and its DuckDB type. Flat and plain, so that every BI tool reads it."""

    TEXT = "VARCHAR"
    COUNT = "BIGINT"
    REAL = "DOUBLE"
    MONEY = "DECIMAL(18,4)"
    DATE = "DATE"
    INSTANT = "TIMESTAMPTZ"
    FLAG = "BOOLEAN"

    @property
    def dtype(self) -> pl.DataType:
        """The Polars dtype that carries it."""
        return _DTYPES[self.name]


_DTYPES: Mapping[str, pl.DataType] = {
    "TEXT": pl.String(),
    "COUNT": pl.Int64(),
    "REAL": pl.Float64(),
    "MONEY": pl.Decimal(18, 4),
    "DATE": pl.Date(),
    "INSTANT": pl.Datetime("us", "UTC"),
    "FLAG": pl.Boolean(),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, type, unit and what may stand in it. ``required`` means never null."""

    name: str
    type: Type
    description: str
    unit: str | None = None
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    among: tuple[str, ...] | None = None

    def needed(self) -> "Field":
        """The same field, never null."""
        return _replace(self, required=True)


def _replace(it: Field, *, required: bool) -> Field:
    return Field(it.name, it.type, it.description, it.unit, required, it.minimum, it.maximum, it.among)


@dataclass(frozen=True, slots=True)
class Table:
    """One stored table: ``schema.name``, what one row is, its key and its fields in order."""

    name: str
    grain: str
    description: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    _by_name: dict[str, Field] = field(init=False, repr=False, compare=False, default_factory=dict[str, Field])

    def __post_init__(self) -> None:
        self._by_name.update({f.name: f for f in self.fields})
        if len(self._by_name) != len(self.fields):
            raise ContractError(f"{self.name}: a field is listed twice")
        if missing := [k for k in self.key if k not in self._by_name]:
            raise ContractError(f"{self.name}: key {', '.join(missing)} is not among its fields")

    def __getitem__(self, column: str) -> Field:
        return self._by_name[column]

    @property
    def columns(self) -> list[str]:
        """Column names, in stored order."""
        return [f.name for f in self.fields]

    @property
    def schema(self) -> pl.Schema:
        """Column name to Polars dtype, in stored order."""
        return pl.Schema({f.name: f.type.dtype for f in self.fields})

    def empty(self) -> pl.DataFrame:
        """A frame of this shape with no row."""
        return pl.DataFrame(schema=self.schema)

    def conform(self, frame: Frame) -> Frame:
        """The frame with exactly this table's columns, in order and cast strictly.

        Errors: ContractError names every column that is missing. Columns beyond the promise are dropped.
        """
        have = set(frame.collect_schema().names() if isinstance(frame, pl.LazyFrame) else frame.columns)
        if missing := [c for c in self.columns if c not in have]:
            raise ContractError(f"{self.name} lacks {', '.join(missing)}: the transform must make these columns")
        return frame.select(pl.col(f.name).cast(f.type.dtype) for f in self.fields)

    def conform_loosely(self, frame: Frame) -> Frame:
        """As :meth:`conform`, but a column that the frame lacks is unknown (null) in every row."""
        have = set(frame.collect_schema().names() if isinstance(frame, pl.LazyFrame) else frame.columns)
        return frame.select(
            (pl.col(f.name) if f.name in have else pl.lit(None).alias(f.name)).cast(f.type.dtype) for f in self.fields
        )

    @property
    def ddl(self) -> str:
        """``CREATE TABLE`` for DuckDB. Keys are tested, not declared: an index would cost more than the check."""
        columns = ",\n    ".join(f'"{f.name}" {f.type.value}{" NOT NULL" if f.required else ""}' for f in self.fields)
        return f"CREATE TABLE IF NOT EXISTS {self.name} (\n    {columns}\n)"

    @property
    def remarks(self) -> dict[str, str]:
        """What is said of each column, with its unit, and under ``""`` of the table."""
        columns = {f.name: f.description + (f" [{f.unit}]" if f.unit else "") for f in self.fields}
        return {"": f"{self.description} One row per {self.grain}."} | columns

    def comments(self, but: Mapping[str, str] | None = None) -> list[str]:
        """``COMMENT ON`` statements for the table and each column, without what ``but`` says already."""
        said = but or {}
        return [
            f'COMMENT ON COLUMN {self.name}."{column}" IS {quoted(remark)}'
            if column
            else f"COMMENT ON TABLE {self.name} IS {quoted(remark)}"
            for column, remark in self.remarks.items()
            if said.get(column) != remark
        ]


def quoted(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def text(name: str, description: str, *, among: tuple[str, ...] | None = None) -> Field:
    """A text field, optionally one of a closed set."""
    return Field(name, Type.TEXT, description, among=among)


def count(name: str, description: str, *, unit: str = "count") -> Field:
    """A whole number that cannot be below zero."""
    return Field(name, Type.COUNT, description, unit=unit, minimum=0)


def change(name: str, description: str, *, unit: str = "count") -> Field:
    """A difference of counts: may be negative."""
    return Field(name, Type.COUNT, description, unit=unit)


def key(name: str, description: str) -> Field:
    """A surrogate key: a stable 63-bit number derived from the natural key."""
    return Field(name, Type.COUNT, description, required=True, minimum=0)


def real(name: str, description: str, *, unit: str, minimum: float | None = None) -> Field:
    """A real number with a unit."""
    return Field(name, Type.REAL, description, unit=unit, minimum=minimum)


def money(name: str, description: str) -> Field:
    """An amount in the row's ``currency`` (4 decimals)."""
    return Field(name, Type.MONEY, description, unit="money")


def date(name: str, description: str) -> Field:
    """A calendar day; which zone's day is said in the description."""
    return Field(name, Type.DATE, description)


def instant(name: str, description: str) -> Field:
    """A UTC instant."""
    return Field(name, Type.INSTANT, description)


def flag(name: str, description: str) -> Field:
    """Yes, no or unknown."""
    return Field(name, Type.FLAG, description)


def pick(fields: Iterable[Field], *names: str, required: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """The named fields, in that order; those in ``required`` may not be null."""
    known = {f.name: f for f in fields}
    if missing := [n for n in names if n not in known]:
        raise ContractError(f"no field is called {', '.join(missing)}: define it once in transforms/tables/fields.py")
    return tuple(known[n].needed() if n in required else known[n] for n in names)
