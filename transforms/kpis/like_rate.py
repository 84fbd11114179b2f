"""Like rate: likes on the base that the brief chose."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="like_rate",
    label=Label(en="Like rate", ja="いいね率"),
    description="Likes per follower, account reached, view or impression, as the brief's engagement_base says.",
    description_ja="いいね数を、キャンペーンで定めたエンゲージメントの分母で割った割合。",
    formula="Σ likes / Σ engagement base",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("likes"), pl.col("base")),
    source="https://www.sizesgrid.com/en-US/marketing",
    interval_method="overdispersed",
)
