"""ROAS on net revenue: what came in and stayed for what was spent."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="roas_net",
    label=Label(en="ROAS, net of refunds", ja="ROAS(返金後)"),
    description="Net revenue per cost, on influencers whose orders are tracked and whose cost is known.",
    description_ja="費用1円あたりの売上(返金後)。",
    formula="Σ net revenue / Σ cost",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("revenue_net"), pl.col("cost")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.modash.io/en/articles/13717414-tracking-sales-and-revenue-per-creator",
    interval_method="overdispersed",
)
