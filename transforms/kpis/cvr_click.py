"""Order rate per click: credited orders per click on a tracked link. Above 1 where codes are used without clicking."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cvr_click",
    label=Label(en="Order rate per click", ja="購入率(クリック基準)"),
    description="Credited orders per click on a tracked link; orders by code need no click, so it may exceed 1.",
    description_ja=(
        "計測リンクの1クリックあたりの注文数。コード利用の注文はクリックを伴わないため、100%を超えることがあります。"
    ),
    formula="Σ orders / Σ link clicks",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("orders"), pl.col("link_clicks")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.modash.io/en/articles/9479538-how-to-use-link-tracking",
    interval_method="wilson",
)
