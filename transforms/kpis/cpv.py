"""Cost per view: what one play of the posts cost."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cpv",
    label=Label(en="Cost per view", ja="視聴単価(CPV)"),
    description="Cost per view, on posts whose cost and views are both known.",
    description_ja="再生1回あたりの費用。費用と再生数の両方が分かる投稿のみ。",
    formula="Σ cost / Σ views",
    unit="money / count",
    better="lower",
    expr=ratio(pl.col("cost"), pl.col("views")),
    source="https://www.traackr.com/blog/influencer-program-spend-efficiency",
    interval_method="overdispersed",
    counted="denominator",
)
