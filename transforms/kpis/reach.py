"""Reach: how many accounts a post came to. Told per post only: accounts that saw two posts would count twice."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="reach",
    label=Label(en="Reach", ja="リーチ数"),
    description="Distinct accounts that saw the post. Never summed over posts.",
    description_ja="その投稿を見たアカウント数(重複なし)。投稿をまたいで合計しません。",
    formula="reach of the post",
    unit="count",
    better="higher",
    expr=total(pl.col("reach")),
    grains=("post",),
    type=Type.COUNT,
)
