"""Nothing reaches core unaudited: staged rows are split into good and rejected, and nothing is lost in between.

Each rule is evaluated twice, by our own SQL (which rows, in one scan) and by Great Expectations (how many); a
difference stops the run. All verdicts are per row or per landed file: the same whatever was loaded together.
"""

# ruff: noqa: S608  # names come from the data dictionary and from rules, which are code; values are bound

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import duckdb
import polars as pl

from expectations import duplicates
from expectations.rules import ROW, SEGMENT, Rule, load
from transforms import tables
from transforms.contracts import Table
from transforms.tables.ops import EXPECTATION_RESULTS, REJECTED_ROWS

_KEY_IS_UNIQUE = "key_is_unique"
_RAW = 4000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a batch of staged tables."""

    good: Mapping[str, pl.DataFrame]
    """Rows that may go on, per table, in the order in which they were landed; none of a segment that is held."""
    rejected: pl.DataFrame
    """Shape of ops.rejected_rows."""
    results: pl.DataFrame
    """Shape of ops.expectation_results; ``batch`` is the segment."""
    tallies: pl.DataFrame
    """segment, rows_in, rows_good, rows_rejected: in = good + rejected, as if nothing were held."""
    held: Mapping[str, str]
    """Segments to hold back as a whole, and why."""


@dataclass(frozen=True, slots=True)
class _Split:
    """One table, judged."""

    table: Table
    numbered: pl.DataFrame
    counts: pl.DataFrame
    """segment, rule, unexpected."""
    rejected: pl.DataFrame
    """ROW, rule, severity, reason."""
    held: Mapping[str, str]

    @property
    def bad(self) -> pl.DataFrame:
        return self.rejected.select(ROW).unique()

    @property
    def good(self) -> pl.DataFrame:
        return self.numbered.join(self.bad, on=ROW, how="anti", maintain_order="left")


def check(staged: Mapping[str, pl.DataFrame]) -> Verdict:
    """Judge staged tables by full name (``staging.…``); a row's segment is the first part of its landed_id.

    Errors: ContractError if a frame does not conform; duckdb_sql.RuleError if a rule could not be evaluated, if the two
    evaluations differ, or if a row was lost.
    """
    full = {name: frame for name, frame in staged.items() if frame.height}
    if not full:
        return _empty(staged)
    from expectations import duckdb_sql  # noqa: PLC0415  # costs 3 s and 260 MB: only when there is something to judge

    known, rules = _known(), _rules()
    with duckdb.connect(":memory:") as con:
        con.execute("SET GLOBAL TimeZone = 'UTC'; CREATE SCHEMA staging; CREATE SCHEMA good")
        splits: list[_Split] = []
        questions: list[duckdb_sql.Question] = []
        for name, frame in full.items():
            table = known[name]
            split, vacuous = _split(con, table, _numbered(table, frame), rules[name])
            splits.append(split)
            stem = name.removeprefix("staging.")
            con.register("_bad", split.bad.to_arrow())
            con.execute(f"CREATE TABLE good.{stem} AS SELECT * FROM {name} ANTI JOIN _bad USING ({ROW})")
            con.unregister("_bad")
            questions += [
                duckdb_sql.Question(name, r.name, r.asks, r.kwargs, f"[{r.severity}] {r.reason}")
                for r in rules[name]
                if r.name not in vacuous
            ]
            unique = {"column_list": [*duplicates.key_of(table), SEGMENT], "ignore_row_if": "never"}
            questions.append(
                duckdb_sql.Question(
                    f"good.{stem}",
                    _KEY_IS_UNIQUE,
                    "expect_compound_columns_to_be_unique",
                    unique,
                    "[critical] What goes on has each key once per landed file.",
                )
            )
        asked = duckdb_sql.ask(con, questions)
    for split in splits:
        _agree(split, asked)
        _prove(split)
    return _verdict(staged, splits)


def _agree(split: _Split, asked: Mapping[tuple[str, str], int]) -> None:
    """Both evaluations counted the same. Errors: RuleError."""
    from expectations.duckdb_sql import RuleError  # noqa: PLC0415  # see check()

    ours = dict(split.counts.group_by("rule").agg(pl.col("unexpected").sum()).iter_rows())
    name = split.table.name
    for (table, rule), theirs in asked.items():
        if table == name and ours.get(rule) != theirs:
            raise RuleError(
                f"{name}: rule {rule} is broken by {theirs} rows as Great Expectations counts, and by {ours.get(rule)}"
                " as the gate does; nothing was loaded. One of the two readings is wrong: mend it in expectations/"
            )
    if doubled := asked[(f"good.{name.removeprefix('staging.')}", _KEY_IS_UNIQUE)]:
        raise RuleError(f"{name}: {doubled} rows that were to go on share a key; nothing was loaded")


def _prove(split: _Split) -> None:
    """Input = good + rejected, by count and by the sum of row hashes. Errors: RuleError."""
    from expectations.duckdb_sql import RuleError  # noqa: PLC0415  # see check()

    bad = split.numbered.join(split.bad, on=ROW, how="semi")
    sides = [(f.height, int(f.hash_rows(seed=7).cast(pl.Int128).sum() or 0)) for f in (split.numbered, split.good, bad)]
    if sides[0] != (sides[1][0] + sides[2][0], sides[1][1] + sides[2][1]):
        raise RuleError(
            f"{split.table.name}: {sides[0][0]} rows came in, {sides[1][0]} are good and {sides[2][0]} rejected: rows"
            " were lost or changed on the way; nothing was loaded"
        )


@cache
def _known() -> dict[str, Table]:
    return tables.load()


@cache
def _rules() -> dict[str, list[Rule]]:
    return load(_known())


def _numbered(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Conformed, in landed order, each row with its number and segment.

    Order: segments as they first appear, then line, then the numbers in the pointer (`/data/2` before `/data/10`).
    """
    rows = table.conform(frame).with_columns(
        pl.col("landed_id").str.replace(r"#\d+$", "").fill_null("").alias(SEGMENT),
    )
    first = rows.select(pl.col(SEGMENT).unique(maintain_order=True)).with_row_index("_nth")
    place = [pl.col("landed_id").str.extract(r"#(\d+)$").cast(pl.Int64, strict=False).alias("_line")]
    if "pointer" in table.columns:
        numbers = [rf"^\D*(?:\d+\D+){{{n}}}(\d+)" for n in range(3)]
        place += [
            pl.col("pointer").str.extract(p).cast(pl.Int64, strict=False).alias(f"_p{n}") for n, p in enumerate(numbers)
        ]
    return (
        rows.join(first, on=SEGMENT, how="left", maintain_order="left")
        .with_columns(place)
        .sort("_nth", "_line", *(f"_p{n}" for n in range(len(place) - 1)), maintain_order=True)
        .drop("_nth", "_line", *(f"_p{n}" for n in range(len(place) - 1)))
        .with_row_index(ROW)
        .with_columns(pl.col(ROW).cast(pl.Int64))
    )


