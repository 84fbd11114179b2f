"""How a total grew day by day, and what the brand's last campaign reached: what a plan and a goal are set against."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from transforms import contracts
from transforms.contracts import Table, pick, real, text
from transforms.kpis import load
from transforms.mixed_meanings import counted_alike
from transforms.tables.fields import FIELDS

SOLD: Mapping[str, str] = {"orders": "credit", "revenue_net": "revenue_net", "revenue_gross": "revenue_gross"}
"""Totals made of credited orders, and the column of marts.attribution that adds up to each."""
SEEN = ("views", "impressions", "likes", "comments", "shares", "saves")
"""Totals made of the posts' own counters. Reach is not among them: it counts people, and they overlap."""
PARTS = ("likes", "comments", "shares", "saves")
SEVERAL = "several"
"""Platform of what belongs to several at once: a code that was given on two."""

PROGRESS = Table(
    name="reports.progress",
    grain="KPI × day × platform",
    description="A total so far, at the end of each day. Days before the first row of a platform are 0 or unknown.",
    key=("kpi", "day", "platform"),
    fields=(
        *pick(FIELDS, "kpi", required=("kpi",)),
        contracts.date("day", "Business day; of clicks the link service's own day.").needed(),
        text("platform", "Social network, or `several`.").needed(),
        real("total", "The total so far.", unit="as ref.kpis says").needed(),
    ),
)

PREVIOUS = Table(
    name="reports.previous",
    grain="KPI",
    description="What the brand's last campaign before this one reached, in KPIs of the same definition.",
    key=("kpi",),
    fields=(
        *pick(FIELDS, "kpi", required=("kpi",)),
        text("name", "The campaign's name.").needed(),
        contracts.date("ends_on", "Its last day.").needed(),
        real("value", "What it reached.", unit="as ref.kpis says").needed(),
    ),
)


def progress_of(
    attribution: pl.DataFrame, clicks: pl.DataFrame, post_days: pl.DataFrame, posts: pl.DataFrame, *, until: date
) -> pl.DataFrame:
    """:data:`PROGRESS` of a campaign until a day. ``attribution``, ``clicks``, ``posts``: its rows of the marts."""
    found = [*_sold(attribution), *_clicked(clicks), *_seen(post_days, posts, until)]
    every = pl.concat([PROGRESS.conform(f.select(PROGRESS.columns)) for f in found]) if found else PROGRESS.empty()
    return every.filter(pl.col("day") <= until).sort(PROGRESS.key)


def _summed(rows: pl.DataFrame, kpi: str) -> pl.DataFrame:
    """``day``, ``platform``, ``gain`` as totals so far; a day without a row repeats the one before."""
    return (
        rows.with_columns(pl.col("platform").fill_null(SEVERAL))
        .group_by("platform", "day")
        .agg(pl.col("gain").cast(pl.Float64).sum())
        .sort("platform", "day")
        .with_columns(pl.col("gain").cum_sum().over("platform").alias("total"), pl.lit(kpi).alias("kpi"))
    )


def _sold(attribution: pl.DataFrame) -> list[pl.DataFrame]:
    deciding = attribution.filter(pl.col("is_deciding"))
    return [
        _summed(deciding.select(pl.col("ordered_on").alias("day"), "platform", pl.col(column).alias("gain")), kpi)
        for kpi, column in SOLD.items()
        if deciding.height and not deciding[column].null_count()
    ]


def _clicked(clicks: pl.DataFrame) -> list[pl.DataFrame]:
    if clicks.is_empty() or clicks["clicks"].null_count():
        return []
    return [_summed(clicks.select("day", "platform", pl.col("clicks").alias("gain")), "link_clicks")]


