"""Sudden rises of followers, each against the account's own other days and against what its posts got meanwhile.

No platform's API hands over who follows, so bought followers can be told by aggregate traces alone: a purchase comes
within days, and the posts get no more than usual. A post that goes viral makes both rise.

A stretch of up to :data:`SPAN` days is sudden where its rise of log followers exceeds what ``days`` days of three
robust deviations above the account's median day would bring (the drift of a CUSUM, Page 1954) by :data:`RISE` or three
more deviations, whichever is more. Days that nobody observed share what happened between the two counts around them,
and where more than :data:`SPAN` days lie between two counts nobody knows how sudden it was: such a gap is no rise.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import polars as pl

from transforms.snapshots import known

LOOK_BACK = timedelta(days=90)
"""Counts of so many days before an account's last are looked at."""
SPAN = 3
"""Days within which a rise is sudden."""
RISE = 0.05
"""A rise by less than this beyond the usual is not looked into."""
PERSONS = 50
"""Nor is one by fewer persons, or by fewer than two steps of a rounded count."""
ENOUGH_DAYS = 14
"""Days with a count, and of posts, from which on somebody's usual can be told."""
VIRAL = 1.5
"""Posts explain a rise where they get this many times what only a tenth of the account's other days exceed."""
_AROUND = timedelta(days=1)
_WINDOW = "4d"
_REACTIONS = ("views", "likes", "comments")
_FORTNIGHT = 14
_DEVIATIONS = 3.0
_NORMAL = 1.4826
"""From a median absolute deviation to the standard deviation of a normal distribution."""
_KEY = "account_key"
_STRETCH = [_KEY, "happened_on", "span"]

PostDays = Callable[[pl.DataFrame], pl.DataFrame]
"""Asked with account_key, ``first`` and ``last``: rows of marts.post_days of these accounts' posts and days, with a
day more on either side, and their ``account_key`` and ``published_on``."""


def follower_rises(observations: pl.DataFrame, post_days: PostDays, *, as_of: datetime) -> pl.DataFrame:
    """One row per account counted by ``as_of``: its most telling stretch of at most :data:`SPAN` days.

    Columns: account_key, ``days`` with a count, ``rise`` (share of the followers before), ``most`` (the largest rise
    that was to be expected), ``gained`` (persons), ``happened_on`` (its last day), ``is_sudden``, and ``is_explained``
    by what the posts got: null where nobody can tell. A rise that is sudden and not explained comes before one that
    may be, and that before an explained one; among them the one further beyond the usual.
    ``observations``: core.account_observations, at least of the last :data:`LOOK_BACK` before each account's last day.
    """
    counts = _counts(known(observations, as_of))
    stretches = _stretches(counts)
    sudden = stretches.filter("is_sudden")
    if sudden.is_empty():
        told = stretches.with_columns(pl.lit(None, pl.Boolean()).alias("is_explained"))
    else:
        asked = sudden.select(_KEY, "first", "last").unique().sort(_KEY)
        told = stretches.join(
            _explained(sudden, _reactions(post_days(asked), asked)).select(*_STRETCH, "is_explained"),
            on=_STRETCH,
            how="left",
            validate="1:1",
        )
    weight = pl.when("is_sudden").then(
        pl.when(pl.col("is_explained")).then(1).when(pl.col("is_explained").is_null()).then(2).otherwise(3)
    )
    best = told.sort(
        _KEY, weight.fill_null(0), "beyond", "happened_on", "span", descending=[False, True, True, False, False]
    ).unique(_KEY, keep="first", maintain_order=True)
    return (
        counts.group_by(_KEY)
        .agg(pl.len().cast(pl.Int64()).alias("days"))
        .join(best, on=_KEY, how="left", validate="1:1")
        .select(_KEY, "days", "rise", "most", "gained", "happened_on", "is_sudden", "is_explained")
        .sort(_KEY)
    )


