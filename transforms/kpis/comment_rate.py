"""Comment rate: comments on the base that the brief chose."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="comment_rate",
    label=Label(en="Comment rate", ja="コメント率"),
    description="Comments per follower, account reached, view or impression, as the brief's engagement_base says.",
    description_ja="コメント数を、キャンペーンで定めたエンゲージメントの分母で割った割合。",
    formula="Σ comments / Σ engagement base",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("comments"), pl.col("base")),
    source="https://www.sizesgrid.com/en-US/marketing",
    interval_method="overdispersed",
)
