"""Order rate per session: credited orders per visit to the site. Above 1 where codes are used without the link."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="cvr_session",
    label=Label(en="Order rate per session", ja="購入率(セッション基準)"),
    description=(
        "Credited orders per session that carries the influencer's labels; orders by code need no session, so it may"
        " exceed 1."
    ),
    description_ja="インフルエンサーのラベルを持つ1セッションあたりの注文数。コード利用の注文があるため100%を超えることがあります。",
    formula="Σ orders / Σ sessions",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("orders"), pl.col("sessions")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://support.google.com/analytics/answer/9191807",
    interval_method="wilson",
)
