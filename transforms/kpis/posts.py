"""Posts delivered: those confirmed as belonging to the campaign."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="posts",
    label=Label(en="Posts delivered", ja="投稿数"),
    description="Confirmed posts.",
    description_ja="キャンペーンの投稿として確定した投稿数。",
    formula="count of confirmed posts",
    unit="count",
    better="higher",
    expr=total(pl.col("posts")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    type=Type.COUNT,
)
