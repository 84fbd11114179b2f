"""A value over posts that were counted in two ways says so, at every grain where that is so and at no other."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from transforms.kpis import load
from transforms.mixed_meanings import counted_alike, marked, with_mixed_meanings
from transforms.tables.marts import KPI_VALUES

KPIS = load()


def posts(base: str) -> pl.DataFrame:
    """haru: one video before and one after YouTube's change; sora: one after it; a TikTok post of each time."""
    rows = [
        ("youtube", "haru", "p1", date(2026, 7, 1), datetime(2026, 7, 20, tzinfo=UTC)),
        ("youtube", "haru", "p2", date(2026, 9, 1), datetime(2026, 9, 20, tzinfo=UTC)),
        ("youtube", "sora", "p3", date(2026, 9, 1), datetime(2026, 9, 20, tzinfo=UTC)),
        ("tiktok", "sora", "p4", date(2026, 7, 1), datetime(2026, 9, 20, tzinfo=UTC)),
    ]
    frame = pl.DataFrame(
        rows, schema=["platform", "influencer_id", "post_id", "published_on", "observed_at"], orient="row"
    )
    return frame.with_columns(
        pl.lit("natsu").alias("campaign_id"),
        pl.lit("video").alias("format"),
        pl.lit(base).alias("engagement_base"),
        pl.lit(100, pl.Int64).alias("views"),
        pl.lit(None, pl.Int64).alias("impressions"),
        pl.lit(None, pl.Int64).alias("engaged_views"),
    )


def values(*rows: tuple[str, str | None, str | None, str | None, str, float | None]) -> pl.DataFrame:
    frame = pl.DataFrame(
        rows, schema=["grain", "platform", "influencer_id", "post_id", "kpi", "value"], orient="row"
    ).with_columns(pl.lit("natsu").alias("campaign_id"))
    return KPI_VALUES.conform_loosely(frame)


@pytest.mark.parametrize(
    ("place", "kpi", "base", "mark"),
    [
        (("post", "youtube", "haru", "p1"), "views", "views", None),
        (("influencer", None, "haru", None), "views", "views", "youtube.views"),
        (("influencer", None, "haru", None), "er_views", "reach", "youtube.views"),
        (("influencer", None, "haru", None), "cpv", "reach", "youtube.views"),
        (("influencer", None, "haru", None), "like_rate", "views", "youtube.views"),
        (("influencer", None, "haru", None), "like_rate", "reach", None),
        (("influencer", None, "haru", None), "likes", "views", None),
        (("influencer", None, "haru", None), "orders", "views", None),
        (("influencer", None, "sora", None), "views", "views", None),
        (("platform", "youtube", None, None), "views", "views", "youtube.views"),
        (("platform", "tiktok", None, None), "views", "views", None),
        (("campaign", None, None, None), "views", "views", "youtube.views"),
    ],
)
def test_what_is_mixed_is_marked_and_nothing_else(place, kpi, base, mark):
    found = with_mixed_meanings(values((*place, kpi, 5.0)), posts(base), KPIS.values())
    assert found["definition_changed"].to_list() == [mark]
    assert found["value"].to_list() == [5.0]


def test_an_unknown_value_has_its_reason_and_no_mark():
    unknown = values(("campaign", None, None, None, "er_views", None))
    assert with_mixed_meanings(unknown, posts("views"), KPIS.values())["definition_changed"].to_list() == [None]


def test_without_posts_nothing_is_marked():
    told = values(("campaign", None, None, None, "views", 5.0))
    assert with_mixed_meanings(told, posts("views").clear(), KPIS.values()).equals(told)


def test_a_wide_row_names_the_metrics_that_are_two_quantities_in_some_kpi_of_it():
    told = values(
        ("influencer", None, "haru", None, "views", 5.0),
        ("influencer", None, "haru", None, "cpv", 5.0),
        ("influencer", None, "haru", None, "likes", 5.0),
        ("influencer", None, "sora", None, "views", 5.0),
    )
    people = pl.DataFrame({"campaign_id": ["natsu"] * 2, "influencer_id": ["sora", "haru"]})
    long = with_mixed_meanings(told, posts("views"), KPIS.values())
    found = marked(people, long, "influencer").select("influencer_id", "definition_changed").rows()
    assert found == [("sora", None), ("haru", "youtube.views")]
    assert marked(people, long.clear(), "influencer")["definition_changed"].null_count() == 2


@pytest.mark.parametrize(
    ("kpi", "platform", "days", "base", "alike"),
    [
        ("cpv", "youtube", (date(2026, 7, 1), date(2026, 8, 23)), "reach", True),
        ("cpv", "youtube", (date(2026, 7, 1), date(2026, 8, 24)), "reach", False),
        ("cpv", "youtube", (date(2026, 8, 28), date(2026, 9, 30)), "reach", True),
        ("cpv", "tiktok", (date(2026, 7, 1), date(2026, 9, 30)), "reach", True),
        ("emv", "youtube", (date(2026, 7, 1), date(2026, 9, 30)), "reach", False),
        ("cpo", "youtube", (date(2026, 7, 1), date(2026, 9, 30)), "views", True),
        ("like_rate", "youtube", (date(2026, 7, 1), date(2026, 9, 30)), "views", False),
        ("like_rate", "youtube", (date(2026, 7, 1), date(2026, 9, 30)), "reach", True),
        ("views", "instagram", (date(2025, 4, 1), date(2025, 5, 1)), "reach", False),
        ("views", "youtube", (date(2025, 3, 1), date(2025, 5, 1)), "reach", False),
    ],
)
def test_values_of_two_times_are_one_quantity_where_no_platform_changed_what_it_counts(
    kpi, platform, days, base, alike
):
    assert counted_alike(KPIS[kpi], *days, platforms={platform}, bases={base}) is alike