def _split(
    con: duckdb.DuckDBPyConnection, table: Table, numbered: pl.DataFrame, rules: Sequence[Rule]
) -> tuple[_Split, set[str]]:
    """The table judged by our own SQL, and the rules that have nothing to judge in it (all null)."""
    con.register("_staged", numbered.rechunk().to_arrow())
    con.execute(f"CREATE TABLE {table.name} AS SELECT * FROM _staged")
    con.unregister("_staged")
    by_row = [r for r in rules if r.scope == "row"]
    broken = ", ".join(f'count(*) FILTER (WHERE coalesce({r.bad}, FALSE)) AS "{r.name}"' for r in by_row)
    wide = con.sql(f"SELECT {SEGMENT}, {broken} FROM {table.name} GROUP BY {SEGMENT}").pl()
    counts = [wide.unpivot(index=SEGMENT, variable_name="rule", value_name="unexpected")]
    found = [
        con.sql(
            f"SELECT {ROW}, $rule AS rule, $severity AS severity, {r.says} AS reason FROM {table.name} WHERE {r.bad}",
            params={"rule": r.name, "severity": r.severity},
        ).pl()
        for r in by_row
        if r.severity == "critical" and wide[r.name].sum()
    ]
    failed = pl.concat([_NO_REJECTS, *found])
    passed = numbered.join(failed.select(ROW).unique(), on=ROW, how="anti", maintain_order="left")
    repeats = duplicates.find(table, passed)
    for rule in duplicates.RULES:
        of_rule = numbered.select(ROW, SEGMENT).join(repeats.filter(pl.col("rule") == rule), on=ROW, how="inner")
        found_in = of_rule.group_by(SEGMENT).agg(pl.len().cast(pl.Int64).alias("unexpected"))
        counts.append(
            wide.select(SEGMENT)
            .join(found_in, on=SEGMENT, how="left")
            .select(SEGMENT, pl.lit(rule).alias("rule"), pl.col("unexpected").fill_null(0))
        )
    held: dict[str, str] = {}
    for rule in (r for r in rules if r.scope == "segment"):
        query = f"SELECT {SEGMENT} FROM {table.name} GROUP BY {SEGMENT} HAVING {rule.bad}"
        broke = {str(row[0]) for row in con.execute(query).fetchall()}
        counts.append(
            wide.select(
                SEGMENT,
                pl.lit(rule.name).alias("rule"),
                pl.col(SEGMENT).is_in(list(broke)).cast(pl.Int64).alias("unexpected"),
            )
        )
        if rule.severity == "critical":
            held |= {s: f"{table.name.removeprefix('staging.')}: {rule.law}" for s in broke if s not in held}
    unknown = {c for c in table.columns if numbered[c].null_count() == numbered.height}
    vacuous = {
        r.name for r in by_row if unknown & set(r.columns) and not r.asks.endswith(("not_be_null", "rows_expectation"))
    }
    rejected = pl.concat([failed, repeats])
    return _Split(table, numbered, pl.concat(counts), rejected, held), vacuous


