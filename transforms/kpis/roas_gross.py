"""ROAS on gross revenue: what came in before refunds for what was spent."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="roas_gross",
    label=Label(en="ROAS, gross", ja="ROAS(返金前)"),
    description="Gross revenue per cost, on influencers whose orders are tracked and whose cost is known.",
    description_ja="費用1円あたりの売上(返金前)。",
    formula="Σ gross revenue / Σ cost",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("revenue_gross"), pl.col("cost")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.modash.io/en/articles/13717414-tracking-sales-and-revenue-per-creator",
    interval_method="overdispersed",
)
