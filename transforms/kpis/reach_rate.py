"""Reach rate: accounts reached against audience. Above 1 where a post travels beyond the followers."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="reach_rate",
    label=Label(en="Reach rate", ja="リーチ率"),
    description=(
        "Accounts reached by a post per follower at posting time; may exceed 1. "
        "Over several posts the followers are added once per post: what a post gets on average, not how much of the "
        "campaign's audience."
    ),
    description_ja="投稿時点のフォロワー1人あたりのリーチ。フォロワー以外にも届くと100%を超えます。",
    formula="Σ reach of the posts / Σ followers at posting, both added once per post",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("reach"), pl.col("followers")),
    source="https://www.bazaarvoice.com/blog/key-instagram-benchmarks-for-2021/",
    interval_method="overdispersed",
)
