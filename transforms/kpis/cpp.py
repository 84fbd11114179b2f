"""Cost per post: what one delivered post cost, undelivered ones included in the cost."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cpp",
    label=Label(en="Cost per post", ja="投稿単価(CPP)"),
    description="Cost per confirmed post, on contracts whose cost is known.",
    description_ja="確定した投稿1本あたりの費用。",
    formula="Σ cost / Σ confirmed posts",
    unit="money / count",
    better="lower",
    expr=ratio(pl.col("cost"), pl.col("posts")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://www.traackr.com/blog/influencer-program-spend-efficiency",
)
