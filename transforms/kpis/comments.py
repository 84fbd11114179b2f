"""Comments on the posts."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="comments",
    label=Label(en="Comments", ja="コメント数"),
    description="Comments on the posts so far.",
    description_ja="投稿についたコメント数の合計。",
    formula="Σ comments",
    unit="count",
    better="higher",
    expr=total(pl.col("comments")),
    type=Type.COUNT,
)
