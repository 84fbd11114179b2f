"""Rows of a file become staged rows: one reject for each row that cannot be read, and the others go on."""

import json
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from tasks.importing.mapping import Mapping
from tasks.importing.pieces import RAW, ROW, Broken, Chunk
from tasks.importing.values import Column, by_text, read
from transforms import contracts
from transforms.captions import hashtags_of
from transforms.contracts import Type
from transforms.tables import staging
from transforms.tables.fields import METRICS

NAME = "import"
_COUNTERS = (*METRICS, *(f"{m}_paid" for m in METRICS), "followers", "following", "posts")
_ROW_KEY = {
    staging.POSTS.name: ("platform", "post_id", "observed_at"),
    staging.ACCOUNTS.name: ("platform", "account_id", "observed_at"),
    staging.LINKS.name: ("link_id", "observed_at"),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """What is the same for every row of a file: where it is landed, when we learnt it, whose clock it follows."""

    landed_id: str
    known_at: datetime
    zone: str
    is_spreadsheet: bool = False
    source: str = NAME
    """``manual`` where a person typed the figures."""


@dataclass(frozen=True, slots=True)
class Read:
    """The staged tables of some rows, and what could not be read."""

    tables: Table[str, pl.DataFrame]
    rejects: pl.DataFrame


def constant_problems(mapping: Mapping, zone: str) -> list[tuple[str, str, str]]:
    """Constants that cannot be read: our column, the value, what is wrong."""
    known = mapping.about.fields
    zone = mapping.read.timezone or zone
    found: list[tuple[str, str, str]] = []
    for ours, value in mapping.constants.items():
        if ours in known:
            column = read(pl.Series([value], dtype=pl.String()), known[ours], mapping.read, zone)
            problem = column.problems[0] or ("is empty" if column.values[0] is None else None)
            if problem:
                found.append((ours, value, problem))
    return found


def stage(chunk: Chunk, mapping: Mapping, origin: Origin) -> Read:
    """The rows of a chunk as staged tables. Rows that count = rows of the kind's table + rejects."""
    frame = chunk.frame
    if mapping.read.filled:
        cells = pl.col(mapping.read.filled).cast(pl.String()).str.strip_chars()
        frame = frame.filter(cells.is_not_null() & (cells != ""))
    columns = _columns(frame, mapping, origin)
    reasons = _reasons(frame, columns, mapping)
    is_bad = reasons != ""
    rejects = [
        _rejects_of_rows(frame.filter(is_bad), reasons.filter(is_bad), mapping, origin),
        _rejects_of_broken(chunk.broken, mapping, origin),
    ]
    good = _good(frame, columns, ~is_bad, mapping, origin)
    return Read(_tables(good, columns, mapping), pl.concat(rejects))


def together(parts: Sequence[Read], mapping: Mapping | None) -> Read:
    """Parts of one file as one. Of a post or account named in several rows at one instant, the first row counts."""
    if mapping is None or not parts:
        return Read({}, staging.REJECTS.empty())
    main = mapping.about.table.name
    names = list(dict.fromkeys(name for part in parts for name in part.tables))
    tables = {name: pl.concat([p.tables[name] for p in parts if name in p.tables]) for name in names}
    for name, key in _ROW_KEY.items():
        if name in tables and name != main:
            tables[name] = tables[name].unique(subset=key, keep="first", maintain_order=True)
    return Read(tables, pl.concat([p.rejects for p in parts]))


def _columns(frame: pl.DataFrame, mapping: Mapping, origin: Origin) -> dict[str, Column]:
    """Our columns, by name."""
    known, zone = mapping.about.fields, mapping.read.timezone or origin.zone
    found: dict[str, Column] = {}
    for ours, theirs in mapping.columns.items():
        found[ours] = read(frame[theirs], known[ours], mapping.read, zone, is_spreadsheet=origin.is_spreadsheet)
    for ours, value in mapping.constants.items():
        one = read(pl.Series([value], dtype=pl.String()), known[ours], mapping.read, zone)
        parts = (one.values, one.is_hidden, one.is_blank, one.problems)
        found[ours] = Column(*(s.new_from_index(0, frame.height) for s in parts))
    return found


def _reasons(frame: pl.DataFrame, columns: Table[str, Column], mapping: Mapping) -> pl.Series:
    """Why each row cannot be read, naming column and value; empty where it can."""
    known = mapping.about.fields
    told: list[pl.Series] = []
    for ours, column in columns.items():
        problem = column.problems
        if known[ours].required:
            is_missing = column.values.is_null() & problem.is_null()
            problem = problem.zip_with(
                ~is_missing, pl.Series(["is empty, and is needed"]).new_from_index(0, len(problem))
            )
        if problem.null_count() == len(problem):
            continue
        theirs = mapping.columns.get(ours)
        name = f"{ours} (column {theirs})" if theirs and theirs != ours else ours
        value = frame[theirs].cast(pl.String(), strict=False) if theirs else pl.Series([None], dtype=pl.String())
        cells = pl.DataFrame({"p": problem, "v": value if theirs else value.new_from_index(0, frame.height)})
        shown = pl.when(pl.col("v").str.strip_chars() != "").then(pl.format(" '{}'", pl.col("v").str.head(200)))
        told.append(
            cells.select(
                pl.when(pl.col("p").is_not_null())
                .then(pl.concat_str(pl.lit(name), shown.otherwise(pl.lit("")), pl.lit(" "), pl.col("p")))
                .alias(ours)
            )[ours]
        )
    if not told:
        return pl.Series([""]).new_from_index(0, frame.height)
    return pl.DataFrame(told).select(pl.concat_str(pl.all(), separator="; ", ignore_nulls=True).alias("r"))["r"]


def _good(
    frame: pl.DataFrame, columns: Table[str, Column], is_good: pl.Series, mapping: Mapping, origin: Origin
) -> pl.DataFrame:
    """Our columns of the rows that can be read, with their trace."""
    good = pl.DataFrame({ROW: frame[ROW], **{name: column.values for name, column in columns.items()}})
    told = [_missing(name, columns[name]) for name in columns if name in _COUNTERS]
    said = pl.concat_str(told, separator=";", ignore_nulls=True) if told else pl.lit("")
    good = good.with_columns(pl.when(said != "").then(said).alias("missing"))
    known_at = pl.lit(origin.known_at).cast(pl.Datetime("us", "UTC"))
    if "observed_at" not in good.columns:
        good = good.with_columns(known_at.alias("observed_at"))
    good = good.filter(is_good).with_columns(
        known_at.alias("known_at"),
        pl.lit(origin.source).alias("source"),
        pl.lit(origin.landed_id).alias("landed_id"),
        pl.format("row {}", ROW).alias("pointer"),
    )
    if (
        mapping.about.table is staging.ORDERS
        and "net" not in good.columns
        and {"gross", "refunded"} <= set(good.columns)
    ):
        good = good.with_columns((pl.col("gross") - pl.col("refunded")).alias("net"))
    if "caption" in good.columns and "hashtags" not in good.columns:
        tags, _ = by_text(good["caption"], hashtags_of, pl.String())
        good = good.with_columns(tags.alias("hashtags"))
    return good


def _missing(name: str, column: Column) -> pl.Expr:
    return (
        pl.when(pl.lit(column.is_hidden))
        .then(pl.lit(f"{name}=hidden"))
        .when(pl.lit(column.is_blank))
        .then(pl.lit(f"{name}=not_reported"))
    )


def _tables(good: pl.DataFrame, columns: Table[str, Column], mapping: Mapping) -> dict[str, pl.DataFrame]:
    """The kind's table, and those further ones of which the file tells something."""
    kind = mapping.about
    tables = {kind.table.name: kind.table.conform_loosely(_with_own_missing(good, kind.table))}
    for table in kind.also:
        needed = [f.name for f in table.fields if f.required and f.name in kind.fields and f.name != "observed_at"]
        told = [
            n
            for n in table.columns
            if n in columns and n not in needed and n != "observed_at" and n not in _own(kind.table)
        ]
        if set(needed) <= set(columns) and told:
            rows = good.filter(
                pl.all_horizontal(pl.col(needed).is_not_null()) & pl.any_horizontal(pl.col(told).is_not_null())
            )
            key = _ROW_KEY[table.name]
            rows = rows.unique(subset=key, keep="first", maintain_order=True)
            tables[table.name] = table.conform_loosely(_with_own_missing(rows, table))
    return tables


def _own(table: contracts.Table) -> set[str]:
    """Columns that say something only in their own table: keys and counters."""
    return {f.name for f in table.fields if f.name in table.key or f.type is Type.COUNT}


def _with_own_missing(rows: pl.DataFrame, table: contracts.Table) -> pl.DataFrame:
    """``missing`` with the counters of this table only."""
    if "missing" not in table.columns:
        return rows
    own = [n for n in table.columns if n in _COUNTERS]
    listed = (
        pl.col("missing")
        .str.split(";")
        .list.eval(pl.element().filter(pl.element().str.extract(r"^([^=]+)=").is_in(own)))
    )
    kept = listed.list.join(";")
    return rows.with_columns(pl.when(kept != "").then(kept).alias("missing"))


def _rejects_of_rows(bad: pl.DataFrame, reasons: pl.Series, mapping: Mapping, origin: Origin) -> pl.DataFrame:
    rows = bad.select(ROW, *mapping.theirs) if mapping.theirs else bad.select(ROW)
    raws = [json.dumps(row, ensure_ascii=False, default=str)[:RAW] for row in rows.drop(ROW).iter_rows(named=True)]
    rule = "unreadable_value"
    return _rejects([(n, rule, s, r) for n, s, r in zip(rows[ROW], reasons, raws, strict=True)], mapping, origin)


def _rejects_of_broken(broken: Sequence[Broken], mapping: Mapping, origin: Origin) -> pl.DataFrame:
    return _rejects([(b.row, b.rule, b.reason, b.raw) for b in broken], mapping, origin)


def _rejects(rows: Sequence[tuple[int, str, str, str]], mapping: Mapping, origin: Origin) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "pointer": [f"row {row}" for row, _, _, _ in rows],
            "rule": [rule for _, rule, _, _ in rows],
            "reason": [reason for _, _, reason, _ in rows],
            "raw": [raw.replace("\0", "") for _, _, _, raw in rows],
        },
        schema=dict.fromkeys(("pointer", "rule", "reason", "raw"), pl.String()),
    ).with_columns(
        pl.lit(mapping.about.table.name).alias("table_name"),
        pl.lit(NAME).alias("source"),
        pl.lit(origin.landed_id).alias("landed_id"),
        pl.lit(origin.known_at).cast(pl.Datetime("us", "UTC")).alias("known_at"),
    )
    return staging.REJECTS.conform(frame)