def post_days_of(post_days: pl.DataFrame, posts: pl.DataFrame) -> PostDays:
    """The days of posts, from all rows of marts.post_days and core.posts."""

    def of(asked: pl.DataFrame) -> pl.DataFrame:
        own = posts.join(asked, on="account_key", how="semi").select("post_key", "account_key", "published_on")
        return post_days.join(own, on="post_key", how="inner", validate="m:1")

    return of


def _counts(observations: pl.DataFrame) -> pl.DataFrame:
    """account_key, ``day``, ``followers``: the last count of each day, without those that are glitches.

    No account that has followers loses all of them for a while: a zero is none. Nor is a count that stands alone
    between two that agree: followers who are bought do not all leave the day after.
    """
    told = observations.select(
        _KEY, "followers", "observed_at", "known_at", "landed_id", pl.col("observed_on").alias("day")
    )
    newest = pl.col("day").max().over(_KEY)
    told = told.filter((pl.col("day") >= newest - LOOK_BACK) & (pl.col("followers") > 0))
    daily = (
        told.sort(_KEY, "day", "observed_at", "known_at", "landed_id")
        .unique([_KEY, "day"], keep="last", maintain_order=True)
        .select(_KEY, "day", "followers")
    )
    before, after = (pl.col("followers").shift(n).over(_KEY) for n in (1, -1))
    off = (pl.col("followers") / before).log()
    back = (after / before).log()
    is_glitch = (off.abs() > RISE) & (back.abs() < off.abs() / 10)
    return daily.filter(~is_glitch.fill_null(value=False))


def _stretches(counts: pl.DataFrame) -> pl.DataFrame:
    """Every pair of counts of an account at most :data:`SPAN` days apart, and how far beyond the usual it rose."""
    is_again = pl.col(_KEY) == pl.col(_KEY).shift(1)
    step = (pl.col("day") - pl.col("day").shift(1)).dt.total_days()
    rated = counts.with_columns(
        pl.col("followers").log().alias("_log"), *_first_and_last(), _rounded_to().alias("_unit")
    ).with_columns(pl.when(is_again).then((pl.col("_log") - pl.col("_log").shift(1)) / step).alias("_rate"))
    usual = pl.col("_rate").median().over(_KEY)
    rated = rated.with_columns(usual.alias("_usual")).with_columns(
        ((pl.col("_rate") - pl.col("_usual")).abs().median().over(_KEY) * _NORMAL * _DEVIATIONS).alias("_wide"),
        pl.col("_rate").count().over(_KEY).alias("_steps"),
        pl.col("followers").rolling_max(_FORTNIGHT, min_samples=1).over(_KEY).alias("_held"),
    )
    rated = rated.filter(pl.col("_steps") >= ENOUGH_DAYS)
    pairs = [_pairs(rated, back) for back in range(1, SPAN + 1)]
    return pl.concat(pairs).select(
        _KEY, "happened_on", "span", "first", "last", "rise", "most", "gained", "beyond", "is_sudden"
    )


def _first_and_last() -> list[pl.Expr]:
    return [pl.col("day").min().over(_KEY).alias("first"), pl.col("day").max().over(_KEY).alias("last")]


def _rounded_to() -> pl.Expr:
    """The largest power of ten that divides all counts of an account: YouTube tells three digits."""
    unit = pl.lit(1)
    for power in range(1, 9):
        unit = pl.when(pl.col("followers") % 10**power == 0).then(pl.lit(10**power)).otherwise(unit)
    return unit.min().over(_KEY)


