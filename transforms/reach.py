"""How many accounts a campaign reached at least, at most and, where something is known of overlaps, about."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from statistics import multimode
from typing import Literal, NamedTuple

import polars as pl

from transforms.kpis import Grain
from transforms.snapshots import known
from transforms.tables.overlaps import REACH_ESTIMATES

K = 1.125
"""Agostini's constant (Agostini 1961, Journal of Advertising Research 1(3))."""

Method = Literal["one_post", "union", "agostini", "independence"]
Account = tuple[str, int]
Shares = Mapping[tuple[Account, Account], float]
"""Of pairs of accounts, in their order, the share of the smaller audience that is in the other, too."""

_IDS: Mapping[Grain, tuple[str, ...]] = {
    "influencer": ("campaign_id", "influencer_id"),
    "platform": ("campaign_id", "platform"),
    "campaign": ("campaign_id",),
}


def bounds(reaches: Sequence[float | None], market: float | None = None) -> tuple[float | None, float | None]:
    """At least the largest reach, at most the sum of all or the market; an unknown reach leaves the sum unknown."""
    told = [r for r in reaches if r is not None]
    lower = max(told, default=None)
    gross = sum(told) if told and len(told) == len(reaches) else None
    upper = min((x for x in (gross, market) if x is not None), default=None)
    return lower, upper if lower is None or upper is None else max(lower, upper)


def if_independent(reaches: Sequence[float], market: float) -> float:
    """Accounts reached of ``market`` if audiences meet by chance: N · (1 - Π (1 - R / N)) (Sainsbury)."""
    missed = math.prod(1 - min(r, market) / market for r in reaches)
    return market * (1 - missed)


def agostini(reaches: Sequence[float], shared: Sequence[float], k: float = K) -> float:
    """Accounts reached by several where the pairs' shared audiences are known: A / (1 + K · D / A)."""
    gross, doubled = sum(reaches), sum(shared)
    return gross / (1 + k * doubled / gross) if gross else 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bounds that hold for sure, and about how many it was, by which method."""

    lower: float | None
    upper: float | None
    value: float | None
    method: Method | None
    reason: str | None


def estimate(
    posts: Mapping[Account, Sequence[float | None]],
    overlaps: Shares,
    market: float | None = None,
) -> Estimate:
    """What is known of the accounts that the posts of several accounts reached.

    ``posts``: the reach of each post, by whose it is; ``overlaps``: the share of the smaller of two audiences that is
    in the other, too. How far posts of one account reach the same people is told by nobody: an account counts with its
    most-seen post, so the estimate is a cautious one. Two audiences of known overlap give their union, more of them
    Agostini's formula; without overlaps a market's size gives the estimate for audiences that meet by chance.
    """
    every = [r for reaches in posts.values() for r in reaches]
    lower, upper = bounds(every, market)
    largest = {who: max(told) for who, reaches in posts.items() if (told := [r for r in reaches if r is not None])}
    if lower is None:
        return Estimate(None, upper, None, None, None)
    if len(every) == 1:
        return Estimate(lower, upper, lower, "one_post", None)
    reaches, who = list(largest.values()), sorted(largest)
    if len(who) > 1 and all(pair in overlaps for pair in combinations(who, 2)):
        shared = [overlaps[a, b] * min(largest[a], largest[b]) for a, b in combinations(who, 2)]
        value = sum(reaches) - sum(shared) if len(reaches) == 2 else agostini(reaches, shared)
        return Estimate(lower, upper, _within(value, lower, upper), "union" if len(reaches) == 2 else "agostini", None)
    if market:
        return Estimate(lower, upper, _within(if_independent(reaches, market), lower, upper), "independence", None)
    return Estimate(lower, upper, None, None, "no_market")


def _within(value: float, lower: float, upper: float | None) -> float:
    return max(lower, value if upper is None else min(value, upper))


def reach_estimates(
    posts: pl.DataFrame,
    campaigns: pl.DataFrame,
    overlaps: pl.DataFrame,
    accounts: pl.DataFrame,
    *,
    as_of: datetime,
) -> pl.DataFrame:
    """marts.reach_estimates: one row per grain and group of confirmed posts (post facts)."""
    markets = campaigns.select("campaign_id", "market_persons")
    shares = _shares(overlaps, accounts, as_of)
    found = [_of_groups(posts, markets, shares, ids).with_columns(grain=pl.lit(grain)) for grain, ids in _IDS.items()]
    rows = pl.concat(found, how="diagonal").with_columns(pl.lit(as_of).alias("as_of"))
    return REACH_ESTIMATES.conform_loosely(rows).sort(REACH_ESTIMATES.key)


def _of_groups(posts: pl.DataFrame, markets: pl.DataFrame, shares: Shares, ids: Sequence[str]) -> pl.DataFrame:
    """A row per group of posts with what is known of its reach."""
    whose = (pl.col("platform").alias("_platform"), pl.col("account_key").fill_null(0).alias("_account"))
    groups = (
        posts.select(*ids, *whose, "reach", "why_reach")
        .drop_nulls(ids)
        .group_by(ids)
        .agg("_platform", "_account", "reach", pl.col("why_reach").drop_nulls())
        .join(markets, on="campaign_id", how="left", validate="m:1")
    )
    read = groups.select("_platform", "_account", "reach", "why_reach", "market_persons").iter_rows()
    told = pl.DataFrame([_told(_Group(*row), shares) for row in read], schema=_TOLD, orient="row")
    return groups.select(*ids, "market_persons").hstack(told)


_TOLD = {
    c: REACH_ESTIMATES.schema[c]
    for c in ("accounts", "posts_known", "posts_all", "lower", "upper", "estimate", "method", "reason")
}


class _Group(NamedTuple):
    """A group's posts, column by column, why some have no reach, and the campaign's market."""

    platforms: Sequence[str]
    accounts: Sequence[int]
    reaches: Sequence[float | None]
    whys: Sequence[str]
    market: float | None


def _told(group: _Group, shares: Shares) -> tuple[object, ...]:
    """A group's figures. Why nothing is estimated is what most of its posts say of their reach."""
    of: dict[Account, list[float | None]] = {}
    for platform, account, reach in zip(group.platforms, group.accounts, group.reaches, strict=True):
        of.setdefault((platform, account), []).append(reach)
    found = estimate(of, shares, group.market)
    reason = found.reason
    if found.value is None and reason is None:
        reason = min(multimode(group.whys), default=None) or "not_reported"
    seen = sum(reach is not None for reach in group.reaches)
    figures = (len(of), seen, len(group.reaches), found.lower, found.upper, found.value)
    return *figures, found.method, reason


