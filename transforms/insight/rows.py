"""The rows that KPIs sum, and which group of a grain each belongs to, by number: every KPI asks the same ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from transforms.insight.intervals import Codes, Floats
from transforms.insight.variances import Creators, placed
from transforms.kpi_values import inputs
from transforms.kpis import Grain, Kpi

IDS: Mapping[Grain, tuple[str, ...]] = {
    "post": ("campaign_id", "platform", "influencer_id", "post_id"),
    "influencer": ("campaign_id", "influencer_id"),
    "platform": ("campaign_id", "platform"),
    "campaign": ("campaign_id",),
}
Kind = Literal["posts", "contracts", "persons", "orders"]
SUMMED: Mapping[Grain, tuple[Kind, ...]] = {
    "platform": ("posts", "contracts"),
    "campaign": ("posts", "contracts", "persons"),
}
"""What KPIs sum where creators are what could have come out otherwise."""
ORDERS_TELL = {"orders", "new_customers", "revenue_gross", "revenue_net"}
DIGITS = 10
"""Ends are told to so many digits: the order in which a sum was added up is no difference."""
_SOLD = ("revenue_gross", "revenue_net")


@dataclass(frozen=True, slots=True)
class Rows:
    """What KPIs sum: posts; contracts and persons with what they sold; and each credited order by itself."""

    posts: pl.DataFrame
    contracts: pl.DataFrame
    persons: pl.DataFrame
    orders: pl.DataFrame

    @classmethod
    def of(cls, posts: pl.DataFrame, contracts: pl.DataFrame, persons: pl.DataFrame, orders: pl.DataFrame) -> "Rows":
        """The rows, each post and each order among its peers; an order has no format, and often no platform."""
        who = ("campaign_id", "influencer_id", "platform")
        contracts, persons = (frame.sort(c for c in who if c in frame.columns) for frame in (contracts, persons))
        sold = orders.sort("campaign_id", "influencer_id", *_SOLD).with_columns(
            pl.lit("").alias("format"), pl.lit("").alias("post_id")
        )
        return cls(placed(posts), contracts, persons, placed(sold))

    def of_kind(self, kind: Kind) -> pl.DataFrame:
        """Those of a kind."""
        return getattr(self, kind)

    def worth(self) -> pl.DataFrame:
        """Per campaign: what :func:`lump` takes an order's gross and net value to be, and the margin."""
        worth = [pl.col(c).cast(pl.Float64()) for c in _SOLD]
        sizes = self.orders.group_by("campaign_id").agg(
            ((w**2).sort().sum() / w.sort().sum()).round_sig_figs(DIGITS).fill_nan(None) for w in worth
        )
        margins = self.contracts.group_by("campaign_id").agg(pl.col("margin_rate").cast(pl.Float64()).max())
        return margins.join(sizes, on="campaign_id", how="full", coalesce=True, validate="1:1")


@dataclass(frozen=True, slots=True)
class Groups:
    """Values of a grain, the groups they are of, and the group that each row of a kind is of, by number; -1 is none."""

    grain: Grain
    number: int
    values: pl.DataFrame
    """``_row``, ``_kpi``, ``_at`` (the group), ``numerator`` and ``denominator``."""
    rows: Mapping[Kind, Codes]
    creators: Mapping[Kind, Creators]
    worth: pl.DataFrame
    """:meth:`Rows.worth` of each group's campaign."""


def grouped(values: pl.DataFrame, kpis: Sequence[Kpi], rows: Rows) -> Iterator[Groups]:
    """The groups of every grain that has known values of ``kpis``. ``values``: as marts.kpi_values.

    ``_row`` is the place of a value in ``values``, ``_kpi`` that of its KPI in ``kpis``.
    """
    names = {kpi.name: n for n, kpi in enumerate(kpis)}
    known = (
        values.lazy()
        .with_row_index("_row")
        .filter(pl.col("value").is_not_null() & pl.col("kpi").is_in(list(names)))
        .select(
            pl.col("_row").cast(pl.Int64()),
            pl.col("kpi").replace_strict(names, return_dtype=pl.Int64()).alias("_kpi"),
            "grain",
            "numerator",
            "denominator",
            *IDS["post"],
        )
        .collect()
    )
    worth = rows.worth()
    for grain, ids in IDS.items():
        own = known.filter(pl.col("grain") == grain)
        if own.height:
            yield _grouped(grain, own, own.select(ids).unique(maintain_order=True), rows, worth)


def _grouped(grain: Grain, values: pl.DataFrame, groups: pl.DataFrame, rows: Rows, worth: pl.DataFrame) -> Groups:
    ids = list(IDS[grain])
    numbered = groups.with_row_index("_at").cast({"_at": pl.Int64()})

    def placed_in(frame: pl.DataFrame) -> pl.Series:
        found = frame.select(ids).join(
            numbered, on=ids, how="left", validate="m:1", nulls_equal=True, maintain_order="left"
        )
        return found["_at"].fill_null(-1)

    summed = SUMMED.get(grain, ())
    at: dict[Kind, Codes] = {kind: placed_in(rows.of_kind(kind)).to_numpy() for kind in ("posts", "orders", *summed)}
    return Groups(
        grain,
        groups.height,
        values.select("_row", "_kpi", placed_in(values), "numerator", "denominator"),
        at,
        {kind: Creators.of_rows(rows.of_kind(kind), at[kind]) for kind in summed},
        groups.select("campaign_id").join(worth, on="campaign_id", how="left", validate="m:1", maintain_order="left"),
    )


def lump(kpi: Kpi, worth: pl.DataFrame) -> Floats:
    """What one independent event adds to the counts: 1; or of revenue an order's value, larger ones weighing more.

    The variance of a sum of orders is Σ v², as if it were Σ v / lump single events with lump = Σ v² / Σ v.
    ``worth``: :meth:`Rows.worth`.
    """
    asked = inputs(kpi)
    value = next((c for c in _SOLD if c in asked), None)
    of_one_order = kpi.expr.denominator is not None and set(asked) <= ORDERS_TELL
    if value is None or kpi.counted == "denominator" or of_one_order:
        return np.ones(worth.height)
    size = worth[value].fill_null(1.0).to_numpy()
    margin = worth["margin_rate"].to_numpy() if "margin_rate" in asked else np.ones(worth.height)
    return np.where(size > 0, size, 1.0) * margin
