"""Engagement rate by views: reactions per play."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="er_views",
    label=Label(en="Engagement rate by views", ja="エンゲージメント率(再生基準)"),
    description="Engagements per view.",
    description_ja="再生・表示1回あたりのエンゲージメント。",
    formula="Σ engagements / Σ views",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("engagements"), pl.col("views")),
    source="https://www.omnesinfluencers.com/news/size-does-matter-macro-influencers-come-out-on-top-on-tiktok",
    interval_method="overdispersed",
)
