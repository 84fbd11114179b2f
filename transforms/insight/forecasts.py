"""What the goals of a running campaign will stand at on its last day, with an 80 % interval."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import TypeAlias

import polars as pl
from scipy import special

from transforms.days import ends_at, starts_at
from transforms.insight.growth import LEVEL, Lives, follow, project
from transforms.insight.intervals import LEVEL as OF_VALUES
from transforms.insight.rows import Rows, lump
from transforms.kpis import Kpi

FORECASTS = {
    "campaign_id": pl.String(),
    "kpi": pl.String(),
    "forecast": pl.Float64(),
    "forecast_lower": pl.Float64(),
    "forecast_upper": pl.Float64(),
    "chance": pl.Float64(),
}
_Row: TypeAlias = tuple[str, str, float, float | None, float | None, float | None]
_ATTENTION = "views"
_FOLLOW = ("orders", "new_customers", "link_clicks", "sessions", "revenue_gross", "revenue_net")
"""What people do after they saw a post: it comes as attention does."""
_GROWN_UP = 1e6
"""Hours: the age of a post that nobody knows when it was published; no growth is expected of it."""


def forecasts(
    goals: pl.DataFrame,
    campaigns: pl.DataFrame,
    values: pl.DataFrame,
    rows: Rows,
    kpis: Mapping[str, Kpi],
    *,
    as_of: datetime,
    zone: str,
) -> pl.DataFrame:
    """campaign_id, kpi, forecast, its ends and the chance of the target, for goals that can be foreseen.

    Totals grow as posts age and as promised posts come; a rate is expected to stay what it is. Nothing is foreseen
    before the first figures, after the last day, where a contract promises an unknown number of posts, or of the number
    of posts itself, which is up to people.
    """
    running = _running(campaigns, as_of, zone)
    known = values.filter((pl.col("grain") == "campaign") & pl.col("value").is_not_null())
    asked = (
        goals.select("campaign_id", "kpi", "target")
        .join(running.select("campaign_id"), on="campaign_id", validate="m:1")
        .join(known.select("campaign_id", "kpi", "value", "lower", "upper"), on=["campaign_id", "kpi"], validate="m:1")
        .join(rows.worth(), on="campaign_id", how="left", validate="m:1")
        .sort("campaign_id", "kpi")
    )

    @cache
    def lives(name: str) -> Mapping[str, Lives]:
        return _lives(kpis[name].expr.numerator, running, rows)

    found: list[_Row] = []
    for own in asked.partition_by("kpi", maintain_order=True):
        kpi = kpis[own["kpi"][0]]
        found += _totals(kpi, own, lives) if kpi.expr.denominator is None else _rates(kpi, own)
    return pl.DataFrame(found, schema=FORECASTS, orient="row").with_columns(
        pl.col("forecast", "forecast_lower", "forecast_upper", "chance").round_sig_figs(10)
    )


def _running(campaigns: pl.DataFrame, as_of: datetime, zone: str) -> pl.DataFrame:
    """Campaigns between their first day and their last: when they end, and the hours to come until then."""
    days = campaigns.select("campaign_id", "starts_on", "ends_on").rows()
    ends = [
        (name, ends_at(last, zone))
        for name, first, last in days
        if starts_at(first, zone) < as_of < ends_at(last, zone)
    ]
    return pl.DataFrame(
        [(name, end, (end - as_of).total_seconds() / 3600) for name, end in ends],
        schema={"campaign_id": pl.String(), "_end": pl.Datetime("us", "UTC"), "_remaining": pl.Float64()},
        orient="row",
    )


def _rates(kpi: Kpi, goals: pl.DataFrame) -> list[_Row]:
    """Rows of :data:`FORECASTS` of a rate: it stays what it is."""
    told = goals.select("campaign_id", "value", "lower", "upper").rows()
    return [(name, kpi.name, at, *_stays(at, lower, upper, kpi), None) for name, at, lower, upper in told]


def _stays(at: float, lower: float | None, upper: float | None, kpi: Kpi) -> tuple[float | None, float | None]:
    """The 80 % interval of a rate, from its 95 %: distances on the log scale shrink as a normal's do."""
    if lower is None or upper is None or at <= kpi.floor:
        return None, None
    shrink = float(special.ndtri((1 + LEVEL) / 2) / special.ndtri((1 + OF_VALUES) / 2))
    above = at - kpi.floor
    down, up = (kpi.floor + above * ((end - kpi.floor) / above) ** shrink for end in (lower, upper))
    return down, up


