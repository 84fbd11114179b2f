"""Whom an order is credited to: what led to it, how each model shares it out, and what a code's orders look like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from transforms.attribution.leaks import code_leaks
from transforms.attribution.models import ENOUGH_PATHS, credits_of, with_amounts
from transforms.attribution.orders import attribution_models, in_windows, order_facts, order_paths
from transforms.attribution.paths import named, steps
from transforms.attribution.windows import (
    MODEL,
    as_last_known,
    campaign_windows,
    countable,
    is_countable,
    link_id,
    plain,
    terms,
)
from transforms.days import on_day
from transforms.tables.attribution import ATTRIBUTION_MODELS, CODE_LEAKS, ORDER_FACTS, ORDER_PATHS, ORDER_TOUCHES
from transforms.tables.marts import ATTRIBUTION

__all__ = [
    "ENOUGH_PATHS",
    "MODEL",
    "Attributed",
    "attributed",
    "countable",
    "credited",
    "link_id",
    "plain",
    "terms",
]


@dataclass(frozen=True, slots=True)
class Attributed:
    """What orders were credited with, as known at an instant; :meth:`marts` says it in tables."""

    orders: pl.DataFrame
    """One row per order, as last known, tests and cancelled ones included."""
    path: pl.DataFrame
    """The steps that led to countable orders, and whom they name."""
    credits: pl.DataFrame
    """marts.attribution: every model."""
    engaged: pl.DataFrame
    windows: pl.DataFrame
    as_of: datetime
    zone: str

    @property
    def deciding(self) -> pl.DataFrame:
        """The credits that KPIs use: of each campaign, those of its model."""
        return self.credits.filter("is_deciding")

    def marts(
        self,
        posted: pl.DataFrame,
        *,
        converted: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame,
        coupon_sites: Sequence[str] = (),
    ) -> dict[str, pl.DataFrame]:
        """The marts about orders, by table name. ``posted``: see :func:`transforms.attribution.leaks.code_leaks`.

        ``converted`` gives rows with campaign_id, ordered_at, amounts and currency in their campaign's currency.
        """
        placed = in_windows(self.orders, self.windows, self.zone)
        return {
            ATTRIBUTION.name: self.credits,
            ORDER_PATHS.name: order_paths(self.path, placed, as_of=self.as_of),
            ORDER_FACTS.name: order_facts(placed, self.path, self.credits, as_of=self.as_of),
            ATTRIBUTION_MODELS.name: attribution_models(
                converted(placed.with_columns(pl.col("campaign").alias("campaign_id"))),
                self.path,
                converted(self.credits),
                self.engaged,
                self.windows,
                as_of=self.as_of,
            ),
            CODE_LEAKS.name: code_leaks(
                placed.filter(is_countable()),
                self.path,
                self.engaged,
                posted,
                as_of=self.as_of,
                zone=self.zone,
                coupon_sites=coupon_sites,
            ),
        }


def attributed(
    orders: pl.DataFrame,
    touches: pl.DataFrame,
    campaigns: pl.DataFrame,
    contracts: pl.DataFrame,
    confirmed: pl.DataFrame,
    *,
    as_of: datetime,
    zone: str,
) -> Attributed:
    """Every countable order shared out by every model, as known at ``as_of``.

    ``confirmed`` gives campaign_id, influencer_id, platform and published_on of confirmed posts.
    """
    stood = as_last_known(orders, as_of)
    bought = stood.filter(is_countable())
    engaged = terms(campaigns, contracts, confirmed)
    windows = campaign_windows(campaigns, engaged)
    path = named(steps(bought, touches, as_of=as_of, zone=zone), engaged, confirmed)
    about = bought.select(
        "shop",
        "order_id",
        "ordered_at",
        "gross",
        "net",
        "currency",
        "is_new_customer",
        on_day("ordered_at", zone).alias("ordered_on"),
    )
    is_deciding = pl.col("model") == pl.col("_deciding")
    found = (
        credits_of(path)
        .join(about, on=["shop", "order_id"], validate="m:1")
        .join(windows.select("campaign_id", pl.col("model").alias("_deciding")), on="campaign_id", validate="m:1")
        .with_columns(is_deciding.alias("is_deciding"), pl.lit(as_of).alias("as_of"))
        .pipe(with_amounts, ("gross", "net"))
        .sort(ATTRIBUTION.key)
        .pipe(ATTRIBUTION.conform)
    )
    return Attributed(stood, path, found, engaged, windows, as_of, zone)


def credited(
    orders: pl.DataFrame,
    campaigns: pl.DataFrame,
    contracts: pl.DataFrame,
    confirmed: pl.DataFrame,
    *,
    as_of: datetime,
    zone: str,
    touches: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The rows of marts.attribution that KPIs use."""
    visits = ORDER_TOUCHES.empty() if touches is None else touches
    return attributed(orders, visits, campaigns, contracts, confirmed, as_of=as_of, zone=zone).deciding
