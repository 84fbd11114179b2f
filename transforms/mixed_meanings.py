"""A KPI's value over posts that one platform counted in two ways is told, and marked: it is one with no other value."""

from collections.abc import Iterable, Mapping

import polars as pl

from transforms.breaks import mixed
from transforms.facts import ENGAGEMENTS
from transforms.kpi_values import inputs
from transforms.kpis import Grain, Kpi

_IDS: Mapping[Grain, tuple[str, ...]] = {
    "post": ("campaign_id", "platform", "influencer_id", "post_id"),
    "influencer": ("campaign_id", "influencer_id"),
    "platform": ("campaign_id", "platform"),
    "campaign": ("campaign_id",),
}
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
    bases = {row[0]: row[1] for row in posts.select("campaign_id", "engagement_base").unique().iter_rows()}
    read = {k.name: _metrics(k) for k in kpis}
    rows: list[tuple[str | None, ...]] = []
    for grain, ids in _IDS.items():
        for row in mixed(posts, ids).iter_rows(named=True):
            base = bases[row["campaign_id"]]
            concerned = (
                name for name, m in read.items() if row["metric"] in m or ("base" in m and base == row["metric"])
            )
            place = tuple(row[i] if i in ids else None for i in _IDS["post"])
            rows += [(grain, *place, name, f"{row['platform']}.{row['metric']}") for name in concerned]
    keys = ("grain", *_IDS["post"], "kpi")
    marks = (
        pl.DataFrame(rows, schema=dict.fromkeys((*keys, "_mark"), pl.String()), orient="row")
        .group_by(keys)
        .agg(pl.col("_mark").unique().sort().str.join(" ").alias("definition_changed"))
    )
    return (
        values.drop("definition_changed")
        .join(marks, on=list(keys), how="left", validate="1:1", nulls_equal=True, maintain_order="left")
        .with_columns(pl.when(pl.col("value").is_not_null()).then("definition_changed").alias("definition_changed"))
        .select(values.columns)
    )


def _metrics(kpi: Kpi) -> frozenset[str]:
    """The metrics that a KPI's value is made of; ``base`` stands for the one that a brief chose."""
    return frozenset(m for name in inputs(kpi) for m in _MADE_OF.get(name, (name,)))
