"""Earned media value: what a rate card holds a post's figures to be worth, by the version in force at posting."""

from datetime import datetime

import polars as pl

from transforms.fx import in_force, rated, rates_in_force
from transforms.inputs import Inputs
from transforms.tables import money
from transforms.tables.fields import METRICS

_POST = ("campaign_id", "post_key")
NO_CARD = "no_rate_card"


def emv_parts(inputs: Inputs, posts: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """marts.emv_parts: per confirmed post and metric that its card values, the quantity, the rate and the worth.

    ``posts``: post facts. The card is the brief's ``emv_card``, else the only one that the workspace has. Of a metric
    with several rates that of the post's format wins over ``all``. Rates of another currency than the campaign's are
    converted at the day of posting.
    """
    cards = in_force(inputs.emv_rates, inputs.reference_files, "emv_rates", as_of)
    briefs = _card_of(inputs.campaigns, cards).with_columns(pl.col("currency").alias("_theirs")).drop("currency")
    told = posts.select(
        *_POST,
        "platform",
        "post_id",
        "influencer_id",
        "published_on",
        pl.col("format").fill_null("unknown"),
        *METRICS,
        *(f"why_{m}" for m in METRICS),
    ).join(briefs, on="campaign_id", validate="m:1")
    rates = cards.select(*money.EMV_RATES.columns[:10]).rename({"format": "_for"})
    valued = (
        _with_version(told, cards)
        .join(rates, on=["card", "version", "platform"], how="inner")
        .filter(pl.col("_for").is_in(["all"]) | (pl.col("_for") == pl.col("format")))
        .with_columns((pl.col("_for") == "all").alias("_general"))
        .sort(*_POST, "metric", "_general")
        .unique([*_POST, "metric"], keep="first", maintain_order=True)
        .with_columns(_named("", pl.Int64()).alias("quantity"), _named("why_", pl.String()).alias("_why"))
    )
    fx = rates_in_force(inputs.fx_rates, inputs.reference_files, as_of)
    worth = pl.col("quantity") / pl.col("per") * pl.col("value").cast(pl.Float64) * pl.col("fx_rate")
    return (
        rated(valued, fx, source="currency", target="_theirs", day="published_on")
        .with_columns(pl.when(pl.col("quantity") == 0).then(0.0).otherwise(worth).alias("amount"))
        .with_columns(
            (pl.col("amount") * pl.col("multiplier")).alias("emv"),
            pl.when(pl.col("quantity").is_null())
            .then(pl.coalesce("_why", pl.lit("not_reported")))
            .when(pl.col("amount").is_null())
            .then(pl.lit("no_rate"))
            .alias("reason"),
            pl.lit(as_of).alias("as_of"),
        )
        .sort(money.EMV_PARTS.key)
        .pipe(money.EMV_PARTS.conform)
    )


def with_emv(posts: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Post facts with ``emv``, ``emv_card`` (card and version), ``emv_multiplier`` and ``why_emv``.

    Unknown as soon as a figure that the card values is: a hidden like is worth something, and not nothing.
    """
    known = pl.col("emv").is_not_null().all()
    worth = parts.group_by(_POST).agg(
        pl.when(known).then(pl.col("emv").sum()).alias("emv"),
        pl.format("{} {}", "card", "version").first().alias("emv_card"),
        pl.col("multiplier").first().alias("emv_multiplier"),
        pl.col("reason").drop_nulls().first().alias("_why"),
    )
    return (
        posts.join(worth, on=list(_POST), how="left", validate="1:1", maintain_order="left")
        .with_columns(
            pl.when(pl.col("emv").is_null()).then(pl.coalesce("_why", pl.lit(NO_CARD))).alias("why_emv"),
        )
        .drop("_why")
    )


def with_nothing_earned(contracts: pl.DataFrame, inputs: Inputs, as_of: datetime) -> pl.DataFrame:
    """Contract facts in which a contract without posts has earned 0, where its campaign has a card at all."""
    cards = in_force(inputs.emv_rates, inputs.reference_files, "emv_rates", as_of)
    valued = _card_of(inputs.campaigns, cards).join(cards, on="card", how="semi")["campaign_id"].to_list()
    is_nothing = (pl.col("posts") == 0) & pl.col("campaign_id").is_in(valued)
    return contracts.with_columns(
        pl.when(is_nothing).then(pl.lit(0.0)).otherwise("emv").alias("emv"), pl.col("why_emv").fill_null(NO_CARD)
    )


def _card_of(campaigns: pl.DataFrame, cards: pl.DataFrame) -> pl.DataFrame:
    """campaign_id, currency and ``card``: the one that the brief names, else the only one there is."""
    names = cards["card"].unique().to_list()
    only = names[0] if len(names) == 1 else None
    return campaigns.select("campaign_id", "currency", pl.coalesce("emv_card", pl.lit(only, pl.String())).alias("card"))


def reference(rates: pl.DataFrame, files: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """ref.emv_rates."""
    told = in_force(rates, files, "emv_rates", as_of).with_columns(pl.col("publisher").alias("source"))
    return money.REF_EMV_RATES.conform(told.sort(money.REF_EMV_RATES.key))


def _with_version(posts: pl.DataFrame, cards: pl.DataFrame) -> pl.DataFrame:
    """The posts with the newest version of their card that held on the day of posting; those without one left out."""
    versions = cards.select("card", "version", "valid_from").unique().sort("valid_from")
    return (
        posts.drop_nulls(["card", "published_on"])
        .sort("published_on")
        .join_asof(
            versions,
            left_on="published_on",
            right_on="valid_from",
            by="card",
            strategy="backward",
            check_sortedness=False,  # both are sorted by day above; Polars cannot see it through `by`
        )
        .drop_nulls("version")
        .drop("valid_from", strict=False)
    )


def _named(prefix: str, dtype: pl.DataType) -> pl.Expr:
    """Expression: the column that ``metric`` names."""
    found = pl.lit(None, dtype)
    for name in METRICS:
        found = pl.when(pl.col("metric") == name).then(pl.col(f"{prefix}{name}")).otherwise(found)
    return found
