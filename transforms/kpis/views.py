"""Views: how often the posts were played or seen, as each platform counts it."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="views",
    label=Label(en="Views", ja="再生・表示数"),
    description="Plays or views of the posts so far, as each platform counts them today.",
    description_ja="投稿の再生・表示回数の合計。数え方は媒体ごとに異なります。",
    formula="Σ views",
    unit="count",
    better="higher",
    expr=total(pl.col("views")),
    type=Type.COUNT,
)
