"""View rate: plays against audience. Above 1 where a post travels beyond the followers."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="view_rate",
    label=Label(en="View rate", ja="再生率"),
    description="Views per follower at posting time; may exceed 1.",
    formula="Σ views / Σ followers at posting",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("views"), pl.col("followers")),
    source="https://www.sizesgrid.com/en-US/marketing",
)
