"""CPM on reach: what reaching a thousand accounts cost, post by post."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cpm_reach",
    label=Label(en="Cost per 1,000 accounts reached", ja="リーチ単価(CPM・1,000人あたり)"),
    description="Cost per 1,000 accounts reached, on posts whose cost and reach are both known.",
    description_ja=(
        "投稿のリーチ1,000アカウントあたりの費用。リーチは投稿ごとの値で、重複を除いた人数ではありません。"
    ),
    formula="Σ cost / Σ reach of the posts × 1,000",
    unit="money / 1000 count",
    better="lower",
    expr=ratio(pl.col("cost"), pl.col("reach"), scale=1000),
    source="https://help.hypeauditor.com/en/articles/6796282-cost-per-mille-cpm",
    interval_method="overdispersed",
    counted="denominator",
)
