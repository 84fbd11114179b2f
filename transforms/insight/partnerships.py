"""Collaborations of a brand with the same person, one after the other, and what can be told of a change."""

from datetime import datetime

import polars as pl

from transforms.kpis import load
from transforms.tables.history import INFLUENCER_HISTORY, TOTALS

RATES = tuple(sorted(name for name in load() if name.startswith("er_")))
"""KPIs that say how followers react."""
_EVERYWHERE = "er_followers_public"
"""The rate that needs no access: it is compared where the campaigns' own bases differ."""
_ROW = ("campaign_id", "influencer_id")


def rates_of(values: pl.DataFrame) -> pl.DataFrame:
    """The rows of marts.kpi_values that :func:`influencer_history` compares."""
    return values.filter((pl.col("grain") == "influencer") & pl.col("kpi").is_in(RATES))


def influencer_history(
    people: pl.DataFrame, campaigns: pl.DataFrame, rates: pl.DataFrame, standings: pl.DataFrame, *, as_of: datetime
) -> pl.DataFrame:
    """marts.influencer_history, in the order of its key.

    ``people``, ``campaigns``: marts.influencer_kpis and marts.campaign_kpis of all campaigns. ``rates``: as
    :func:`rates_of`. ``standings``: marts.standings.
    """
    named = campaigns.drop_nulls("brand").select(
        "campaign_id", "brand", pl.col("name").alias("campaign"), "starts_on", "ends_on"
    )
    who = ["brand", "influencer_id"]
    kept = ("name", "platforms", "followers", "tier", "posts", "currency", "fee", "cost", *TOTALS, "state")
    rows = (
        people.select(*_ROW, *kept)
        .join(named, on="campaign_id", how="inner", validate="m:1")
        .sort(*who, "starts_on", "ends_on", "campaign_id")
        .with_columns(
            pl.int_range(1, pl.len() + 1).over(who).alias("nth"),
            pl.col("campaign_id").shift(1).over(who).alias("_before"),
            (pl.col("starts_on") - pl.col("ends_on").shift(1).over(who)).dt.total_days().alias("days_since_last"),
        )
    )
    compared = _compared(rows.drop_nulls("_before"), rates, standings)
    told = rows.join(compared, on=_ROW, how="left", validate="1:1")
    return INFLUENCER_HISTORY.conform_loosely(told.with_columns(*_said(), pl.lit(as_of).alias("as_of"))).sort(
        INFLUENCER_HISTORY.key
    )


def _compared(again: pl.DataFrame, rates: pl.DataFrame, standings: pl.DataFrame) -> pl.DataFrame:
    """Per later collaboration the first rate that both tell by one definition and one meaning, here and before."""
    sound = rates.filter(pl.col("value").is_not_null() & pl.col("definition_changed").is_null())
    own = standings.filter(pl.col("kpi").is_in(RATES)).select(
        *_ROW, "kpi", "pooled", "pooled_lower", "pooled_upper", is_base=pl.lit(value=True)
    )  # of rates, people stand by the one on their campaign's base alone
    told = sound.select(*_ROW, "kpi", "definition", "value", "lower", "upper").join(
        own, on=[*_ROW, "kpi"], how="left", validate="1:1"
    )
    is_pooled = pl.all_horizontal(pl.col("pooled", "pooled_lower", "pooled_upper").is_not_null())
    before = told.select(
        pl.col("campaign_id").alias("_before"),
        *("influencer_id", "kpi", "definition"),
        pl.col("is_base").alias("was_base"),
        *(
            pl.when(is_pooled).then(pooled).otherwise(raw).alias(name)
            for name, pooled, raw in (
                ("rate_before", "pooled", "value"),
                ("rate_before_lower", "pooled_lower", "lower"),
                ("rate_before_upper", "pooled_upper", "upper"),
            )
        ),
    )
    return (
        again.select(*_ROW, "_before")
        .join(told, on=_ROW, how="inner", validate="1:m")
        .join(before, on=["_before", "influencer_id", "kpi", "definition"], how="inner", validate="m:1")
        .with_columns((pl.col("is_base") & pl.col("was_base")).fill_null(value=False).alias("_is_base"))
        .filter(pl.col("_is_base") | (pl.col("kpi") == _EVERYWHERE))
        .sort("_is_base", descending=True)
        .unique(_ROW, keep="first", maintain_order=True)
        .select(
            *_ROW,
            pl.col("kpi").alias("rate_kpi"),
            pl.col("value").alias("rate"),
            pl.col("lower").alias("rate_lower"),
            pl.col("upper").alias("rate_upper"),
            *("rate_before", "rate_before_lower", "rate_before_upper"),
        )
    )


def _said() -> tuple[pl.Expr, pl.Expr]:
    """Expressions: ``comparison``, and the ``reason`` where it is unknown."""
    ends = ("rate_lower", "rate_upper", "rate_before_lower", "rate_before_upper")
    is_sure = pl.all_horizontal(pl.col(*ends).is_not_null())
    comparison = (
        pl.when(~is_sure)
        .then(pl.lit("unknown"))
        .when(pl.col("rate_lower") > pl.col("rate_before_upper"))
        .then(pl.lit("above"))
        .when(pl.col("rate_upper") < pl.col("rate_before_lower"))
        .then(pl.lit("below"))
        .otherwise(pl.lit("no_difference"))
    )
    reason = (
        pl.when(is_sure)
        .then(None)
        .when(pl.col("_before").is_null())
        .then(pl.lit("first"))
        .when(pl.col("rate_kpi").is_null())
        .then(pl.lit("no_common_rate"))
        .otherwise(pl.lit("too_little_known"))
    )
    return comparison.alias("comparison"), reason.alias("reason")
