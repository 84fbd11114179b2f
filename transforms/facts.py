"""The rows that KPIs sum over, post by post: totals, followers at posting time and the post's share of the cost."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import polars as pl

from transforms.breaks import ended
from transforms.days import ends_at
from transforms.inputs import Inputs
from transforms.insight.tiers import tier_of
from transforms.snapshots import known, latest

CONTRACT = ("campaign_id", "influencer_id", "platform")
ENGAGEMENTS = ("likes", "comments", "shares", "saves")
BASES = ("followers", "reach", "views", "impressions")
SETTLE_HOURS = {"instagram": 48.0}
"""Hours for which a platform still corrects what it told. Public counters of TikTok and YouTube are live."""
ANALYTICS_HOURS = 72.0
"""The same of what YouTube Analytics tells (developers.google.com/youtube/analytics/revision_history, read 2026-11)."""
OF_ANALYTICS = ("watch_seconds", "impressions", "engaged_views", "shares", "completions")
"""What YouTube's public API does not tell: who has it, has it of YouTube Analytics."""
FOLLOWERS_AFTER = timedelta(days=7)
"""An account first seen after a post tells its size at posting time only if it was seen this soon."""


def total_if_all_known(column: str) -> pl.Expr:
    """Expression over a group: the sum; null if one is unknown or there is none (Polars would say 0)."""
    is_whole = pl.col(column).is_not_null().all() & (pl.len() > 0)
    return pl.when(is_whole).then(pl.col(column).sum()).alias(column)


def followers_at(
    moments: pl.DataFrame,
    observations: pl.DataFrame,
    as_of: datetime,
    *,
    before: timedelta | None = None,
    after: timedelta | None = FOLLOWERS_AFTER,
) -> pl.DataFrame:
    """``moments`` (account_key, at) with ``followers`` and ``seen_at``: the last count before, else the first after.

    ``before`` and ``after`` limit how far away it may be (no limit; not at all). Unknown counts are passed over.
    """
    counts = _counts(observations, as_of)
    numbered = moments.with_row_index("_row")
    asked = numbered.select("_row", "account_key", "at").drop_nulls().sort("at")

    def nearest(rows: pl.DataFrame, strategy: Literal["backward", "forward"], within: timedelta | None) -> pl.DataFrame:
        return rows.join_asof(
            counts,
            left_on="at",
            right_on="seen_at",
            by="account_key",
            strategy=strategy,
            tolerance=within,
            check_sortedness=False,  # both are sorted by time above; Polars cannot see it through `by`
            coalesce=False,
        )

    told = nearest(asked, "backward", before)
    if after is not None:
        unseen = asked.filter(told["followers"].is_null())
        told = pl.concat([told.drop_nulls("followers"), nearest(unseen, "forward", after)])
    return numbered.join(
        told.select("_row", "followers", "seen_at"), on="_row", how="left", validate="1:1", maintain_order="left"
    ).drop("_row")


