"""Engagement rate by followers from public figures: comparable with accounts that gave no access."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="er_followers_public",
    label=Label(en="Engagement rate by followers (public figures)", ja="エンゲージメント率(公開値・フォロワー基準)"),
    description=(
        "Likes and comments per follower at posting time, on posts that tell both. "
        "Over several posts the followers are added once per post: what a post gets on average, not how much of the "
        "campaign's audience."
    ),
    description_ja="投稿時点のフォロワー1人あたりのいいねとコメント。連携のないアカウントとも比較できます。",
    formula="Σ (likes + comments) / Σ followers at posting, added once per post",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("likes") + pl.col("comments"), pl.col("followers")),
    source="https://support.grin.co/en/articles/2403207-glossary-of-useful-terms",
    interval_method="overdispersed",
)