def _seen(post_days: pl.DataFrame, posts: pl.DataFrame, until: date) -> list[pl.DataFrame]:
    """Sums of what each post was last known to have: a post that tells nothing is in no sum."""
    own = posts.select("post_key", "platform", "engagement_parts")
    known = post_days.select("post_key", "day", *SEEN).join(own, on="post_key", how="inner", validate="m:1")
    first = known["day"].min()
    if not isinstance(first, date) or first > until:
        return []
    days = pl.DataFrame({"day": pl.date_range(first, until, eager=True)})
    filled = (
        days.join(own, how="cross")
        .join(known.select("post_key", "day", *SEEN), on=["post_key", "day"], how="left", validate="1:1")
        .sort("post_key", "day")
        .with_columns(pl.col(*SEEN).forward_fill().over("post_key"))
        .with_columns(_engagements().alias("engagements"))
    )
    return [
        filled.filter(pl.col(kpi).is_not_null())
        .group_by("day", "platform")
        .agg(pl.col(kpi).cast(pl.Float64).sum().alias("total"))
        .with_columns(pl.lit(kpi).alias("kpi"))
        for kpi in (*SEEN, "engagements")
        if filled[kpi].count()
    ]


def _engagements() -> pl.Expr:
    """Σ of the parts that the post's engagements are made of; null while one of them is unknown."""
    wanted = {part: pl.col("engagement_parts").fill_null("").str.split(" ").list.contains(part) for part in PARTS}
    total = pl.sum_horizontal(pl.when(w).then(pl.col(part)).otherwise(0) for part, w in wanted.items())
    lacks = pl.any_horizontal(w & pl.col(part).is_null() for part, w in wanted.items())
    return pl.when(pl.any_horizontal(wanted.values()) & ~lacks).then(total)


def previous_of(campaign: Mapping[str, object], campaigns: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """:data:`PREVIOUS`: the same brand's latest campaign that was over before this one began.

    ``values``: marts.kpi_values of all campaigns. A KPI whose definition differs between the two, or in which a
    platform of both changed a metric's meaning from the first one's begin on, is left out; of two currencies,
    everything that is not a plain count or rate.
    """
    before = campaigns.filter(
        (pl.col("brand") == pl.lit(campaign["brand"]))
        & (pl.col("ends_on") < pl.lit(campaign["starts_on"]))
        & (pl.col("currency") == pl.lit(campaign["currency"]))
        & (pl.col("campaign_id") != pl.lit(campaign["campaign_id"]))
    ).sort("ends_on", "campaign_id")
    if before.is_empty():
        return PREVIOUS.empty()
    last = before.row(-1, named=True)
    alike = _counted_alike(values, last, campaign)
    told = values.filter(
        (pl.col("grain") == "campaign") & pl.col("definition_changed").is_null() & pl.col("kpi").is_in(alike)
    )
    own = told.filter(pl.col("campaign_id") == campaign["campaign_id"]).select("kpi", "definition")
    return (
        told.filter((pl.col("campaign_id") == last["campaign_id"]) & pl.col("value").is_not_null())
        .join(own, on=["kpi", "definition"], how="semi")
        .select("kpi", "value", pl.lit(last["name"]).alias("name"), pl.lit(last["ends_on"]).alias("ends_on"))
        .pipe(PREVIOUS.conform)
        .sort("kpi")
    )


def _counted_alike(values: pl.DataFrame, last: Mapping[str, object], campaign: Mapping[str, object]) -> list[str]:
    """The KPIs whose metrics no platform of both counted in another way between the first's begin and the other's end.

    What was counted longer, across a change, is marked as such in the values themselves.
    """
    places = values.filter(pl.col("grain") == "platform").select("campaign_id", "platform")
    theirs, own = (set(places.filter(pl.col("campaign_id") == c["campaign_id"])["platform"]) for c in (last, campaign))
    first, until = last["starts_on"], campaign["ends_on"]
    assert isinstance(first, date)  # noqa: S101 - core.campaigns promises it
    assert isinstance(until, date)  # noqa: S101 - core.campaigns promises it
    bases = {str(c["engagement_base"]) for c in (last, campaign)}
    shared = theirs & own
    return [k.name for k in load().values() if counted_alike(k, first, until, platforms=shared, bases=bases)]
