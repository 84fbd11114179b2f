"""New customers: credited orders that were the buyer's first in the shop."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="new_customers",
    label=Label(en="New customers", ja="新規顧客数"),
    description="Credited orders that were the buyer's first in this shop.",
    description_ja="計上した注文のうち、そのショップで初めて購入した顧客の数。",
    formula="Σ credit of first orders",
    unit="count",
    better="higher",
    expr=total(pl.col("new_customers")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    type=Type.COUNT,
    source="https://help.modash.io/en/articles/13717414-tracking-sales-and-revenue-per-creator",
)
