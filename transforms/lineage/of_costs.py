"""What each part of a contract's cost, and each of its terms, was read from: its row in the roster or in costs.csv."""

import polars as pl

from transforms.facts import CONTRACT
from transforms.lineage.leaves import leaf
from transforms.lineage.sources import Sources

_COLUMNS = {
    "product": "product_cost",
    "shipping": "shipping_cost",
    "agency": "agency_cost",
    "boost": "boost_cost",
}
_ROSTER = "roster"


def parts(given: Sources) -> pl.DataFrame:
    """The leaves ``cost`` (a row per part) and ``fee`` of each contract and of campaigns as a whole, in full.

    ``told`` is the amount as written, ``value`` what it counts in the campaign's currency on its tax basis.
    """
    at = given.contracts.select(*CONTRACT, pl.col("pointer").alias("_row"))
    is_roster = pl.col("entry") == _ROSTER
    own = pl.when(is_roster).then(pl.format("{}/{}", "influencer_id", "platform")).otherwise(pl.col("entry"))
    amount, counted = (pl.col(c).cast(pl.Float64) for c in ("amount", "converted"))
    costs = given.costs.join(at, on=list(CONTRACT), how="left", validate="m:1").select(
        *leaf(
            *CONTRACT,
            trace=("landed_id",),
            input="cost",
            thing=pl.when(is_roster).then(pl.lit("contract")).otherwise(pl.lit("cost_row")),
            thing_id=own,
            metric=pl.when(is_roster).then(pl.col("kind").replace(_COLUMNS)).otherwise(pl.lit("amount")),
            told=amount,
            weight=(counted / amount).fill_nan(1.0),
            value=counted,
            reason=pl.col("reason"),
            source="brief",
            pointer=pl.when(is_roster).then("_row").otherwise(pl.col("entry").str.extract(r"(row \d+)$")),
        ),
        (pl.col("kind") == "fee").alias("_is_fee"),
    )
    fees = costs.filter("_is_fee").with_columns(pl.lit("fee").alias("input"))
    return pl.concat([costs, fees]).drop("_is_fee")


def promised(given: Sources) -> pl.DataFrame:
    """The leaf ``promised_posts`` of each contract."""
    return given.contracts.select(
        leaf(
            *CONTRACT,
            trace=("known_at", "landed_id", "pointer"),
            input="promised_posts",
            thing="contract",
            thing_id=pl.format("{}/{}", "influencer_id", "platform"),
            metric="promised_posts",
            told=pl.col("promised_posts").cast(pl.Float64),
            source="brief",
        )
    )
