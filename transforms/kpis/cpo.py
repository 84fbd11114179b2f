"""Cost per order: what one credited order cost."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cpo",
    label=Label(en="Cost per order", ja="注文獲得単価(CPO)"),
    description="Cost per credited order, on influencers whose cost and orders are both known.",
    description_ja="計上した注文1件あたりの費用。",
    formula="Σ cost / Σ orders",
    unit="money / count",
    better="lower",
    expr=ratio(pl.col("cost"), pl.col("orders")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.modash.io/en/articles/13717414-tracking-sales-and-revenue-per-creator",
    interval_method="overdispersed",
    counted="denominator",
)
