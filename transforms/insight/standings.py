"""Influencers of a campaign against the rest of it: named only where the difference is no play of chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from scipy import special

from transforms.insight.estimates import Estimate, Rows, ends, estimates
from transforms.insight.intervals import Flags, Floats, bounds, part
from transforms.insight.pooling import pooled
from transforms.kpis import Kpi
from transforms.tables.standings import STANDINGS

RANKED = ("cpe", "cpm_views", "cpo", "cvr_click", "roas_net")
"""What people rank by, beside the engagement rate on the campaign's base."""
ALPHA = 0.05
"""In so many campaigns at most may anybody be named where in truth nobody differs."""
_STEPS = 4


@dataclass(frozen=True, slots=True)
class _Field:
    """The influencers of a campaign by one KPI, those of whom an interval tells."""

    kpi: Kpi
    rows: pl.DataFrame
    sure: Estimate
    told: Flags

    @property
    def _parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.sure.counts, self.sure.exposure, self.sure.variance, self.sure.df

    @property
    def tests(self) -> int:
        """How many influencers can be compared with the rest."""
        return int(self.told.sum()) if self.told.sum() > 1 else 0

    def differs(self, level: float) -> Floats:
        """1, -1 or 0 per influencer: the rate is above, below, or not told from that of all others, at a level."""
        told = self.told
        found = np.zeros(len(told))
        if not self.tests:
            return found
        counts, exposure, variance, df = (x[told] for x in self._parts)
        others, ground = counts.sum() - counts, exposure.sum() - exposure
        beyond = variance * counts**2
        shared = part(beyond.sum() - beyond, others**2)
        here = _logs(counts, exposure, variance, df, level)
        there = _logs(others, ground, shared, df, level)
        gap = here[0] - there[0]
        above = gap - np.hypot(here[1], there[2]) > 0
        below = gap + np.hypot(here[2], there[1]) < 0
        found[told] = above.astype(np.float64) - below
        return found

    def rest(self) -> Floats:
        """The KPI of all others together, as its value; NaN where nothing is."""
        sure, told = self.sure, self.told
        others = np.where(told, sure.counts[told].sum() - sure.counts, np.nan)
        ground = np.where(told, sure.exposure[told].sum() - sure.exposure, np.nan)
        return ends(self.kpi, rate := part(others, np.nan_to_num(ground), np.nan), rate)[0]

    def ranks(self) -> tuple[Floats, Floats]:
        """Best and worst possible rank, from intervals that all hold at once with 95 %; NaN where there is none."""
        best, worst = np.full(len(self.told), np.nan), np.full(len(self.told), np.nan)
        n = self.tests
        if n:
            counts, exposure, variance, df = (x[self.told] for x in self._parts)
            middle, down, up = _logs(counts, exposure, variance, df, 1 - ALPHA / n)
            lower, upper = middle - down, middle + up
            if (self.kpi.better == "lower") != (self.kpi.counted == "denominator"):
                lower, upper = -upper, -lower
            best[self.told] = 1 + n - np.searchsorted(np.sort(lower), upper, side="right")
            worst[self.told] = n - np.searchsorted(np.sort(upper), lower, side="left")
        return best, worst


def _logs(
    counts: Floats, exposure: Floats, variance: Floats, df: Floats, level: float
) -> tuple[Floats, Floats, Floats]:
    """Logarithm of rates, and how far down and up their intervals go; half an event more, so that none has a rate.

    So far out as many comparisons need, a gamma's and a log-normal's tails part: the longer is taken on each side.
    """
    lower, upper = bounds(counts, exposure, variance, df, level)
    middle = np.log((counts + 0.5) / exposure)
    spread = np.log1p(variance)
    half = special.stdtrit(np.maximum(df, 1), (1 + level) / 2) * np.sqrt(spread + 1 / (counts + 0.5))
    with np.errstate(divide="ignore"):
        down, up = middle - np.log(lower), np.log(upper) - middle
    return middle, np.maximum(np.maximum(down, half - spread / 2), 0), np.maximum(up, half + spread / 2)


