"""Average order value: gross revenue of one credited order."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="aov",
    label=Label(en="Average order value", ja="平均購入額(AOV)"),
    description="Gross revenue per credited order.",
    description_ja="成果として計上した注文1件あたりの売上(割引後・返金前)。",
    formula="Σ gross revenue / Σ orders",
    unit="money / count",
    better="higher",
    expr=ratio(pl.col("revenue_gross"), pl.col("orders")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.modash.io/en/articles/13717414-tracking-sales-and-revenue-per-creator",
    interval_method="overdispersed",
)
