"""What each part of a contract's cost, and each of its terms, was read from: its row in the roster or in costs.csv."""

import polars as pl

from transforms.facts import CONTRACT
from transforms.lineage.sources import Sources

_COLUMNS = {
    "product": "product_cost",
    "shipping": "shipping_cost",
    "agency": "agency_cost",
    "boost": "boost_cost",
}
_NEVER = pl.lit(None, pl.Datetime("us", "UTC")).alias("observed_at")
_ROSTER = "roster"


def parts(given: Sources) -> pl.DataFrame:
    """The leaves ``cost`` (a row per part) and ``fee`` of each contract and of campaigns as a whole, in full.

    ``told`` is the amount as written, ``value`` what it counts in the campaign's currency on its tax basis.
    """
    at = given.contracts.select(*CONTRACT, pl.col("pointer").alias("_row"))
    is_roster = pl.col("entry") == _ROSTER
    own = pl.when(is_roster).then(pl.format("{}/{}", "influencer_id", "platform")).otherwise(pl.col("entry"))
    told = given.costs.join(at, on=list(CONTRACT), how="left", validate="m:1").select(
        *CONTRACT,
        pl.lit("cost").alias("input"),
        pl.when(is_roster).then(pl.lit("contract")).otherwise(pl.lit("cost_row")).alias("thing"),
        own.alias("thing_id"),
        pl.when(is_roster).then(pl.col("kind").replace(_COLUMNS)).otherwise(pl.lit("amount")).alias("metric"),
        pl.col("amount").cast(pl.Float64).alias("told"),
        (pl.col("converted").cast(pl.Float64) / pl.col("amount").cast(pl.Float64)).fill_nan(1.0).alias("weight"),
        pl.col("converted").cast(pl.Float64).alias("value"),
        "reason",
        _NEVER,
        pl.lit(None, pl.Datetime("us", "UTC")).alias("known_at"),
        pl.lit("brief").alias("source"),
        "landed_id",
        pl.when(is_roster).then("_row").otherwise(pl.col("entry").str.extract(r"(row \d+)$")).alias("pointer"),
        (pl.col("kind") == "fee").alias("_is_fee"),
    )
    fees = told.filter("_is_fee").with_columns(pl.lit("fee").alias("input"))
    return pl.concat([told, fees]).drop("_is_fee")


def promised(given: Sources) -> pl.DataFrame:
    """The leaf ``promised_posts`` of each contract."""
    return given.contracts.select(
        *CONTRACT,
        pl.lit("promised_posts").alias("input"),
        pl.lit("contract").alias("thing"),
        pl.format("{}/{}", "influencer_id", "platform").alias("thing_id"),
        pl.lit("promised_posts").alias("metric"),
        pl.col("promised_posts").cast(pl.Float64).alias("told"),
        _NEVER,
        "known_at",
        pl.lit("brief").alias("source"),
        "landed_id",
        "pointer",
    )
