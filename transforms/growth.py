"""How an account would have grown anyway: at the pace that it had before the campaign."""

from datetime import datetime, timedelta

import polars as pl

from transforms.facts import CONTRACT
from transforms.snapshots import known

LOOK_BACK = timedelta(days=90)
SHORTEST = timedelta(days=7)
"""A pace told by less than a week would be a weekday's."""


def with_usual_growth(rows: pl.DataFrame, observations: pl.DataFrame, *, as_of: datetime) -> pl.DataFrame:
    """Contract facts with ``followers_usual_gain``: the pace before × the time from the first to the last count.

    ``rows`` have account_key, followers_start, start_seen_at and end_seen_at. The pace is measured from the earliest
    count of at most :data:`LOOK_BACK` before ``start_seen_at``; shorter than :data:`SHORTEST`, it is unknown.
    """
    counts = (
        known(observations, as_of)
        .drop_nulls("followers")
        .sort("observed_at", "known_at", "landed_id")
        .unique(["account_key", "observed_at"], keep="last", maintain_order=True)
        .select("account_key", pl.col("followers").alias("_before"), pl.col("observed_at").alias("_before_at"))
    )
    asked = rows.select(*CONTRACT, "account_key", "start_seen_at").drop_nulls(["account_key", "start_seen_at"])
    first = (
        asked.join(counts, on="account_key")
        .filter(
            pl.col("_before_at").is_between(pl.col("start_seen_at") - LOOK_BACK, pl.col("start_seen_at") - SHORTEST)
        )
        .sort("_before_at")
        .group_by(CONTRACT)
        .agg(pl.col("_before", "_before_at").first())
    )
    pace = (pl.col("followers_start") - pl.col("_before")) / (
        pl.col("start_seen_at") - pl.col("_before_at")
    ).dt.total_microseconds()
    lasted = (pl.col("end_seen_at") - pl.col("start_seen_at")).dt.total_microseconds()
    told = rows.join(first, on=list(CONTRACT), how="left", validate="1:1", nulls_equal=True, maintain_order="left")
    gain = pl.when(pl.col("_is_later")).then(pace * lasted)
    why = pl.when(pl.col("followers_end").is_null()).then(pl.col("why_followers_end")).otherwise(pl.lit("no_history"))
    return told.with_columns(
        gain.alias("followers_usual_gain"), pl.when(gain.is_null()).then(why).alias("why_followers_usual_gain")
    ).drop("_before", "_before_at")
