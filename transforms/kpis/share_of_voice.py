"""Share of voice: of the posts that name a brand we track, those that name ours."""

import polars as pl

from transforms.kpis import Kpi, Label, ratio

KPI = Kpi(
    name="share_of_voice",
    label=Label(en="Share of voice (posts)", ja="シェア・オブ・ボイス(投稿数)"),
    description=(
        "Posts within the campaign's window that name the brand, of those that name the brand or a rival of the brief,"
        " among the posts that hibiki knows: those of the accounts it follows, and imported ones. Not of the market."
    ),
    description_ja=(
        "期間中にブランドまたは競合(ブリーフで指定)に言及した投稿のうち、ブランドに言及した投稿の割合。対象は、追跡中の"
        "アカウントの投稿と取り込んだ投稿のみで、市場全体ではありません。"
    ),
    formula="posts that name the brand / posts that name the brand or a rival",
    unit="ratio",
    better="higher",
    expr=ratio(pl.col("brand_posts"), pl.col("tracked_posts")),
    rows="group",
    grains=("platform", "campaign"),
    source="https://social-media-management-help.brandwatch.com/hc/en-us/articles/7390798377885",
)
