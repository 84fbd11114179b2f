"""An account's reactions against those of the house's own accounts of the same platform and like size."""

from bisect import bisect_left, bisect_right, insort
from datetime import datetime

import numpy as np
import polars as pl

from transforms.insight.intervals import Floats, wilson
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
    size, rate = (accounts[c].cast(pl.Float64()).to_numpy() for c in ("followers", _RATE))
    first, last = np.searchsorted(size, size / SIZE, "left"), np.searchsorted(size, size * SIZE, "right")
    peers = (last - first - 1).astype(np.float64)
    below, median = _among(rate.tolist(), first.tolist(), last.tolist())
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


def _among(rates: list[float], first: list[int], last: list[int]) -> tuple[Floats, Floats]:
    """Per account: how many of ``rates[first:last]`` but its own are below, ties as halves, and their median.

    Both ends only rise, so that each rate enters and leaves one sorted list once. The median of nobody is NaN.
    """
    window: list[float] = []
    below, median = np.zeros(len(rates)), np.full(len(rates), np.nan)
    entered = left = 0
    for at, rate in enumerate(rates):
        for entering in rates[entered : last[at]]:
            insort(window, entering)
        for leaving in rates[left : first[at]]:
            del window[bisect_left(window, leaving)]
        entered, left = last[at], first[at]
        own, after = bisect_left(window, rate), bisect_right(window, rate)
        below[at] = own + (after - own - 1) / 2
        if len(window) > 1:
            low, high = ((len(window) - 2 + n) // 2 for n in (0, 1))
            median[at] = (window[low + (low >= own)] + window[high + (high >= own)]) / 2
    return below, median
