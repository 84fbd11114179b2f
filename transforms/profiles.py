"""Accounts as they stand: size, growth and how their followers react to what they post."""

from datetime import datetime, timedelta

import polars as pl

from transforms.facts import followers_at
from transforms.inputs import Inputs
from transforms.insight.tiers import tier_of
from transforms.snapshots import ACCOUNT_METRICS, ORDER, known, latest
from transforms.tables.marts import ACCOUNT_PROFILES

WINDOW = timedelta(days=28)
SLACK = timedelta(days=3)
"""The count that growth is measured from is one seen at most this long before the window."""


def account_profiles(inputs: Inputs, *, as_of: datetime, tier_scheme: str) -> pl.DataFrame:
    """marts.account_profiles: one row per account observed by ``as_of``."""
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
        .join(_reactions(inputs, as_of), on="account_key", how="left", validate="1:1")
        .with_columns(
            pl.coalesce("last_handle", "handle").alias("handle"),
            pl.col("posts_28d").fill_null(0),
            pl.lit(as_of).alias("as_of"),
        )
        .sort("account_key")
    )


def _reactions(inputs: Inputs, as_of: datetime) -> pl.DataFrame:
    """Posts of the window per account, and Σ (likes + comments) / Σ followers at posting where all are known."""
    posts = inputs.posts.filter(
        (pl.col("published_at") > as_of - WINDOW)
        & (pl.col("published_at") <= as_of)
        & (pl.col("first_known_at") <= as_of)
    ).select("post_key", "account_key", pl.col("published_at").alias("at"))
    observed = inputs.post_observations.join(posts.lazy().select("post_key"), on="post_key", how="semi")
    figures = latest(observed, as_of, metrics=("likes", "comments")).collect()
    reactions = pl.col("likes") + pl.col("comments")
    both = reactions.is_not_null() & pl.col("followers").is_not_null()
    upper, lower = (pl.when(both).then(what).sum() for what in (reactions, pl.col("followers")))
    rate = pl.when(both.any()).then(upper / lower)
    return (
        followers_at(posts.drop_nulls("account_key"), inputs.account_observations, as_of)
        .join(figures, on="post_key", how="left", validate="1:1")
        .group_by("account_key")
        .agg(pl.len().alias("posts_28d"), rate.fill_nan(None).alias("er_followers_public_28d"))
    )
