"""Share rate: shares on the base that the brief chose."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="share_rate",
    label=Label(en="Share rate", ja="シェア率"),
    description="Shares per follower, account reached, view or impression, as the brief's engagement_base says.",
    description_ja="シェア数を、キャンペーンで定めたエンゲージメントの分母で割った割合。",
    formula="Σ shares / Σ engagement base",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("shares"), pl.col("base")),
    source="https://www.sizesgrid.com/en-US/marketing",
    interval_method="overdispersed",
)
