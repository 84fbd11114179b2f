"""An account's reactions against those of the house's own accounts of the same platform and like size."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import polars as pl

from transforms.insight.intervals import Codes, Floats, wilson
from transforms.tables.account_peers import ACCOUNT_PEERS

SIZE = 3.0
"""Peers have from a third to three times the followers."""
ENOUGH_PEERS = 8
ENOUGH_POSTS = 5
_RATE = "er_followers_public_28d"


def account_peers(profiles: pl.DataFrame, *, as_of: datetime) -> pl.DataFrame:
    """marts.account_peers of marts.account_profiles: one row per account, in the order of its key."""
    told = profiles.filter(
        pl.col(_RATE).is_not_null() & (pl.col("followers") > 0) & (pl.col("posts_28d") >= ENOUGH_POSTS)
    ).sort("platform", "followers", "account_key")
    found = [_placed(of) for of in told.partition_by("platform", maintain_order=True)]
    places = pl.concat(found) if found else told.select("account_key").with_columns(pl.lit(0).alias("peers"))
    return ACCOUNT_PEERS.conform_loosely(
        profiles.select("account_key", "platform", "account_id", "followers", _RATE)
        .join(places, on="account_key", how="left", validate="1:1")
        .with_columns(pl.col("peers").fill_null(0), pl.lit(as_of).alias("as_of"))
        .sort("account_key")
    )


def _placed(accounts: pl.DataFrame) -> pl.DataFrame:
    """``accounts`` of one platform by size: how many peers each has, and the place among them."""
    first, last = sized(accounts["followers"])
    peers = (last - first - 1).astype(np.float64)
    below, median = _among(accounts[_RATE].to_list(), first.tolist(), last.tolist())
    enough = peers >= ENOUGH_PEERS
    lower, upper = wilson(below, np.maximum(peers, 1))
    columns = {
        "percentile": below / np.maximum(peers, 1),
        "percentile_lower": lower,
        "percentile_upper": upper,
        "peers_median": median,
    }
    return accounts.select("account_key").with_columns(
        pl.Series("peers", peers).cast(pl.Int64()),
        *(pl.Series(n, np.where(enough, x, np.nan)).fill_nan(None) for n, x in columns.items()),
    )


def sized(followers: pl.Series) -> tuple[Codes, Codes]:
    """For each of ``followers`` of one platform, rising: where those of like size begin and end, itself included."""
    size = followers.cast(pl.Float64()).to_numpy()
    return np.searchsorted(size, size / SIZE, "left"), np.searchsorted(size, size * SIZE, "right")


def _among(rates: list[float], first: list[int], last: list[int]) -> tuple[Floats, Floats]:
    """Per account: how many of ``rates[first:last]`` but its own are below, ties as halves, and their median.

    The median of nobody is NaN.
    """
    below, median = np.zeros(len(rates)), np.full(len(rates), np.nan)
    for at, (window, own) in enumerate(_windows(rates, first, last)):
        below[at] = own + (bisect_right(window, rates[at]) - own - 1) / 2
        if len(window) > 1:
            median[at] = _quantile(window, own, 0.5)
    return below, median


def spread_among(values: list[float], first: list[int], last: list[int]) -> tuple[Floats, Floats]:
    """Per account the median of ``values[first:last]`` but its own, and their deviation by the quartiles, as a normal.

    NaN where there is nobody else.
    """
    median, deviation = np.full(len(values), np.nan), np.full(len(values), np.nan)
    for at, (window, own) in enumerate(_windows(values, first, last)):
        if len(window) > 1:
            low, median[at], high = (_quantile(window, own, part) for part in (0.25, 0.5, 0.75))
            deviation[at] = (high - low) / _QUARTILES
    return median, deviation


_QUARTILES = 1.349
"""Standard deviations of a normal distribution between its quartiles."""


def _quantile(window: Sequence[float], own: int, part: float) -> float:
    """The quantile, linear between neighbours, of a sorted ``window`` without what stands at ``own``."""
    whole, between = divmod((len(window) - 2) * part, 1)
    at = int(whole)
    low = window[at + (at >= own)]
    if not between:
        return low
    return low + between * (window[at + 1 + (at + 1 >= own)] - low)


def _windows(values: list[float], first: list[int], last: list[int]) -> Iterator[tuple[list[float], int]]:
    """Per account ``values[first:last]`` in order, and where its own stands.

    Both ends only rise, so that each value enters and leaves one sorted list once.
    """
    window: list[float] = []
    entered = left = 0
    for at, value in enumerate(values):
        for entering in values[entered : last[at]]:
            insort(window, entering)
        for leaving in values[left : first[at]]:
            del window[bisect_left(window, leaving)]
        entered, left = last[at], first[at]
        yield window, bisect_left(window, value)
