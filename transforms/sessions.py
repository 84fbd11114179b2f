"""Sessions on the brand's site belong to the influencer whose link's labels they carry."""

from datetime import datetime, timedelta

import polars as pl

from transforms.attribution import plain
from transforms.days import business_day, ends_at
from transforms.facts import CONTRACT
from transforms.snapshots import known

_WHO = ("campaign_id", "influencer_id")
_READING = ("sessions", "cvr_session")
_SETTLES = timedelta(hours=72)
"""Google Analytics still corrects a day for so long (support.google.com/analytics/answer/11198161, read 2026-11)."""


def newest(site_days: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """The rows of the newest answer about each property's day, as known at ``as_of``: it replaces older ones whole."""
    told = known(site_days, as_of)
    return told.filter(pl.col("known_at") == pl.col("known_at").max().over("property_id", "day"))


def with_sessions(
    rows: pl.DataFrame,
    site_days: pl.DataFrame,
    contracts: pl.DataFrame,
    windows: pl.DataFrame,
    *,
    as_of: datetime,
    zone: str,
) -> pl.DataFrame:
    """``rows`` (per contract, or per person where they have no ``platform``) with ``sessions`` and ``why_sessions``.

    A session is somebody's whose id or code its utm_content names, else its utm_campaign, on a day of the campaign's
    window (``windows``: campaign_id, influencer_id, platform, code, starts_on, from_on, until_on). Where two campaigns
    have the same name for it, the one that utm_campaign names has it, else the one that started last; where two
    influencers do, nobody has it. The days are the property's own and are compared as they are named.

    0 is a figure only for somebody with a link, and where the days of the window were told in full: days before the
    first one told, or rows withheld as too few, are unknown. On a platform, sessions are told where the person has
    one contract, or a link for each.
    """
    told = newest(site_days, as_of)
    by = [c for c in CONTRACT if c in rows.columns]
    sums = (
        visits(told, contracts, windows, by)
        .group_by(by)
        .agg(
            pl.when(pl.col("sessions").is_not_null().all()).then(pl.col("sessions").sum()).alias("sessions"),
            pl.lit(value=True).alias("_visited"),
        )
    )
    linked = _linked(contracts, by)
    spans = windows.group_by(by).agg(pl.col("from_on").min(), pl.col("until_on").max())
    today = business_day(as_of, zone)
    judged = (
        rows.select(by)
        .join(spans, on=by, how="left", validate="1:1", nulls_equal=True)
        .join(linked, on=by, how="left", validate="1:1", nulls_equal=True)
        .join(_coverage(spans, told, by), on=by, how="left", validate="1:1", nulls_equal=True)
        .join(sums, on=by, how="left", validate="1:1", nulls_equal=True)
    )
    is_late = pl.col("_last_told") < pl.min_horizontal("until_on", pl.lit(today - timedelta(days=3)))
    why = (
        pl.when(~pl.col("_could_tell").fill_null(value=False))
        .then(pl.lit("not_tracked"))
        .when(pl.col("_first_told").is_null())
        .then(pl.when(pl.col("from_on") > today).then(pl.lit("not_yet")).otherwise(pl.lit("not_reported")))
        .when((pl.col("_first_told") > pl.col("from_on")) | is_late)
        .then(pl.lit("gap"))
        .when("_withheld")
        .then(pl.lit("too_small_to_report"))
        .when("_cut")
        .then(pl.lit("not_reported"))
        .when(pl.col("_visited") & pl.col("sessions").is_null())
        .then(pl.lit("not_reported"))
    )
    found = judged.with_columns(why.alias("why_sessions")).with_columns(
        pl.when(pl.col("why_sessions").is_null()).then(pl.col("sessions").fill_null(0)).alias("sessions")
    )
    return rows.join(
        found.select(*by, "sessions", "why_sessions"),
        on=by,
        how="left",
        validate="1:1",
        nulls_equal=True,
        maintain_order="left",
    )


def visits(told: pl.DataFrame, contracts: pl.DataFrame, windows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """The rows of site days that are somebody's, and whose; ``_row`` is their number in ``told`` (:func:`newest`)."""
    found = _claimed(told, windows).join(_placing(contracts), on=list(_WHO), how="left", validate="m:1")
    if "platform" in by:
        return found.with_columns(pl.coalesce("_only", "platform").alias("platform"))
    return found


def with_state(values: pl.DataFrame, site_days: pl.DataFrame, campaigns: pl.DataFrame, zone: str) -> pl.DataFrame:
    """marts.kpi_values in which KPIs that read sessions are final only once the last day was asked 72 hours after it.

    What is not asked again then stays provisional: the clock alone settles nothing.
    """
    asked = site_days["known_at"].max()
    open_ = [
        campaign_id
        for campaign_id, last, days in campaigns.select("campaign_id", "ends_on", "attribution_days").rows()
        if not isinstance(asked, datetime) or asked < ends_at(last + timedelta(days=days), zone) + _SETTLES
    ]
    moves = pl.col("kpi").is_in(_READING) & pl.col("campaign_id").is_in(open_) & pl.col("value").is_not_null()
    return values.with_columns(pl.when(moves).then(pl.lit("provisional")).otherwise("state").alias("state"))


def _claimed(told: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """Rows of site days with the one person whose they are; ``platform``: whose contract utm_source names, or null."""
    rows = told.select(
        "property_id",
        "day",
        "sessions",
        plain("utm_source").alias("_source"),
        plain("utm_campaign").alias("_campaign"),
        plain("utm_content").alias("_content"),
    ).with_row_index("_row")
    engaged = windows.select(*_WHO, "platform", "starts_on", "from_on", "until_on", "code")
    names = pl.concat(
        [
            engaged.with_columns(plain("influencer_id").alias("_name")),
            engaged.drop_nulls("code").with_columns(pl.col("code").alias("_name")),
        ]
    )
    named = pl.concat(
        rows.join(names, left_on=label, right_on="_name").select(
            *rows.columns[:4], *_WHO, "platform", "starts_on", "from_on", "until_on", rank=pl.lit(rank)
        )
        for rank, label in enumerate(("_content", "_campaign"))
    ).join(rows.select("_row", "_source", "_campaign"), on="_row", validate="m:1")
    named = named.filter(pl.col("day").is_between("from_on", "until_on"))
    strongest = named.filter(pl.col("rank") == pl.col("rank").min().over("_row"))
    is_named = plain("campaign_id") == pl.col("_campaign").fill_null("")
    rivals = strongest.filter(is_named | ~is_named.any().over("_row"))
    preferred = rivals.filter(pl.col("starts_on") == pl.col("starts_on").max().over("_row"))
    by_source = (pl.col("platform") == pl.col("_source")).any()
    return (
        preferred.group_by("_row", maintain_order=True)
        .agg(
            pl.struct(_WHO).n_unique().alias("_claims"),
            *(pl.col(c).first() for c in _WHO),
            pl.when(by_source).then(pl.col("_source").first()).alias("platform"),
            pl.col("sessions").first(),
        )
        .filter(pl.col("_claims") == 1)
    )


def _placing(contracts: pl.DataFrame) -> pl.DataFrame:
    """campaign, influencer, ``_only``: the platform of a person's only contract; null where there are several."""
    alone = pl.when(pl.len() == 1).then(pl.col("platform").first())
    return contracts.group_by(_WHO).agg(alone.alias("_only"))


def _linked(contracts: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Per group ``_could_tell``: it has a link, and (for a contract) one that the person's others do not share."""
    links = contracts.with_columns(plain("link").replace("", None).alias("_link"))
    is_alone = pl.len().over(_WHO) == 1
    own = pl.col("_link").is_first_distinct().over(_WHO) & (pl.len().over(*_WHO, "_link") == 1)
    every = pl.col("_link").is_not_null().all().over(_WHO) & own.all().over(_WHO)
    tells = pl.col("_link").is_not_null() & (is_alone | every) if "platform" in by else pl.col("_link").is_not_null()
    return links.with_columns(tells.alias("_could_tell")).group_by(by).agg(pl.col("_could_tell").any())


def _coverage(spans: pl.DataFrame, told: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Per group the first and last day told of any property, and whether rows of its window were withheld or cut."""
    days = told.group_by("day").agg(
        pl.col("is_thresholded").fill_null(value=False).any(), pl.col("is_cut").fill_null(value=False).any()
    )
    flagged = days.filter(pl.col("is_thresholded") | pl.col("is_cut"))
    inside = spans.join(flagged, how="cross").filter(pl.col("day").is_between("from_on", "until_on"))
    marks = inside.group_by(by).agg(pl.col("is_thresholded").any(), pl.col("is_cut").any())
    first, last = days["day"].min(), days["day"].max()
    return spans.join(marks, on=by, how="left", validate="1:1", nulls_equal=True).select(
        *by,
        pl.lit(first, pl.Date()).alias("_first_told"),
        pl.lit(last, pl.Date()).alias("_last_told"),
        pl.col("is_thresholded").fill_null(value=False).alias("_withheld"),
        pl.col("is_cut").fill_null(value=False).alias("_cut"),
    )
