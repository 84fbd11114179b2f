"""Where a platform changed what it counts, a series is two series: no gain, no growth, and values that say so."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.breaks import breaking, changes, ended, meaning, mixed, without_growth_across_breaks
from transforms.definitions import DEFINITIONS
from transforms.reference import metric_definitions
from transforms.snapshots import post_days
from transforms.tables.core import POST_OBSERVATIONS
from transforms.tables.marts import POST_DAYS

LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("platform", "metric", "form", "switches"),
    [
        ("instagram", "views", "reel", [(date(2025, 4, 21), date(2025, 4, 21))]),
        ("instagram", "views", "image", []),  # photos had no views before: nothing was broken
        ("instagram", "impressions", "image", [(date(2025, 4, 21), date(2025, 4, 21))]),
        ("instagram", "likes", "reel", []),
        ("tiktok", "views", "video", []),
        ("youtube", "views", "short", [(date(2025, 3, 31), date(2025, 3, 31))]),
        ("youtube", "views", "video", [(date(2026, 8, 24), date(2026, 8, 27))]),
        ("youtube", "views", None, [(date(2026, 8, 24), date(2026, 8, 27))]),
        ("youtube", "engaged_views", "video", []),
    ],
)
def test_a_switch_is_where_the_meaning_changes_not_where_a_page_says_something(platform, metric, form, switches):
    assert changes(platform, metric, form) == switches


@pytest.mark.parametrize(
    ("form", "day", "counted"),
    [
        ("short", date(2025, 3, 30), "meant"),
        ("short", date(2025, 3, 31), "starts"),
        ("short", date(2026, 9, 1), "starts"),
        ("video", date(2026, 8, 23), "meant"),
        ("video", date(2026, 8, 24), "starts"),
    ],
)
def test_what_youtube_calls_a_view_depends_on_format_and_day(form, day, counted):
    found = meaning("youtube", "views", form, day)
    assert found is not None
    assert found.meaning == counted


def observed(platform: str, form: str, first: date, counts: list[int | None], metric: str = "views") -> pl.DataFrame:
    """marts.post_days of one post that was seen every day at 12:00 UTC."""
    rows = [
        {
            "post_key": 1,
            "observed_at": datetime(first.year, first.month, first.day, 12, tzinfo=UTC) + timedelta(days=n),
            "known_at": datetime(first.year, first.month, first.day, 12, tzinfo=UTC) + timedelta(days=n),
            "observed_on": first + timedelta(days=n),
            metric: count,
            "likes": None if count is None else count // 10,
            "source": platform,
            "landed_id": f"a/b/c#{n}",
            "pointer": "/0",
        }
        for n, count in enumerate(counts)
        if count is not None
    ]
    seen = POST_OBSERVATIONS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None)).lazy()
    posts = pl.LazyFrame({"post_key": [1], "platform": [platform], "post_id": ["p"], "format": [form]})
    return POST_DAYS.conform(post_days(seen, posts, LATER, "Asia/Tokyo", {}))


def test_the_day_of_a_break_has_no_gain_and_says_why_and_the_days_beside_it_have():
    days = observed("youtube", "short", date(2025, 3, 29), [1000, 1100, 9000, 9100])
    assert days["gained_views"].to_list() == [None, 100, None, 100]
    assert days["changed_views"].to_list() == [None, 100, None, 100]
    assert days["definition_changed"].to_list() == [None, None, "views", None]
    assert days["views"].to_list() == [1000, 1100, 9000, 9100]
    assert days["gained_likes"].to_list() == [None, 10, 790, 10]


def test_a_change_across_a_gap_that_spans_a_break_is_no_growth_either():
    days = observed("instagram", "reel", date(2025, 4, 19), [500, None, None, None, 900])
    assert days["changed_views"].to_list() == [None, None]
    assert days["definition_changed"].to_list() == [None, "views"]
    assert days["changed_likes"].to_list() == [None, 40]


def test_no_day_of_a_switch_that_took_several_has_a_gain():
    days = observed("youtube", "video", date(2026, 8, 22), [100, 200, 300, 400, 500, 600, 700])
    told = dict(days.select("day", "gained_views").iter_rows())
    assert {day.day: gain for day, gain in told.items()} == {
        22: None,
        23: 100,
        24: None,
        25: None,
        26: None,
        27: None,
        28: 100,
    }


def test_tiktok_days_are_never_marked():
    days = observed("tiktok", "video", date(2025, 3, 29), [1000, 1100, 9000, 9100])
    assert days["definition_changed"].null_count() == 4
    assert days["gained_views"].to_list() == [None, 100, 7900, 100]


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["short", "video", "live"]),
    st.dates(date(2025, 3, 1), date(2026, 10, 1)),
    st.lists(st.integers(0, 10_000), min_size=2, max_size=8),
)
def test_what_is_silenced_is_named_and_what_is_not_named_is_told(form, first, counts):
    days = observed("youtube", form, first, counts)
    marked = days.filter(pl.col("definition_changed").is_not_null())
    assert marked["changed_views"].null_count() == marked.height
    plain = days.filter(pl.col("definition_changed").is_null()).slice(1)
    assert plain["changed_views"].null_count() == 0
    crossing = [
        s for s, u in changes("youtube", "views", form) if first < u and s <= first + timedelta(len(counts) - 1)
    ]
    assert (marked.height > 0) == bool(crossing)


def test_days_without_any_break_among_them_are_left_as_they_are():
    frame = pl.DataFrame(
        {"platform": ["youtube"], "format": ["short"], "day": [date(2026, 1, 2)], "gained_views": [5], "views": [9]}
    )
    within = (date(2026, 1, 1), date(2026, 1, 31))
    assert breaking(within=within) == ()
    kept = without_growth_across_breaks(frame, before=pl.lit(date(2026, 1, 1)), within=within)
    assert kept.select("gained_views", "definition_changed").row(0) == (5, None)


def test_no_metric_in_the_register_is_unknown_to_breaks_and_no_id_stands_twice():
    names = [d.name for d in DEFINITIONS]
    assert len(set(names)) == len(names)
    assert {"views", "impressions"} <= set(breaking())
    frame = metric_definitions()
    assert frame["definition_id"].n_unique() == frame.height
    assert frame["source"].str.starts_with("https://").all()
    for day in ("2025-04-21", "2024-07-02", "2025-03-31", "2026-08-24", "2025-12-18", "2024-06-12"):
        assert date.fromisoformat(day) in frame["valid_from"].to_list(), day


def facts(*rows: tuple[str, str, str, str, str, int | None]) -> pl.DataFrame:
    """campaign, platform, format, published, seen, views."""
    return pl.DataFrame(
        [
            (c, p, f, date.fromisoformat(a), datetime.fromisoformat(b).replace(tzinfo=UTC), v)
            for c, p, f, a, b, v in rows
        ],
        schema=["campaign_id", "platform", "format", "published_on", "observed_at", "views"],
        orient="row",
    )


@pytest.mark.parametrize(
    ("rows", "marked"),
    [
        # one counter that ran through the change holds both kinds of views
        ([("a", "youtube", "video", "2026-08-20", "2026-09-20", 10)], {("a", "views", "youtube")}),
        # two posts on either side of it, each counted in one way
        (
            [
                ("a", "youtube", "video", "2026-07-01", "2026-08-01", 10),
                ("a", "youtube", "video", "2026-09-01", "2026-10-01", 10),
            ],
            {("a", "views", "youtube")},
        ),
        # a Short and a long video between the two changes
        (
            [
                ("a", "youtube", "short", "2026-01-01", "2026-02-01", 10),
                ("a", "youtube", "video", "2026-01-01", "2026-02-01", 10),
            ],
            {("a", "views", "youtube")},
        ),
        # in different campaigns nothing is mixed
        (
            [
                ("a", "youtube", "short", "2026-01-01", "2026-02-01", 10),
                ("b", "youtube", "video", "2026-01-01", "2026-02-01", 10),
            ],
            set(),
        ),
        # after the last change all formats count alike
        (
            [
                ("a", "youtube", "short", "2026-09-01", "2026-10-01", 10),
                ("a", "youtube", "video", "2026-09-01", "2026-10-01", 10),
            ],
            set(),
        ),
        # what is not known cannot be mixed in
        (
            [
                ("a", "youtube", "short", "2026-01-01", "2026-02-01", 10),
                ("a", "youtube", "video", "2026-01-01", "2026-02-01", None),
            ],
            set(),
        ),
        ([("a", "tiktok", "video", "2025-01-01", "2026-12-01", 10)], set()),
    ],
)
def test_a_group_is_marked_where_one_platforms_count_is_two(rows, marked):
    assert set(mixed(facts(*rows), ["campaign_id"]).rows()) == {(c, p, m) for c, m, p in marked}


def test_impressions_of_instagram_have_ended():
    frame = facts(
        ("a", "instagram", "image", "2024-06-01", "2025-04-20", None),
        ("a", "instagram", "image", "2024-07-02", "2025-01-01", None),
        ("a", "instagram", "image", "2024-06-01", "2025-04-21", None),
        ("a", "tiktok", "video", "2026-06-01", "2026-07-01", None),
        ("a", "x", "text", "2021-06-01", "2026-07-01", None),
    )
    assert frame.select(ended("impressions")).to_series().to_list() == [False, True, True, False, False]
