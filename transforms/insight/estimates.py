"""Every KPI value with its 95 % interval, or none where it is a fact, or too little is known.

Within a creator (grains influencer and post) posts are what could have come out otherwise; how unevenly they fare is
learnt from the posts of the same platform and format in the campaign. On a platform or in a campaign creators are, as
what one gets comes from the same hand; where there is one creator, its posts again. Peers are those of the campaign
alone: a settled campaign's intervals do not move because another one goes on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import polars as pl

from transforms.contract_facts import OF_PERSONS
from transforms.insight import intervals
from transforms.insight.intervals import AT_MOST, LEVEL, Codes, Flags, Floats, effective, part, wilson
from transforms.insight.rows import DIGITS, IDS, ORDERS_TELL, SUMMED, Groups, Kind, Rows, grouped, lump
from transforms.insight.variances import Told, Uneven, among_creators, between_posts, uneven
from transforms.kpi_values import inputs
from transforms.kpis import Grain, Kpi, ratio
from transforms.kpis.views import KPI as VIEWS

__all__ = ["IDS", "Estimate", "Estimates", "Rows", "ends", "estimates", "with_intervals"]

CREATORS = 3
"""Fewer creators than this say nothing of how creators differ."""
_METHODS = ("wilson", "overdispersed", "clusters")
_TELL: tuple[Kind, ...] = ("posts", "orders")
_Asked: TypeAlias = tuple[Kind, Kpi]
"""A measure, and the rows that it is asked of."""
_ATTENTION = replace(VIEWS, name="attention", expr=ratio(pl.col("views"), pl.lit(1.0)))
"""The views of posts, each post for itself."""


@dataclass(frozen=True, slots=True)
class Scales:
    """How values follow from counts over exposure, one element per value or per KPI.

    ``is_cost``: the lower side is what is left to chance: of a cost per view the views, as the cost is agreed.
    """

    scale: Floats
    floor: Floats
    is_cost: Flags

    @classmethod
    def of(cls, kpis: Sequence[Kpi]) -> "Scales":
        """Those of KPIs."""
        return cls(
            np.array([k.expr.scale for k in kpis], np.float64),
            np.array([k.floor for k in kpis], np.float64),
            np.array([k.counted == "denominator" for k in kpis], np.bool_),
        )

    def at(self, which: Codes) -> "Scales":
        """Some of them."""
        return Scales(self.scale[which], self.floor[which], self.is_cost[which])

    def sides(self, numerator: Floats, denominator: Floats) -> tuple[Floats, Floats]:
        """What is left to chance, and what it is set against."""
        above = numerator - self.floor / self.scale * denominator
        return np.where(self.is_cost, denominator, above), np.where(self.is_cost, numerator, denominator)

    def ends(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """An interval of counts / exposure as one of the values."""
        scale = self.scale * np.ones_like(lower)
        turned = part(scale, upper, np.nan), part(scale, lower, np.nan)
        low, high = (
            np.where(self.is_cost, t, scale * x + self.floor) for t, x in zip(turned, (lower, upper), strict=True)
        )
        return low, high


@dataclass(frozen=True, slots=True)
class Estimate:
    """Values of KPIs as counts over exposure, with their relative variance beyond counting.

    NaN where too little is known. ``clustered``: the variance is that among creators.
    """

    counts: Floats
    exposure: Floats
    variance: Floats
    df: Floats
    clustered: Flags

    @classmethod
    def joined(cls, parts: Sequence["Estimate"]) -> "Estimate":
        """All of them, one after the other."""
        nothing, nobody = np.zeros(0), np.zeros(0, np.bool_)
        every = (cls(nothing, nothing, nothing, nothing, nobody), *parts)
        counts, exposure, variance, df = (
            np.concatenate([getattr(p, name) for p in every]) for name in ("counts", "exposure", "variance", "df")
        )
        return cls(counts, exposure, variance, df, np.concatenate([p.clustered for p in every]))

    @property
    def told(self) -> Flags:
        """Where there is an interval."""
        return ~np.isnan(self.variance) & (self.exposure > 0) & (self.counts >= 0)

    def bounds(self, acts: Flags, level: float = LEVEL) -> tuple[Floats, Floats]:
        """The interval of counts / exposure; NaN where there is none.

        ``acts``: of people who act once: Wilson, as long as there are not more acts than chances.
        """
        once = self.told & acts & (self.counts <= self.exposure)
        often = self.told & ~once
        lower, upper = np.full_like(self.counts, np.nan), np.full_like(self.counts, np.nan)
        lower[often], upper[often] = intervals.bounds(
            self.counts[often], self.exposure[often], self.variance[often], self.df[often], level
        )
        counts, chances = self.counts[once], self.exposure[once]
        alike = effective(counts, chances, self.variance[once], self.df[once], level)
        lower[once], upper[once] = wilson(counts * alike / chances, alike, level)
        return lower, upper


@dataclass(frozen=True, slots=True)
class Estimates:
    """How sure values are: their places in a frame, and for each the number of its KPI, how it scales, and the rest."""

    rows: Codes
    kpi: Codes
    scales: Scales
    sure: Estimate


@dataclass(frozen=True, slots=True)
class _Measured:
    """The rows of a kind that tell something, by several measures."""

    kind: Kind
    frame: pl.DataFrame
    names: Sequence[str]
    told: Told

    def places(self, asked: Sequence[_Asked | None], kpi: Codes, at: Codes, groups: int) -> tuple[Codes, Codes]:
        """The values whose KPIs ask for one of the measures, and where their groups are among those of all measures."""
        numbers = [-1 if a is None or a[0] != self.kind else self.names.index(a[1].name) for a in asked]
        measure = np.array(numbers, np.int64)[kpi]
        own = np.flatnonzero(measure >= 0)
        return own, measure[own] * groups + at[own]


def with_intervals(values: pl.DataFrame, rows: Rows, kpis: Iterable[Kpi]) -> pl.DataFrame:
    """marts.kpi_values with ``lower``, ``upper`` and ``interval_method``, in the same order."""
    asked = [k for k in kpis if k.interval_method not in ("none", "bounds")]
    found = estimates(asked, values, rows)
    own = [k.interval_method for k in asked]
    within = np.array([_METHODS.index("overdispersed" if m == "clusters" else m) for m in own], np.int64)
    is_act = np.array([m == "wilson" for m in own], np.bool_)
    lower, upper = np.full(values.height, np.nan), np.full(values.height, np.nan)
    lower[found.rows], upper[found.rows] = found.scales.ends(*found.sure.bounds(is_act[found.kpi]))
    method = np.zeros(values.height, np.int64)
    method[found.rows] = np.where(found.sure.clustered, _METHODS.index("clusters"), within[found.kpi])
    told = pl.DataFrame({"_lower": lower, "_upper": upper}).with_columns(
        pl.Series("_method", _METHODS).gather(method),
        (pl.col("_lower").is_finite() & pl.col("_upper").is_finite()).alias("_told"),
        pl.col("_lower", "_upper").round_sig_figs(DIGITS),
    )
    return (
        values.hstack(told)
        .with_columns(
            pl.when("_told").then(pl.min_horizontal("_lower", "value")).alias("lower"),
            pl.when("_told").then(pl.max_horizontal("_upper", "value")).alias("upper"),
            pl.when("_told").then("_method").alias("interval_method"),
        )
        .select(values.columns)
    )


def estimates(kpis: Sequence[Kpi], values: pl.DataFrame, rows: Rows) -> Estimates:
    """How sure the known values of KPIs are. ``values``: rows as of marts.kpi_values."""
    groups = list(grouped(values, kpis, rows))
    tellers = [_teller(kpi) for kpi in kpis]
    measured = _measured(kpis, tellers, [of.grain for of in groups], rows)
    scattered: dict[Kind, Uneven] = {kind: uneven(measured[kind].told, measured[kind].frame) for kind in _TELL}
    sure = [_estimated(of, kpis, tellers, measured, scattered) for of in groups]
    kpi, row = (
        np.concatenate([np.zeros(0, np.int64), *(of.values[c].to_numpy() for of in groups)]) for c in ("_kpi", "_row")
    )
    return Estimates(row, kpi, Scales.of(kpis).at(kpi), Estimate.joined(sure))


def _measured(
    kpis: Sequence[Kpi], tellers: Sequence[_Asked | None], grains: Sequence[Grain], rows: Rows
) -> dict[Kind, _Measured]:
    """The rows of every kind with the measures that KPIs and their ``tellers`` ask of them at the grains."""
    asked: dict[Kind, dict[str, Kpi]] = {kind: {} for kind in ("posts", "contracts", "persons", "orders")}
    for kpi, teller in zip(kpis, tellers, strict=True):
        for wanted in (teller, *(_summed(kpi, g) for g in grains if g in SUMMED)):
            if wanted is not None:
                kind, measure = wanted
                asked[kind][measure.name] = measure
    return {
        kind: _Measured(kind, rows.of_kind(kind), list(of), _told(list(of.values()), rows.of_kind(kind)))
        for kind, of in asked.items()
    }


def _estimated(
    of: Groups,
    kpis: Sequence[Kpi],
    tellers: Sequence[_Asked | None],
    measured: Mapping[Kind, _Measured],
    scattered: Mapping[Kind, Uneven],
) -> Estimate:
    """How sure the values of a grain are, by the scatter of posts, and by that of creators where they tell."""
    kpi, at, numerator, denominator = (of.values[c].to_numpy() for c in ("_kpi", "_at", "numerator", "denominator"))
    variance, df, clustered = np.full(len(kpi), np.nan), np.zeros(len(kpi)), np.zeros(len(kpi), np.bool_)
    is_act = np.array([k.interval_method == "wilson" for k in kpis])[kpi]
    variance[is_act], df[is_act] = 0, AT_MOST
    for kind, posts in scattered.items():
        own, spot = measured[kind].places(tellers, kpi, at, of.number)
        between = between_posts(posts, measured[kind].frame, of.rows[kind], of.number)
        variance[own], df[own] = (x[spot] for x in between)
    for kind, creators in of.creators.items():
        own, spot = measured[kind].places([_summed(k, of.grain) for k in kpis], kpi, at, of.number)
        among, among_df, number = (x[spot] for x in among_creators(measured[kind].told, creators, of.number))
        clustered[own] = tell = number >= CREATORS
        variance[own] = np.where(tell, among, np.where(number == 1, variance[own], np.nan))
        df[own] = np.where(tell, among_df, df[own])
    counts, exposure = Scales.of(kpis).at(kpi).sides(numerator, denominator)
    one = _lumps(kpis, kpi, at, of.worth)
    return Estimate(counts / one, exposure / one, variance, df, clustered)


def _lumps(kpis: Sequence[Kpi], kpi: Codes, at: Codes, worth: pl.DataFrame) -> Floats:
    """What one event adds to the counts of each value; unknown where it adds nothing. ``worth``: of its group."""
    found = np.ones(len(kpi))
    for number, own in enumerate(kpis):
        if own.rows == "contract":
            values = kpi == number
            found[values] = lump(own, worth)[at[values]]
    return np.where(found == 0, np.nan, found)


def ends(kpi: Kpi, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """An interval of counts / exposure as one of the KPI's value."""
    return Scales.of([kpi]).ends(lower, upper)


