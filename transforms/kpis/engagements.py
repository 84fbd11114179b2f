"""Engagements: what people did with the posts, as far as the platforms tell."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="engagements",
    label=Label(en="Engagements", ja="エンゲージメント数"),
    description=(
        "Likes, comments, shares and saves of the posts; parts that a platform does not tell are left out, and which"
        " are in is kept with each post (engagement_parts)."
    ),
    description_ja=(
        "投稿のいいね・コメント・シェア・保存の合計。媒体が開示しない項目は含めません。"
        "含めた項目は投稿ごとに engagement_parts に記録します。"
    ),
    formula="likes + comments + shares + saves (known parts)",
    unit="count",
    better="higher",
    expr=total(pl.col("engagements")),
    type=Type.COUNT,
    source="https://help.meltwater.com/en/articles/9888595-klear-campaign-metrics",
)
