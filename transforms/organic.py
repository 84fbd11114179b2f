"""What a sponsored post would have got, had it done as well as the same account's organic posts."""

from collections.abc import Collection
from datetime import datetime, timedelta

import polars as pl

from transforms.breaks import meanings
from transforms.facts import BASES, ENGAGEMENTS, followers_at, settled_at
from transforms.inputs import Inputs
from transforms.matching import tags
from transforms.skimming import may_say
from transforms.snapshots import ORDER, latest

LOOK_BACK = timedelta(days=60)
"""Organic posts are those from so long before the campaign until its end, of each account the newest so many:"""
MOST = 30
FEWEST = 5
"""Below so many comparable posts nothing is said: one lucky reel would be the yardstick."""
_DISCLOSING = tags(
    "#pr #ad #ads #sponsored #paidpartnership #gifted #広告 #宣伝 #プロモーション #タイアップ #提供 #案件"
)
_KIND = ("campaign_id", "account_key", "_parts", "_counted")
_METRICS = tuple(base for base in BASES if base != "followers")
"""What a base may be that posts are counted by."""
_COUNTED_ALIKE = ("platform", "format", "published_on", "_seen_on", "engagement_base", "_has_base")


def with_organic(posts: pl.DataFrame, inputs: Inputs, matched: pl.DataFrame, *, as_of: datetime) -> pl.DataFrame:
    """Post facts with ``expected_engagements`` and why it is unknown.

    Once the campaign has settled, the organic posts are as they stood then: what they get later is no news of it.

    Expected = the post's base × Σ engagements / Σ base of the same account's organic posts of
    :data:`LOOK_BACK`, of which at least :data:`FEWEST` tell both. Only posts are compared whose engagements have the
    same parts and whose base was counted by the same meaning. Organic is what is tied to this campaign by nothing and
    discloses no partnership, neither by the platform's label nor by a hashtag; a post whose caption was cut or not told
    cannot be judged and is left out.
    """
    base = _base_of(posts)
    rows = organic_posts(posts.select("campaign_id", "account_key"), inputs, matched, _until(posts, as_of))
    yardstick = (
        _told(rows, inputs, as_of)
        .group_by(_KIND)
        .agg((pl.col("engagements").sum() / pl.col("base").sum()).alias("_rate"), pl.len().alias("_posts"))
    )
    enough = (pl.col("_posts") >= FEWEST).fill_null(value=False)
    expected = pl.col("base").cast(pl.Float64) * pl.col("_rate")
    why = pl.when(~enough).then(pl.lit("too_few_posts")).otherwise(pl.col("why_base"))
    return (
        base.join(yardstick, on=list(_KIND), how="left", validate="m:1", maintain_order="left")
        .with_columns(pl.when(enough & expected.is_finite()).then(expected).alias("expected_engagements"))
        .with_columns(
            pl.when(pl.col("expected_engagements").is_null()).then(why).alias("why_expected_engagements"),
        )
        .drop("_rate", "_posts", "_parts", "_counted")
    )


def _base_of(posts: pl.DataFrame) -> pl.DataFrame:
    """The posts with what makes two of them comparable: the parts of their engagements, the meaning of their base."""
    told = posts.with_columns(
        pl.col("observed_at").dt.date().alias("_seen_on"), pl.col("base").is_not_null().alias("_has_base")
    )
    kinds = told.select(_COUNTED_ALIKE).unique().with_row_index("_kind")
    counted = (
        pl.concat(_meanings(kinds.filter(pl.col("engagement_base") == metric), metric) for metric in _METRICS)
        .group_by("_kind")
        .agg(pl.col("meaning").unique().sort().str.join(" ").alias("_counted"))
    )
    named = kinds.join(counted, on="_kind", validate="1:1").drop("_kind")
    return (
        told.join(named, on=list(_COUNTED_ALIKE), how="left", validate="m:1", nulls_equal=True, maintain_order="left")
        .with_columns(pl.col("_counted").fill_null(""), pl.col("engagement_parts").fill_null("").alias("_parts"))
        .drop("_seen_on", "_has_base")
    )


def _meanings(kinds: pl.DataFrame, metric: str) -> pl.DataFrame:
    """``_kind``, meaning: what the metric, which is the base of all these kinds of posts, was counted by."""
    seen_at = pl.col("_seen_on").cast(pl.Datetime("us", "UTC")).alias("observed_at")
    found = meanings(kinds.with_columns(seen_at, pl.when("_has_base").then(0).alias(metric)), metric)
    return found.join(kinds.select("_kind").with_row_index("row"), on="row", validate="m:1").select("_kind", "meaning")


