"""ROI on earned media value: what the posts are held to be worth, for what was spent. One meaning of "ROI" of four."""

from datetime import date

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="roi_emv",
    label=Label(en="ROI on earned media value", ja="ROI(EMV基準)"),
    description="Earned media value per cost; a contract without posts costs and earns nothing. Null without a card.",
    description_ja="EMV÷費用。投稿のない契約は費用のみ計上します。単価表がない場合は算出しません。",
    formula="Σ earned media value / Σ cost",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("emv"), pl.col("cost")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://help.hypeauditor.com/en/articles/6796279-return-of-investments-roi",
    since=date(2026, 11, 22),
    interval_method="overdispersed",
)
