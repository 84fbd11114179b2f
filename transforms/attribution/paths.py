"""What led to an order, oldest first, and whom each step names: one influencer, several, or nobody of ours."""

from datetime import datetime

import polars as pl

from transforms.attribution.windows import ORDER, WHO, link_id, near_a_post, plain
from transforms.days import on_day
from transforms.snapshots import known

STEP = (*ORDER, "nth")
_KINDS = ("visit", "landing", "code")
_LABELS = ("utm_source", "utm_campaign", "utm_content")
_VISIT = ("touched_at", "utm_source", "utm_medium", "utm_campaign", "utm_content", "link_id")
_EXACT, _CONTENT, _CAMPAIGN = 0, 1, 2
"""How strongly a step names somebody: by code or link; by utm_content; by utm_campaign."""


def steps(orders: pl.DataFrame, touches: pl.DataFrame, *, as_of: datetime, zone: str) -> pl.DataFrame:
    """A row per step: visits that were told, the order's own landing page, its codes. ``orders`` are countable.

    A visit told twice counts once. The landing page is the last visit where both carry the same labels.
    """
    bought = orders.with_columns(on_day("ordered_at", zone).alias("_on"))
    about = bought.select(*ORDER, "ordered_at", "_on")
    visits = (
        known(touches, as_of)
        .sort("known_at", "landed_id", "pointer")
        .unique([*ORDER, *_VISIT], keep="first", maintain_order=True)
        .join(about, on=list(ORDER), validate="m:1")
        .filter(pl.col("touched_at") <= pl.col("ordered_at"))
        .with_columns(pl.lit("visit").alias("kind"))
    )
    last = (
        visits.sort("touched_at", "landed_id", "pointer")
        .group_by(ORDER, maintain_order=True)
        .agg(pl.col(_LABELS).last())
    )
    same = pl.all_horizontal(plain(c).eq_missing(plain(f"{c}_last")) for c in _LABELS)
    landings = (
        bought.filter(pl.any_horizontal(pl.col(*_LABELS).is_not_null()))
        .join(last.with_columns(_seen=pl.lit(value=True)), on=list(ORDER), how="left", suffix="_last", validate="1:1")
        .filter(~(pl.col("_seen").fill_null(value=False) & same))
        .with_columns(pl.lit("landing").alias("kind"), pl.col("ordered_at").alias("touched_at"))
    )
    codes = bought.filter(plain("code").replace("", None).is_not_null()).with_columns(
        pl.lit("code").alias("kind"), pl.col("ordered_at").alias("touched_at"), plain("utm_campaign").alias("_hint")
    )
    no_text = pl.lit(None, pl.String())
    found = [
        frame.with_columns(
            (no_text if c == "code" else plain("utm_content")).alias("_content"),
            (no_text if c == "code" else plain("utm_campaign")).alias("_campaign"),
            (pl.col("_hint") if c == "code" else plain("utm_campaign")).alias("_hint"),
            (link_id("link_id") if c == "visit" else no_text).alias("_link"),
            (plain("code") if c == "code" else no_text).str.split(",").alias("_codes"),
            plain("utm_source").alias("_source"),
            (pl.col("code") if c == "code" else _said(c)).alias("said"),
            on_day("touched_at", zone).alias("_touched_on"),
            pl.lit(n).alias("_kind"),
        ).select(*ORDER, *_KEPT)
        for n, (c, frame) in enumerate(zip(_KINDS, (visits, landings, codes), strict=True))
    ]
    return (
        pl.concat(found)
        .sort(*ORDER, "touched_at", "_kind", "landed_id", "pointer")
        .with_columns((pl.int_range(pl.len(), dtype=pl.Int64).over(ORDER) + 1).alias("nth"))
    )


_KEPT = (
    *("ordered_at", "_on", "touched_at", "_touched_on", "kind", "_kind", "said", "referrer"),
    *("_codes", "_link", "_content", "_campaign", "_hint", "_source", "source", "landed_id", "pointer"),
)


def _said(kind: str) -> pl.Expr:
    labels = pl.concat_str([pl.col(c).fill_null("") for c in _LABELS], separator=" / ")
    named = pl.when(pl.any_horizontal(pl.col(*_LABELS).is_not_null())).then(labels)
    return pl.coalesce("link_id", named) if kind == "visit" else named