def _told(kpis: Sequence[Kpi], frame: pl.DataFrame) -> Told:
    """The rows that know both sides, by each KPI."""
    nothing = pl.lit(None)
    above = frame.select(k.expr.numerator.cast(pl.Float64()).alias(k.name) for k in kpis)
    below = frame.select(
        (nothing if k.expr.denominator is None else k.expr.denominator).cast(pl.Float64()).alias(k.name) for k in kpis
    )
    own = np.arange(len(kpis))[:, None]
    return Told.among(*Scales.of(kpis).at(own).sides(above.to_numpy().T, below.to_numpy().T))


def _summed(kpi: Kpi, grain: Grain) -> _Asked:
    """What the KPI sums over several creators; what belongs to nobody in particular is nobody's scatter."""
    if kpi.rows == "post":
        return "posts", kpi
    return ("persons" if grain == "campaign" and not set(inputs(kpi)).isdisjoint(OF_PERSONS) else "contracts"), kpi


def _teller(kpi: Kpi) -> _Asked | None:
    """Whose scatter tells how uncertain a KPI is within a creator; None where nobody's does.

    What a person sold, or how many clicked, is not told post by post. Of those who clicked or saw, each acts for
    himself: nothing beyond counting (Wilson). An order's value varies from order to order. Set against a cost, what
    comes back follows the attention that posts find, and varies as their views do.
    """
    if kpi.interval_method != "overdispersed":
        return None
    if kpi.rows == "post":
        return "posts", kpi
    return ("orders", kpi) if set(inputs(kpi)) <= ORDERS_TELL else ("posts", _ATTENTION)
