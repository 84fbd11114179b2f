"""Comments on the posts."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="comments",
    label=Label(en="Comments", ja="コメント数"),
    description="Comments on the posts so far.",
    formula="Σ comments",
    unit="count",
    better="higher",
    expr=total(pl.col("comments")),
    type=Type.COUNT,
)
