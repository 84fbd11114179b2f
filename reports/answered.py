"""What was asked and answered each night, without those who never answered and nobody may ask: they hold no report."""

import polars as pl

from reports.nights import UNTOLD_CODES
from reports.wording import UNTOLD, codes_in


def answered(coverage: pl.DataFrame) -> pl.DataFrame:
    """``day``, ``expected``, ``got``, a row per night. ``coverage``: ops.coverage of a campaign's window.

    Of each source as many are not expected as lacked for want of access on every night on which nothing else was
    wrong: who lost access since, or answers nothing all of a sudden, still counts as missing.
    """
    if coverage.is_empty():
        return pl.DataFrame(schema={"day": pl.Date, "expected": pl.Int64, "got": pl.Int64})
    told = coverage.with_columns(
        pl.struct("expected", "got", "reason")
        .map_elements(_silent, return_dtype=pl.Int64(), skip_nulls=False)
        .alias("_silent"),
        (pl.col("expected") - pl.col("got")).clip(lower_bound=0).alias("_lacking"),
    )
    nights = told.group_by("source", "day").agg(pl.col("expected", "got", "_silent", "_lacking").sum())
    calm = nights.filter(pl.col("_silent") == pl.col("_lacking"))
    usual = calm.group_by("source").agg(pl.col("_silent").min().alias("_usual"))
    return (
        nights.join(usual, on="source", how="left", validate="m:1")
        .with_columns(pl.min_horizontal("_lacking", pl.col("_usual").fill_null(0)).alias("_usual"))
        .group_by("day")
        .agg((pl.col("expected") - pl.col("_usual")).sum().alias("expected"), pl.col("got").sum())
        .sort("day")
    )


def _silent(row: dict[str, object]) -> int:
    """How many gave no answer for want of access, as far as the reason says so."""
    lacking = max(int(str(row["expected"])) - int(str(row["got"])), 0)
    codes = codes_in(None if row["reason"] is None else str(row["reason"])) or {}
    if UNTOLD in codes:
        return lacking
    return min(lacking, sum(number for code, number in codes.items() if code in UNTOLD_CODES))
