"""Orders credited to the influencers by code, else by the link that led to the shop."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="orders",
    label=Label(en="Orders", ja="購入数"),
    description=(
        "Orders credited by code, else by last link, within the attribution window; cancelled and test orders are not"
        " counted."
    ),
    description_ja="コードまたは計測リンクによりインフルエンサーの成果として計上した注文数。",
    formula="Σ credit of orders",
    unit="count",
    better="higher",
    expr=total(pl.col("orders")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    type=Type.COUNT,
    source="https://help.modash.io/en/articles/13717414-tracking-sales-and-revenue-per-creator",
)
