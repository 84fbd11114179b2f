"""Every KPI value with its 95 % interval, or none where it is a fact, or too little is known.

Within a creator (grains influencer and post) posts are what could have come out otherwise; how unevenly they fare is
learnt from the posts of the same platform and format in the campaign. On a platform or in a campaign creators are, as
what one gets comes from the same hand; where there is one creator, its posts again. Peers are those of the campaign
alone: a settled campaign's intervals do not move because another one goes on.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.contract_facts import OF_PERSONS
from transforms.insight import intervals
from transforms.insight.intervals import AT_MOST, LEVEL, Floats, effective, part, wilson
from transforms.insight.variances import AT, COUNTS, EXPOSURE, among_creators, between_posts, placed, uneven
from transforms.kpi_values import inputs, known
from transforms.kpis import Grain, Kpi

IDS: Mapping[Grain, tuple[str, ...]] = {
    "post": ("campaign_id", "platform", "influencer_id", "post_id"),
    "influencer": ("campaign_id", "influencer_id"),
    "platform": ("campaign_id", "platform"),
    "campaign": ("campaign_id",),
}
CREATORS = 3
"""Fewer creators than this say nothing of how creators differ."""
_ORDERS_TELL = {"orders", "new_customers", "revenue_gross", "revenue_net"}
_DIGITS = 10
"""Ends are told to so many digits: the order in which a sum was added up is no difference."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What KPIs sum: posts; contracts and persons with what they sold; and each credited order by itself."""

    posts: pl.DataFrame
    contracts: pl.DataFrame
    persons: pl.DataFrame
    orders: pl.DataFrame

    @classmethod
    def of(cls, posts: pl.DataFrame, contracts: pl.DataFrame, persons: pl.DataFrame, orders: pl.DataFrame) -> "Rows":
        """The rows with each post, and each order, among its peers; an order has no format, and often no platform."""
        sold = orders.sort("campaign_id", "influencer_id", "revenue_gross", "revenue_net").with_columns(
            pl.lit("").alias("format"), pl.lit("").alias("post_id")
        )
        return cls(placed(posts), contracts, persons, placed(sold))


@dataclass(frozen=True, slots=True)
class Estimate:
    """Values of a KPI as counts over exposure, with their relative variance beyond counting.

    NaN where too little is known. ``clustered``: the variance is that among creators.
    """

    counts: Floats
    exposure: Floats
    variance: Floats
    df: Floats
    clustered: intervals.Flags

    def bounds(self, level: float = LEVEL) -> tuple[Floats, Floats]:
        """The interval of counts / exposure; NaN where there is none."""
        told = ~np.isnan(self.variance) & (self.exposure > 0) & (self.counts >= 0)
        lower, upper = np.full_like(self.counts, np.nan), np.full_like(self.counts, np.nan)
        lower[told], upper[told] = intervals.bounds(
            self.counts[told], self.exposure[told], self.variance[told], self.df[told], level
        )
        return lower, upper

    def shares(self, level: float = LEVEL) -> tuple[Floats, Floats]:
        """As :meth:`bounds`, of people who act once: Wilson, as long as there are not more acts than chances."""
        lower, upper = self.bounds(level)
        told = ~np.isnan(lower) & (self.counts <= self.exposure)
        acts, chances = self.counts[told], self.exposure[told]
        alike = effective(acts, chances, self.variance[told], self.df[told], level)
        lower[told], upper[told] = wilson(acts * alike / chances, alike, level)
        return lower, upper


