"""Engagement rate by impressions: reactions per time shown."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="er_impressions",
    label=Label(en="Engagement rate by impressions", ja="エンゲージメント率(インプレッション基準)"),
    description="Engagements per impression.",
    description_ja="インプレッション1回あたりのエンゲージメント。",
    formula="Σ engagements / Σ impressions",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("engagements"), pl.col("impressions")),
    source="https://unitedanimals.co.jp/?p=3313",
    interval_method="overdispersed",
)
