"""What the goals of a running campaign will stand at on its last day, with an 80 % interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from scipy import special

from transforms.days import ends_at, starts_at
from transforms.insight.estimates import Rows, lump_of
from transforms.insight.growth import LEVEL, Forecast, Lives, follow, project
from transforms.insight.intervals import LEVEL as OF_VALUES
from transforms.kpis import Kpi

FORECASTS = {
    "campaign_id": pl.String(),
    "kpi": pl.String(),
    "forecast": pl.Float64(),
    "forecast_lower": pl.Float64(),
    "forecast_upper": pl.Float64(),
    "chance": pl.Float64(),
}
_FOLLOW = ("orders", "new_customers", "link_clicks", "sessions", "revenue_gross", "revenue_net")
"""What people do after they saw a post: it comes as attention does."""
_GROWN_UP = 1e6
"""Hours: the age of a post that nobody knows when it was published; no growth is expected of it."""


@dataclass(frozen=True, slots=True)
class _Running:
    campaign_id: str
    ends_at: datetime
    as_of: datetime
    posts: pl.DataFrame
    contracts: pl.DataFrame


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
    days = campaigns.select("campaign_id", "starts_on", "ends_on").rows()
    running = {
        name: _Running(
            name,
            ends_at(last, zone),
            as_of,
            rows.posts.filter(pl.col("campaign_id") == name),
            rows.contracts.filter((pl.col("campaign_id") == name) & pl.col("is_signed").fill_null(value=False)),
        )
        for name, first, last in days
        if starts_at(first, zone) < as_of < ends_at(last, zone)
    }
    known = values.filter((pl.col("grain") == "campaign") & pl.col("value").is_not_null())
    told = {(row["campaign_id"], row["kpi"]): row for row in known.iter_rows(named=True)}
    found: list[tuple[str, str, float, float | None, float | None, float | None]] = []
    for campaign_id, name, target in goals.select("campaign_id", "kpi", "target").rows():
        value = told.get((campaign_id, name))
        if campaign_id not in running or value is None:
            continue
        kpi = kpis[name]
        if kpi.expr.denominator is not None:
            found.append((campaign_id, name, value["value"], *_stays(value, kpi), None))
            continue
        seen = _foreseen(kpi, value["value"], running[campaign_id], rows)
        if seen is not None:
            ends = (seen.end((1 - LEVEL) / 2), seen.end((1 + LEVEL) / 2))
            chance = seen.chance(target)
            found.append((campaign_id, name, seen.value, *ends, chance if kpi.better != "lower" else 1 - chance))
    return pl.DataFrame(found, schema=FORECASTS, orient="row").with_columns(
        pl.col("forecast", "forecast_lower", "forecast_upper", "chance").round_sig_figs(10)
    )


def _stays(value: Mapping[str, float | None], kpi: Kpi) -> tuple[float | None, float | None]:
    """The 80 % interval of a rate, from its 95 %: distances on the log scale shrink as a normal's do."""
    at, lower, upper = value["value"], value["lower"], value["upper"]
    if at is None or lower is None or upper is None or at <= kpi.floor:
        return None, None
    shrink = float(special.ndtri((1 + LEVEL) / 2) / special.ndtri((1 + OF_VALUES) / 2))
    above = at - kpi.floor
    down, up = (kpi.floor + above * ((end - kpi.floor) / above) ** shrink for end in (lower, upper))
    return down, up


def _foreseen(kpi: Kpi, value: float, running: _Running, rows: Rows) -> Forecast | None:
    if kpi.rows == "post":
        lives = _lives(kpi.expr.numerator, running)
        return None if lives is None else project(lives)
    if kpi.name not in _FOLLOW:
        return None
    lives = _lives(pl.col("views"), running)
    return None if lives is None else follow(value, lives, lump_of(kpi, running.campaign_id, rows))


def _lives(counts: pl.Expr, running: _Running) -> Lives | None:
    """The campaign's posts that tell a count, and its promises; None where a promise is of unknown size.

    A platform that is posted on and never tells this count will not tell it of the next posts either.
    """
    if running.contracts["promised_posts"].null_count():
        return None
    who = ["influencer_id", "platform"]
    posts = running.posts.with_columns(counts.cast(pl.Float64()).alias("_n"))
    told = posts.filter(pl.col("_n").is_not_null() & pl.col("observed_at").is_not_null())
    silent = set(posts["platform"]) - set(told["platform"])
    terms = (
        pl.concat(
            [
                running.contracts.select(*who, (pl.col("promised_posts") - pl.col("posts")).clip(0).alias("_come")),
                told.select(*who, pl.lit(0).alias("_come")),
            ],
            how="vertical_relaxed",
        )
        .group_by(who)
        .agg(pl.col("_come").sum())
        .sort(who, nulls_last=True)
        .with_row_index("_contract")
    )
    told = told.join(terms, on=who, validate="m:1", nulls_equal=True).sort("published_at", "post_id")
    hours = (pl.col("observed_at") - pl.col("published_at")).dt.total_seconds() / 3600
    left = (pl.lit(running.ends_at) - pl.col("observed_at")).dt.total_seconds() / 3600
    come = terms["_come"].cast(pl.Float64()).to_numpy()
    return Lives(
        told["_n"].to_numpy(),
        told.select(hours.fill_null(_GROWN_UP).clip(0)).to_series().to_numpy(),
        told.select(left.clip(0)).to_series().to_numpy(),
        told["_contract"].cast(pl.Int64()).to_numpy(),
        terms["platform"].to_list(),
        np.where(terms["platform"].is_in(list(silent)).to_numpy(), 0, come),
        (running.ends_at - running.as_of).total_seconds() / 3600,
    )
