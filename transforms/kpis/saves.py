"""Saves of the posts."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="saves",
    label=Label(en="Saves", ja="保存数"),
    description="Saves and bookmarks of the posts so far.",
    description_ja="投稿が保存された数の合計。",
    formula="Σ saves",
    unit="count",
    better="higher",
    expr=total(pl.col("saves")),
    type=Type.COUNT,
)
