"""Frequency: how often an account that a post reached was shown it."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="frequency",
    label=Label(en="Frequency", ja="フリークエンシー"),
    description="Impressions per account reached, per post.",
    description_ja="リーチした1アカウントあたりのインプレッション。投稿ごとの値です。",
    formula="Σ impressions / Σ reach of the posts",
    unit="ratio",
    better="neither",
    expr=ratio(pl.col("impressions"), pl.col("reach")),
    source="https://www.sizesgrid.com/en-US/marketing",
    interval_method="overdispersed",
)