def _pairs(rated: pl.DataFrame, back: int) -> pl.DataFrame:
    """Each count beside the one ``back`` counts before, where that is near enough.

    What had been there in the fortnight before is no gain: figures that drop out for days come back.
    """
    held = pl.col("_held").shift(back)
    span = (pl.col("day") - pl.col("day").shift(back)).dt.total_days()
    paired = rated.with_columns(
        span.alias("span"),
        held.alias("_before"),
        (pl.col("followers") - held).alias("gained"),
        (pl.col(_KEY) == pl.col(_KEY).shift(back)).alias("_is_same"),
    ).filter(pl.col("_is_same") & (pl.col("span") <= SPAN))
    drift = pl.col("span") * (pl.col("_usual") + pl.col("_wide"))
    bar = pl.max_horizontal(pl.lit(RISE), pl.col("_wide"))
    grown = (pl.col("followers") / pl.col("_before")).log()
    floor = pl.max_horizontal(pl.lit(PERSONS), 2 * pl.col("_unit"))
    return paired.with_columns(
        pl.col("day").alias("happened_on"),
        (pl.col("followers") / pl.col("_before") - 1).alias("rise"),
        ((drift + bar).exp() - 1).alias("most"),
        (grown - drift).alias("beyond"),
        ((grown - drift > bar) & (pl.col("gained") >= floor)).alias("is_sudden"),
    )


def _reactions(days: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """account_key, ``day`` and per metric what the account's posts got a day; null where no post tells.

    What came while nobody looked is spread over the time. A post first seen within a day of its publication got all
    that it has since then.
    """
    is_young = pl.col("previous_at").is_null() & ((pl.col("day") - pl.col("published_on")).dt.total_days() <= 1)
    whole_days = pl.max_horizontal(pl.lit(1.0), pl.col("hours") / 24)
    got = {
        m: pl.when(pl.col("previous_at").is_not_null())
        .then(pl.col(f"changed_{m}") / whole_days)
        .when(is_young)
        .then(pl.col(m))
        for m in _REACTIONS
    }
    return (
        days.join(asked, on=_KEY, how="inner", validate="m:1")
        .filter(pl.col("day").is_between(pl.col("first") - _AROUND, pl.col("last") + _AROUND))
        .sort(_KEY, "day", "post_key")
        .with_columns(got[m].alias(m) for m in _REACTIONS)
        .group_by(_KEY, "day", maintain_order=True)
        .agg(pl.when(pl.col(m).count() > 0).then(pl.col(m).sum()).alias(m) for m in _REACTIONS)
    )


def _explained(sudden: pl.DataFrame, reactions: pl.DataFrame) -> pl.DataFrame:
    """``sudden`` with ``is_explained``: the posts got far more than on the account's other days just then.

    Views and likes both, of those that are told, else comments. Null where too few days of posts are known.
    """
    if reactions.is_empty():
        return sudden.with_columns(pl.lit(None, pl.Boolean()).alias("is_explained"))
    rolling = reactions.rolling("day", period=_WINDOW, group_by=_KEY).agg(
        pl.col(m).mean().alias(f"_{m}") for m in _REACTIONS
    )
    daily = reactions.join(rolling, on=[_KEY, "day"], how="left", validate="1:1", maintain_order="left")
    around = pl.col("day").is_between(
        pl.col("happened_on") - pl.duration(days="span") - _AROUND, pl.col("happened_on") + _AROUND
    )
    # the rolling mean of a day reaches back over the days before, so those just after a rise are not its other days
    near = pl.col("day").is_between(
        pl.col("happened_on") - pl.duration(days="span") - _AROUND, pl.col("happened_on") + 4 * _AROUND
    )
    ratios = (
        sudden.select(_STRETCH)
        .join(daily, on=_KEY, how="inner", validate="m:m")
        .group_by(_STRETCH)
        .agg(
            pl.when(pl.col(f"_{m}").filter(~near).count() >= ENOUGH_DAYS)
            .then(
                pl.col(m).filter(around).mean()
                > VIRAL * pl.max_horizontal(pl.lit(0.0), pl.col(f"_{m}").filter(~near).quantile(0.9, "linear"))
            )
            .alias(f"is_{m}")
            for m in _REACTIONS
        )
    )
    both = pl.all_horizontal(pl.col("is_views", "is_likes").fill_null(value=True))
    some = pl.any_horizontal(pl.col("is_views", "is_likes").is_not_null())
    return sudden.join(
        ratios.select(*_STRETCH, pl.when(some).then(both).otherwise("is_comments").alias("is_explained")),
        on=_STRETCH,
        how="left",
        validate="1:1",
    )
