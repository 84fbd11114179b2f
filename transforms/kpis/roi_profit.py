"""ROI on profit: margin on net revenue less cost, for what was spent. One of four published meanings of "ROI"."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="roi_profit",
    label=Label(en="ROI on profit", ja="ROI(利益基準)"),
    description="Margin on net revenue less cost, per cost; null without a margin in the brief.",
    description_ja="(粗利率×返金後売上-費用)÷費用。ブリーフに粗利率がない場合は算出しません。",
    formula="Σ (margin × net revenue - cost) / Σ cost",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("margin_rate") * pl.col("revenue_net") - pl.col("cost"), pl.col("cost")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    interval_method="overdispersed",
    floor=-1.0,
)
