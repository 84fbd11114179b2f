"""Sessions: visits to the brand's site that the influencers' links brought."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="sessions",
    label=Label(en="Site sessions", ja="サイト訪問数(セッション)"),
    description=(
        "Sessions on the brand's site whose link labels name the influencer, on days of the analytics property within"
        " the campaign's window."
    ),
    description_ja="計測リンクのラベル(utm)でインフルエンサーを特定できる、ブランドサイトのセッション数(計測期間内)。",
    formula="Σ sessions with the influencer's labels",
    unit="count",
    better="higher",
    expr=total(pl.col("sessions")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    type=Type.COUNT,
    source="https://support.google.com/analytics/answer/9191807",
)
