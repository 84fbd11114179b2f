"""How far a campaign is on the way to what was agreed."""

from datetime import datetime

import polars as pl

from transforms.days import ends_at, starts_at
from transforms.kpis import Kpi
from transforms.tables.marts import GOAL_PROGRESS


def elapsed(campaigns: pl.DataFrame, as_of: datetime, zone: str) -> pl.DataFrame:
    """campaign_id, ``elapsed`` (0 to 1, share of the campaign's time that has passed) and ``is_over``."""
    rows: list[tuple[str, float, bool]] = []
    for name, first, last in campaigns.select("campaign_id", "starts_on", "ends_on").rows():
        start, end = starts_at(first, zone), ends_at(last, zone)
        share = (as_of - start) / (end - start) if end > start else 1.0
        rows.append((name, min(max(share, 0.0), 1.0), as_of >= end))
    return pl.DataFrame(
        rows, schema={"campaign_id": pl.String, "elapsed": pl.Float64, "is_over": pl.Boolean}, orient="row"
    )


def goal_progress(
    goals: pl.DataFrame,
    campaigns: pl.DataFrame,
    values: pl.DataFrame,
    kpis: dict[str, Kpi],
    foreseen: pl.DataFrame,
    *,
    as_of: datetime,
    zone: str,
) -> pl.DataFrame:
    """marts.goal_progress. ``values`` are the KPI values of campaigns, ``foreseen`` what their goals will stand at.

    Before the end a total is compared with its share of the target, a rate or cost with the target itself: a rate does
    not fill up. Over is over: met or missed then, and ``state`` says whether the figure may still move.
    """
    facts = pl.DataFrame(
        [(k.name, k.better == "lower", k.expr.denominator is None) for k in kpis.values()],
        schema={"kpi": pl.String, "is_lower_better": pl.Boolean, "fills_up": pl.Boolean},
        orient="row",
    )
    told = values.filter(pl.col("grain") == "campaign").select("campaign_id", "kpi", "value", "state", "reason")
    value, target = pl.col("value"), pl.col("target")
    attainment = (
        pl.when(pl.col("is_lower_better"))
        .then(pl.when(value != 0).then(target / value))
        .otherwise(pl.when(target != 0).then(value / target))
    )
    reaches = pl.when(pl.col("is_lower_better")).then(value <= target).otherwise(value >= target)
    on_the_way = pl.when(pl.col("fills_up")).then(pl.col("attainment") >= pl.col("elapsed")).otherwise(reaches)
    return GOAL_PROGRESS.conform(
        goals.select("campaign_id", "kpi", "target")
        .join(elapsed(campaigns, as_of, zone), on="campaign_id", validate="m:1")
        .join(facts, on="kpi", how="left", validate="m:1")
        .join(told, on=["campaign_id", "kpi"], how="left", validate="1:1")
        .join(foreseen, on=["campaign_id", "kpi"], how="left", validate="1:1")
        .with_columns(attainment.alias("attainment"))
        .with_columns(
            pl.when(value.is_null() | on_the_way.is_null())
            .then(pl.lit("unknown"))
            .when(pl.col("is_over"))
            .then(pl.when(reaches).then(pl.lit("met")).otherwise(pl.lit("missed")))
            .when(pl.col("elapsed") == 0)
            .then(pl.lit("unknown"))
            .otherwise(pl.when(on_the_way).then(pl.lit("ahead")).otherwise(pl.lit("behind")))
            .alias("verdict"),
            pl.col("state").fill_null("provisional"),
            pl.lit(as_of).alias("as_of"),
        )
        .with_columns(
            pl.when(pl.col("verdict") == "unknown")
            .then(
                pl.coalesce("reason", pl.when(pl.col("elapsed") == 0).then(pl.lit("not_yet")), pl.lit("not_reported"))
            )
            .alias("reason")
        )
        .sort("campaign_id", "kpi")
    )
