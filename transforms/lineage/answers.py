"""Which answer told a figure: of a post metric by metric, of an account when it was seen."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from transforms.snapshots import ORDER, WITHDRAWN, known, with_reasons
from transforms.tables.fields import METRICS

TRACE = ("observed_at", "known_at", "source", "landed_id", "pointer")
OF_THE_FIRST = ("likes", "comments")
"""What an answer that lists posts tells itself; the answer named by ``detail_landed_id`` told all else."""


def told_by(observations: pl.LazyFrame, as_of: datetime, metrics: Sequence[str] = METRICS) -> pl.DataFrame:
    """One row per post and metric of which anything was said: post_key, metric, told, reason and its own answer.

    Each metric is taken as :func:`transforms.snapshots.latest` takes it, so two metrics of a post may be told by
    different answers. Where no number is known it is the answer that gave the reason.
    """
    told = with_reasons(known(observations, as_of), metrics).sort(ORDER).with_row_index("_nth").collect()
    nth = pl.col("_nth")
    newest = told.group_by("post_key").agg(
        pl.coalesce(
            nth.filter(pl.col(m).is_not_null() | pl.col(f"why_{m}").is_in(WITHDRAWN).fill_null(value=False)).last(),
            nth.filter(pl.col(f"why_{m}").is_not_null()).last(),
        ).alias(m)
        for m in metrics
    )
    found = [
        _of_metric(told, newest.select("post_key", pl.col(m).alias("_nth")).drop_nulls("_nth"), m) for m in metrics
    ]
    return pl.concat(found)


def _of_metric(told: pl.DataFrame, newest: pl.DataFrame, metric: str) -> pl.DataFrame:
    by_detail = pl.col("detail_landed_id").is_not_null() & pl.lit(metric not in OF_THE_FIRST)
    return newest.join(
        told.select(
            "_nth",
            pl.lit(metric).alias("metric"),
            pl.col(metric).cast(pl.Float64).alias("told"),
            pl.col(f"why_{metric}").alias("reason"),
            "observed_at",
            "known_at",
            "source",
            pl.when(by_detail).then("detail_landed_id").otherwise("landed_id").alias("landed_id"),
            pl.when(by_detail).then(pl.lit("")).otherwise("pointer").alias("pointer"),
        ),
        on="_nth",
        validate="1:1",
    ).drop("_nth")


def seen(observations: pl.DataFrame, accounts: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """One row per account and instant at which its followers were told: told, thing_id and the answer.

    Keyed by account_key and ``seen_at``, as :func:`transforms.facts.followers_at` finds it.
    """
    names = accounts.select("account_key", pl.format("{}/{}", "platform", "account_id").alias("thing_id"))
    return (
        known(observations, as_of)
        .filter(pl.col("followers").is_not_null())
        .sort(ORDER)
        .unique(["account_key", "observed_at"], keep="last", maintain_order=True)
        .select(
            "account_key",
            pl.col("observed_at").alias("seen_at"),
            pl.lit("followers").alias("metric"),
            pl.col("followers").cast(pl.Float64).alias("told"),
            *TRACE,
        )
        .join(names, on="account_key", how="left", validate="m:1", maintain_order="left")
    )
