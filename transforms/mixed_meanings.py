"""A KPI's value over posts that one platform counted in two ways is told, and marked: it is one with no other value."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

import polars as pl

from transforms.breaks import mixed, switches
from transforms.facts import ENGAGEMENTS
from transforms.kpi_values import inputs
from transforms.kpis import Grain, Kpi

_IDS: Mapping[Grain, tuple[str, ...]] = {
    "post": ("campaign_id", "platform", "influencer_id", "post_id"),
    "influencer": ("campaign_id", "influencer_id"),
    "platform": ("campaign_id", "platform"),
    "campaign": ("campaign_id",),
}
_PLACE = ("grain", *_IDS["post"])
_MADE_OF: Mapping[str, tuple[str, ...]] = {
    "engagements": ENGAGEMENTS,
    "reach_of_posts": ("reach",),
    "emv": ("views", "engaged_views", "impressions", *ENGAGEMENTS),
}
"""Inputs that are made of metrics. expected_engagements is not among them: it compares only what is counted alike."""


def with_mixed_meanings(values: pl.DataFrame, posts: pl.DataFrame, kpis: Iterable[Kpi]) -> pl.DataFrame:
    """marts.kpi_values with ``definition_changed``: ``platform.metric`` of the posts' metrics that are two quantities.

    The metrics are those that the KPI reads; of a rate by the brief's base, that base.
    """
    some = mixed(posts, ["campaign_id"]).select("campaign_id").unique()
    if some.is_empty():  # a part of what is not mixed is not, either
        return values.with_columns(pl.lit(None, pl.String()).alias("definition_changed"))
    marks = _marks(posts.join(some, on="campaign_id", how="semi"), kpis)
    return (
        values.drop("definition_changed")
        .join(marks, on=[*_PLACE, "kpi"], how="left", validate="1:1", nulls_equal=True, maintain_order="left")
        .with_columns(pl.when(pl.col("value").is_not_null()).then("definition_changed").alias("definition_changed"))
        .select(values.columns)
    )


def marked(wide: pl.DataFrame, values: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    """A wide mart with ``definition_changed``: the metrics that some KPI of the row reads and that are two quantities.

    ``values``: of :func:`with_mixed_meanings`.
    """
    ids = list(_IDS[grain])
    mixed_ = values.filter((pl.col("grain") == grain) & pl.col("definition_changed").is_not_null())
    marks = (
        mixed_.select(*ids, pl.col("definition_changed").str.split(" "))
        .explode("definition_changed")
        .group_by(ids)
        .agg(pl.col("definition_changed").unique().sort().str.join(" "))
    )
    return wide.join(marks, on=ids, how="left", validate="m:1", maintain_order="left")


def counted_alike(
    kpi: Kpi, first: date, last: date, *, platforms: Collection[str], bases: Collection[str] = ()
) -> bool:
    """Whether no platform changed what it counts of a metric that the KPI reads, from the first day to the last.

    Two values of that time are then one quantity. ``bases``: the briefs' bases, for KPIs that read what a brief chose.
    """
    read = _metrics(kpi)
    metrics = read | frozenset(bases) if "base" in read else read
    return not any(switches(platform, metric, first, last) for platform in platforms for metric in metrics)


def _marks(posts: pl.DataFrame, kpis: Iterable[Kpi]) -> pl.DataFrame:
    """Per place and KPI that reads a metric of two meanings there: ``definition_changed``."""
    read = [(kpi.name, metric) for kpi in kpis for metric in _metrics(kpi)]
    reading = pl.DataFrame(read, schema={"kpi": pl.String(), "_reads": pl.String()}, orient="row")
    bases = posts.select("campaign_id", pl.col("engagement_base").alias("_base")).unique()
    found = pl.concat(
        mixed(posts, ids).select(
            pl.lit(grain).alias("grain"),
            *(pl.col(c) if c in ids else pl.lit(None, pl.String()).alias(c) for c in _PLACE[1:]),
            "metric",
            pl.format("{}.{}", "platform", "metric").alias("_mark"),
        )
        for grain, ids in _IDS.items()
    ).join(bases, on="campaign_id", validate="m:1")
    by_base = found.filter(pl.col("metric") == pl.col("_base")).with_columns(pl.lit("base").alias("metric"))
    return (
        pl.concat([found, by_base])
        .join(reading, left_on="metric", right_on="_reads")
        .group_by(*_PLACE, "kpi")
        .agg(pl.col("_mark").unique().sort().str.join(" ").alias("definition_changed"))
    )


def _metrics(kpi: Kpi) -> frozenset[str]:
    """The metrics that a KPI's value is made of; ``base`` stands for the one that a brief chose."""
    return frozenset(m for name in inputs(kpi) for m in _MADE_OF.get(name, (name,)))
