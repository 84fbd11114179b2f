"""Are the followers real? Points per sign, each against what was to be expected; what nobody can judge costs none.

Published heuristics (HypeAuditor, Hivency, Tagger; read 2026-11): sudden rises, reactions and views per follower far
below accounts of like size, likes per comment far from theirs in either direction, following more than 1,500. What
they know of single followers no platform's API tells, so only such aggregate traces are judged here.

A comparison with peers counts only where the account's whole 95 % interval lies outside three robust deviations of its
peers (on logarithms, the deviation never below :data:`NARROWEST`). A sign costs half of its points at the edge and all
of them three times as far out; a sudden rise all by 20 % of the followers beyond the usual.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from transforms.insight.intervals import Floats, part, per, student
from transforms.insight.peers import ENOUGH_PEERS, ENOUGH_POSTS, sized, spread_among
from transforms.tables.authenticity import ACCOUNT_SIGNALS, SIGNALS
from transforms.tables.marts import ACCOUNT_PROFILES

FAR = 3.0
"""Robust deviations from the peers' median beyond which nothing is expected."""
NARROWEST = 0.35
"""Peers are never taken to differ by less than this on the logarithm: a factor of 1.4."""
MANY_FOLLOWED = 1_500
WHOLE_RISE = 0.2
ENOUGH_SIGNALS = 3
"""Fewer signs that can be judged, and there is no score."""


@dataclass(frozen=True, slots=True)
class _Rate:
    """A rate of posts that is held against that of peers; ``is_two_sided``: more is odd, too."""

    upper: str
    lower: str
    is_two_sided: bool = False


_RATES: Mapping[str, _Rate] = {
    "reactions_per_follower": _Rate("reactions", "followers"),
    "views_per_follower": _Rate("views", "followers"),
    "likes_per_comment": _Rate("likes", "comments", is_two_sided=True),
}
_ID = ("account_key", "platform", "account_id")


def own_signals(profiles: pl.DataFrame, posts: pl.DataFrame, rises: pl.DataFrame, *, as_of: datetime) -> pl.DataFrame:
    """marts.account_signals as far as each account tells it by itself: rates wait for :func:`against_peers`.

    ``profiles``: rows of marts.account_profiles; ``posts``: :func:`transforms.profiles.recent_posts`; ``rises``:
    :func:`transforms.insight.follower_rises.follower_rises`.
    """
    parts = [_rise(profiles, rises), _following(profiles), *(_rate(profiles, posts, name) for name in _RATES)]
    return _conformed(pl.concat([ACCOUNT_SIGNALS.conform_loosely(_with_most(p, as_of)) for p in parts]))


def _conformed(signals: pl.DataFrame) -> pl.DataFrame:
    return ACCOUNT_SIGNALS.conform(signals.sort(ACCOUNT_SIGNALS.key))


