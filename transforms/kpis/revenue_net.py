"""Net revenue: value of the credited orders after refunds known so far."""

import polars as pl

from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="revenue_net",
    label=Label(en="Revenue, net of refunds", ja="売上(返金後)"),
    description="Value of credited orders after discounts and the refunds known so far.",
    description_ja="計上した注文の売上(返金後)。",
    formula="Σ net of credited orders",
    unit="money",
    better="higher",
    expr=total(pl.col("revenue_net")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.modash.io/en/articles/13717414-tracking-sales-and-revenue-per-creator",
)
