"""What a counter says as known at an instant: the newest answer that settles it, also day by day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import polars as pl

from transforms.breaks import without_growth_across_breaks
from transforms.contracts import Frame
from transforms.days import business_day, hours_between
from transforms.tables.fields import METRICS
from transforms.tables.marts import POST_DAYS

ACCOUNT_METRICS = ("followers", "following", "posts")
ORDER = ("observed_at", "known_at", "landed_id")
"""Newest last: an answer about a later instant wins; of one instant, what we learnt last."""
WITHDRAWN = ("hidden",)
"""Reasons that end an older number: the creator has taken it back. Any other says only that *this* way of asking does
not tell it (a public profile knows no reach), which is no news about a number that another way told."""


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


def _settles(metric: str) -> pl.Expr:
    """Expression: the row tells the metric, or tells that its number was taken back."""
    return pl.col(metric).is_not_null() | pl.col(f"why_{metric}").is_in(WITHDRAWN).fill_null(value=False)


def latest(
    observations: pl.LazyFrame, as_of: datetime, *, key: str = "post_key", metrics: Sequence[str] = METRICS
) -> pl.LazyFrame:
    """One row per ``key``: each metric as last told and known at ``as_of``, ``why_<metric>`` where it is null.

    A newer answer that says a metric is hidden overrides an older number; one that is silent about it, or cannot tell
    it, does not. Where no number is known, the reason is the newest that was given. ``observed_at`` is the newest
    instant at which anything was observed; ``told_since`` the business day of the oldest answer that is still needed:
    with all from that day on, the row would be the same.
    """
    seen = known(observations, as_of).collect()
    several = seen.select(key).filter(pl.col(key).is_duplicated()).unique()
    asked = ("observed_at", "known_at", "missing", *metrics)
    alone = (
        with_reasons(seen.join(several, on=key, how="anti").lazy(), metrics)
        .with_columns(pl.col("observed_on").alias("told_since"), missing_of(metrics))
        .select(key, *asked, *(f"why_{m}" for m in metrics), "told_since")
    )
    if several.is_empty():
        return alone
    told = with_reasons(seen.join(several, on=key, how="semi").lazy(), metrics).sort(ORDER)
    found = told.group_by(key).agg(
        pl.col("observed_at").last(),
        pl.col("known_at").max(),
        pl.col("observed_on").last().alias("told_since"),
    )
    for m in metrics:
        why = f"why_{m}"
        settled = told.filter(_settles(m)).group_by(key).agg(pl.col(m, why, "observed_on").last())
        said = (
            told.filter(pl.col(why).is_not_null())
            .group_by(key)
            .agg(pl.col(why).last().alias("_said"), pl.col("observed_on").last().alias("_said_on"))
        )
        is_settled = pl.col("observed_on").is_not_null()
        found = (
            found.join(settled, on=key, how="left", validate="1:1")
            .join(said, on=key, how="left", validate="1:1")
            .with_columns(
                pl.when(pl.col(m).is_null()).then(pl.coalesce(why, "_said")).alias(why),
                pl.min_horizontal("told_since", pl.when(is_settled).then("observed_on").otherwise("_said_on")).alias(
                    "told_since"
                ),
            )
            .drop("observed_on", "_said", "_said_on")
        )
    return pl.concat([alone, found.with_columns(missing_of(metrics)).select(alone.collect_schema().names())])


def needed_since(answers: pl.DataFrame, metrics: Sequence[str] = METRICS, *, key: str = "post_key") -> pl.DataFrame:
    """``key`` and ``since``: from which day on answers are needed for :func:`latest` to be what all of them give.

    ``answers``: per ``key`` the ``last`` day of the answers that tell the same metrics (``told``: a bit for each of
    ``metrics``, the first the lowest) and say the same of what is ``missing``.
    """
    is_alone = pl.col(key).is_unique()  # whatever is told or said at all, was told or said that last day
    alone = answers.filter(is_alone).select(key, pl.col("last").alias("since"))
    several = answers.filter(~is_alone)
    said = several.select("missing").unique().with_columns(reason_of(m).alias(f"why_{m}") for m in metrics)
    read = several.lazy().join(said.lazy(), on="missing", how="left", nulls_equal=True, validate="m:1")
    parts = [
        pl.coalesce(
            pl.col("last").filter(_told(n) | pl.col(f"why_{m}").is_in(WITHDRAWN).fill_null(value=False)).max(),
            pl.col("last").filter(pl.col(f"why_{m}").is_not_null()).max(),
        ).alias(m)
        for n, m in enumerate(metrics)
    ]
    found = read.group_by(key).agg(pl.col("last").max(), *parts)
    return pl.concat([alone, found.select(key, pl.min_horizontal("last", *metrics).alias("since")).collect()])


def _told(place: int) -> pl.Expr:
    """Expression: the answers tell the metric of that place."""
    return (pl.col("told") // (1 << place)) % 2 == 1


def _is_same_day(shift: int) -> pl.Expr:
    """Expression over rows sorted by post and day: the row ``shift`` before is of the same post and day."""
    return (
        (pl.col("post_key") == pl.col("post_key").shift(shift)) & (pl.col("day") == pl.col("day").shift(shift))
    ).fill_null(value=False)


def days(observations: pl.LazyFrame, as_of: datetime, *, metrics: Sequence[str] = METRICS) -> pl.DataFrame:
    """One row per post and business day observed, sorted so: the last figures told on the day, and ``is_restated``.

    Of several answers of a day each metric is taken as :func:`latest` takes it. A figure is restated when two answers
    about one instant differ. Metrics that no row tells are left out. Almost every post has one answer a day: only the
    others are grouped, which keeps 14 million rows cheap.
    """
    seen = known(observations, as_of).rename({"observed_on": "day"})
    metrics = [m for m in metrics if m in seen.collect_schema()]
    any_told = seen.select(pl.col(m).is_not_null().any() for m in metrics).collect().row(0)
    told = [m for m, is_told in zip(metrics, any_told, strict=True) if is_told]
    columns = ("post_key", "day", "observed_at", *told)
    narrow = seen.select(columns).collect().sort("post_key", "day")
    repeated = narrow.select(again=_is_same_day(1) | _is_same_day(-1))["again"]
    alone = narrow.filter(~repeated).with_columns(pl.lit(value=False).alias("is_restated"))
    if not repeated.any():
        return alone
    several = with_reasons(
        seen.join(narrow.lazy().filter(repeated).select("post_key", "day"), on=["post_key", "day"], how="semi"), told
    ).sort(ORDER)
    instants = several.group_by("post_key", "day", "observed_at").agg(
        pl.any_horizontal(pl.lit(value=False), *(pl.col(m).drop_nulls().n_unique() > 1 for m in told)).alias(
            "is_restated"
        )
    )
    found = several.group_by("post_key", "day").agg(
        pl.col("observed_at").last(), *(pl.col(m).filter(_settles(m)).last() for m in told)
    )
    restated = instants.group_by("post_key", "day").agg(pl.col("is_restated").any())
    last = found.join(restated, on=["post_key", "day"], how="left", validate="1:1").collect()
    return pl.concat([alone, last.select(*columns, "is_restated")]).sort("post_key", "day")


def post_days(
    observations: pl.LazyFrame,
    posts: pl.LazyFrame,
    as_of: datetime,
    zone: str,
    settle_hours: Mapping[str, float],
    *,
    before: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """marts.post_days: last figures of each day, gains since the day before, changes since the post was last seen.

    ``posts`` gives post_key, platform, post_id and format. A gain is null on the first day, across a gap and across a
    change of the metric's meaning (:mod:`transforms.breaks`); a change is measured from ``previous_at`` however long
    ago. Falls stay negative. A day is provisional until it is over and ``settle_hours`` of its platform have passed.
    Sorted by integer keys, a post's day before is the row above: a window over string keys took seven times as long.
    ``posts`` sorted by post_key are joined fastest.

    ``before``: each post's last row (:func:`last_days`) before the days of ``observations``, where those are not all
    that was observed of it. The rows are then the same as if all were given, without the rows of ``before``.
    """
    observed = days(observations, as_of)
    told = [m for m in METRICS if m in observed.columns]
    compared = ("day", "observed_at", *told)
    is_first = pl.col("_previous_day").is_null()
    is_next = pl.col("_previous_day").dt.offset_by("1d") == pl.col("day")
    changed = {m: pl.col(m) - pl.col(f"_previous_{m}") for m in told}
    beside = _beside_previous(observed, before, compared)
    dated = beside.lazy().with_columns(
        pl.col("_previous_observed_at").alias("previous_at"),
        *(change.alias(f"changed_{m}") for m, change in changed.items()),
        *(pl.when(is_next).then(change).alias(f"gained_{m}") for m, change in changed.items()),
        is_first.alias("is_first"),
        is_next.fill_null(value=False).alias("is_next"),
    )
    return POST_DAYS.conform_loosely(
        dated.join(
            posts.select("post_key", "platform", "post_id", "format"),
            on="post_key",
            how="left",
            validate="m:1",
            maintain_order="left",
        )
        .pipe(without_growth_across_breaks, before=pl.col("_previous_day"), within=_span(beside))
        .with_columns(
            hours_between("previous_at", "observed_at").alias("hours"),
            pl.when("is_first")
            .then(pl.lit("first"))
            .when(~pl.col("is_next"))
            .then(pl.lit("gap"))
            .when("is_restated")
            .then(pl.lit("restated"))
            .when(may_move(as_of, zone, settle_hours))
            .then(pl.lit("provisional"))
            .otherwise(pl.lit("final"))
            .alias("state"),
        )
    ).collect()


def last_days(told: pl.DataFrame) -> pl.DataFrame:
    """Of rows of marts.post_days sorted by post and day, the last of each post: what its next day is compared with."""
    columns = ("post_key", "day", "observed_at", *METRICS)
    is_last = (pl.col("post_key") != pl.col("post_key").shift(-1)).fill_null(value=True)
    return told.lazy().filter(is_last).select(columns).collect()


def _beside_previous(observed: pl.DataFrame, before: pl.DataFrame | None, columns: Sequence[str]) -> pl.DataFrame:
    """Rows sorted by post and day with ``_previous_<column>`` of the post's row before, be it the one of ``before``.

    A join on sorted integer keys costs next to nothing, so that rows of a single day are not sorted among others.
    """
    is_again = (pl.col("post_key") == pl.col("post_key").shift(1)).fill_null(value=False)
    above = {c: pl.when(is_again).then(pl.col(c).shift(1)) for c in columns}
    if before is None or before.is_empty():
        return observed.with_columns(above[c].alias(f"_previous_{c}") for c in columns)
    have = [c for c in columns if c in before.columns]
    earlier = before.sort("post_key").select("post_key", *(pl.col(c).alias(f"_before_{c}") for c in have))
    joined = observed.join(earlier, on="post_key", how="left", validate="m:1", maintain_order="left")
    return joined.select(
        *observed.columns,
        *(
            (pl.when(is_again).then(pl.col(c).shift(1)).otherwise(f"_before_{c}") if c in have else above[c]).alias(
                f"_previous_{c}"
            )
            for c in columns
        ),
    )


def _span(beside: pl.DataFrame) -> tuple[date, date] | None:
    """The first day that is compared with and the last that is compared; None if there is no row."""
    first, last = beside.select(pl.min_horizontal(pl.col("_previous_day", "day").min()), pl.col("day").max()).row(0)
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None


def may_move(as_of: datetime, zone: str, settle_hours: Mapping[str, float]) -> pl.Expr:
    """Expression: the day is not over at ``as_of``, or its platform still corrects what it told."""
    today = business_day(as_of, zone)
    hours = pl.col("platform").replace_strict(dict(settle_hours), default=0.0, return_dtype=pl.Float64())
    age = (pl.lit(as_of) - pl.col("observed_at")).dt.total_microseconds() / 3_600_000_000
    return (pl.col("day") >= today) | (age < hours)