def organic_posts(accounts: pl.DataFrame, inputs: Inputs, matched: pl.DataFrame, until: pl.DataFrame) -> pl.DataFrame:
    """Organic posts of campaign × account (``accounts``: campaign_id, account_key), one row per campaign and post.

    ``until``: campaign_id, and when a post must have been known.

    Observations are not looked at: this says whose are needed.
    """
    spans = inputs.campaigns.select(
        "campaign_id",
        "engagement_base",
        pl.col("starts_on").dt.offset_by(f"-{LOOK_BACK.days}d").alias("_from"),
        pl.col("ends_on").alias("_until"),
    )
    details = inputs.posts.filter(
        (pl.col("paid_label") != "on").fill_null(value=True)
        & pl.col("caption").is_not_null()
        & ~pl.col("caption_is_truncated").fill_null(value=False)
    ).select(
        "post_key", "account_key", "platform", "format", "published_at", "published_on", "hashtags", "first_known_at"
    )
    found = (
        accounts.drop_nulls()
        .unique()
        .join(spans, on="campaign_id", validate="m:1")
        .join(until, on="campaign_id", validate="m:1")
        .join(details, on="account_key")
        .filter(
            pl.col("published_on").is_between("_from", "_until")
            & (pl.col("published_at") <= pl.col("until"))
            & (pl.col("first_known_at") <= pl.col("until"))
        )
        .join(matched.select("campaign_id", "post_key"), on=["campaign_id", "post_key"], how="anti")
    )
    said = found.select("hashtags").filter(may_say(pl.col("hashtags"), _DISCLOSING))["hashtags"].unique()
    disclosing = [hashtags for hashtags in said if tags(hashtags) & _DISCLOSING]
    newer = pl.int_range(pl.len()).over(
        "campaign_id", "account_key", order_by=["published_at", "post_key"], descending=True
    )
    return found.filter(~pl.col("hashtags").is_in(disclosing).fill_null(value=False)).filter(newer < MOST)


def observed_until(
    inputs: Inputs, matched: pl.DataFrame, campaigns: Collection[str], as_of: datetime, zone: str
) -> pl.DataFrame:
    """Whose observations :func:`with_organic` needs: post_key, published_on, and ``until`` when they may be known.

    ``until`` is null where that is now. A post may be asked for by several campaigns, and then has several rows.
    """
    own = matched.filter((pl.col("state") == "confirmed") & pl.col("campaign_id").is_in(list(campaigns)))
    owners = own.select("campaign_id", "influencer_id", "platform", "post_key")
    posted = owners.join(inputs.posts.select("post_key", "account_key"), on="post_key", validate="m:1")
    engaged = inputs.contracts.select("campaign_id", "influencer_id", "platform", "account_key")
    accounts = pl.concat([posted.select("campaign_id", "account_key"), engaged.select("campaign_id", "account_key")])
    asked = accounts.filter(pl.col("campaign_id").is_in(list(campaigns)))
    until = _until(settled_at(inputs.campaigns, zone), as_of)
    is_over = pl.col("until") < as_of
    return (
        organic_posts(asked, inputs, matched, until)
        .select("post_key", "published_on", pl.when(is_over).then("until").alias("until"))
        .unique(maintain_order=True)
    )


def _until(settled: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """campaign_id, ``until`` when something may be known to be news of its organic posts."""
    return settled.select("campaign_id", pl.min_horizontal("settled_at", pl.lit(as_of)).alias("until")).unique()


def _told(found: pl.DataFrame, inputs: Inputs, as_of: datetime) -> pl.DataFrame:
    """Organic posts that tell engagements and base, as known ``until`` then: :data:`_KIND`, engagements, base."""
    some = pl.any_horizontal(pl.col(m).is_not_null() for m in ENGAGEMENTS)
    parts = pl.concat_str(
        [pl.when(pl.col(m).is_not_null()).then(pl.lit(m)) for m in ENGAGEMENTS], separator=" ", ignore_nulls=True
    )
    base = pl.lit(None, pl.Int64())
    for name in BASES:
        base = pl.when(pl.col("engagement_base") == name).then(pl.col(name)).otherwise(base)
    told = (
        _with_counts(found, inputs, as_of)
        .with_columns(
            pl.when(some).then(pl.sum_horizontal(ENGAGEMENTS)).alias("engagements"),
            pl.when(some).then(parts).alias("engagement_parts"),
            base.alias("base"),
        )
        .drop_nulls(["engagements", "base"])
    )
    return _base_of(told).select(*_KIND, "engagements", "base")


def _with_counts(found: pl.DataFrame, inputs: Inputs, as_of: datetime) -> pl.DataFrame:
    """The posts observed by ``until``, with what was known of them then; ``followers`` only where those are the base.

    Posts, and accounts, are numbered with their instants: what is asked as of several is told once for each.
    """
    is_known = pl.col("known_at") <= pl.col("until")
    by_followers = pl.col("engagement_base") == "followers"
    posts = found.select("post_key", "until").unique().with_row_index("_post")
    accounts = found.filter(by_followers).select("account_key", "until").unique().with_row_index("_account")
    metrics = (*ENGAGEMENTS, *_METRICS)
    observed = inputs.post_observations.select("post_key", *ORDER, "observed_on", "missing", *metrics)
    counts = latest(observed.join(posts.lazy(), on="post_key").filter(is_known), as_of, key="_post", metrics=metrics)
    sizes = inputs.account_observations.join(accounts, on="account_key").filter(is_known)
    rows = (
        found.join(posts, on=["post_key", "until"], validate="m:1")
        .join(accounts, on=["account_key", "until"], how="left", validate="m:1")
        .join(counts.select("_post", "observed_at", *metrics).collect(), on="_post", validate="m:1")
    )
    moments = rows.select(pl.col("_account").alias("account_key"), pl.col("published_at").alias("at"))
    seen = followers_at(moments, sizes.with_columns(pl.col("_account").alias("account_key")), as_of)
    return rows.with_columns(seen["followers"])
