"""Follower growth over the campaign. Not an effect of it: accounts grow anyway."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="follower_growth",
    label=Label(en="Follower growth", ja="フォロワー増加率"),
    description="Change of followers from the start of the campaign to its end, or to now, per follower at the start.",
    description_ja="キャンペーン開始から終了(または現在)までのフォロワーの増減を、開始時のフォロワー数で割った割合。",
    formula="Σ (followers at end - followers at start) / Σ followers at start",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("followers_end") - pl.col("followers_start"), pl.col("followers_start")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://blog-jp.statusbrew.com/followers-audience-growth-analytics",
    interval_method="clusters",
    floor=-1.0,
)
