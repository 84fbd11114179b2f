"""From every figure back to the rows that it was added from, and from those to the answers that told them.

KPIs sum rows of facts (transforms.facts, transforms.contract_facts). Each input of each row of facts is led back to
leaves: a counter of a post, a part of a cost, an order, a day of a link. Leaves count only where they add up to the
fact; where they do not, or where nothing was found, the fact stands for itself, so that re-adding never fails.
"""

import polars as pl

from transforms.kpi_values import NOT_SAID
from transforms.lineage.of_contracts import of_contracts, of_persons
from transforms.lineage.of_posts import ROW, leaf, of_posts
from transforms.lineage.reading import inputs_of_facts
from transforms.lineage.sources import Sources
from transforms.tables.lineage import LINEAGE

TOLERANCE = 1e-9
"""Relative: a cost split over posts and added again differs in the last digits of a float."""


def lineage(given: Sources) -> pl.DataFrame:
    """marts.lineage: every input of the facts that KPIs sum, down to the answers that told it."""
    leaves_of_posts = of_posts(given)
    leaves_of_contracts = of_contracts(given, leaves_of_posts)
    nothing = leaves_of_posts.clear()
    found = [
        _led_back("post", given.posts, leaves_of_posts),
        _led_back("contract", given.rows, leaves_of_contracts),
        _led_back("person", given.persons, of_persons(given, leaves_of_contracts)),
        *(_led_back(grain, rows, nothing) for grain, groups in given.groups.items() for rows, _ in groups),
    ]
    return LINEAGE.conform(pl.concat(found).sort(LINEAGE.key))


def _led_back(facts: str, rows: pl.DataFrame, leaves: pl.DataFrame) -> pl.DataFrame:
    """The leaves of the inputs of the rows where they add up to the fact, and the fact itself where they do not."""
    place = [*ROW, "input"]
    stated = _stated(rows, [i for i in inputs_of_facts(facts) if i in rows.columns])
    value = pl.col("value")
    added = leaves.group_by(place).agg(
        pl.when(value.is_not_null().all()).then(value.sum()).alias("_added"), pl.len().alias("_leaves")
    )
    told = stated.join(added, on=place, how="left", validate="1:1", nulls_equal=True)
    near = (pl.col("_added") - value).abs() <= TOLERANCE * pl.max_horizontal(value.abs(), 1.0)
    agrees = pl.col("_leaves").is_not_null() & (near | (pl.col("_added").is_null() & value.is_null())).fill_null(
        value=False
    )
    judged = told.with_columns(agrees.alias("_agrees"))
    kept = leaves.join(
        judged.filter("_agrees").select(*place, pl.col("reason").alias("_why")),
        on=place,
        how="inner",
        validate="m:1",
        nulls_equal=True,
    ).with_columns(pl.when(value.is_null()).then(pl.coalesce("reason", "_why")).alias("reason"))
    nothing = value.is_null() | ((value == 0) & pl.col("_leaves").is_null())
    itself = judged.filter(~pl.col("_agrees")).with_columns(
        pl.when(nothing).then(pl.lit("none")).otherwise(pl.lit("derived")).alias("thing"), value.alias("told")
    )
    return pl.concat([kept.select(leaf(kept).columns), _blank(itself)]).with_columns(pl.lit(facts).alias("facts"))


def _blank(itself: pl.DataFrame) -> pl.DataFrame:
    """Facts that stand for themselves: no answer of their own."""
    never = pl.lit(None, pl.Datetime("us", "UTC"))
    return leaf(itself.with_columns(never.alias("observed_at"), never.alias("known_at"), pl.lit(1.0).alias("weight")))


def _stated(rows: pl.DataFrame, inputs: list[str]) -> pl.DataFrame:
    """The facts in long form: row, input, value, and why it is null."""
    ids = [pl.col(c) if c in rows.columns and _is_of(c, rows) else pl.lit(None, pl.String()).alias(c) for c in ROW]
    nothing = {**dict.fromkeys((*ROW, "input"), pl.String()), "value": pl.Float64(), "reason": pl.String()}
    found = [
        rows.select(
            *ids,
            pl.lit(name).alias("input"),
            pl.col(name).cast(pl.Float64).alias("value"),
            pl.when(pl.col(name).is_null())
            .then(pl.coalesce(f"why_{name}", pl.lit(NOT_SAID)) if f"why_{name}" in rows.columns else pl.lit(NOT_SAID))
            .alias("reason"),
        )
        for name in inputs
    ]
    return pl.concat([pl.DataFrame(schema=nothing), *found])


def _is_of(column: str, rows: pl.DataFrame) -> bool:
    """Whether an id names the rows: contract facts have no post."""
    return column != "post_id" or "post_key" in rows.columns
