"""Save rate: saves on the base that the brief chose."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="save_rate",
    label=Label(en="Save rate", ja="保存率"),
    description="Saves per follower, account reached, view or impression, as the brief's engagement_base says.",
    description_ja="保存数を、キャンペーンで定めたエンゲージメントの分母で割った割合。",
    formula="Σ saves / Σ engagement base",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("saves"), pl.col("base")),
    source="https://scribd.com/document/522279057",
    interval_method="overdispersed",
)
