"""What a counter says as known at an instant: the newest answer that speaks of it, also day by day."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

from transforms.contracts import Frame
from transforms.days import business_day, hours_between
from transforms.tables.fields import METRICS

ACCOUNT_METRICS = ("followers", "following", "posts")
ORDER = ("observed_at", "known_at", "landed_id")
"""Newest last: an answer about a later instant wins; of one instant, what we learnt last."""


def reason_of(metric: str, missing: str = "missing") -> pl.Expr:
    """Expression: why ``metric`` is unknown, read from ``likes=hidden;saves=not_reported``; null if not said."""
    return pl.col(missing).str.extract(rf"(?:^|;)\s*{metric}=([a-z_]+)", 1)


def with_reasons(frame: pl.LazyFrame, metrics: Sequence[str]) -> pl.LazyFrame:
    """The frame with ``why_<metric>``: why its value is null; null where the value is known or nothing was said.

    The sentence in ``missing`` is read once per distinct sentence: there are few, and rows are many.
    """
    said = frame.select("missing").drop_nulls().unique().with_columns(reason_of(m).alias(f"why_{m}") for m in metrics)
    return frame.join(said, on="missing", how="left", validate="m:1").with_columns(
        pl.when(pl.col(m).is_null()).then(pl.col(f"why_{m}")).alias(f"why_{m}") for m in metrics
    )


def missing_of(metrics: Sequence[str]) -> pl.Expr:
    """Expression: the ``missing`` sentence made again from the ``why_<metric>`` columns; null if nothing is missing."""
    parts = [pl.format(f"{m}={{}}", pl.col(f"why_{m}")) for m in metrics]
    said = pl.concat_str(parts, separator=";", ignore_nulls=True)
    return pl.when(said.str.len_bytes() > 0).then(said).alias("missing")


def known(frame: Frame, as_of: datetime) -> Frame:
    """The rows that were known at ``as_of``."""
    return frame.filter(pl.col("known_at") <= as_of)


def _last_spoken(metric: str) -> list[pl.Expr]:
    """Expressions over the rows of a group, oldest first: the last value or refusal told of a metric."""
    speaks = pl.col(metric).is_not_null() | pl.col(f"why_{metric}").is_not_null()
    return [pl.col(c).filter(speaks).last() for c in (metric, f"why_{metric}")]


def latest(
    observations: pl.LazyFrame, as_of: datetime, *, key: str = "post_key", metrics: Sequence[str] = METRICS
) -> pl.LazyFrame:
    """One row per ``key``: each metric as last told and known at ``as_of``, ``why_<metric>`` where it is null.

    A newer answer that says a metric is unknown overrides an older number; one that is silent about it does not.
    ``observed_at`` is the newest instant at which anything was observed.
    """
    return (
        with_reasons(known(observations, as_of), metrics)
        .sort(ORDER)
        .group_by(key)
        .agg(
            pl.col("observed_at").last(),
            pl.col("known_at").max(),
            *(expr for m in metrics for expr in _last_spoken(m)),
        )
        .with_columns(missing_of(metrics))
    )


def days(observations: pl.LazyFrame, as_of: datetime, *, metrics: Sequence[str] = METRICS) -> pl.LazyFrame:
    """One row per post and business day observed: the last figures told on that day, and ``is_restated``.

    A figure is restated when two answers about one instant differ. Almost every post has one answer a day: only the
    others are sorted and grouped, which keeps 14 million rows cheap.
    """
    seen = known(observations, as_of).rename({"observed_on": "day"})
    repeated = seen.group_by("post_key", "day").len().filter(pl.col("len") > 1).select("post_key", "day")
    columns = ("post_key", "day", "observed_at", *metrics)
    alone = seen.join(repeated, on=["post_key", "day"], how="anti").select(
        *columns, pl.lit(value=False).alias("is_restated")
    )
    several = with_reasons(seen.join(repeated, on=["post_key", "day"], how="semi"), metrics)
    restated = (
        several.group_by("post_key", "day", "observed_at")
        .agg(pl.any_horizontal(pl.col(m).drop_nulls().n_unique() > 1 for m in metrics).alias("is_restated"))
        .group_by("post_key", "day")
        .agg(pl.col("is_restated").any())
    )
    last = (
        several.sort(ORDER)
        .group_by("post_key", "day")
        .agg(pl.col("observed_at").last(), *(_last_spoken(m)[0] for m in metrics))
        .join(restated, on=["post_key", "day"], how="left", validate="1:1")
    )
    return pl.concat([alone, last.select(*columns, "is_restated")])


def post_days(
    observations: pl.LazyFrame,
    posts: pl.LazyFrame,
    as_of: datetime,
    zone: str,
    settle_hours: Mapping[str, float],
    *,
    metrics: Sequence[str] = METRICS,
) -> pl.LazyFrame:
    """One row per post and business day observed: last figures, gains since the day before, changes since last seen.

    ``posts`` gives post_key, platform and post_id. A gain is null on the first day and across a gap; a change is
    measured from ``previous_at`` however long ago. Falls stay negative. A day is provisional until it is over and
    ``settle_hours`` of its platform have passed. Days are joined to the day before on integers: a window over string
    keys took seven times as long.
    """
    observed = days(observations, as_of, metrics=metrics).cache()
    previous = {"observed_at": "previous_at", **{m: f"previous_{m}" for m in metrics}}
    before = observed.select(
        "post_key", pl.col("day").alias("previous_day"), *(pl.col(c).alias(n) for c, n in previous.items())
    )
    adjacent = observed.join(
        before.with_columns(pl.col("previous_day").dt.offset_by("1d").alias("day")),
        on=["post_key", "day"],
        how="left",
        validate="1:1",
    ).cache()
    alone = adjacent.filter(pl.col("previous_day").is_null()).drop("previous_day", *previous.values())
    gapped = alone.group_by("post_key").len().filter(pl.col("len") > 1)
    columns = ["post_key", "day", "is_restated", "observed_at", *metrics, "previous_day", *previous.values()]
    first_or_gap = alone.sort("day").join_asof(
        before.join(gapped, on="post_key", how="semi").sort("previous_day"),
        left_on="day",
        right_on="previous_day",
        by="post_key",
        allow_exact_matches=False,
        check_sortedness=False,  # both sides are sorted above; Polars cannot see it through `by`
        coalesce=False,
    )
    joined = pl.concat(
        [adjacent.filter(pl.col("previous_day").is_not_null()).select(columns), first_or_gap.select(columns)]
    )
    is_next = pl.col("previous_day").dt.offset_by("1d") == pl.col("day")
    changed = {m: pl.col(m) - pl.col(f"previous_{m}") for m in metrics}
    return (
        joined.join(posts.select("post_key", "platform", "post_id"), on="post_key", how="left", validate="m:1")
        .with_columns(
            hours_between("previous_at", "observed_at").alias("hours"),
            *(change.alias(f"changed_{m}") for m, change in changed.items()),
            *(pl.when(is_next).then(change).alias(f"gained_{m}") for m, change in changed.items()),
            pl.when(pl.col("previous_day").is_null())
            .then(pl.lit("first"))
            .when(~is_next)
            .then(pl.lit("gap"))
            .when(pl.col("is_restated"))
            .then(pl.lit("restated"))
            .when(_may_move(as_of, zone, settle_hours))
            .then(pl.lit("provisional"))
            .otherwise(pl.lit("final"))
            .alias("state"),
        )
        .sort("post_key", "day")
    )


def _may_move(as_of: datetime, zone: str, settle_hours: Mapping[str, float]) -> pl.Expr:
    """Expression: the day is not over at ``as_of``, or its platform still corrects what it told."""
    today = business_day(as_of, zone)
    hours = pl.col("platform").replace_strict(dict(settle_hours), default=0.0, return_dtype=pl.Float64())
    age = (pl.lit(as_of) - pl.col("observed_at")).dt.total_microseconds() / 3_600_000_000
    return (pl.col("day") >= today) | (age < hours)