def rows_of_reach(estimates: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    """The estimates of a grain as facts of the KPI: ``unique_reach``, why it is unknown, and the posts known."""
    return estimates.filter(pl.col("grain") == grain).select(
        "campaign_id",
        "influencer_id",
        "platform",
        pl.col("estimate").alias("unique_reach"),
        pl.col("reason").alias("why_unique_reach"),
        pl.col("posts_known").alias("posts"),
    )


def with_reach_bounds(values: pl.DataFrame, estimates: pl.DataFrame) -> pl.DataFrame:
    """marts.kpi_values with the sure bounds of ``reach_bounds``, also where there is no estimate between them."""
    ids = ("grain", "campaign_id", "influencer_id", "platform")
    ends = estimates.select(
        *ids,
        pl.lit("reach_bounds").alias("kpi"),
        pl.col("lower").alias("_lower"),
        pl.col("upper").alias("_upper"),
        pl.lit(value=True).alias("_is_reach"),
    )
    return (
        values.join(ends, on=[*ids, "kpi"], how="left", validate="m:1", nulls_equal=True, maintain_order="left")
        .with_columns(
            pl.when("_is_reach").then("_lower").otherwise("lower").alias("lower"),
            pl.when("_is_reach").then("_upper").otherwise("upper").alias("upper"),
            pl.when(pl.col("_is_reach") & pl.col("_lower").is_not_null())
            .then(pl.lit("bounds"))
            .otherwise("interval_method")
            .alias("interval_method"),
        )
        .select(values.columns)
    )


def _shares(overlaps: pl.DataFrame, accounts: pl.DataFrame, as_of: datetime) -> Shares:
    """The overlap last told of each pair of accounts, either way round."""
    told = known(overlaps, as_of).drop_nulls("share_of_smaller").sort("observed_at", "known_at", "landed_id")
    if told.is_empty():
        return {}
    keys = {(p, a): k for p, a, k in accounts.select("platform", "account_id", "account_key").iter_rows()}
    found: dict[tuple[Account, Account], float] = {}
    for platform, one, other_platform, other, share in told.select(
        "platform", "account_id", "other_platform", "other_account_id", "share_of_smaller"
    ).iter_rows():
        a, b = keys.get((platform, one)), keys.get((other_platform, other))
        if a is not None and b is not None:
            first, second = sorted([(str(platform), int(a)), (str(other_platform), int(b))])
            found[first, second] = float(share)
    return found
