"""Price per follower: fee, without other cost, for one follower at posting time."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="price_per_follower",
    label=Label(en="Price per follower", ja="フォロワー単価"),
    description="Fee per follower at the time of the first post; an account counts once, however many posts it made.",
    description_ja="報酬を、最初の投稿時点のフォロワー数で割った単価。契約ごとに1回数えます。",
    formula="Σ fee / Σ followers at the first confirmed post, added once per contract",
    unit="money / count",
    better="lower",
    expr=ratio(pl.col("fee"), pl.col("followers")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://honors.jp/column/4878",
)