def standings(
    values: pl.DataFrame,
    rows: Rows,
    people: pl.DataFrame,
    campaigns: pl.DataFrame,
    kpis: Mapping[str, Kpi],
    *,
    as_of: datetime,
) -> pl.DataFrame:
    """marts.standings. ``values``: with intervals. ``people``: campaign, influencer, followers, platforms.

    All comparisons of a campaign are one family: Holm's steps over them keep the chance of naming anybody where nobody
    differs below 5 %.
    """
    bases = dict(campaigns.select("campaign_id", "engagement_base").iter_rows())
    sized = people.select("campaign_id", "influencer_id", pl.col("followers").alias("_size"), "platforms")
    asked = values.filter(pl.col("grain") == "influencer").join(
        sized, on=["campaign_id", "influencer_id"], how="left", validate="m:1", maintain_order="left"
    )
    found: list[pl.DataFrame] = []
    names = {f"er_{base}" for base in bases.values()} | set(RANKED)
    per_kpi = {
        name: of.with_columns(**{f"_{x}": pl.Series(getattr(sure, x)) for x in _ESTIMATED})
        for name in sorted(names & kpis.keys())
        for of in [asked.filter((pl.col("kpi") == name) & pl.col("value").is_not_null())]
        for _, sure in estimates(kpis[name], {"influencer": of}, rows)
    }
    for campaign_id, base in sorted(bases.items()):
        fields = [
            _field(kpis[name], of.filter(pl.col("campaign_id") == campaign_id))
            for name, of in per_kpi.items()
            if name in (*RANKED, f"er_{base}")
        ]
        found += [_standing(field, named) for field, named in zip(fields, _named(fields), strict=True)]
    missing = asked.filter(pl.col("value").is_null() & pl.col("kpi").is_in(list(names))).filter(
        pl.col("kpi").is_in(RANKED)
        | (pl.col("kpi") == "er_" + pl.col("campaign_id").replace_strict(bases, default="", return_dtype=pl.String()))
    )
    found.append(missing.with_columns(pl.lit("unknown").alias("comparison")))
    told = pl.concat([STANDINGS.conform_loosely(f.with_columns(pl.lit(as_of).alias("as_of"))) for f in found])
    return told.sort(STANDINGS.key)


_ESTIMATED = ("counts", "exposure", "variance", "df")


def _field(kpi: Kpi, rows: pl.DataFrame) -> _Field:
    counts, exposure, variance, df = (rows[f"_{x}"].to_numpy() for x in _ESTIMATED)
    sure = Estimate(counts, exposure, variance, df, np.zeros(len(counts), np.bool_))
    return _Field(kpi, rows, sure, ~np.isnan(variance) & (exposure > 0) & (counts >= 0))


def _named(fields: list[_Field]) -> list[Floats]:
    """Per KPI who is above (1) or below (-1), by Holm: whoever is named makes room for the next."""
    tests = sum(f.tests for f in fields)
    named = [np.zeros(len(f.told)) for f in fields]
    done = -1
    for _ in range(_STEPS):
        already = sum(int(np.abs(n).sum()) for n in named)
        if already == done or already >= tests:
            break
        done = already
        named = [f.differs(1 - ALPHA / (tests - already)) for f in fields]
    return named


def _standing(field: _Field, named: Floats) -> pl.DataFrame:
    """Rows of marts.standings of one KPI in one campaign, apart from as_of."""
    kpi, rows = field.kpi, field.rows
    upside_down = -1 if kpi.counted == "denominator" else 1
    side = named * upside_down
    best, worst = field.ranks()
    mixed = pooled(
        field.sure.counts,
        field.sure.exposure,
        field.sure.variance,
        rows["_size"].cast(pl.Float64()).fill_null(np.nan).to_numpy(),
        rows["platforms"].fill_null("").to_list(),
    )
    nothing = np.full(rows.height, np.nan)
    middle = nothing if mixed is None else ends(kpi, mixed.rate, mixed.rate)[0]
    low, high = (nothing, nothing) if mixed is None else ends(kpi, mixed.lower, mixed.upper)
    alone = not field.tests
    is_unknown = ~field.told | alone
    better = np.where(side == 0, 0, side * (-1 if kpi.better == "lower" else 1))
    numbers = {
        "pooled": middle,
        "pooled_lower": low,
        "pooled_upper": high,
        "rest": nothing if alone else field.rest(),
        "rank_best": best,
        "rank_worst": worst,
    }
    return rows.with_columns(
        *(
            (pl.Series(n, x).fill_nan(None).round_sig_figs(10)).cast(STANDINGS[n].type.dtype).alias(n)
            for n, x in numbers.items()
        ),
        pl.Series("_side", side),
        pl.Series("_better", better),
        pl.Series("_unknown", is_unknown),
        pl.Series("_alone", field.told & alone),
    ).with_columns(
        pl.when("_unknown")
        .then(pl.lit("unknown"))
        .when(pl.col("_side") > 0)
        .then(pl.lit("above"))
        .when(pl.col("_side") < 0)
        .then(pl.lit("below"))
        .otherwise(pl.lit("no_difference"))
        .alias("comparison"),
        pl.when(~pl.col("_unknown") & (pl.col("_better") != 0)).then(pl.col("_better") > 0).alias("is_better"),
        pl.when("_alone").then(pl.lit("alone")).when("_unknown").then(pl.lit("too_little_known")).alias("reason"),
    )
