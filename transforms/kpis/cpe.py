"""Cost per engagement: what one reaction cost."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cpe",
    label=Label(en="Cost per engagement", ja="エンゲージメント単価(CPE)"),
    description="Cost per engagement, on posts whose cost and engagements are both known.",
    description_ja="エンゲージメント1件あたりの費用。費用とエンゲージメントの両方が分かる投稿のみ。",
    formula="Σ cost / Σ engagements",
    unit="money / count",
    better="lower",
    expr=ratio(pl.col("cost"), pl.col("engagements")),
    source="https://www.traackr.com/blog/influencer-program-spend-efficiency",
    interval_method="overdispersed",
    counted="denominator",
)