def with_intervals(values: pl.DataFrame, rows: Rows, kpis: Iterable[Kpi]) -> pl.DataFrame:
    """marts.kpi_values with ``lower``, ``upper`` and ``interval_method``, in the same order."""
    numbered = values.drop("lower", "upper", "interval_method").with_row_index("_row")
    told = numbered.filter(pl.col("value").is_not_null()).partition_by("kpi", "grain", as_dict=True)
    asked = [k for k in kpis if k.interval_method not in ("none", "bounds")]
    given = {(k.name, g): told[k.name, g] for k in asked for g in k.grains if (k.name, g) in told}
    found = [
        _interval(kpi, given[kpi.name, grain], sure)
        for kpi in asked
        for grain, sure in estimates(kpi, {g: given[kpi.name, g] for g in kpi.grains if (kpi.name, g) in given}, rows)
    ]
    if not found:
        return values
    row, lower, upper = (np.concatenate([part_[n] for part_ in found]) for n in range(3))
    method = [name for part_ in found for name in part_[3]]
    ends_ = pl.DataFrame({"_row": row, "_lower": lower, "_upper": upper, "_method": method}).with_columns(
        pl.col("_row").cast(numbered.schema["_row"]),
        (pl.col("_lower").is_finite() & pl.col("_upper").is_finite()).alias("_told"),
        pl.col("_lower", "_upper").round_sig_figs(_DIGITS),
    )
    return (
        numbered.join(ends_, on="_row", how="left", validate="1:1", maintain_order="left")
        .with_columns(
            pl.when("_told").then(pl.min_horizontal("_lower", "value")).alias("lower"),
            pl.when("_told").then(pl.max_horizontal("_upper", "value")).alias("upper"),
            pl.when("_told").then("_method").alias("interval_method"),
        )
        .select(values.columns)
    )


def estimates(kpi: Kpi, values: Mapping[Grain, pl.DataFrame], rows: Rows) -> Iterator[tuple[Grain, Estimate]]:
    """How sure the values of a KPI are, per grain: one element per row, in their order."""
    scattered = _scattered(kpi, rows)
    for grain, of in values.items():
        ids = IDS[grain]
        counts, exposure = _sides(kpi, of["numerator"].to_numpy(), of["denominator"].to_numpy())
        groups = of.select(ids).with_row_index(AT).cast({AT: pl.Int64()})
        nothing = np.zeros(of.height)
        variance, df = nothing * np.nan, nothing
        if kpi.interval_method == "wilson":
            variance, df = nothing, nothing + AT_MOST
        elif scattered is not None:
            variance, df = between_posts(scattered, groups, ids)
        clustered = np.zeros(of.height, np.bool_)
        if grain in ("platform", "campaign"):
            among, among_df, creators = among_creators(_told(kpi, _summed(kpi, grain, rows)), groups, ids)
            clustered = creators >= CREATORS
            variance = np.where(clustered, among, np.where(creators == 1, variance, np.nan))
            df = np.where(clustered, among_df, df)
        lump = _lump(kpi, of, rows)
        yield grain, Estimate(counts / lump, exposure / lump, variance, df, clustered)


