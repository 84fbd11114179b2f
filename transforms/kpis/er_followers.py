"""Engagement rate by followers: how much of the audience at posting time reacted."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="er_followers",
    label=Label(en="Engagement rate by followers", ja="エンゲージメント率(フォロワー基準)"),
    description=(
        "Engagements per follower at posting time. "
        "Over several posts the followers are added once per post: what a post gets on average, not how much of the "
        "campaign's audience."
    ),
    description_ja="投稿時点のフォロワー1人あたりのエンゲージメント。フォロワー数は投稿ごとに1回数えます。",
    formula="Σ engagements / Σ followers at posting, added once per post",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("engagements"), pl.col("followers")),
    source="https://help.meltwater.com/en/articles/9888595-klear-campaign-metrics",
    interval_method="overdispersed",
)
