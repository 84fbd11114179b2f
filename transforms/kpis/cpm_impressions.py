"""CPM on impressions: what a thousand showings cost."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cpm_impressions",
    label=Label(en="Cost per 1,000 impressions", ja="インプレッション単価(CPM・1,000回あたり)"),
    description="Cost per 1,000 impressions, on posts whose cost and impressions are both known.",
    description_ja="インプレッション1,000回あたりの費用。",
    formula="Σ cost / Σ impressions × 1,000",
    unit="money / 1000 count",
    better="lower",
    expr=ratio(pl.col("cost"), pl.col("impressions"), scale=1000),
    source="http://help.aspireiq.com/en/articles/6403060-performance-impact-snapshot",
    interval_method="overdispersed",
    counted="denominator",
)
