"""Likes of the posts."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="likes",
    label=Label(en="Likes", ja="いいね数"),
    description="Likes of the posts so far; posts whose likes are hidden are left out.",
    description_ja="投稿についたいいねの合計。非公開のいいねは0とせず、不明とします。",
    formula="Σ likes",
    unit="count",
    better="higher",
    expr=total(pl.col("likes")),
    type=Type.COUNT,
)
