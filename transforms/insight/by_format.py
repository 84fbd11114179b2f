"""One KPI of a campaign by kind of post, with its interval: which formats differ, and which only seem to."""

import numpy as np
import polars as pl

from transforms.contracts import Table, count, pick, real
from transforms.insight.estimates import ends
from transforms.insight.intervals import bounds, part
from transforms.insight.variances import differing
from transforms.kpis import Kpi
from transforms.tables.fields import FIELDS

LEAST = 3
"""Fewer creators, or else posts, than this say nothing of how they differ."""

BY_FORMAT = Table(
    name="insight.by_format",
    grain="platform × format",
    description="Σ over Σ of one KPI over the posts of a format that know both sides.",
    key=("platform", "format"),
    fields=(
        *pick(FIELDS, "platform", required=("platform",)),
        *pick(FIELDS, "format"),
        count("posts_known", "Posts that know both sides.", unit="posts").needed(),
        count("posts_all", "Posts of that format.", unit="posts").needed(),
        real("value", "The KPI; null where no post knows both sides.", unit="as ref.kpis says"),
        real("lower", "Lower end of its 95 % interval; null where too few tell.", unit="as ref.kpis says"),
        real("upper", "Upper end of it.", unit="as ref.kpis says"),
    ),
)


def by_format(values: pl.DataFrame, posts: pl.DataFrame, kpi: Kpi) -> pl.DataFrame:
    """:data:`BY_FORMAT` of a campaign. ``values``: its marts.kpi_values, ``posts``: its marts.post_kpis.

    What one creator posts comes from one hand: creators are what could have come out otherwise, and posts only where
    fewer than three creators used the format.
    """
    own = values.filter((pl.col("grain") == "post") & (pl.col("kpi") == kpi.name))
    every = posts.select("platform", "post_id", "format", pl.col("influencer_id").fill_null("").alias("who"))
    told = every.join(
        own.select("platform", "post_id", "numerator", "denominator"),
        on=["platform", "post_id"],
        how="left",
        validate="1:1",
    )
    rows = [_row(kpi, group) for group in told.partition_by("platform", "format")]
    return BY_FORMAT.conform(pl.DataFrame(rows, schema=BY_FORMAT.schema)).sort("platform", "format", nulls_last=True)


def _row(kpi: Kpi, group: pl.DataFrame) -> dict[str, object]:
    known = group.drop_nulls(["numerator", "denominator"])
    said: dict[str, object] = {
        "platform": group["platform"][0],
        "format": group["format"][0],
        "posts_known": known.height,
        "posts_all": group.height,
    }
    above, below = float(known["numerator"].sum()), float(known["denominator"].sum())
    if not known.height or below <= 0:
        return said
    said["value"] = kpi.expr.scale * above / below
    counted, ground = ("denominator", "numerator") if kpi.counted == "denominator" else ("numerator", "denominator")
    of = ["who"] if known["who"].n_unique() >= LEAST else ["post_id"]
    units = known.group_by(of).agg(pl.col(counted).sum(), pl.col(ground).sum()).sort(of)
    if kpi.floor or units.height < LEAST or not float(units[counted].sum()) or units.filter(pl.col(ground) <= 0).height:
        return said
    counts, exposure = (units[c].cast(pl.Float64).to_numpy() for c in (counted, ground))
    variance, df = differing(counts, exposure, np.zeros(units.height, np.int64), 1)
    if np.isnan(variance[0]):
        return said
    lower, upper = ends(kpi, *bounds(np.array([counts.sum()]), np.array([exposure.sum()]), variance, df))
    if np.isfinite([lower[0], upper[0]]).all():
        rate = float(part(counts.sum(keepdims=True), exposure.sum(keepdims=True))[0])
        middle = float(ends(kpi, np.array([rate]), np.array([rate]))[0][0])
        said |= {"lower": min(float(lower[0]), middle), "upper": max(float(upper[0]), middle)}
    return said
