"""Influencers of a campaign against the rest of it: named only where the difference is no play of chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
import polars as pl

from transforms.insight.estimates import Estimates, Rows, estimates
from transforms.insight.intervals import Codes, Flags, Floats, bounds, part, per, student
from transforms.insight.pooling import pooled
from transforms.insight.rows import DIGITS
from transforms.insight.variances import codes
from transforms.kpis import Kpi
from transforms.tables.standings import STANDINGS

RANKED = ("cpe", "cpm_views", "cpo", "cvr_click", "roas_net")
"""What people rank by, beside the engagement rate on the campaign's base."""
ALPHA = 0.05
"""In so many campaigns at most may anybody be named where in truth nobody differs."""
_STEPS = 4


@dataclass(frozen=True, slots=True)
class _Entries:
    """Influencers by a KPI, of whom an interval tells; a field is a campaign by one KPI, a family a campaign by all."""

    counts: Floats
    exposure: Floats
    variance: Floats
    df: Floats
    field: Codes
    family: Codes

    def only(self, which: Flags) -> "_Entries":
        """Some of them."""
        return _Entries(*(getattr(self, f.name)[which] for f in fields(self)))

    def over_field(self, what: Floats | Flags) -> Floats:
        """Σ over the field of each."""
        return _over(self.field, what)

    def logs(self, level: Floats) -> tuple[Floats, Floats, Floats]:
        """:func:`_logs` of each."""
        return _logs(self.counts, self.exposure, self.variance, self.df, level)

    @property
    def rate(self) -> Floats:
        """Counts / exposure; NaN where nothing is set against."""
        return part(self.counts, self.exposure, np.nan)

    def rest(self) -> "_Entries":
        """For each all others of its field together."""
        counts, exposure = (self.over_field(x) - x for x in (self.counts, self.exposure))
        beyond = self.variance * self.counts**2
        shared = part(self.over_field(beyond) - beyond, counts**2)
        return _Entries(counts, exposure, shared, self.df, self.field, self.family)

    def ranks(self, upside_down: Flags) -> tuple[Floats, Floats]:
        """Best and worst possible rank in the field, from intervals that all hold at once with 95 %; 1 is highest."""
        n = self.over_field(np.ones(len(self.field)))
        middle, down, up = self.logs(1 - ALPHA / n)
        lower, upper = middle - down, middle + up
        lower, upper = np.where(upside_down, -upper, lower), np.where(upside_down, -lower, upper)
        # numbers in the order of the ends, field by field, tell in one go how many of a field are below
        level = np.unique(np.concatenate([lower, upper]), return_inverse=True)[1]
        low, high = np.split(level + np.tile(self.field, 2) * (level.max(initial=0) + 1), 2)
        before = np.searchsorted(np.sort(self.field), self.field)
        best = 1 + n - (np.searchsorted(np.sort(low), high, side="right") - before)
        return best, n - (np.searchsorted(np.sort(high), low, side="left") - before)


def _over(group: Codes, what: Floats | Flags) -> Floats:
    """Σ over the group of each."""
    return per(group, what, int(group.max(initial=-1)) + 1)[group]


def _differs(here: _Entries, there: _Entries, level: Floats) -> Floats:
    """1, -1 or 0 each: the rate is above, below, or not told from that of all others, at a level."""
    (middle, down, up), (rest, rest_down, rest_up) = here.logs(level), there.logs(level)
    gap = middle - rest
    above, below = gap - np.hypot(down, rest_up) > 0, gap + np.hypot(up, rest_down) < 0
    return above.astype(np.float64) - below


def _named(entries: _Entries) -> Floats:
    """Who is above (1) or below (-1), by Holm over each family: whoever is named makes room for the next."""
    rest = entries.rest()
    tests = _over(entries.family, np.ones(len(entries.family)))
    named, done = np.zeros(len(tests)), np.full(len(tests), -1.0)
    for _ in range(_STEPS):
        already = _over(entries.family, np.abs(named))
        on = (already != done) & (already < tests)
        if not on.any():
            break
        named[on] = _differs(entries.only(on), rest.only(on), 1 - ALPHA / (tests - already)[on])
        done = already
    return named


