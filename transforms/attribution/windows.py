"""On which days an order or a visit may be an influencer's, and which orders count at all."""

from datetime import datetime

import polars as pl

from transforms.captions import UNSEEN
from transforms.snapshots import known

ORDER = ("shop", "order_id")
WHO = ("campaign_id", "influencer_id")
MODEL = "code_then_last_link"
"""The model that KPIs use unless the brief names another."""


def plain(column: str) -> pl.Expr:
    """Expression: a code or label as shops and people vary it: NFKC, lower case, no space around, nothing unseen."""
    seen = pl.col(column).str.replace_all(f"[{UNSEEN}]", "")
    return seen.str.normalize("NFKC").str.to_lowercase().str.strip_chars()


def link_id(column: str) -> pl.Expr:
    """Expression: a link as links are named: without scheme and last slash; null if there is none."""
    bare = pl.col(column).str.strip_chars().str.replace(r"^(?i)https?://", "").str.strip_suffix("/")
    return bare.replace("", None)


def as_last_known(orders: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """The orders as they stood at ``as_of``, one row each, tests and cancelled ones included.

    ``net_at_time`` is the net of the first row that told one; ``first_known_at`` is that of the first row. An order
    that was ever told to be its buyer's first is that for good: shops tell how many orders the buyer has made by now,
    so a refund that comes after a second order would make the first one no first.
    """
    told = known(orders, as_of).sort("known_at", "landed_id")
    over_all = told.group_by(ORDER).agg(
        pl.col("known_at").first().alias("first_known_at"),
        pl.col("net").drop_nulls().first().alias("net_at_time"),
        pl.col("is_new_customer").max(),
    )
    return (
        told.unique(ORDER, keep="last", maintain_order=True)
        .drop("is_new_customer")
        .join(over_all, on=list(ORDER), how="left", validate="1:1")
        .sort(ORDER)
    )


def is_countable() -> pl.Expr:
    """Expression: neither a test nor cancelled."""
    return ~pl.col("is_test").fill_null(value=False) & pl.col("cancelled_at").is_null()


def countable(orders: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """The orders as they stood at ``as_of``, one row each, without test orders and those cancelled by then."""
    return as_last_known(orders, as_of).filter(is_countable())


def terms(campaigns: pl.DataFrame, contracts: pl.DataFrame, confirmed: pl.DataFrame) -> pl.DataFrame:
    """The contracts with the days on which an order may be theirs: ``from_on`` to ``until_on``, both inside.

    From the campaign's first day to ``attribution_days`` after its last, or after the influencer's last confirmed
    post if that is later. ``confirmed`` gives campaign_id, influencer_id and published_on.
    """
    last = confirmed.group_by(WHO).agg(pl.col("published_on").max().alias("last_post_on"))
    return (
        contracts.select(
            *WHO, "platform", plain("code").replace("", None).alias("code"), link_id("link").alias("link_id")
        )
        .join(
            campaigns.select(
                "campaign_id", "starts_on", "ends_on", "attribution_days", "attribution_model", "attribution_window"
            ),
            on="campaign_id",
            validate="m:1",
        )
        .join(last, on=list(WHO), how="left", validate="m:1")
        .with_columns(
            pl.col("attribution_model").fill_null(MODEL),
            pl.col("attribution_window").fill_null("campaign"),
            pl.col("starts_on").alias("from_on"),
            pl.max_horizontal("ends_on", "last_post_on")
            .dt.offset_by(pl.format("{}d", "attribution_days"))
            .alias("until_on"),
        )
    )


def campaign_windows(campaigns: pl.DataFrame, engaged: pl.DataFrame) -> pl.DataFrame:
    """campaign_id, model, from_on, until_on: the days on which some order may be the campaign's."""
    last = engaged.group_by("campaign_id").agg(pl.col("until_on").max().alias("_last"))
    end = pl.col("ends_on").dt.offset_by(pl.format("{}d", "attribution_days"))
    return campaigns.join(last, on="campaign_id", how="left", validate="1:1").select(
        "campaign_id",
        "currency",
        pl.col("attribution_model").fill_null(MODEL).alias("model"),
        pl.col("starts_on").alias("from_on"),
        pl.max_horizontal(end, "_last").alias("until_on"),
    )


def near_a_post(claims: pl.DataFrame, engaged: pl.DataFrame, confirmed: pl.DataFrame) -> pl.DataFrame:
    """The claims that hold where a brief counts days from posts: an order on such a day after one of them.

    ``claims`` have campaign_id, influencer_id, _on, attribution_days and attribution_window. A person one of whose
    platforms shows no post is judged by the campaign's days: not seen is not "not posted".
    """
    by_post = claims.filter(pl.col("attribution_window") == "post")
    if by_post.is_empty():
        return claims
    dated = confirmed.select(*WHO, "platform", "published_on").drop_nulls()
    unseen = engaged.join(dated, on=[*WHO, "platform"], how="anti").select(WHO).unique()
    days = dated.select(*WHO, "published_on").unique().sort("published_on")
    last_day = pl.col("published_on").dt.offset_by(pl.format("{}d", "attribution_days"))
    near = (
        by_post.join(unseen, on=list(WHO), how="anti")
        .sort("_on")
        .join_asof(days, left_on="_on", right_on="published_on", by=list(WHO), check_sortedness=False, coalesce=False)
        .filter(pl.col("published_on").is_not_null() & (pl.col("_on") <= last_day))
    )
    free = by_post.join(unseen, on=list(WHO), how="semi")
    return pl.concat([claims.filter(pl.col("attribution_window") != "post"), free, near.select(claims.columns)])
