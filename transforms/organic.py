"""What a sponsored post would have got, had it done as well as the same account's organic posts."""

from collections.abc import Collection
from datetime import datetime, timedelta

import polars as pl

from transforms.breaks import meanings
from transforms.facts import BASES, ENGAGEMENTS, followers_at, settled_at
from transforms.inputs import Inputs
from transforms.matching import tags
from transforms.snapshots import latest

LOOK_BACK = timedelta(days=60)
"""Organic posts are those from so long before the campaign until its end, of each account the newest so many:"""
MOST = 30
FEWEST = 5
"""Below so many comparable posts nothing is said: one lucky reel would be the yardstick."""
_DISCLOSING = tags(
    "#pr #ad #ads #sponsored #paidpartnership #gifted #広告 #宣伝 #プロモーション #タイアップ #提供 #案件"
)
_KIND = ("campaign_id", "account_key", "_parts", "_counted")
_NOTHING = pl.DataFrame(
    schema={
        "campaign_id": pl.String,
        "account_key": pl.Int64,
        "_parts": pl.String,
        "_counted": pl.String,
        "engagements": pl.Int64,
        "base": pl.Int64,
    }
)


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
    told = [_told(part.drop("until"), inputs, at) for (at,), part in rows.partition_by("until", as_dict=True).items()]
    organic = pl.concat([_NOTHING, *told])
    yardstick = organic.group_by(_KIND).agg(
        (pl.col("engagements").sum() / pl.col("base").sum()).alias("_rate"), pl.len().alias("_posts")
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
    counted = [
        meanings(posts.with_columns(pl.col("base").alias(metric)), metric).join(
            posts.select("engagement_base").with_row_index("row").filter(pl.col("engagement_base") == metric),
            on="row",
            validate="m:1",
        )
        for metric in BASES
        if metric != "followers"
    ]
    named = pl.concat(counted).group_by("row").agg(pl.col("meaning").unique().sort().str.join(" ").alias("_counted"))
    return (
        posts.with_row_index("row")
        .join(named, on="row", how="left", validate="1:1", maintain_order="left")
        .with_columns(pl.col("_counted").fill_null(""), pl.col("engagement_parts").fill_null("").alias("_parts"))
        .drop("row")
    )


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
    details = inputs.posts.select(
        "post_key",
        "account_key",
        "platform",
        "format",
        "published_at",
        "published_on",
        "hashtags",
        "caption",
        "caption_is_truncated",
        "paid_label",
        "first_known_at",
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
            & (pl.col("paid_label") != "on").fill_null(value=True)
            & pl.col("caption").is_not_null()
            & ~pl.col("caption_is_truncated").fill_null(value=False)
        )
        .join(matched.select("campaign_id", "post_key"), on=["campaign_id", "post_key"], how="anti")
    )
    disclosed = [bool(tags(said) & _DISCLOSING) for said in found["hashtags"]]
    newest = pl.struct("published_at", "post_key").rank("ordinal", descending=True).over("campaign_id", "account_key")
    return found.filter(~pl.Series(disclosed, dtype=pl.Boolean)).filter(newest <= MOST)


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


def _told(found: pl.DataFrame, inputs: Inputs, until: datetime) -> pl.DataFrame:
    """Organic posts that tell engagements and base, as known ``until`` then: :data:`_KIND`, engagements, base."""
    observed = inputs.post_observations.join(found.lazy().select("post_key").unique(), on="post_key", how="semi")
    some = pl.any_horizontal(pl.col(m).is_not_null() for m in ENGAGEMENTS)
    parts = pl.concat_str(
        [pl.when(pl.col(m).is_not_null()).then(pl.lit(m)) for m in ENGAGEMENTS], separator=" ", ignore_nulls=True
    )
    base = pl.lit(None, pl.Int64())
    for name in BASES:
        base = pl.when(pl.col("engagement_base") == name).then(pl.col(name)).otherwise(base)
    told = (
        followers_at(
            found.join(latest(observed, until).collect(), on="post_key", validate="m:1").with_columns(
                pl.col("published_at").alias("at")
            ),
            inputs.account_observations,
            until,
        )
        .with_columns(
            pl.when(some).then(pl.sum_horizontal(ENGAGEMENTS)).alias("engagements"),
            pl.when(some).then(parts).alias("engagement_parts"),
            base.alias("base"),
        )
        .drop_nulls(["engagements", "base"])
    )
    return _base_of(told).select(*_KIND, "engagements", "base")
