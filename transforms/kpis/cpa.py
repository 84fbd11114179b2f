"""Cost per new customer: what winning one buyer cost; Japan keeps it apart from the cost of an order."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cpa",
    label=Label(en="Cost per new customer", ja="顧客獲得単価(CPA)"),
    description="Cost per new customer, on influencers whose cost and new customers are both known.",
    description_ja="計上した新規顧客1人あたりの費用(顧客獲得単価)。",
    formula="Σ cost / Σ new customers",
    unit="money / count",
    better="lower",
    expr=ratio(pl.col("cost"), pl.col("new_customers")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.modash.io/en/articles/13717414-tracking-sales-and-revenue-per-creator",
    interval_method="overdispersed",
    counted="denominator",
)