def _with_most(signals: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    most = pl.col("signal").replace_strict(SIGNALS, return_dtype=pl.Int64())
    return signals.with_columns(most.alias("most_points"), pl.lit(as_of).alias("as_of"))


def _points(most: int, severity: pl.Expr) -> pl.Expr:
    """Half of the points at severity 0, all of them at 1 and beyond."""
    return (most * (1 + severity.clip(0, 1)) / 2).round().cast(pl.Int64())


def _judged(reason: pl.Expr, verdict: pl.Expr, points: pl.Expr) -> list[pl.Expr]:
    """reason, verdict and points that agree: where there is a reason, nothing is judged and no point is known."""
    known = reason.is_null()
    return [
        reason.alias("reason"),
        pl.when(known).then(verdict).otherwise(pl.lit("unknown")).alias("verdict"),
        pl.when(known).then(pl.when(verdict == "outside").then(points).otherwise(0)).alias("points"),
    ]


def _rise(profiles: pl.DataFrame, rises: pl.DataFrame) -> pl.DataFrame:
    found = profiles.select(*_ID, "followers").join(rises, on="account_key", how="left", validate="1:1")
    sudden = pl.col("is_sudden").fill_null(value=False)
    reason = (
        pl.when(pl.col("rise").is_null())
        .then(pl.when(pl.col("days").is_null()).then(pl.lit("no_followers")).otherwise(pl.lit("no_history")))
        .when(sudden & pl.col("is_explained").is_null())
        .then(pl.lit("no_posts_seen"))
    )
    verdict = (
        pl.when(~sudden)
        .then(pl.lit("expected"))
        .when(pl.col("is_explained"))
        .then(pl.lit("explained"))
        .otherwise(pl.lit("outside"))
    )
    points = _points(SIGNALS["follower_rise"], (pl.col("rise") - pl.col("most")) / WHOLE_RISE)
    return found.with_columns(
        pl.lit("follower_rise").alias("signal"),
        pl.lit("own_days").alias("compared_with"),
        pl.col("rise").alias("value"),
        pl.col("most").alias("upper"),
        pl.col("days").fill_null(0),
        *_judged(reason, verdict, points),
    )


def _following(profiles: pl.DataFrame) -> pl.DataFrame:
    most = pl.max_horizontal(pl.lit(MANY_FOLLOWED, pl.Int64()), "followers")
    reason = (
        pl.when(pl.col("following").is_null())
        .then(pl.lit("not_reported"))
        .when(pl.col("followers").is_null())
        .then(pl.lit("no_followers"))
    )
    verdict = pl.when(pl.col("following") > most).then(pl.lit("outside")).otherwise(pl.lit("expected"))
    return profiles.select(
        *_ID,
        pl.lit("mass_following").alias("signal"),
        pl.lit("rule").alias("compared_with"),
        pl.col("following").alias("value"),
        pl.when(pl.col("followers").is_not_null()).then(most).alias("upper"),
        *_judged(reason, verdict, pl.lit(SIGNALS["mass_following"], pl.Int64())),
    )


def _rate(profiles: pl.DataFrame, posts: pl.DataFrame, signal: str) -> pl.DataFrame:
    """The value of one rate, its interval and its posts; the reason where it has none."""
    rate = _RATES[signal]
    seen = posts.with_columns((pl.col("likes") + pl.col("comments")).alias("reactions")).join(
        profiles.select("account_key").with_row_index("_at"), on="account_key", validate="m:1"
    )
    told = seen.filter(pl.col(rate.upper).is_not_null() & (pl.col(rate.lower).is_not_null())).sort("_at", "post_key")
    at = told["_at"].cast(pl.Int64()).to_numpy()
    upper, lower = (told[c].cast(pl.Float64()).to_numpy() for c in (rate.upper, rate.lower))
    n = per(at, np.ones_like(upper), profiles.height)
    value, low, high = _ratio(at, upper, lower, n)
    listed = seen.group_by("_at").agg(pl.len().alias("_listed"))
    found = profiles.select(*_ID).with_row_index("_at").join(listed, on="_at", how="left", validate="1:1").sort("_at")
    enough = pl.col("posts") >= ENOUGH_POSTS
    columns = {"value": value, "value_lower": low, "value_upper": high}
    return found.with_columns(
        pl.lit(signal).alias("signal"),
        pl.lit("peers").alias("compared_with"),
        pl.lit("unknown").alias("verdict"),
        pl.Series("posts", n).cast(pl.Int64()),
        *(pl.Series(name, of).fill_nan(None) for name, of in columns.items()),
    ).with_columns(
        *(pl.when(enough).then(name).alias(name) for name in columns),
        pl.when(~enough)
        .then(
            pl.when(pl.col("_listed").fill_null(0) < ENOUGH_POSTS)
            .then(pl.lit("too_few_posts"))
            .when(pl.col("posts") == 0)
            .then(pl.lit("not_reported"))
            .otherwise(pl.lit("too_few_posts"))
        )
        .when(pl.col("value").is_null())
        .then(pl.lit("no_reactions"))
        .alias("reason"),
    )


def _ratio(at: np.ndarray, upper: Floats, lower: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Σ upper / Σ lower per account and its 95 % interval by the scatter of its posts (linearised, on the logarithm).

    NaN where either sum is zero: no reaction at all says that something is switched off rather than what its rate is.
    """
    groups = len(n)
    above, below = per(at, upper, groups), per(at, lower, groups)
    value = np.where((above > 0) & (below > 0), part(above, below), np.nan)
    residual = upper - np.nan_to_num(value)[at] * lower
    variance = part(per(at, residual**2, groups), above**2) * part(n, n - 1, 1.0)
    half = student(np.maximum(n - 1, 1), 0.95) * np.sqrt(np.maximum(variance, part(np.ones_like(above), above)))
    return value, value * np.exp(-half), value * np.exp(np.minimum(half, 50))


def against_peers(signals: pl.DataFrame, profiles: pl.DataFrame) -> pl.DataFrame:
    """marts.account_signals, whole: each rate beside those of the accounts of its platform and like size."""
    sizes = profiles.select("account_key", "followers")
    rest = signals.filter(pl.col("compared_with") != "peers")
    parts = [
        _held_against(signals.filter(pl.col("signal") == name).join(sizes, on="account_key", validate="1:1"), name)
        for name in _RATES
    ]
    return _conformed(pl.concat([rest, *(ACCOUNT_SIGNALS.conform(p) for p in parts)]))


def _held_against(signals: pl.DataFrame, signal: str) -> pl.DataFrame:
    told = signals.filter(pl.col("value").is_not_null() & (pl.col("followers") > 0)).sort(
        "platform", "followers", "account_key"
    )
    found = [_expected(of) for of in told.partition_by("platform", maintain_order=True)]
    beside = pl.concat(found) if found else told.select("account_key").with_columns(_NOBODY)
    two_sided = _RATES[signal].is_two_sided
    is_below = pl.col("value_upper") < pl.col("lower")
    is_above = (pl.col("value_lower") > pl.col("upper")) if two_sided else pl.lit(value=False)
    off = pl.when(is_below).then((pl.col("lower") / pl.col("value")).log())
    if two_sided:
        off = off.when(is_above).then((pl.col("value") / pl.col("upper")).log())
    reason = (
        pl.when(pl.col("value").is_null())
        .then("reason")
        .when(~(pl.col("followers") > 0).fill_null(value=False))
        .then(pl.lit("no_followers"))
        .when(pl.col("lower").is_null())
        .then(pl.lit("too_few_peers"))
    )
    verdict = pl.when(is_below | is_above).then(pl.lit("outside")).otherwise(pl.lit("expected"))
    return (
        signals.drop("lower", "upper", "peers")
        .join(beside, on="account_key", how="left", validate="1:1")
        .with_columns(
            *_judged(reason, verdict, _points(SIGNALS[signal], off / np.log(3.0))),
            *([] if two_sided else [pl.lit(None, pl.Float64()).alias("upper")]),
        )
    )


_NOBODY = [
    pl.lit(None, pl.Int64()).alias("peers"),
    pl.lit(None, pl.Float64()).alias("lower"),
    pl.lit(None, pl.Float64()).alias("upper"),
]


def _expected(accounts: pl.DataFrame) -> pl.DataFrame:
    """``accounts`` of one platform by size: what is to be expected of each by its peers."""
    first, last = sized(accounts["followers"])
    middle, deviation = spread_among(np.log(accounts["value"].to_numpy()).tolist(), first.tolist(), last.tolist())
    peers = last - first - 1
    wide = FAR * np.maximum(deviation, NARROWEST)
    bounds = {"lower": np.exp(middle - wide), "upper": np.exp(middle + wide)}
    return accounts.select("account_key").with_columns(
        pl.Series("peers", peers).cast(pl.Int64()),
        *(pl.Series(n, np.where(peers >= ENOUGH_PEERS, x, np.nan)).fill_nan(None) for n, x in bounds.items()),
    )


def scored(profiles: pl.DataFrame, signals: pl.DataFrame) -> pl.DataFrame:
    """marts.account_profiles with ``authenticity``: 100 less the points of all signs, of enough that can be judged."""
    taken = signals.group_by("account_key").agg(
        pl.col("points").sum().alias("_taken"), pl.col("points").count().cast(pl.Int64()).alias("signals_known")
    )
    enough = pl.col("signals_known") >= ENOUGH_SIGNALS
    return ACCOUNT_PROFILES.conform(
        profiles.drop("signals_known")
        .join(taken, on="account_key", how="left", validate="1:1")
        .with_columns(pl.col("signals_known").fill_null(0), pl.lit(len(SIGNALS), pl.Int64()).alias("signals_all"))
        .with_columns(
            pl.when(enough).then(100 - pl.col("_taken")).alias("authenticity"),
            pl.when(~enough).then(pl.lit("too_few_signals")).alias("authenticity_reason"),
        )
        .sort("account_key")
    )
