"""A KPI's value at a grain is one sum over another, on the rows that know both, with the reason where there is none."""

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from transforms.kpi_sums import Sides, Sums, inputs
from transforms.kpis import Kpi
from transforms.tables.fields import REASONS

__all__ = ["NOT_SAID", "inputs", "known", "long", "wide"]

NOT_SAID = REASONS[0]
"""Explains least, and is said only where no row knows better."""
_PARTS = ("numerator", "denominator", "posts_known", "reason")


def known(kpi: Kpi) -> pl.Expr:
    """Expression over facts: the row knows both sides."""
    lower = kpi.expr.denominator
    return kpi.expr.numerator.is_not_null() & (pl.lit(value=True) if lower is None else lower.is_not_null())


def wide(facts: pl.DataFrame, kpis: Sequence[Kpi], ids: Sequence[str], groups: pl.DataFrame) -> pl.DataFrame:
    """One row per row of ``groups`` (unique ``ids``): every KPI with its parts, as ``<kpi>`` and ``<kpi>:<part>``.

    Facts have ``posts``, the number of posts of a row; ``:posts_all`` are those of all rows of a group, and
    ``<kpi>:reason`` is why most of the rows that do not know both sides do not.
    """
    told = columns(Sides.of(facts, kpis), ids, groups)
    return groups.drop(told.columns, strict=False).hstack(told)


def columns(sides: Sides, ids: Sequence[str], groups: pl.DataFrame) -> pl.DataFrame:
    """The columns that :func:`wide` puts beside the groups."""
    size = groups.height
    numbered = groups.select(*ids, pl.int_range(size).alias("_group"))
    placed = sides.facts.select(ids).join(
        numbered, on=ids, how="left", validate="m:1", nulls_equal=True, maintain_order="left"
    )
    sums = Sums.of(sides, placed["_group"].fill_null(size).to_numpy(), size)
    told = _told(sums, sides.kpis)
    return pl.DataFrame(
        [
            pl.Series(":posts_all", sums.posts_all).cast(pl.Int64),
            *(
                told[part].slice(n * size, size).alias(k.name if part == "value" else f"{k.name}:{part}")
                for n, k in enumerate(sides.kpis)
                for part in ("value", *_PARTS)
            ),
        ]
    )


def _told(sums: Sums, kpis: Sequence[Kpi]) -> pl.DataFrame:
    """The values and their parts: all groups of the first KPI, then of the next."""
    size = len(sums.posts_all)
    upper, lower, is_total = pl.col("numerator"), pl.col("denominator"), pl.col("is_total")
    flat = {
        "numerator": sums.upper,
        "denominator": sums.lower,
        "posts_known": sums.posts,
        "why": sums.why,
        "rows": sums.rows,
    }
    about = {"is_total": [k.expr.denominator is None for k in kpis], "scale": [k.expr.scale for k in kpis]}
    return (
        pl.DataFrame(
            {name: array.ravel() for name, array in flat.items()}
            | {name: np.repeat(of_kpis, size) for name, of_kpis in about.items()}
        )
        .with_columns(
            pl.when(pl.col("rows") > 0).then(upper).alias("numerator"),
            pl.when((pl.col("rows") > 0) & ~is_total).then(lower).alias("denominator"),
            pl.col("posts_known").cast(pl.Int64),
            pl.lit(pl.Series(REASONS)).gather(pl.when(pl.col("why") >= 0).then("why")).alias("reason"),
        )
        .with_columns(
            pl.when(is_total).then(upper).when(lower != 0).then(upper / lower * pl.col("scale")).alias("value")
        )
    )


def long(frame: pl.DataFrame, kpis: Iterable[Kpi], ids: Sequence[str]) -> pl.DataFrame:
    """:func:`wide` as one row per group and KPI: value, numerator, denominator, posts_known, posts_all, reason."""
    versions = {k.name: k.definition_version for k in kpis}
    rows = frame.select(*ids, pl.col(":posts_all").alias("posts_all"), pl.col(list(versions)).cast(pl.Float64))
    parts = [
        frame.select(f"{name}:{part}" for name in versions).unpivot(value_name=part).get_column(part) for part in _PARTS
    ]
    zero = pl.col("denominator") == 0
    why = pl.when(zero).then(pl.lit("zero_denominator")).otherwise("reason").fill_null("no_posts")
    return (
        rows.unpivot(index=[*ids, "posts_all"], variable_name="kpi")
        .hstack([*parts, pl.Series("definition", np.repeat(list(versions.values()), frame.height))])
        .with_columns(pl.when(pl.col("value").is_null()).then(why).alias("reason"), pl.col("posts_known").fill_null(0))
    )
