"""CPM on views: what a thousand plays cost."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cpm_views",
    label=Label(en="Cost per 1,000 views", ja="再生単価(CPM・1,000回あたり)"),
    description="Cost per 1,000 views, on posts whose cost and views are both known.",
    description_ja="再生・表示1,000回あたりの費用。",
    formula="Σ cost / Σ views × 1,000",
    unit="money / 1000 count",
    better="lower",
    expr=ratio(pl.col("cost"), pl.col("views"), scale=1000),
    source="https://help.hypeauditor.com/en/articles/6796282-cost-per-mille-cpm",
    interval_method="overdispersed",
    counted="denominator",
)