_NO_REJECTS = pl.DataFrame(schema={ROW: pl.Int64, "rule": pl.String, "severity": pl.String, "reason": pl.String})


def _verdict(staged: Mapping[str, pl.DataFrame], splits: Sequence[_Split]) -> Verdict:
    held: dict[str, str] = {}
    for split in splits:
        for segment, why in split.held.items():
            held[segment] = f"{held[segment]}; {why}" if segment in held else why
    passing = {s.table.name: s.good.filter(~pl.col(SEGMENT).is_in(list(held))).drop(ROW, SEGMENT) for s in splits}
    tallies = (
        pl.concat(
            split.numbered.select(SEGMENT, ROW)
            .join(split.bad.with_columns(pl.lit(1).alias("bad")), on=ROW, how="left")
            .group_by(SEGMENT)
            .agg(
                pl.len().cast(pl.Int64).alias("rows_in"),
                pl.col("bad").is_null().sum().cast(pl.Int64).alias("rows_good"),
                pl.col("bad").is_not_null().sum().cast(pl.Int64).alias("rows_rejected"),
            )
            for split in splits
        )
        .group_by(pl.col(SEGMENT).alias("segment"))
        .agg(pl.col("rows_in", "rows_good", "rows_rejected").sum())
        .sort("segment")
    )
    return Verdict(
        good={name: passing.get(name, frame) for name, frame in staged.items()},
        rejected=pl.concat(_rejected(s) for s in splits),
        results=pl.concat(_results(s) for s in splits),
        tallies=tallies,
        held=held,
    )


def _rejected(split: _Split) -> pl.DataFrame:
    """Shape of ops.rejected_rows, in landed order."""
    have = split.table.columns
    key = pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in split.table.key], separator="/")
    return (
        split.rejected.join(split.numbered, on=ROW, how="left", validate="m:1")
        .sort(ROW, "rule")
        .with_columns(
            pl.lit(split.table.name).alias("table_name"),
            pl.struct(have).struct.json_encode().str.slice(0, _RAW).alias("raw"),
            (pl.col("source") if "source" in have else pl.col(SEGMENT).str.split("/").list.first()).alias("source"),
            (pl.col("pointer") if "pointer" in have else pl.lit(None, pl.String)).fill_null(key).alias("pointer"),
        )
        .pipe(REJECTED_ROWS.conform)
    )


def _results(split: _Split) -> pl.DataFrame:
    """Shape of ops.expectation_results, one row per segment and rule."""
    told = pl.DataFrame(
        [(r.name, r.severity, r.reason) for r in _rules()[split.table.name]]
        + [(name, severity, reason) for name, (severity, reason) in duplicates.RULES.items()],
        schema={"rule": pl.String, "severity": pl.String, "reason": pl.String},
        orient="row",
    )
    return (
        split.counts.join(told, on="rule", how="left", validate="m:1")
        .with_columns(
            pl.col(SEGMENT).alias("batch"),
            pl.lit(split.table.name).alias("table_name"),
            (pl.col("unexpected") == 0).alias("success"),
        )
        .sort("batch", "rule")
        .pipe(EXPECTATION_RESULTS.conform)
    )


def _empty(staged: Mapping[str, pl.DataFrame]) -> Verdict:
    counted = {c: pl.Int64() for c in ("rows_in", "rows_good", "rows_rejected")}
    return Verdict(
        good=dict(staged),
        rejected=REJECTED_ROWS.empty(),
        results=EXPECTATION_RESULTS.empty(),
        tallies=pl.DataFrame(schema={"segment": pl.String(), **counted}),
        held={},
    )
