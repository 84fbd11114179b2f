"""Impressions: how often the posts were shown."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="impressions",
    label=Label(en="Impressions", ja="インプレッション数"),
    description="Times the posts were shown so far, where the platform still tells.",
    description_ja="投稿が表示された回数の合計。",
    formula="Σ impressions",
    unit="count",
    better="higher",
    expr=total(pl.col("impressions")),
    type=Type.COUNT,
)
