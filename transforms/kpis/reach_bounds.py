"""Unique reach: about how many accounts saw the campaign, between two bounds that hold for sure."""

import polars as pl

from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="reach_bounds",
    label=Label(en="Unique reach (estimate)", ja="推定ユニークリーチ"),
    description=(
        "Accounts reached without counting anybody twice, estimated where audience overlaps or the market's size are"
        " given. lower and upper are no interval of chance but bounds: the largest reach of a post, and the sum of all"
        " (or the market). Reach is never summed as a result."
    ),
    description_ja=(
        "重複を除いたリーチの推定値。オーディエンスの重複率または市場規模がある場合に推定します。下限は最大の投稿リーチ、"
        "上限はリーチの合計(または市場規模)で、必ずこの範囲に入ります。"
    ),
    formula="two audiences: R1 + R2 - shared; more: A / (1 + 1.125 D / A); else N (1 - Π (1 - R / N))",
    unit="count",
    better="higher",
    expr=total(pl.col("unique_reach")),
    rows="group",
    grains=("influencer", "platform", "campaign"),
    interval_method="bounds",
    source="https://help.trendhero.io/en/article/number-of-unique-followers-1958lau/",
)