def _totals(kpi: Kpi, goals: pl.DataFrame, lives: Callable[[str], Mapping[str, Lives]]) -> list[_Row]:
    """Rows of :data:`FORECASTS` of a total, where it can be told.

    ``goals``: with values and Rows.worth. ``lives``: :func:`_lives` by the name of a total over posts.
    """
    follows = kpi.name in _FOLLOW
    if kpi.rows != "post" and not follows:
        return []
    own = lives(_ATTENTION if follows else kpi.name)
    found: list[_Row] = []
    for (name, target, value), one in zip(
        goals.select("campaign_id", "target", "value").rows(), lump(kpi, goals).tolist(), strict=True
    ):
        seen = None if name not in own else follow(value, own[name], one) if follows else project(own[name])
        if seen is not None:
            chance = seen.chance(target)
            ends = (seen.end((1 - LEVEL) / 2), seen.end((1 + LEVEL) / 2))
            found.append((name, kpi.name, seen.value, *ends, chance if kpi.better != "lower" else 1 - chance))
    return found


def _lives(counts: pl.Expr, running: pl.DataFrame, rows: Rows) -> dict[str, Lives]:
    """Per campaign the posts that tell a count, and its promises; none where a promise is of unknown size.

    A platform that is posted on and never tells this count will not tell it of the next posts either.
    """
    who = ["campaign_id", "influencer_id", "platform"]
    where = ["campaign_id", "platform"]
    signed = rows.contracts.filter("is_signed").join(running, on="campaign_id", validate="m:1")
    unclear = signed.filter(pl.col("promised_posts").is_null())
    posts = (
        rows.posts.with_columns(counts.cast(pl.Float64()).alias("_n"))
        .join(running, on="campaign_id", validate="m:1")
        .join(unclear, on="campaign_id", how="anti")
    )
    told = posts.filter(pl.col("_n").is_not_null() & pl.col("observed_at").is_not_null())
    silent = posts.select(where).unique().join(told, on=where, how="anti").with_columns(_silent=pl.lit(value=True))
    come = (pl.col("promised_posts") - pl.col("posts")).clip(0).cast(pl.Float64())
    terms = (
        pl.concat([signed.select(*who, come.alias("_come")), told.select(*who, pl.lit(0.0).alias("_come"))])
        .group_by(who)
        .agg(pl.col("_come").sum())
        .join(silent, on=where, how="left", validate="m:1")
        .sort(who, nulls_last=True)
        .with_columns(
            pl.when(pl.col("_silent").is_null()).then("_come").otherwise(0.0).alias("_come"),
            pl.int_range(pl.len(), dtype=pl.Int64()).over("campaign_id").alias("_contract"),
        )
    )
    hours = (pl.col("observed_at") - pl.col("published_at")).dt.total_seconds() / 3600
    left = (pl.col("_end") - pl.col("observed_at")).dt.total_seconds() / 3600
    posted = (
        told.join(terms, on=who, validate="m:1", nulls_equal=True)
        .sort("campaign_id", "published_at", "post_id")
        .select(
            "campaign_id",
            "_n",
            hours.fill_null(_GROWN_UP).clip(0).alias("_age"),
            left.clip(0).alias("_left"),
            "_contract",
            "_remaining",
        )
        .partition_by("campaign_id", as_dict=True)
    )
    agreed = terms.select(*where, "_come").partition_by("campaign_id", as_dict=True)
    return {
        str(name): Lives(
            own["_n"].to_numpy(),
            own["_age"].to_numpy(),
            own["_left"].to_numpy(),
            own["_contract"].to_numpy(),
            agreed[name,]["platform"].to_list(),
            agreed[name,]["_come"].to_numpy(),
            own["_remaining"][0],
        )
        for (name,), own in posted.items()
    }
