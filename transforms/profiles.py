"""Accounts as they stand: size, growth, how their followers react to what they post, and what speaks against them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import polars as pl

from transforms.facts import followers_at
from transforms.inputs import Inputs
from transforms.insight.authenticity import against_peers, own_signals, scored
from transforms.insight.follower_rises import PostDays, follower_rises
from transforms.insight.peers import account_peers
from transforms.insight.tiers import tier_of
from transforms.snapshots import ACCOUNT_METRICS, ORDER, known, latest
from transforms.tables.account_peers import ACCOUNT_PEERS
from transforms.tables.authenticity import ACCOUNT_SIGNALS, SCORE
from transforms.tables.marts import ACCOUNT_PROFILES

WINDOW = timedelta(days=28)
RECENT_METRICS = ("likes", "comments", "views")
SLACK = timedelta(days=3)
"""The count that growth is measured from is one seen at most this long before the window."""


def of_accounts(
    inputs: Inputs, counts: pl.DataFrame, post_days: PostDays, *, as_of: datetime, tier_scheme: str
) -> dict[str, pl.DataFrame]:
    """marts.account_profiles and marts.account_signals as far as each account tells them by itself, by table name.

    What compares accounts, and the score, is added in :func:`across_accounts`. ``counts``:
    core.account_observations of the last :data:`transforms.insight.follower_rises.LOOK_BACK` of each account.
    """
    posts = recent_posts(inputs, as_of=as_of)
    profiles = account_profiles(inputs, posts, as_of=as_of, tier_scheme=tier_scheme)
    rises = follower_rises(counts, post_days, as_of=as_of)
    return {
        ACCOUNT_PROFILES.name: profiles,
        ACCOUNT_SIGNALS.name: own_signals(profiles, posts, rises, as_of=as_of),
    }


def across_accounts(found: Mapping[str, pl.DataFrame], *, as_of: datetime) -> dict[str, pl.DataFrame]:
    """The marts that compare accounts, by table name. ``found``: what :func:`of_accounts` gave of all of them."""
    profiles = found[ACCOUNT_PROFILES.name]
    signals = against_peers(found[ACCOUNT_SIGNALS.name], profiles)
    return {
        ACCOUNT_PEERS.name: account_peers(profiles, as_of=as_of),
        ACCOUNT_SIGNALS.name: signals,
        ACCOUNT_PROFILES.name: scored(profiles, signals),
    }


def account_profiles(inputs: Inputs, posts: pl.DataFrame, *, as_of: datetime, tier_scheme: str) -> pl.DataFrame:
    """marts.account_profiles: one row per account observed by ``as_of``, not yet scored. ``posts``: the recent ones."""
    observations = inputs.account_observations
    now = latest(observations.lazy(), as_of, key="account_key", metrics=ACCOUNT_METRICS).collect()
    ago = followers_at(
        now.select("account_key", (pl.col("observed_at") - WINDOW).alias("at")),
        observations,
        as_of,
        before=SLACK,
        after=None,
    )
    named = known(observations, as_of).select("account_key", "handle", *ORDER).drop_nulls("handle")
    handles = (
        named.filter(pl.col("observed_at") == pl.col("observed_at").max().over("account_key"))
        .sort(ORDER)
        .unique("account_key", keep="last")
        .select("account_key", pl.col("handle").alias("last_handle"))
    )
    return ACCOUNT_PROFILES.conform(
        now.select(
            "account_key",
            "followers",
            "following",
            "observed_at",
            (pl.col("followers") - ago["followers"]).alias("followers_gained_28d"),
            tier_of(pl.col("followers"), tier_scheme).alias("tier"),
        )
        .join(
            inputs.accounts.select("account_key", "platform", "account_id", "influencer_id", "handle"),
            on="account_key",
            validate="1:1",
        )
        .join(handles, on="account_key", how="left", validate="1:1")
        .join(_reactions(posts), on="account_key", how="left", validate="1:1")
        .with_columns(
            pl.coalesce("last_handle", "handle").alias("handle"),
            pl.col("posts_28d").fill_null(0),
            *(pl.lit(None).alias(f.name) for f in SCORE),
            pl.lit(as_of).alias("as_of"),
        )
        .sort("account_key")
    )


def recent_posts(inputs: Inputs, *, as_of: datetime) -> pl.DataFrame:
    """Posts of the last :data:`WINDOW` as known: their account's followers at posting, likes, comments and views."""
    posts = inputs.posts.filter(
        (pl.col("published_at") > as_of - WINDOW)
        & (pl.col("published_at") <= as_of)
        & (pl.col("first_known_at") <= as_of)
    ).select("post_key", "account_key", pl.col("published_at").alias("at"))
    observed = inputs.post_observations.join(posts.lazy().select("post_key"), on="post_key", how="semi")
    figures = latest(observed, as_of, metrics=RECENT_METRICS).collect()
    return (
        followers_at(posts.drop_nulls("account_key"), inputs.account_observations, as_of)
        .join(figures, on="post_key", how="left", validate="1:1")
        .select("account_key", "post_key", "followers", *RECENT_METRICS)
        .sort("account_key", "post_key")
    )


def _reactions(posts: pl.DataFrame) -> pl.DataFrame:
    """Posts of the window per account, and Σ (likes + comments) / Σ followers at posting where all are known."""
    reactions = pl.col("likes") + pl.col("comments")
    both = reactions.is_not_null() & pl.col("followers").is_not_null()
    upper, lower = (pl.when(both).then(what).sum() for what in (reactions, pl.col("followers")))
    rate = pl.when(both.any()).then(upper / lower)
    return posts.group_by("account_key").agg(
        pl.len().alias("posts_28d"), rate.fill_nan(None).alias("er_followers_public_28d")
    )
