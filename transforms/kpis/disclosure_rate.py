"""Disclosure rate: posts that say what ties their author to the brand."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="disclosure_rate",
    label=Label(en="Disclosure rate", ja="広告表記率"),
    description=(
        "Posts that say clearly that they are advertising, by the rules in force, of the posts that can be judged. A"
        " post to be checked is no pass. All posts are looked at: it is a count, not an estimate."
    ),
    description_ja=(
        "広告であることを明記できている投稿の割合。判定できた投稿のみを分母とし、要確認の投稿は合格に含めません。"
        "全投稿を確認した結果で、推定値ではありません。"
    ),
    formula="Σ posts that pass / Σ posts that can be judged",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("disclosure_passed"), pl.col("disclosure_judged")),
)
