"""Price per like: fee, without other cost, for one like."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="price_per_like",
    label=Label(en="Price per like", ja="いいね単価"),
    description="Fee per like, on posts whose fee and likes are both known.",
    description_ja="いいね1件あたりの報酬。",
    formula="Σ fee / Σ likes",
    unit="money / count",
    better="lower",
    expr=ratio(pl.col("fee"), pl.col("likes")),
    source="https://liginc.co.jp/456073",
    interval_method="overdispersed",
    counted="denominator",
)
