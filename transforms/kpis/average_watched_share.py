"""Average share watched: how much of its length a play lasted. Not a completion rate, and above 1 where videos loop."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="average_watched_share",
    label=Label(en="Average share watched", ja="平均視聴割合"),
    description=(
        "Seconds watched per second that the views would have lasted in full, where watch time and length are told."
        " Loops may lift it above 1."
    ),
    description_ja="視聴秒数の合計を、再生回数×動画の長さで割った割合。ループ再生により100%を超えることがあります。",
    formula="Σ watch_seconds / Σ (views × duration_seconds)",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("watch_seconds"), pl.col("views") * pl.col("duration_seconds")),
    source="https://www.sizesgrid.com/en-US/marketing",
    interval_method="overdispersed",
)
