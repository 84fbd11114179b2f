"""Shares of the posts."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="shares",
    label=Label(en="Shares", ja="シェア数"),
    description="Shares, reposts and quotes of the posts so far.",
    description_ja="投稿がシェアされた数の合計。",
    formula="Σ shares",
    unit="count",
    better="higher",
    expr=total(pl.col("shares")),
    type=Type.COUNT,
)
