"""Usual follower growth: what the accounts would have grown anyway, to be read beside the growth of the campaign."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="follower_growth_usual",
    label=Label(en="Usual follower growth", ja="通常時のフォロワー増加率"),
    description=(
        "Change of followers that the accounts' pace before the campaign (up to 90 days, at least 7) would have brought"
        " in the same time, per follower at the start. Beside follower_growth; the difference is no proof of an effect."
    ),
    description_ja=(
        "開始前(最長90日、7日以上)の増加ペースが続いた場合に、同じ期間で見込まれるフォロワー増加率。"
        "フォロワー増加率と並べて読む値で、差は効果の証明ではありません。"
    ),
    formula="Σ (daily change before the campaign × days of the campaign) / Σ followers at start",
    unit="ratio",
    better="neither",
    expr=ratio(pl.col("followers_usual_gain"), pl.col("followers_start")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    source="https://blog-jp.statusbrew.com/followers-audience-growth-analytics",
    floor=-1.0,
)
