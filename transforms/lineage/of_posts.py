"""What each input of a post was read from: its counters, its account when it went up, its share of the contract."""

import polars as pl

from transforms.compliance.findings import FACTS as VERDICTS_OF_POSTS
from transforms.facts import CONTRACT, ENGAGEMENTS
from transforms.lineage.answers import TRACE, seen, told_by
from transforms.lineage.of_costs import parts
from transforms.lineage.sources import Sources

ROW = ("campaign_id", "influencer_id", "platform", "post_id")
LEAF = (*ROW, "input", "thing", "thing_id", "metric", "told", "weight", "value", "reason", *TRACE)


def leaf(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in the shape of marts.lineage without ``facts``; what it lacks is null. ``value`` is told × weight."""
    weight = pl.col("weight") if "weight" in frame.columns else pl.lit(1.0)
    full = frame.with_columns(weight.alias("weight"))
    if "value" not in full.columns:
        full = full.with_columns((pl.col("told") * pl.col("weight")).alias("value"))
    return full.select(pl.col(c) if c in full.columns else pl.lit(None, pl.String()).alias(c) for c in LEAF)


def of_posts(given: Sources) -> pl.DataFrame:
    """The leaves of post facts."""
    rows = given.posts.select(*ROW, "post_key", "account_key", "engagement_base", "seen_at").with_columns(
        pl.format("{}/{}", "platform", "post_id").alias("post")
    )
    counters = _counters(given, rows)
    followers = _followers(given, rows)
    base = pl.concat([counters, followers]).filter(pl.col("metric") == pl.col("engagement_base"))
    return pl.concat(
        [
            leaf(counters.with_columns(pl.col("metric").alias("input"))),
            leaf(_engagements(counters)),
            leaf(followers.with_columns(pl.lit("followers").alias("input"))),
            leaf(base.with_columns(pl.lit("base").alias("input"))),
            leaf(_existence(given, rows)),
            leaf(_length(given, rows)),
            *(leaf(_verdict(given, rows, name)) for name in VERDICTS_OF_POSTS),
            leaf(_shares(rows, parts(given))),
            leaf(_worth(given, rows, counters)),
        ]
    )


def _counters(given: Sources, rows: pl.DataFrame) -> pl.DataFrame:
    """Every counter of every post of which anything was said."""
    observed = given.inputs.post_observations.join(rows.lazy().select("post_key").unique(), on="post_key", how="semi")
    return rows.join(told_by(observed, given.as_of), on="post_key").with_columns(
        pl.lit("post").alias("thing"), pl.col("post").alias("thing_id")
    )


def _engagements(counters: pl.DataFrame) -> pl.DataFrame:
    """The known parts of a post's engagements; where none is known, why."""
    parts_ = counters.filter(pl.col("metric").is_in(ENGAGEMENTS))
    is_known = pl.col("told").is_not_null()
    return parts_.filter(is_known | ~is_known.any().over("campaign_id", "post_key")).with_columns(
        pl.lit("engagements").alias("input")
    )


def _followers(given: Sources, rows: pl.DataFrame) -> pl.DataFrame:
    """Followers at posting time, from the answer in which the account was seen."""
    counts = seen(given.inputs.account_observations, given.inputs.accounts, given.as_of)
    return (
        rows.join(counts, on=["account_key", "seen_at"], how="inner", validate="m:1")
        .with_columns(pl.lit("account").alias("thing"), pl.lit(None, pl.String()).alias("reason"))
        .select(*rows.columns, *_told_columns())
    )


def _told_columns() -> tuple[str, ...]:
    return ("metric", "told", "reason", *TRACE, "thing", "thing_id")


def _existence(given: Sources, rows: pl.DataFrame) -> pl.DataFrame:
    """The post itself, from the answer that described it."""
    described = given.inputs.posts.select(
        "post_key", pl.col("first_known_at").alias("known_at"), "landed_id", "pointer"
    )
    return rows.join(described, on="post_key", how="left", validate="m:1").with_columns(
        pl.lit("posts").alias("input"),
        pl.lit("post").alias("thing"),
        pl.col("post").alias("thing_id"),
        pl.lit("post_id").alias("metric"),
        pl.lit(1.0).alias("told"),
        pl.lit(None, pl.Datetime("us", "UTC")).alias("observed_at"),
        pl.col("platform").alias("source"),
    )


def _length(given: Sources, rows: pl.DataFrame) -> pl.DataFrame:
    """How long the video is, from the answer that described it."""
    told = given.inputs.posts.select("post_key", pl.col("duration_seconds").alias("told"))
    return (
        _existence(given, rows)
        .drop("told")
        .join(told.drop_nulls("told"), on="post_key", how="inner", validate="m:1")
        .with_columns(pl.lit("duration_seconds").alias("input"), pl.lit("duration_seconds").alias("metric"))
    )


def _verdict(given: Sources, rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """What the rules say of the post: it counts as one, or not, by the answer that described it."""
    said = given.posts.select("campaign_id", "post_key", pl.col(name).cast(pl.Float64).alias("weight"))
    return (
        _existence(given, rows)
        .join(said, on=["campaign_id", "post_key"], how="left", validate="1:1")
        .with_columns(pl.lit(name).alias("input"))
    )


def _shares(rows: pl.DataFrame, costs: pl.DataFrame) -> pl.DataFrame:
    """Each post's equal share of the parts of its contract's cost."""
    share = rows.with_columns(pl.len().over(CONTRACT).cast(pl.Float64).alias("_posts"))
    return share.join(costs, on=list(CONTRACT), how="inner", nulls_equal=True).with_columns(
        (pl.col("weight") / pl.col("_posts")).alias("weight"),
        (pl.col("value") / pl.col("_posts")).alias("value"),
    )


def _worth(given: Sources, rows: pl.DataFrame, counters: pl.DataFrame) -> pl.DataFrame:
    """What a rate card holds each counter of a post to be worth: the counter's own answer, times the rate."""
    rate = pl.col("value").cast(pl.Float64) / pl.col("per") * pl.col("fx_rate") * pl.col("multiplier")
    priced = given.emv.select(
        "campaign_id", "post_key", "metric", "quantity", "emv", rate.alias("weight"), pl.col("reason").alias("_why")
    )
    of = ["campaign_id", "post_key", "metric"]
    answers = counters.select(*of, "observed_at", "known_at", "source", "landed_id", "pointer")
    told = pl.col("quantity").cast(pl.Float64)
    return (
        rows.join(priced, on=of[:2], how="inner", validate="1:m")
        .join(answers, on=of, how="left", validate="1:1")
        .with_columns(
            pl.lit("emv").alias("input"),
            pl.lit("post").alias("thing"),
            pl.col("post").alias("thing_id"),
            told.alias("told"),
            pl.col("emv").alias("value"),
            pl.col("_why").alias("reason"),
        )
    )