def _logs(
    counts: Floats, exposure: Floats, variance: Floats, df: Floats, level: Floats
) -> tuple[Floats, Floats, Floats]:
    """Logarithm of rates, and how far down and up their intervals go; half an event more, so that none has a rate.

    So far out as many comparisons need, a gamma's and a log-normal's tails part: the longer is taken on each side.
    """
    lower, upper = bounds(counts, exposure, variance, df, level)
    middle = np.log((counts + 0.5) / exposure)
    spread = np.log1p(variance)
    half = student(df, level) * np.sqrt(spread + 1 / (counts + 0.5))
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
    differs below 5 %. Whose posts a platform counted in two ways is compared with nobody (``definition_changed``).
    """
    sized = people.select("campaign_id", "influencer_id", pl.col("followers").alias("_size"), "platforms")
    bases = campaigns.select("campaign_id", ("er_" + pl.col("engagement_base")).alias("_base"))
    asked = (
        values.filter(
            (pl.col("grain") == "influencer") & pl.col("kpi").is_in([*RANKED, *bases["_base"].drop_nulls().unique()])
        )
        .join(bases, on="campaign_id", validate="m:1", maintain_order="left")
        .filter(pl.col("kpi").is_in(list(RANKED)) | (pl.col("kpi") == pl.col("_base")))
        .join(sized, on=["campaign_id", "influencer_id"], how="left", validate="m:1", maintain_order="left")
    )
    is_mixed = pl.col("definition_changed").is_not_null()
    is_known = pl.col("value").is_not_null() & ~is_mixed
    known = asked.filter(is_known & pl.col("kpi").is_in(list(kpis)))
    asked_of = [kpis[name] for name in known["kpi"].unique().sort()]
    told = _told(known, estimates(asked_of, known, rows), asked_of)
    unknown = asked.filter(~is_known).with_columns(
        pl.lit("unknown").alias("comparison"),
        pl.when(is_mixed).then(pl.lit("definition_changed")).otherwise("reason").alias("reason"),
    )
    found = (STANDINGS.conform_loosely(f.with_columns(pl.lit(as_of).alias("as_of"))) for f in (told, unknown))
    return pl.concat(found).sort(STANDINGS.key)


def _told(known: pl.DataFrame, found: Estimates, kpis: Sequence[Kpi]) -> pl.DataFrame:
    """Rows of marts.standings of known values, apart from as_of. ``found``: how sure all of them are."""
    known, sure, scales = known[found.rows], found.sure, found.scales
    field, family = codes(known, "campaign_id", "kpi"), codes(known, "campaign_id")
    every = _Entries(sure.counts, sure.exposure, sure.variance, sure.df, field, family)
    is_alone = every.over_field(sure.told) < 2
    compared = sure.told & ~is_alone
    entries = every.only(compared)
    is_low_better = np.array([k.better == "lower" for k in kpis], np.bool_)[found.kpi]
    side, rest, best, worst = (np.full(known.height, x) for x in (0, np.nan, np.nan, np.nan))
    side[compared], rest[compared] = _named(entries), entries.rest().rate
    best[compared], worst[compared] = entries.ranks((is_low_better != scales.is_cost)[compared])
    mixed = pooled(
        every.counts,
        every.exposure,
        every.variance,
        known["_size"].cast(pl.Float64()).fill_null(np.nan).to_numpy(),
        codes(known.with_columns(pl.col("platforms").fill_null("")), "platforms"),
        group=field,
    )
    low, high = scales.ends(mixed.lower, mixed.upper)
    numbers = {
        "pooled": scales.ends(mixed.rate, mixed.rate)[0],
        "pooled_lower": low,
        "pooled_upper": high,
        "rest": scales.ends(rest, rest)[0],
        "rank_best": best,
        "rank_worst": worst,
    }
    is_above = np.where(scales.is_cost, side < 0, side > 0)
    return known.with_columns(
        *(
            pl.Series(n, x).fill_nan(None).round_sig_figs(DIGITS).cast(STANDINGS[n].type.dtype)
            for n, x in numbers.items()
        ),
        pl.Series("_named", side != 0),
        pl.Series("_above", is_above),
        pl.Series("_better", is_above != is_low_better),
        pl.Series("_unknown", ~compared),
        pl.Series("_alone", sure.told & is_alone),
    ).with_columns(
        pl.when("_unknown")
        .then(pl.lit("unknown"))
        .when("_named")
        .then(pl.when("_above").then(pl.lit("above")).otherwise(pl.lit("below")))
        .otherwise(pl.lit("no_difference"))
        .alias("comparison"),
        pl.when("_named").then("_better").alias("is_better"),
        pl.when("_alone").then(pl.lit("alone")).when("_unknown").then(pl.lit("too_little_known")).alias("reason"),
    )
