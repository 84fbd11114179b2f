"""Engagement rate by reach: how many of those who saw a post reacted."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="er_reach",
    label=Label(en="Engagement rate by reach", ja="エンゲージメント率(リーチ基準)"),
    description="Engagements per account reached.",
    description_ja="リーチした1アカウントあたりのエンゲージメント。",
    formula="Σ engagements / Σ reach of the posts",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("engagements"), pl.col("reach")),
    source="https://help.meltwater.com/en/articles/9899659-klear-managing-your-reporting-settings",
    interval_method="overdispersed",
)
