"""Delivery rate: posts delivered of those promised."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="delivery_rate",
    label=Label(en="Delivery rate", ja="納品率"),
    description="Confirmed posts per post promised, on contracts that promise a number.",
    description_ja="確定した投稿数を、契約した投稿数で割った割合。",
    formula="Σ confirmed posts / Σ promised posts",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("posts"), pl.col("promised_posts")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
)
