"""Which inputs of which facts a KPI reads at a grain, and a KPI added up again from marts.lineage alone."""

from functools import cache

import polars as pl

from transforms.contract_facts import OF_PERSONS
from transforms.kpi_values import inputs as inputs_of
from transforms.kpis import Grain, Kpi, load
from transforms.tables.lineage import KPI_INPUTS

ROW = ("campaign_id", "influencer_id", "platform", "post_id")


def facts_of(kpi: Kpi, grain: Grain) -> str:
    """Whose facts a KPI sums at a grain: post, contract, person (see transforms.contract_facts), or the grain's own."""
    if kpi.rows == "post":
        return "post"
    if kpi.rows == "group":
        return grain
    shared = not set(inputs_of(kpi)).isdisjoint(OF_PERSONS)
    return "person" if shared and grain != "platform" else "contract"


@cache
def inputs_of_facts(facts: str) -> tuple[str, ...]:
    """Every input that some KPI reads of these facts at some grain, sorted."""
    read = {i for k in load().values() for g in k.grains if facts_of(k, g) == facts for i in inputs_of(k)}
    return tuple(sorted(read))


def kpi_inputs() -> pl.DataFrame:
    """ref.kpi_inputs: one row per KPI, grain, side and input."""
    rows: list[tuple[str, str, str, str, str, str]] = []
    for kpi in load().values():
        sides = {"numerator": kpi.expr.numerator, "denominator": kpi.expr.denominator}
        told = [
            (side, name, _role(expr, name)) for side, expr in sides.items() if expr is not None for name in _names(expr)
        ]
        rows += [(kpi.name, g, side, name, facts_of(kpi, g), role) for g in kpi.grains for side, name, role in told]
    return pl.DataFrame(rows, schema=KPI_INPUTS.schema, orient="row").sort(KPI_INPUTS.key)


def _names(expr: pl.Expr) -> list[str]:
    return list(dict.fromkeys(expr.meta.root_names()))


def _role(expr: pl.Expr, name: str) -> str:
    """How an expression uses an input: what it adds depends on the others (factor), or not (plus, minus)."""
    others = [n for n in _names(expr) if n != name]

    def step(level: float) -> float:
        ends = pl.DataFrame({name: [1.0, 2.0], **{n: [level, level] for n in others}}).select(expr.alias("x"))["x"]
        return float(ends[1]) - float(ends[0])

    if others and step(3.0) != step(5.0):
        return "factor"
    return "plus" if step(3.0) > 0 else "minus"


def rows_of(lineage: pl.DataFrame, kpi: Kpi, grain: Grain) -> pl.DataFrame:
    """The rows of lineage that a KPI reads at a grain."""
    return lineage.filter((pl.col("facts") == facts_of(kpi, grain)) & pl.col("input").is_in(inputs_of(kpi)))


def sides(lineage: pl.DataFrame, kpi: Kpi, grain: Grain) -> pl.DataFrame:
    """Both sides of the KPI for every row of facts that it reads: numerator, denominator (1 of a total), is_known.

    Only ``lineage`` is used: an input of a row of facts is the sum of its values, unknown if one of them is.
    """
    value = pl.col("value")
    facts = (
        rows_of(lineage, kpi, grain)
        .group_by(*ROW, "input", maintain_order=True)
        .agg(pl.when(value.is_not_null().all()).then(value.sum()).alias("value"))
    )
    wide = facts.select(ROW).unique(maintain_order=True)
    for name in inputs_of(kpi):
        one = facts.filter(pl.col("input") == name).select(*ROW, pl.col("value").alias(name))
        wide = wide.join(one, on=list(ROW), how="left", validate="1:1", nulls_equal=True, maintain_order="left")
    lower = kpi.expr.denominator
    return wide.select(
        *ROW,
        kpi.expr.numerator.cast(pl.Float64).alias("numerator"),
        (pl.lit(1.0) if lower is None else lower).cast(pl.Float64).alias("denominator"),
    ).with_columns((pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null()).alias("is_known"))


def re_added(lineage: pl.DataFrame, kpi: Kpi, grain: Grain) -> pl.DataFrame:
    """The KPI for every place of a grain, from ``lineage`` alone.

    Columns: campaign_id, the grain's ids, numerator, denominator, value, known, rows (of facts).
    """
    any_known = pl.col("is_known").any()
    upper, lower = (pl.when(any_known).then(pl.col(c).filter("is_known").sum()) for c in ("numerator", "denominator"))
    is_total = kpi.expr.denominator is None
    summed = (
        sides(lineage, kpi, grain)
        .group_by(IDS[grain], maintain_order=True)
        .agg(
            upper.alias("numerator"),
            (pl.lit(None, pl.Float64()) if is_total else lower).alias("denominator"),
            pl.col("is_known").sum().alias("known"),
            pl.len().alias("rows"),
        )
    )
    told = pl.col("numerator")
    ratio = pl.when(pl.col("denominator") != 0).then(told / pl.col("denominator")) * kpi.expr.scale
    return summed.with_columns((told if is_total else ratio).alias("value"))


IDS: dict[Grain, tuple[str, ...]] = {
    "post": ("campaign_id", "platform", "influencer_id", "post_id"),
    "influencer": ("campaign_id", "influencer_id"),
    "platform": ("campaign_id", "platform"),
    "campaign": ("campaign_id",),
}
"""What names a place of each grain."""
