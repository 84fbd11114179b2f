"""Average watch time: how long a play lasted."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="average_watch_seconds",
    label=Label(en="Average watch time", ja="平均視聴時間"),
    description="Seconds watched per view, where the platform tells watch time.",
    description_ja="再生1回あたりの視聴秒数。視聴時間が開示される投稿のみ。",
    formula="Σ watch_seconds / Σ views",
    unit="seconds",
    better="higher",
    expr=ratio(pl.col("watch_seconds"), pl.col("views")),
    source="https://www.sizesgrid.com/en-US/marketing",
    interval_method="overdispersed",
)
