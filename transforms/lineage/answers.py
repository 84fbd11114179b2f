"""Which answer told a figure: of a post metric by metric, of an account when it was seen."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from transforms.lineage.leaves import TRACE
from transforms.lineage.sources import Sources
from transforms.snapshots import ORDER, WITHDRAWN, known, with_reasons
from transforms.tables.fields import METRICS

OF_THE_FIRST = ("likes", "comments")
"""What an answer that lists posts tells itself; the answer named by ``detail_landed_id`` told all else."""


def told_by(observations: pl.LazyFrame, as_of: datetime, metrics: Sequence[str] = METRICS) -> pl.DataFrame:
    """One row per post and metric of which anything was said: post_key, metric, told, reason and its own answer.

    Each metric is taken as :func:`transforms.snapshots.latest` takes it, so two metrics of a post may be told by
    different answers. Where no number is known it is the answer that gave the reason.
    """
    said = with_reasons(known(observations, as_of), metrics).sort(ORDER).with_row_index("_nth").collect()
    nth = pl.col("_nth")
    newest = said.group_by("post_key").agg(
        pl.coalesce(
            pl.when(pl.col(m).is_not_null() | pl.col(f"why_{m}").is_in(WITHDRAWN)).then(nth).max(),
            pl.when(pl.col(f"why_{m}").is_not_null()).then(nth).max(),
        ).alias(m)
        for m in metrics
    )
    led = newest.unpivot(index="post_key", variable_name="metric", value_name="_nth").drop_nulls("_nth")
    at = led.select(
        pl.col("metric").cast(pl.Enum(metrics)).to_physical().cast(pl.Int64) * said.height + nth
    ).to_series()
    told = said.select(pl.col(metrics).cast(pl.Float64)).unpivot(value_name="told")
    reasons = said.select(pl.col(f"why_{m}") for m in metrics).unpivot(value_name="reason")
    by_detail = pl.col("detail_landed_id").is_not_null() & ~pl.col("metric").is_in(OF_THE_FIRST)
    return (
        led.hstack([told["told"].gather(at), reasons["reason"].gather(at)])
        .join(said.select("_nth", *TRACE, "detail_landed_id"), on="_nth", validate="m:1")
        .with_columns(
            pl.when(by_detail).then("detail_landed_id").otherwise("landed_id").alias("landed_id"),
            pl.when(by_detail).then(pl.lit("")).otherwise("pointer").alias("pointer"),
        )
        .drop("_nth", "detail_landed_id")
    )


def seen(given: Sources) -> pl.DataFrame:
    """One row per account and instant at which its followers were told, of those that facts name: told and the answer.

    Keyed by account_key and ``seen_at``, as :func:`transforms.facts.followers_at` finds it; ``thing_id`` is its name.
    """
    names = given.inputs.accounts.select("account_key", pl.format("{}/{}", "platform", "account_id").alias("thing_id"))
    asked = pl.concat(
        [
            given.posts.select("account_key", "seen_at"),
            *(given.rows.select("account_key", pl.col(f"{side}_seen_at").alias("seen_at")) for side in SIDES),
        ]
    )
    return (
        known(given.inputs.account_observations, given.as_of)
        .filter(pl.col("followers").is_not_null())
        .with_columns(pl.col("observed_at").alias("seen_at"))
        .join(asked, on=["account_key", "seen_at"], how="semi")
        .sort(ORDER)
        .unique(["account_key", "seen_at"], keep="last", maintain_order=True)
        .select("account_key", "seen_at", pl.col("followers").cast(pl.Float64).alias("told"), *TRACE)
        .join(names, on="account_key", how="left", validate="m:1")
    )


SIDES = ("start", "end")
"""When the followers of a contract's account are compared."""
