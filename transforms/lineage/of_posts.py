"""What each input of a post was read from: its counters, its account when it went up, its share of the contract."""

import polars as pl

from transforms.compliance.findings import FACTS as VERDICTS_OF_POSTS
from transforms.facts import CONTRACT, ENGAGEMENTS
from transforms.lineage.answers import told_by
from transforms.lineage.leaves import LEAF, TRACE, leaf
from transforms.lineage.of_costs import parts
from transforms.lineage.reading import ROW
from transforms.lineage.sources import Sources

_COUNTED = ("known_at", "landed_id", "pointer")


def of_posts(given: Sources, numbers: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """The leaves of post facts, by ``_row``. ``numbers``: that of each post; ``seen``: answers about its account."""
    rows = given.posts.select(
        *ROW,
        "post_key",
        "account_key",
        "engagement_base",
        "seen_at",
        *VERDICTS_OF_POSTS,
        pl.format("{}/{}", "platform", "post_id").alias("post"),
    ).join(numbers, on=list(ROW), validate="1:1", nulls_equal=True)
    counters = _counters(given, rows)
    followers = _followers(rows, seen)
    base = pl.concat([counters, followers]).filter(pl.col("metric") == pl.col("engagement_base"))
    return pl.concat(
        [
            *(told.drop("engagement_base") for told in (counters, followers)),
            base.drop("engagement_base").with_columns(pl.lit("base").alias("input")),
            _engagements(counters),
            *_described(given, rows),
            _shares(rows, parts(given)),
            _worth(given, rows, counters),
        ]
    )


def _counters(given: Sources, rows: pl.DataFrame) -> pl.DataFrame:
    """Every counter of every post of which anything was said."""
    observed = given.inputs.post_observations.join(rows.lazy().select("post_key").unique(), on="post_key", how="semi")
    return rows.join(told_by(observed, given.as_of), on="post_key").select(
        leaf(
            "_row",
            "engagement_base",
            input=pl.col("metric"),
            thing="post",
            thing_id=pl.col("post"),
            metric=pl.col("metric"),
            told=pl.col("told"),
            reason=pl.col("reason"),
        )
    )


def _engagements(counters: pl.DataFrame) -> pl.DataFrame:
    """The known parts of a post's engagements; where none is known, why."""
    is_known = pl.col("told").is_not_null()
    return (
        counters.filter(pl.col("metric").is_in(ENGAGEMENTS))
        .filter(is_known | ~is_known.any().over("_row"))
        .with_columns(pl.lit("engagements").alias("input"))
        .drop("engagement_base")
    )


def _followers(rows: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Followers at posting time, from the answer in which the account was seen."""
    return rows.join(seen, on=["account_key", "seen_at"], how="inner", validate="m:1").select(
        leaf(
            "_row",
            "engagement_base",
            input="followers",
            thing="account",
            thing_id=pl.col("thing_id"),
            metric="followers",
            told=pl.col("told"),
        )
    )


def _described(given: Sources, rows: pl.DataFrame) -> list[pl.DataFrame]:
    """What the answer that described the post says: that it is there, how long its video is, and by the rules whether
    it counts as one that passes.
    """
    described = given.inputs.posts.select(
        "post_key", "duration_seconds", pl.col("first_known_at").alias("known_at"), "landed_id", "pointer"
    )
    posts = rows.join(described, on="post_key", how="left", validate="m:1")

    def told(name: str, metric: str = "post_id", **said: pl.Expr) -> list[pl.Expr]:
        about = {"thing": "post", "thing_id": pl.col("post"), "source": pl.col("platform")}
        return leaf("_row", trace=_COUNTED, input=name, metric=metric, **about, **({"told": pl.lit(1.0)} | said))

    length = "duration_seconds"
    return [
        posts.select(told("posts")),
        posts.drop_nulls(length).select(told(length, length, told=pl.col(length))),
        *(posts.select(told(name, weight=pl.col(name).cast(pl.Float64))) for name in VERDICTS_OF_POSTS),
    ]


def _shares(rows: pl.DataFrame, costs: pl.DataFrame) -> pl.DataFrame:
    """Each post's equal share of the parts of its contract's cost."""
    share = rows.select("_row", *CONTRACT, pl.len().over(CONTRACT).cast(pl.Float64).alias("_posts"))
    return (
        share.join(costs, on=list(CONTRACT), how="inner", nulls_equal=True)
        .with_columns(pl.col("weight", "value") / pl.col("_posts"))
        .select("_row", *LEAF)
    )


def _worth(given: Sources, rows: pl.DataFrame, counters: pl.DataFrame) -> pl.DataFrame:
    """What a rate card holds each counter of a post to be worth: the counter's own answer, times the rate."""
    rate = pl.col("value").cast(pl.Float64) / pl.col("per") * pl.col("fx_rate") * pl.col("multiplier")
    priced = given.emv.select(
        "campaign_id", "post_key", "metric", "quantity", "emv", rate.alias("weight"), pl.col("reason")
    )
    answers = counters.select("_row", "metric", *TRACE)
    return (
        rows.select("_row", "campaign_id", "post_key", "post")
        .join(priced, on=["campaign_id", "post_key"], how="inner", validate="1:m")
        .join(answers, on=["_row", "metric"], how="left", validate="1:1")
        .select(
            leaf(
                "_row",
                input="emv",
                thing="post",
                thing_id=pl.col("post"),
                metric=pl.col("metric"),
                told=pl.col("quantity").cast(pl.Float64),
                weight=pl.col("weight"),
                value=pl.col("emv"),
                reason=pl.col("reason"),
            )
        )
    )