def ends(kpi: Kpi, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """An interval of counts / exposure as one of the KPI's value."""
    scale = kpi.expr.scale
    if kpi.counted == "denominator":
        one = np.full_like(lower, scale)
        return part(one, upper, np.nan), part(one, lower, np.nan)
    return scale * lower + kpi.floor, scale * upper + kpi.floor


def _sides(kpi: Kpi, numerator: Floats, denominator: Floats) -> tuple[Floats, Floats]:
    """What is left to chance, and what it is set against: of a cost per view the views, and the cost."""
    if kpi.counted == "denominator":
        return denominator, numerator
    return numerator - kpi.floor / kpi.expr.scale * denominator, denominator


def _interval(kpi: Kpi, of: pl.DataFrame, sure: Estimate) -> tuple[Floats, Floats, Floats, list[str]]:
    """Row, lower end, upper end and method of the values ``of`` a KPI; ends are NaN where there is no interval."""
    lower, upper = ends(kpi, *(sure.shares() if kpi.interval_method == "wilson" else sure.bounds()))
    within = "overdispersed" if kpi.interval_method == "clusters" else kpi.interval_method
    return of["_row"].to_numpy(), lower, upper, ["clusters" if c else within for c in sure.clustered]


def _told(kpi: Kpi, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of somebody that know both sides, with what is left to chance and what it is set against."""
    lower = kpi.expr.denominator
    rows = frame.filter(known(kpi)).with_columns(
        kpi.expr.numerator.cast(pl.Float64()).alias("_n"),
        (pl.lit(None) if lower is None else lower).cast(pl.Float64()).alias("_d"),
    )
    counts, exposure = _sides(kpi, rows["_n"].to_numpy(), rows["_d"].to_numpy())
    return rows.with_columns(pl.Series(COUNTS, counts), pl.Series(EXPOSURE, exposure)).filter(
        (pl.col(EXPOSURE) > 0) & (pl.col(COUNTS) >= 0)
    )


def _summed(kpi: Kpi, grain: Grain, rows: Rows) -> pl.DataFrame:
    """The rows that the KPI sums over several creators; what belongs to nobody in particular is nobody's scatter."""
    of_persons = grain == "campaign" and not set(inputs(kpi)).isdisjoint(OF_PERSONS)
    frame = rows.posts if kpi.rows == "post" else rows.persons if of_persons else rows.contracts
    return frame.filter(pl.col("influencer_id").is_not_null())


def _scattered(kpi: Kpi, rows: Rows) -> pl.DataFrame | None:
    """The posts whose scatter tells how uncertain a KPI is within a creator; None where no post does.

    What a person sold, or how many clicked, is not told post by post. Of those who clicked or saw, each acts for
    himself: nothing beyond counting (Wilson). An order's value varies from order to order. Set against a cost, what
    comes back follows the attention that posts find, and varies as their views do.
    """
    if kpi.interval_method != "overdispersed":
        return None
    if kpi.rows == "post":
        return uneven(_told(kpi, rows.posts))
    if set(inputs(kpi)) <= _ORDERS_TELL:
        return uneven(_told(kpi, rows.orders))
    seen = pl.col("views").cast(pl.Float64()).alias(COUNTS)
    return uneven(rows.posts.with_columns(seen, pl.lit(1.0).alias(EXPOSURE)).drop_nulls(COUNTS))


def _lump(kpi: Kpi, of: pl.DataFrame, rows: Rows) -> Floats:
    """What one independent event adds to the counts: 1; or of revenue an order's value, larger ones weighing more.

    The variance of a sum of orders is Σ v², as if it were Σ v / lump single events with lump = Σ v² / Σ v.
    """
    value = next((c for c in ("revenue_gross", "revenue_net") if c in inputs(kpi)), None)
    of_one_order = kpi.expr.denominator is not None and set(inputs(kpi)) <= _ORDERS_TELL
    if value is None or kpi.counted == "denominator" or of_one_order:
        return np.ones(of.height)
    worth = pl.col(value).cast(pl.Float64())
    sizes = rows.orders.group_by("campaign_id").agg(
        ((worth**2).sort().sum() / worth.sort().sum()).round_sig_figs(_DIGITS).alias("_lump")
    )
    margins = rows.contracts.group_by("campaign_id").agg(pl.col("margin_rate").cast(pl.Float64()).max())
    found = (
        of.select("campaign_id")
        .join(sizes, on="campaign_id", how="left", validate="m:1", maintain_order="left")
        .join(margins, on="campaign_id", how="left", validate="m:1", maintain_order="left")
    )
    size = found["_lump"].fill_nan(None).fill_null(1.0).to_numpy()
    margin = found["margin_rate"].to_numpy() if "margin_rate" in inputs(kpi) else np.ones(of.height)
    return np.where(size > 0, size, 1.0) * margin


def lump_of(kpi: Kpi, campaign_id: str, rows: Rows) -> float:
    """What one event adds to a total of a campaign: 1, or of revenue an order's value, as in :func:`estimates`."""
    return float(_lump(kpi, pl.DataFrame({"campaign_id": [campaign_id]}), rows)[0])
