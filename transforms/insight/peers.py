"""An account's reactions against those of the house's own accounts of the same platform and like size."""

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
    below, median = np.zeros(len(size)), np.full(len(size), np.nan)
    for at, (a, b) in enumerate(zip(first, last, strict=True)):
        others: Floats = np.delete(rate[a:b], at - a)
        if len(others):
            below[at] = (others < rate[at]).sum() + (others == rate[at]).sum() / 2
            median[at] = np.median(others)
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
