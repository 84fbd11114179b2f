"""View rate: plays against audience. Above 1 where a post travels beyond the followers."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="view_rate",
    label=Label(en="View rate", ja="再生率"),
    description=(
        "Views per follower at posting time; may exceed 1. "
        "Over several posts the followers are added once per post: what a post gets on average, not how much of the "
        "campaign's audience."
    ),
    description_ja="投稿時点のフォロワー1人あたりの再生・表示回数。100%を超えることがあります。",
    formula="Σ views / Σ followers at posting, added once per post",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("views"), pl.col("followers")),
    source="https://www.sizesgrid.com/en-US/marketing",
    interval_method="overdispersed",
)
