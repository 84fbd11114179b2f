"""A key that comes twice in one landed file: the first row wins, and the others say why they were left out."""

from collections.abc import Mapping

import polars as pl

from expectations.rules import ROW, SEGMENT
from transforms.contracts import Table

RULES: Mapping[str, tuple[str, str]] = {
    "repeated_row": ("info", "Pages overlap and files repeat themselves: the same row again is harmless."),
    "duplicate_key": (
        "critical",
        "One key at one instant has one value. The first in the file is kept, because nothing tells which is right.",
    ),
}
_TRACE = {"landed_id", "detail_landed_id", "pointer", "known_at", "source"}


def key_of(table: Table) -> list[str]:
    """What must be unique within a landed file: the natural key, and the instant where there is one."""
    instant = ["observed_at"] if "observed_at" in table.columns and "observed_at" not in table.key else []
    return [*(k for k in table.key if k not in _TRACE), *instant]


def find(table: Table, numbered: pl.DataFrame) -> pl.DataFrame:
    """Rows (in order of ROW) whose key came before in their segment: ROW, rule, severity, reason."""
    key = [SEGMENT, *key_of(table)]
    values = [c for c in table.columns if c not in key and c not in _TRACE]
    again = numbered.filter(numbered.select(key).is_duplicated())
    firsts = again.unique(key, keep="first", maintain_order=True).select(
        *key, pl.col(ROW).alias("_first"), *(pl.col(v).alias(f"_was_{v}") for v in values)
    )
    differs = {v: pl.col(v).ne_missing(pl.col(f"_was_{v}")) for v in values}
    said = [
        pl.when(changed).then(pl.format(f"{v} is {{}} here and {{}} before", _shown(v), _shown(f"_was_{v}")))
        for v, changed in differs.items()
    ]
    names = " + ".join(key_of(table))
    return (
        again.join(firsts, on=key, how="left", validate="m:1", nulls_equal=True, maintain_order="left")
        .filter(pl.col(ROW) != pl.col("_first"))
        .with_columns(pl.any_horizontal(pl.lit(value=False), *differs.values()).alias("_differs"))
        .with_columns(
            pl.when("_differs").then(pl.lit("duplicate_key")).otherwise(pl.lit("repeated_row")).alias("rule"),
            pl.when("_differs").then(pl.lit("critical")).otherwise(pl.lit("info")).alias("severity"),
            pl.when("_differs")
            .then(
                pl.concat_str(
                    pl.concat_str([pl.lit(""), *said], separator=", ", ignore_nulls=True).str.strip_chars_start(", "),
                    pl.lit(f"; {names} has one value in a file, the first was kept"),
                )
            )
            .otherwise(pl.lit(f"the same row came before with this {names}; the first was kept"))
            .alias("reason"),
        )
        .select(ROW, "rule", "severity", "reason")
    )


def _shown(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.slice(0, 80).fill_null("missing")