def named(path: pl.DataFrame, engaged: pl.DataFrame, confirmed: pl.DataFrame) -> pl.DataFrame:
    """The steps with ``claims`` and, where one influencer is named, who: campaign_id, influencer_id, platform.

    ``engaged``: :func:`transforms.attribution.windows.terms`. Of several campaigns that have the same name for it, the
    one that utm_campaign names, else the one that started last. ``is_late``: named somebody, but not on that day.
    """
    claims = _claims(path, engaged)
    age = pl.col("ordered_at") - pl.col("touched_at")
    fresh = (pl.col("kind") != "visit") | (
        (pl.col("_touched_on") >= pl.col("from_on")) & (age <= pl.duration(days="attribution_days"))
    )
    inside = near_a_post(claims.filter(pl.col("_on").is_between("from_on", "until_on") & fresh), engaged, confirmed)
    strongest = inside.filter(pl.col("rank") == pl.col("rank").min().over(STEP))
    is_hinted = plain("campaign_id") == pl.col("_hint").fill_null("")
    rivals = strongest.filter(is_hinted | ~is_hinted.any().over(STEP))
    preferred = rivals.filter(pl.col("starts_on") == pl.col("starts_on").max().over(STEP)).sort(*STEP, *WHO, "platform")
    by_source = (pl.col("platform") == pl.col("_source")).any()
    told = (
        preferred.group_by(STEP, maintain_order=True)
        .agg(
            pl.struct(WHO).n_unique().cast(pl.Int64).alias("claims"),
            *(pl.col(c).first() for c in WHO),
            pl.when(by_source)
            .then(pl.col("_source").first())
            .when(pl.col("platform").n_unique() == 1)
            .then(pl.col("platform").first())
            .alias("platform"),
        )
        .with_columns(pl.when(pl.col("claims") == 1).then(c).alias(c) for c in (*WHO, "platform"))
    )
    late = claims.select(STEP).unique().with_columns(is_late=pl.lit(value=True))
    return (
        path.join(told, on=list(STEP), how="left", validate="1:1", maintain_order="left")
        .join(late, on=list(STEP), how="left", validate="1:1", maintain_order="left")
        .with_columns(pl.col("claims").fill_null(0), pl.col("is_late").fill_null(value=False))
        .with_columns(is_late=pl.col("is_late") & (pl.col("claims") == 0))
        .with_columns(pl.col("campaign_id").drop_nulls().last().over(ORDER, order_by="nth").alias("home"))
        .with_columns(is_counted=(pl.col("campaign_id") == pl.col("home")).fill_null(value=False))
    )


def _claims(path: pl.DataFrame, engaged: pl.DataFrame) -> pl.DataFrame:
    """Every step with every contract that its code, link or labels name, whatever the day; strongest rank is 0."""
    by_code = engaged.drop_nulls("code").with_columns(pl.col("code").alias("name"))
    by_link = engaged.drop_nulls("link_id").with_columns(pl.col("link_id").alias("name"))
    by_id = engaged.with_columns(plain("influencer_id").alias("name"))
    coded = path.filter(pl.col("kind") == "code").explode("_codes", empty_as_null=True, keep_nulls=True)
    coded = coded.with_columns(pl.col("_codes").str.strip_chars().alias("_code")).drop("_codes")
    rest = path.drop("_codes")
    found = [
        coded.join(by_code, left_on="_code", right_on="name").with_columns(rank=pl.lit(_EXACT)),
        rest.join(by_link, left_on="_link", right_on="name").with_columns(rank=pl.lit(_EXACT)),
        *(
            rest.join(names, left_on=label, right_on="name").with_columns(rank=pl.lit(rank))
            for label, rank in (("_content", _CONTENT), ("_campaign", _CAMPAIGN))
            for names in (by_id, by_code)
        ),
    ]
    about = ("ordered_at", "_on", "touched_at", "_touched_on", "kind", "_hint", "_source")
    terms = ("platform", "starts_on", "from_on", "until_on", "attribution_days", "attribution_window")
    return pl.concat([f.select(*STEP, *about, *WHO, *terms, "rank") for f in found])
