"""Cost per click: what one click on a tracked link cost."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cpc",
    label=Label(en="Cost per click", ja="クリック単価(CPC)"),
    description="Cost per click on a tracked link, on contracts that have one and whose cost is known.",
    description_ja="計測リンクの1クリックあたりの費用。",
    formula="Σ cost / Σ link clicks",
    unit="money / count",
    better="lower",
    expr=ratio(pl.col("cost"), pl.col("link_clicks")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://www.traackr.com/blog/influencer-program-spend-efficiency",
    interval_method="overdispersed",
    counted="denominator",
)
