"""Completion rate: how many plays reached the end."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="completion_rate",
    label=Label(en="Completion rate", ja="視聴完了率"),
    description="Plays to the end per view, where the platform tells them. No public API does: they come by import.",
    description_ja="最後まで再生された回数を再生・表示回数で割った割合。公開APIでは取得できず、取り込みデータのみです。",
    formula="Σ completions / Σ views",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("completions"), pl.col("views")),
    source="https://www.sizesgrid.com/en-US/marketing",
    interval_method="overdispersed",
)
