"""Guideline rate: posts that keep to what the brief asks and to what may be said."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="guideline_rate",
    label=Label(en="Guideline rate", ja="ガイドライン順守率"),
    description=(
        "Posts that have what the brief asks for and no wording to be checked, of the posts that can be judged. All"
        " posts are looked at: it is a count, not an estimate."
    ),
    description_ja=(
        "ガイドラインで指定した内容を満たし、確認が必要な表現のない投稿の割合。判定できた投稿のみを分母とします。"
        "全投稿を確認した結果で、推定値ではありません。"
    ),
    formula="Σ posts that pass / Σ posts that can be judged",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("guideline_passed"), pl.col("guideline_judged")),
)
