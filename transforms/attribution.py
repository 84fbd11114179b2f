"""Which influencer an order is credited to: one, or none."""

from datetime import datetime

import polars as pl

from transforms.days import on_day
from transforms.snapshots import known
from transforms.tables.marts import ATTRIBUTION

MODEL = "code_then_last_link"
_CODE, _CONTENT, _CAMPAIGN = 0, 1, 2
_ORDER = ("shop", "order_id")
_WHO = ("campaign_id", "influencer_id")


def plain(column: str) -> pl.Expr:
    """Expression: a code or label as shops and people may vary it: NFKC, lower case, without space around."""
    return pl.col(column).str.normalize("NFKC").str.to_lowercase().str.strip_chars()


def countable(orders: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """The orders as they stood at ``as_of``, one row each, without test orders and those cancelled by then."""
    return (
        known(orders, as_of)
        .sort("known_at", "landed_id")
        .unique(_ORDER, keep="last", maintain_order=True)
        .filter(~pl.col("is_test").fill_null(value=False) & pl.col("cancelled_at").is_null())
        .sort(_ORDER)
    )


def terms(campaigns: pl.DataFrame, contracts: pl.DataFrame, confirmed: pl.DataFrame) -> pl.DataFrame:
    """The contracts with the days on which an order may be theirs: ``from_on`` to ``until_on``, both inside.

    From the campaign's first day to ``attribution_days`` after its last, or after the influencer's last confirmed
    post if that is later. ``confirmed`` gives campaign_id, influencer_id and published_on.
    """
    last = confirmed.group_by(_WHO).agg(pl.col("published_on").max().alias("last_post_on"))
    return (
        contracts.select(*_WHO, "platform", plain("code").replace("", None).alias("code"))
        .join(
            campaigns.select("campaign_id", "starts_on", "ends_on", "attribution_days"),
            on="campaign_id",
            validate="m:1",
        )
        .join(last, on=list(_WHO), how="left", validate="m:1")
        .with_columns(
            pl.col("starts_on").alias("from_on"),
            pl.max_horizontal("ends_on", "last_post_on")
            .dt.offset_by(pl.format("{}d", "attribution_days"))
            .alias("until_on"),
        )
    )


def _named(orders: pl.DataFrame, engaged: pl.DataFrame) -> pl.DataFrame:
    """Every order with every contract that its code or the labels of its link name; strongest evidence has rank 0."""
    by_code = engaged.drop_nulls("code").with_columns(pl.col("code").alias("name"))
    by_id = engaged.with_columns(plain("influencer_id").alias("name"))
    found = [orders.join(by_code, left_on="_code", right_on="name").with_columns(rank=pl.lit(_CODE))]
    for label, rank in (("_content", _CONTENT), ("_campaign", _CAMPAIGN)):
        found += [
            orders.join(names, left_on=label, right_on="name").with_columns(rank=pl.lit(rank))
            for names in (by_id, by_code)
        ]
    columns = [*orders.columns, "campaign_id", "influencer_id", "platform", "starts_on", "from_on", "until_on", "rank"]
    return pl.concat([f.select(columns) for f in found])


def credited(
    orders: pl.DataFrame,
    campaigns: pl.DataFrame,
    contracts: pl.DataFrame,
    confirmed: pl.DataFrame,
    *,
    as_of: datetime,
    zone: str,
) -> pl.DataFrame:
    """marts.attribution: at most one row per order, as known at ``as_of``.

    The code decides; without one that is valid on the order's day, the labels of the link that led to the shop:
    utm_content, then utm_campaign. Of several campaigns that have the same name for it, the one that utm_campaign
    names, else the one that started last. If that still leaves two influencers, nobody is credited.
    """
    bought = countable(orders, as_of).with_columns(
        on_day("ordered_at", zone).alias("_on"),
        plain("code").str.split(",").list.eval(pl.element().str.strip_chars()).alias("_code"),
        plain("utm_content").alias("_content"),
        plain("utm_campaign").alias("_campaign"),
        plain("utm_source").alias("_source"),
    )
    named = _named(
        bought.explode("_code", empty_as_null=True, keep_nulls=True), terms(campaigns, contracts, confirmed)
    ).filter(pl.col("_on").is_between("from_on", "until_on"))
    strongest = named.filter(pl.col("rank") == pl.col("rank").min().over(_ORDER))
    is_named = plain("campaign_id") == pl.col("_campaign").fill_null("")
    rivals = strongest.filter(is_named | ~is_named.any().over(_ORDER))
    preferred = rivals.filter(pl.col("starts_on") == pl.col("starts_on").max().over(_ORDER))
    by_source = (pl.col("platform") == pl.col("_source")).any()
    return (
        preferred.group_by(_ORDER, maintain_order=True)
        .agg(
            pl.struct(_WHO).n_unique().alias("claims"),
            *(pl.col(c).first() for c in _WHO),
            pl.when(by_source)
            .then(pl.col("_source").first())
            .when(pl.col("platform").n_unique() == 1)
            .then(pl.col("platform").first())
            .alias("platform"),
            pl.when(pl.col("rank").first() == _CODE).then(pl.lit("code")).otherwise(pl.lit("link")).alias("matched_by"),
            *(pl.col(c).first() for c in ("ordered_at", "gross", "net", "currency", "is_new_customer")),
            pl.col("_on").first().alias("ordered_on"),
        )
        .filter(pl.col("claims") == 1)
        .with_columns(
            pl.lit(MODEL).alias("model"),
            pl.lit(1.0).alias("credit"),
            pl.lit(as_of).alias("as_of"),
        )
        .sort(_ORDER)
        .select(ATTRIBUTION.columns)
    )
