"""A KPI's value at a grain is one sum over another, on the rows that know both, with the reason where there is none."""

from collections.abc import Iterable, Sequence

import polars as pl

from transforms.kpis import Kpi
from transforms.tables.fields import REASONS

NOT_SAID = "not_reported"


def known(kpi: Kpi) -> pl.Expr:
    """Expression over facts: the row knows both sides."""
    lower = kpi.expr.denominator
    return kpi.expr.numerator.is_not_null() & (pl.lit(value=True) if lower is None else lower.is_not_null())


def inputs(kpi: Kpi) -> list[str]:
    """The columns of the facts that a KPI reads, numerator first, each once."""
    lower = kpi.expr.denominator
    names = [*kpi.expr.numerator.meta.root_names(), *(lower.meta.root_names() if lower is not None else [])]
    return list(dict.fromkeys(names))


def _sum(what: pl.Expr, where: pl.Expr) -> pl.Expr:
    """Σ over the rows where ``where`` holds; null where it holds nowhere: Polars would say 0."""
    return pl.when(where.any()).then(what.cast(pl.Float64).filter(where).sum())


def _reason(kpi: Kpi, columns: Sequence[str]) -> pl.Expr:
    """Why most of the rows that do not know both sides do not; of several as common, the first in REASONS.

    ``not_reported`` explains least, and is said only where no row knows better.
    """
    said = [
        pl.when(pl.col(c).is_null() & (pl.col(f"why_{c}") != NOT_SAID)).then(f"why_{c}")
        for c in inputs(kpi)
        if f"why_{c}" in columns
    ]
    why = pl.coalesce(*said, pl.lit(None, pl.String())).filter(~known(kpi))
    ranked = why.cast(pl.Enum(REASONS), strict=False)  # an answer may give a reason of its own
    missing = (~known(kpi)).any()
    precise = ranked.drop_nulls().mode().min().cast(pl.String())
    return pl.when(missing).then(pl.coalesce(precise, pl.lit(NOT_SAID)))


def aggregates(kpis: Iterable[Kpi], columns: Sequence[str]) -> list[pl.Expr]:
    """For each KPI what a group of facts says of it: both sums, posts that know both sides, and why the others do not.

    Facts have ``posts``, the number of posts of a row. Names are ``<kpi>:<part>``.
    """
    found: list[pl.Expr] = []
    for kpi in kpis:
        lower, where = kpi.expr.denominator, known(kpi)
        found += [
            _sum(kpi.expr.numerator, where).alias(f"{kpi.name}:numerator"),
            (pl.lit(None, pl.Float64()) if lower is None else _sum(lower, where)).alias(f"{kpi.name}:denominator"),
            pl.col("posts").filter(where).sum().alias(f"{kpi.name}:posts_known"),
            _reason(kpi, columns).alias(f"{kpi.name}:reason"),
        ]
    return found


def value(kpi: Kpi) -> pl.Expr:
    """Expression over :func:`aggregates`: the value; null where nothing is known or the lower side is 0."""
    upper = pl.col(f"{kpi.name}:numerator")
    if kpi.expr.denominator is None:
        return upper.alias(kpi.name)
    lower = pl.col(f"{kpi.name}:denominator")
    return (pl.when(lower != 0).then(upper / lower) * kpi.expr.scale).alias(kpi.name)


def reason(kpi: Kpi) -> pl.Expr:
    """Expression over :func:`aggregates`: why the value is null; null where it is not."""
    zero = pl.col(f"{kpi.name}:denominator") == 0
    why = pl.when(zero).then(pl.lit("zero_denominator")).otherwise(pl.col(f"{kpi.name}:reason"))
    return pl.when(pl.col(kpi.name).is_null()).then(why.fill_null("no_posts"))


def wide(facts: pl.DataFrame, kpis: Sequence[Kpi], ids: Sequence[str], groups: pl.DataFrame) -> pl.DataFrame:
    """One row per row of ``groups`` (unique ``ids``): every KPI with its parts, as ``<kpi>`` and ``<kpi>:<part>``."""
    told = facts.group_by(ids).agg(pl.col("posts").sum().alias(":posts_all"), *aggregates(kpis, facts.columns))
    return (
        groups.join(told, on=list(ids), how="left", validate="1:1", nulls_equal=True, maintain_order="left")
        .with_columns(pl.col(":posts_all").fill_null(0))
        .with_columns(value(k) for k in kpis)
    )


def long(frame: pl.DataFrame, kpis: Iterable[Kpi], ids: Sequence[str]) -> pl.DataFrame:
    """:func:`wide` as one row per group and KPI: value, numerator, denominator, posts_known, posts_all, reason."""
    rows = [
        frame.select(
            *ids,
            pl.lit(k.name).alias("kpi"),
            pl.col(k.name).cast(pl.Float64).alias("value"),
            pl.col(f"{k.name}:numerator").alias("numerator"),
            pl.col(f"{k.name}:denominator").alias("denominator"),
            pl.col(f"{k.name}:posts_known").fill_null(0).alias("posts_known"),
            pl.col(":posts_all").alias("posts_all"),
            reason(k).alias("reason"),
            pl.lit(k.definition_version).alias("definition"),
        )
        for k in kpis
    ]
    return pl.concat(rows)