def _counts(observations: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """account_key, followers, ``seen_at``: what was last learnt of each instant, sorted by it."""
    counts = known(observations, as_of).filter(pl.col("followers").is_not_null())
    if counts.select("account_key", "observed_at").is_duplicated().any():
        counts = counts.sort("known_at", "landed_id").unique(["account_key", "observed_at"], keep="last")
    return counts.select("account_key", "followers", pl.col("observed_at").alias("seen_at")).sort("seen_at")


def settled_at(campaigns: pl.DataFrame, zone: str) -> pl.DataFrame:
    """campaign_id, ``settled_at``: when the figures of a campaign are final, sources willing.

    That is when refunds are over (``settle_days``), and not before the last order may count (``attribution_days``).
    """
    days = pl.max_horizontal("settle_days", "attribution_days")
    rows = campaigns.select("campaign_id", pl.col("ends_on").dt.offset_by(pl.format("{}d", days))).rows()
    return pl.DataFrame(
        [(campaign_id, ends_at(day, zone)) for campaign_id, day in rows],
        schema={"campaign_id": pl.String(), "settled_at": pl.Datetime("us", "UTC")},
        orient="row",
    )


def post_facts(
    inputs: Inputs,
    contracts: pl.DataFrame,
    confirmed: pl.DataFrame,
    *,
    as_of: datetime,
    zone: str,
    tier_scheme: str,
) -> pl.DataFrame:
    """One row per campaign and confirmed post, with ``why_<column>`` beside each input that may be unknown.

    ``contracts`` have their account_key found and amounts in the campaign's currency. ``cost`` and ``fee`` are the
    contract's, split equally over its confirmed posts. ``base`` is the denominator that the brief chose.
    """
    campaigns = inputs.campaigns
    observed = inputs.post_observations.join(confirmed.lazy().select("post_key"), on="post_key", how="semi")
    terms = contracts.select(
        *CONTRACT, "handle", "fee", "cost", "why_fee", "why_cost", pl.col("account_key").alias("_contract_account")
    )
    details = inputs.posts.select(
        "post_key",
        "account_key",
        "published_at",
        "published_on",
        "format",
        "permalink",
        "caption",
        "paid_label",
        "duration_seconds",
        "availability",
    )
    rows = (
        confirmed.select("campaign_id", "platform", "post_id", "post_key", "influencer_id")
        .join(campaigns.select("campaign_id", "engagement_base"), on="campaign_id", validate="m:1")
        .join(settled_at(campaigns, zone), on="campaign_id", validate="m:1")
        .join(details, on="post_key", how="left", validate="m:1")
        .join(terms, on=list(CONTRACT), how="left", validate="m:1")
        .join(latest(observed, as_of).collect(), on="post_key", how="left", validate="m:1")
        .with_columns(pl.coalesce("_contract_account", "account_key").alias("account_key"))
        .with_columns(pl.col("published_at").alias("at"))
        .sort("campaign_id", "post_key")
    )
    analysed = (pl.col("platform") == "youtube") & pl.any_horizontal(pl.col(m).is_not_null() for m in OF_ANALYTICS)
    live = pl.col("platform").replace_strict(SETTLE_HOURS, default=0.0, return_dtype=pl.Float64())
    settling = pl.when(analysed).then(ANALYTICS_HOURS).otherwise(live)
    age = (pl.lit(as_of) - pl.col("published_at")).dt.total_microseconds() / 3_600_000_000
    may_move = (pl.lit(as_of) < pl.col("settled_at")) | (age < settling).fill_null(value=False)
    ended_here = pl.col("impressions").is_null() & ended("impressions")
    rows = rows.with_columns(
        pl.when(ended_here).then(pl.lit("definition_changed")).otherwise("why_impressions").alias("why_impressions")
    )
    return (
        followers_at(rows, inputs.account_observations, as_of)
        .with_columns(
            *(
                (pl.col(c).cast(pl.Float64) / pl.len().over(CONTRACT)).alias(c)  # a share is no whole amount
                for c in ("fee", "cost")
            ),
            *_engagements(),
            pl.lit("no_followers").alias("why_followers"),
            pl.col("why_fee", "why_cost").fill_null("no_cost"),
            pl.lit(1, pl.Int64()).alias("posts"),
            tier_of(pl.col("followers"), tier_scheme).alias("tier"),
            pl.when(may_move).then(pl.lit("provisional")).otherwise(pl.lit("final")).alias("state"),
            pl.lit(as_of).alias("as_of"),
        )
        .with_columns(_chosen("", pl.Int64()).alias("base"), _chosen("why_", pl.String()).alias("why_base"))
    )


def states(
    groups: pl.DataFrame, ids: Sequence[str], posts: pl.DataFrame, settled: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """``settled_at``, ``state`` and ``as_of`` of each group: final when it is settled and no post of it may move."""
    moving = posts.filter(pl.col("state") == "provisional").select(*ids, pl.lit(value=True).alias("_moves")).unique(ids)
    is_final = (pl.col("settled_at") <= as_of) & pl.col("_moves").is_null()
    return (
        groups.select(ids)
        .join(settled, on="campaign_id", how="left", validate="m:1", maintain_order="left")
        .join(moving, on=ids, how="left", validate="m:1", nulls_equal=True, maintain_order="left")
        .select(
            "settled_at",
            pl.when(is_final).then(pl.lit("final")).otherwise(pl.lit("provisional")).alias("state"),
            pl.lit(as_of).alias("as_of"),
        )
    )


def _engagements() -> list[pl.Expr]:
    """Expressions: likes + comments + shares + saves as far as known, which are, and why none is if none is."""
    some = pl.any_horizontal(pl.col(m).is_not_null() for m in ENGAGEMENTS)
    parts = pl.concat_str(
        [pl.when(pl.col(m).is_not_null()).then(pl.lit(m)) for m in ENGAGEMENTS], separator=" ", ignore_nulls=True
    )
    return [
        pl.when(some).then(pl.sum_horizontal(ENGAGEMENTS)).alias("engagements"),
        pl.when(some).then(parts).alias("engagement_parts"),
        pl.coalesce(f"why_{m}" for m in ENGAGEMENTS).alias("why_engagements"),
    ]


def _chosen(prefix: str, dtype: pl.DataType) -> pl.Expr:
    """Expression: the column (or its reason) that the campaign's engagement_base names."""
    found = pl.lit(None, dtype)
    for base in BASES:
        found = pl.when(pl.col("engagement_base") == base).then(pl.col(f"{prefix}{base}")).otherwise(found)
    return found
