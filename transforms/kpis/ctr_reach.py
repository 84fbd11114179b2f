"""Click rate by reach: tracked clicks per account that a post reached, where impressions are no longer told."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="ctr_reach",
    label=Label(en="Click rate by reach", ja="クリック率(リーチ基準)"),
    description="Clicks on tracked links per account reached, on contracts whose posts all tell reach.",
    description_ja="計測リンクのクリック数を投稿のリーチで割った割合。インプレッションが開示されない場合に使います。",
    formula="Σ link clicks / Σ reach of the posts",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("link_clicks"), pl.col("reach_of_posts")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.modash.io/en/articles/9479538-how-to-use-link-tracking",
    interval_method="wilson",
)
