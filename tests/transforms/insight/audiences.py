"""Simulated audiences whose truth is known: honest accounts that grow, some with a viral post, and some that buy."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl

from transforms.insight.follower_rises import follower_rises, post_days_of
from transforms.snapshots import post_days
from transforms.tables.core import ACCOUNT_OBSERVATIONS, POST_OBSERVATIONS, POSTS

START = date(2026, 3, 1)
DAYS = 90
AS_OF = datetime.combine(START + timedelta(days=DAYS + 1), time(0), tzinfo=UTC)


@dataclass(frozen=True)
class Audiences:
    """What was told of the accounts, one night each day."""

    observations: pl.DataFrame
    posts: pl.DataFrame
    days: pl.DataFrame

    def rises(self) -> pl.DataFrame:
        """:func:`follower_rises` of them."""
        return follower_rises(self.observations, post_days_of(self.days, self.posts), as_of=AS_OF)


def audiences(
    seed: int,
    accounts: int = 60,
    *,
    bought: float = 0.0,
    within: int = 1,
    viral: float = 0.0,
    purge: float = 0.0,
    missed: float = 0.05,
    noise: float = 0.004,
    every: float = 4.0,
    uneven: float = 0.6,
    rounded: int = 1,
) -> Audiences:
    """``bought``: share of the followers that come ``within`` days, of which ``purge`` go within the next three weeks.

    ``viral``: share of the followers that one post brings, which gets 10 to 40 times the usual. ``missed``: share of
    nights without an answer. ``noise``: of a day's growth (Student's t with 4 degrees of freedom). ``every``: days
    between posts; ``uneven``: how much they differ (log-normal). ``rounded``: what counts are rounded down to.
    """
    rng = np.random.default_rng(seed)
    size = np.exp(rng.uniform(np.log(3_000), np.log(300_000), accounts))
    growth = rng.uniform(-0.0005, 0.004, (accounts, 1)) + noise * rng.standard_t(4, (accounts, DAYS)) / np.sqrt(2)
    at = rng.integers(25, DAYS - 10, accounts)
    day = np.arange(DAYS)
    since = day[None, :] - at[:, None]
    brought = np.where(since >= 0, 1 - np.exp(-(since + 1) / 1.5), 0) * viral
    arrived = np.clip((since + 1) / within, 0, 1) * bought
    gone = np.clip((since - within) / 21, 0, 1) * bought * purge
    followers = size[:, None] * np.exp(np.cumsum(growth, 1)) * (1 + brought) + size[:, None] * (arrived - gone)
    followers = (followers / rounded).astype(np.int64) * rounded
    observed = rng.random((accounts, DAYS)) >= missed
    account, on = np.nonzero(observed)
    instants = [datetime.combine(START + timedelta(days=int(d)), time(21), tzinfo=UTC) for d in range(DAYS)]
    told = pl.DataFrame(
        {
            "account_key": account,
            "observed_at": pl.Series([instants[d] for d in on], dtype=pl.Datetime("us", "UTC")),
            "followers": followers[account, on],
        }
    ).with_columns(
        pl.col("observed_at").alias("known_at"),
        pl.col("observed_at").dt.date().alias("observed_on"),
        pl.lit("x#1").alias("landed_id"),
    )
    posts, seen = _posts(rng, size, at if viral else None, observed, (every, uneven))
    days = post_days(seen.lazy(), posts.lazy(), AS_OF, "UTC", {})
    return Audiences(ACCOUNT_OBSERVATIONS.conform_loosely(told), posts, days)


def _posts(
    rng: np.random.Generator,
    size: np.ndarray,
    viral_at: np.ndarray | None,
    observed: np.ndarray,
    pace: tuple[float, float],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Posts of the accounts and what was told of each on the nights of its first four weeks."""
    every, uneven = pace
    posts: list[dict[str, object]] = []
    seen: list[pl.DataFrame] = []
    for account, followers in enumerate(size):
        number = rng.poisson((DAYS + 20) / every)
        starts = rng.integers(-20, DAYS, number)
        views = followers * 0.3 * rng.lognormal(0, uneven, number)
        if viral_at is not None:
            starts = np.append(starts, viral_at[account])
            views = np.append(views, followers * 0.3 * rng.uniform(10, 40))
        for start, final in zip(starts, views, strict=True):
            key = len(posts)
            nights = np.arange(max(start, 0), min(start + 28, DAYS))
            nights = nights[observed[account, nights]]
            grown = final * (1 - np.exp(-(nights - start + 1) / 1.5))
            posts.append({"post_key": key, "account_key": account, "published_on": START + timedelta(days=int(start))})
            seen.append(pl.DataFrame({"post_key": key, "night": nights, "views": grown.astype(np.int64)}))
    told = pl.concat(seen).with_columns(
        (pl.lit(START) + pl.duration(days="night")).alias("observed_on"),
        (pl.col("views") * 0.05).cast(pl.Int64).alias("likes"),
        (pl.col("views") * 0.001).cast(pl.Int64).alias("comments"),
        pl.lit("x#1").alias("landed_id"),
    )
    at = (pl.col("observed_on").cast(pl.Datetime("us")) + pl.duration(hours=21)).dt.replace_time_zone("UTC")
    told = told.with_columns(at.alias("observed_at"), at.alias("known_at"))
    return POSTS.conform_loosely(pl.DataFrame(posts)), POST_OBSERVATIONS.conform_loosely(told)
