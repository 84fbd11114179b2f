"""Earned media value: what the workspace's rate card holds the posts to be worth. It is no revenue."""

from datetime import date

import polars as pl

from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="emv",
    label=Label(en="Earned media value", ja="EMV(広告換算額)"),
    description="What the workspace's rate card holds the posts' figures to be worth; null without a card. No revenue.",
    description_ja="単価表(EMVカード)による広告換算額。単価表がない場合は算出しません。売上には加えません。",
    formula="Σ figure / per × rate × multiplier, by the card in force when the post went up",
    unit="money",
    better="higher",
    expr=total(pl.col("emv")),
    source="https://help-influence.later.com/hc/en-us/articles/21083269843607",
    since=date(2026, 11, 22),
)
