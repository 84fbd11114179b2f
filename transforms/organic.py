"""What a sponsored post would have got, had it done as well as the same account's organic posts."""

from datetime import datetime, timedelta

import polars as pl

from transforms.breaks import meanings
from transforms.facts import BASES, ENGAGEMENTS, followers_at
from transforms.inputs import Inputs
from transforms.matching import tags
from transforms.snapshots import latest

LOOK_BACK = timedelta(days=90)
"""Organic posts are those from so long before the campaign until its end."""
FEWEST = 5
"""Below so many comparable posts nothing is said: one lucky reel would be the yardstick."""
_DISCLOSING = tags(
    "#pr #ad #ads #sponsored #paidpartnership #gifted #広告 #宣伝 #プロモーション #タイアップ #提供 #案件"
)
_KIND = ("campaign_id", "account_key", "_parts", "_counted")


def with_organic(posts: pl.DataFrame, inputs: Inputs, matched: pl.DataFrame, *, as_of: datetime) -> pl.DataFrame:
    """Post facts with ``expected_engagements`` and why it is unknown.

    Expected = the post's base × Σ engagements / Σ base of the same account's organic posts of
    :data:`LOOK_BACK`, of which at least :data:`FEWEST` tell both. Only posts are compared whose engagements have the
    same parts and whose base was counted by the same meaning. Organic is what is tied to this campaign by nothing and
    discloses no partnership, neither by the platform's label nor by a hashtag; a post whose caption was cut or not told
    cannot be judged and is left out.
    """
    base = _base_of(posts)
    organic = _organic(base, inputs, matched, as_of)
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


def _organic(posts: pl.DataFrame, inputs: Inputs, matched: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Organic posts of the accounts of a campaign that tell engagements and base: :data:`_KIND`, engagements, base."""
    spans = inputs.campaigns.select(
        "campaign_id",
        "engagement_base",
        pl.col("starts_on").dt.offset_by(f"-{LOOK_BACK.days}d").alias("_from"),
        pl.col("ends_on").alias("_until"),
    )
    accounts = posts.select("campaign_id", "account_key").drop_nulls().unique()
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
        accounts.join(spans, on="campaign_id", validate="m:1")
        .join(details, on="account_key")
        .filter(
            pl.col("published_on").is_between("_from", "_until")
            & (pl.col("published_at") <= as_of)
            & (pl.col("first_known_at") <= as_of)
            & (pl.col("paid_label") != "on").fill_null(value=True)
            & pl.col("caption").is_not_null()
            & ~pl.col("caption_is_truncated").fill_null(value=False)
        )
        .join(matched.select("campaign_id", "post_key"), on=["campaign_id", "post_key"], how="anti")
    )
    disclosed = [bool(tags(said) & _DISCLOSING) for said in found["hashtags"]]
    found = found.filter(~pl.Series(disclosed, dtype=pl.Boolean))
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
            found.join(latest(observed, as_of).collect(), on="post_key", validate="m:1").with_columns(
                pl.col("published_at").alias("at")
            ),
            inputs.account_observations,
            as_of,
        )
        .with_columns(
            pl.when(some).then(pl.sum_horizontal(ENGAGEMENTS)).alias("engagements"),
            pl.when(some).then(parts).alias("engagement_parts"),
            base.alias("base"),
        )
        .drop_nulls(["engagements", "base"])
    )
    return _base_of(told).select(*_KIND, "engagements", "base")
