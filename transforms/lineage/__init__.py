"""From every figure back to the rows that it was added from, and from those to the answers that told them.

KPIs sum rows of facts (transforms.facts, transforms.contract_facts). Each input of each row of facts is led back to
leaves: a counter of a post, a part of a cost, an order, a day of a link. Leaves count only where they add up to the
fact; where they do not, or where nothing was found, the fact stands for itself, so that re-adding never fails.
"""

import numpy as np
import polars as pl

from transforms.contract_facts import WHO
from transforms.facts import CONTRACT
from transforms.lineage.answers import seen
from transforms.lineage.leaves import LEAF, leaf
from transforms.lineage.of_contracts import of_contracts
from transforms.lineage.of_posts import of_posts
from transforms.lineage.places import AT, PLACE, Places
from transforms.lineage.reading import ROW
from transforms.lineage.sources import Sources
from transforms.tables.lineage import LINEAGE

TOLERANCE = 1e-9
"""Relative: a cost split over posts and added again differs in the last digits of a float."""


def lineage(given: Sources) -> pl.DataFrame:
    """marts.lineage: every input of the facts that KPIs sum, down to the answers that told it."""
    places = Places.of(given)
    counts = seen(given)
    posts = of_posts(given, places.of_facts("post", *ROW), counts)
    whose = posts.join(places.of_facts("post", *CONTRACT), on="_row", validate="m:1", maintain_order="left")
    contracts, persons = of_contracts(given, whose, counts)
    leaves = [
        posts,
        contracts.join(places.of_facts("contract", *CONTRACT), on=list(CONTRACT), validate="m:1", nulls_equal=True),
        persons.join(places.of_facts("person", *WHO), on=list(WHO), validate="m:1", nulls_equal=True),
    ]
    found = _led_back(places.stated, places.led(pl.concat(told.select("_row", *LEAF) for told in leaves)))
    return LINEAGE.conform(places.named(found.sort(PLACE, "thing", "thing_id", "metric")))


def _led_back(stated: pl.DataFrame, leaves: pl.DataFrame) -> pl.DataFrame:
    """The leaves of the places where they add up to what is stated, and what is stated itself where they do not."""
    at, value = leaves[AT].to_numpy(), pl.col("value")
    added = np.bincount(at, leaves["value"].fill_null(0.0), stated.height)
    unknown = np.bincount(at, leaves["value"].is_null(), stated.height)
    judged = stated.with_columns(
        pl.Series("_leaves", np.bincount(at, minlength=stated.height)),
        pl.when(pl.Series(unknown) == 0).then(pl.Series(added)).alias("_added"),
    )
    near = (pl.col("_added") - value).abs() <= TOLERANCE * pl.max_horizontal(value.abs(), 1.0)
    same = (near | (pl.col("_added").is_null() & value.is_null())).fill_null(value=False)
    agrees = judged.select((pl.col("_leaves") > 0) & same).to_series()
    why = pl.when(value.is_null()).then(pl.coalesce("reason", stated["reason"].gather(leaves[AT])))
    kept = leaves.with_columns(why.alias("reason")).filter(agrees.gather(leaves[AT])).drop(AT)
    nothing = value.is_null() | ((value == 0) & (pl.col("_leaves") == 0))
    thing = pl.when(nothing).then(pl.lit("none")).otherwise(pl.lit("derived"))
    itself = judged.filter(~agrees).select(
        leaf(PLACE, trace=(), thing=thing, told=value, value=value, reason=pl.col("reason"))
    )
    return pl.concat([kept, itself.select(kept.columns)])
