"""Gross revenue: value of the credited orders after discounts and before refunds."""

import polars as pl

from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="revenue_gross",
    label=Label(en="Revenue, gross", ja="売上(返金前)"),
    description="Value of credited orders after discounts, before refunds.",
    description_ja="計上した注文の売上(割引後・返金前)。",
    formula="Σ gross of credited orders",
    unit="money",
    better="higher",
    expr=total(pl.col("revenue_gross")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.modash.io/en/articles/13717414-tracking-sales-and-revenue-per-creator",
)
