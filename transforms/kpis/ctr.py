"""Click rate by impressions: tracked clicks per time shown."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="ctr",
    label=Label(en="Click rate by impressions", ja="クリック率(インプレッション基準)"),
    description="Clicks on tracked links per impression, on contracts whose posts all tell impressions.",
    description_ja="計測リンクのクリック数を投稿のインプレッションで割った割合。",
    formula="Σ link clicks / Σ impressions",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("link_clicks"), pl.col("impressions")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.modash.io/en/articles/9479538-how-to-use-link-tracking",
    interval_method="wilson",
)
