"""Paid post performance: how sponsored posts did beside the same account's organic ones."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="paid_post_performance",
    label=Label(en="Paid post performance", ja="PR投稿の反応比(通常投稿比)"),
    description=(
        "Engagements of the sponsored posts over what they would have got at the engagement rate of the same account's"
        " organic posts (60 days before the campaign until its end; 5 to 30): 1 is as usual. Of several accounts it"
        " is the sum over the sum."
    ),
    description_ja=(
        "PR投稿のエンゲージメントを、同じアカウントの通常投稿(開始60日前から終了まで、5〜30本)の率で見込まれる"
        "エンゲージメントで割った比。1で通常並みです。"
    ),
    formula="Σ engagements / Σ (base × engagement rate of the account's organic posts)",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("engagements"), pl.col("expected_engagements")),
    source="https://help.modash.io/en/articles/6959997-modash-api-data-points-descriptions",
)
