"""What a counter says as known at an instant, and day by day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from transforms.days import on_day
from transforms.keys import with_key
from transforms.snapshots import ACCOUNT_METRICS, last_days, latest, post_days
from transforms.tables.core import ACCOUNT_OBSERVATIONS, POST_OBSERVATIONS
from transforms.tables.marts import POST_DAYS

REAL = Path("../shared/data")
QUICK = settings(max_examples=25, deadline=None)
LIKES = ("likes",)
LATER = datetime(2026, 7, 1, tzinfo=UTC)
POSTS = pl.LazyFrame(
    {"post_key": [1, 2], "platform": ["instagram", "youtube"], "post_id": ["a", "b"], "format": ["reel", "video"]}
)


@pytest.fixture
def observe(draw):
    def observe(text: str, zone: str = "Asia/Tokyo") -> pl.LazyFrame:
        frame = draw(text, POST_OBSERVATIONS).with_columns(
            pl.col("known_at").fill_null(pl.col("observed_at")),
            pl.col("landed_id").fill_null("one#2"),
        )
        return frame.with_columns(on_day("observed_at", zone).alias("observed_on")).lazy()

    return observe


def one(frame: pl.LazyFrame, *columns: str) -> tuple[object, ...]:
    return frame.select(columns).collect().row(0)


def test_the_newest_answer_wins_metric_by_metric(observe):
    seen = observe("""
        post_key | observed_at      | likes | views
        1        | 2026-06-01 00:00 | 10    | 100
        1        | 2026-06-02 00:00 | 12    | -
    """)
    assert one(latest(seen, LATER), "likes", "views", "missing") == (12, 100, None)


def test_a_hidden_figure_overrides_an_older_number(observe):
    seen = observe("""
        post_key | observed_at      | likes | saves | missing
        1        | 2026-06-01 00:00 | 10    | 3     | -
        1        | 2026-06-02 00:00 | -     | -     | likes=hidden
    """)
    assert one(latest(seen, LATER), "likes", "saves", "missing") == (None, 3, "likes=hidden")


NIGHTS = """
        post_key | observed_at      | source    | likes | reach | saves | missing
        1        | 2026-06-01 00:00 | instagram | 10    | -     | -     | reach=no_access;saves=no_access
        1        | 2026-06-01 12:00 | import    | 11    | 800   | 6     | -
        1        | 2026-06-02 00:00 | instagram | 12    | -     | -     | reach=no_access;saves=not_reported
"""


def test_a_night_that_cannot_tell_a_figure_keeps_what_an_import_told(observe):
    seen = observe(NIGHTS)
    assert one(latest(seen, LATER), "likes", "reach", "saves", "missing") == (12, 800, 6, None)
    assert one(latest(seen, LATER), "why_reach", "why_saves") == (None, None)


def test_before_an_import_the_reason_is_that_of_the_newest_answer(observe):
    then = datetime(2026, 6, 1, 11, tzinfo=UTC)
    assert one(latest(observe(NIGHTS), then), "reach", "missing") == (None, "reach=no_access;saves=no_access")


@pytest.mark.parametrize(
    ("first", "second", "reach", "missing"),
    [
        ("800", "-        | reach=hidden", None, "reach=hidden"),
        ("800", "-        | reach=no_access", 800, None),
        ("800", "-        | reach=not_reported", 800, None),
        ("800", "-        | reach=expired", 800, None),
        ("800", "-        | reach=not_yet", 800, None),
        ("800", "-        | reach=too_small_to_report", 800, None),
        ("800", "-        | -", 800, None),
        ("-", "-        | reach=no_access", None, "reach=no_access"),
        ("800", "0        | -", 0, None),
    ],
)
def test_only_a_figure_taken_back_ends_an_older_number(observe, first, second, reach, missing):
    seen = observe(f"""
        post_key | observed_at      | reach   | missing
        1        | 2026-06-01 00:00 | {first} | -
        1        | 2026-06-02 00:00 | {second}
    """)
    assert one(latest(seen, LATER), "reach", "missing") == (reach, missing)
    same_day = observe(f"""
        post_key | observed_at      | reach   | missing
        1        | 2026-06-01 00:00 | {first} | -
        1        | 2026-06-01 09:00 | {second}
    """)
    days = post_days(same_day, POSTS, LATER, "Asia/Tokyo", {})
    assert days["reach"].to_list() == [reach]


def test_what_is_hidden_stays_hidden_until_it_is_told_again(observe):
    seen = observe("""
        post_key | observed_at      | likes | missing
        1        | 2026-06-01 00:00 | 10    | -
        1        | 2026-06-02 00:00 | -     | likes=hidden
        1        | 2026-06-03 00:00 | -     | likes=not_reported
        2        | 2026-06-01 00:00 | 10    | -
        2        | 2026-06-02 00:00 | -     | likes=hidden
        2        | 2026-06-03 00:00 | 13    | -
    """)
    rows = latest(seen, LATER).sort("post_key").select("likes", "missing").collect().rows()
    assert rows == [(None, "likes=hidden"), (13, None)]


def test_an_accounts_imported_followers_outlive_a_night_that_does_not_tell_them(draw):
    drawn = """
        account_key | observed_at      | followers | posts | missing
        1           | 2026-06-01 00:00 | 1000      | 10    | -
        1           | 2026-06-02 00:00 | -         | 11    | followers=not_reported
        2           | 2026-06-01 00:00 | 1000      | 10    | -
        2           | 2026-06-02 00:00 | -         | -     | followers=hidden
    """
    frame = draw(drawn, ACCOUNT_OBSERVATIONS, landed_id="a#2").with_columns(pl.col("observed_at").alias("known_at"))
    found = latest(frame.lazy(), LATER, key="account_key", metrics=ACCOUNT_METRICS).sort("account_key")
    assert found.select("followers", "posts", "missing").collect().rows() == [
        (1000, 11, None),
        (None, 10, "followers=hidden"),
    ]


def test_a_number_overrides_an_older_refusal(observe):
    seen = observe("""
        post_key | observed_at      | likes | missing
        1        | 2026-06-01 00:00 | -     | likes=hidden;reach=no_access
        1        | 2026-06-02 00:00 | 7     | -
    """)
    assert one(latest(seen, LATER), "likes", "missing") == (7, "reach=no_access")


def test_unknown_is_not_zero(observe):
    seen = observe("""
        post_key | observed_at      | likes
        1        | 2026-06-01 00:00 | -
    """)
    assert one(latest(seen, LATER), "likes", "missing") == (None, None)


def test_a_restatement_of_an_earlier_instant_does_not_override_a_later_one(observe):
    seen = observe("""
        post_key | observed_at      | known_at         | likes | views
        1        | 2026-06-01 00:00 | 2026-06-05 00:00 | 99    | 900
        1        | 2026-06-02 00:00 | 2026-06-02 00:00 | 12    | -
        1        | 2026-06-01 00:00 | 2026-06-01 00:00 | 10    | 100
    """)
    assert one(latest(seen, LATER), "likes", "views") == (12, 900)


def test_later_snapshots_do_not_leak_into_an_earlier_report(observe):
    seen = observe("""
        post_key | observed_at      | known_at         | likes
        1        | 2026-06-01 00:00 | 2026-06-01 00:00 | 10
        1        | 2026-06-02 00:00 | 2026-06-02 00:00 | 12
    """)
    assert one(latest(seen, datetime(2026, 6, 1, 12, tzinfo=UTC)), "likes") == (10,)


observations = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, 6),
        st.integers(0, 4),
        st.one_of(st.none(), st.integers(0, 50)),
        st.sampled_from([None, "likes=hidden", "likes=no_access", "views=not_yet"]),
    ),
    max_size=25,
)


def frame_of(rows) -> pl.LazyFrame:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    schema = {"post_key": pl.Int64, "observed_at": pl.Int64, "late": pl.Int64, "likes": pl.Int64, "missing": pl.String}
    hours = pl.duration(hours=12 * pl.col("observed_at"))
    return (
        POST_OBSERVATIONS.conform_loosely(
            pl.DataFrame(rows, schema=schema, orient="row")
            .unique(["post_key", "observed_at", "late"], maintain_order=True)
            .with_columns(pl.when(pl.col("likes").is_null()).then("missing").alias("missing"))
            .with_columns((pl.lit(start, pl.Datetime("us", "UTC")) + hours).alias("observed_at"))
            .with_columns((pl.col("observed_at") + pl.duration(hours=12 * pl.col("late"))).alias("known_at"))
            .with_columns(on_day("observed_at", "Asia/Tokyo").alias("observed_on"), pl.lit("x#2").alias("landed_id"))
        )
    ).lazy()


@QUICK
@given(observations, st.integers(0, 10))
def test_what_is_learnt_later_changes_nothing_earlier(rows, half_days):
    as_of = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=12 * half_days)
    seen = frame_of(rows)
    by_then = seen.filter(pl.col("known_at") <= as_of)
    assert_frame_equal(
        latest(seen, as_of, metrics=LIKES).collect(),
        latest(by_then, LATER, metrics=LIKES).collect(),
        check_row_order=False,
    )


@QUICK
@given(observations)
def test_changes_add_up_to_the_difference_of_the_ends(rows):
    told = frame_of(rows).filter(pl.col("likes").is_not_null())
    days = post_days(told, POSTS, LATER, "Asia/Tokyo", {})
    sums = days.group_by("post_key").agg(
        (pl.col("likes").last() - pl.col("likes").first()).alias("difference"), pl.col("changed_likes").sum()
    )
    assert sums["difference"].to_list() == sums["changed_likes"].to_list()
    assert (days["gained_likes"].is_null() == days["state"].is_in(["first", "gap"])).all()


@QUICK
@given(observations)
def test_the_order_of_loading_changes_nothing(rows):
    seen = frame_of(rows).collect()
    turned = seen.reverse().lazy()
    assert_frame_equal(
        latest(seen.lazy(), LATER, metrics=LIKES).collect(),
        latest(turned, LATER, metrics=LIKES).collect(),
        check_row_order=False,
    )
    days = [post_days(f, POSTS, LATER, "Asia/Tokyo", {}) for f in (seen.lazy(), turned)]
    assert_frame_equal(*days)


def test_days_are_joined_to_the_day_before(observe):
    seen = observe("""
        post_key | observed_at      | likes | views
        1        | 2026-06-01 00:00 | 10    | 100
        1        | 2026-06-02 00:00 | 12    | 90
        1        | 2026-06-05 00:00 | 20    | -
        1        | 2026-06-06 00:00 | 21    | 95
        2        | 2026-06-02 06:00 | 5     | -
    """)
    days = POST_DAYS.conform(post_days(seen, POSTS, LATER, "Asia/Tokyo", {}))
    shown = days.select(
        "post_key",
        pl.col("day").dt.day().alias("d"),
        "gained_likes",
        "changed_likes",
        "gained_views",
        "hours",
        "state",
    )
    assert shown.rows() == [
        (1, 1, None, None, None, None, "first"),
        (1, 2, 2, 2, -10, 24.0, "final"),
        (1, 5, None, 8, None, 72.0, "gap"),
        (1, 6, 1, 1, None, 24.0, "final"),
        (2, 2, None, None, None, None, "first"),
    ]


def test_the_last_figure_of_a_day_counts_and_the_day_is_the_workspaces(observe):
    seen = observe("""
        post_key | observed_at      | likes
        1        | 2026-06-01 14:00 | 10
        1        | 2026-06-01 14:59 | 11
        1        | 2026-06-01 15:00 | 15
    """)
    days = post_days(seen, POSTS, LATER, "Asia/Tokyo", {})
    assert days.select(pl.col("day").dt.day(), "likes", "gained_likes").rows() == [(1, 11, None), (2, 15, 4)]


def test_a_corrected_instant_is_restated_and_the_same_again_is_not(observe):
    seen = observe("""
        post_key | observed_at      | known_at         | likes
        1        | 2026-06-01 00:00 | 2026-06-01 00:00 | 10
        1        | 2026-06-02 00:00 | 2026-06-02 00:00 | 12
        1        | 2026-06-02 00:00 | 2026-06-04 00:00 | 14
        1        | 2026-06-03 00:00 | 2026-06-03 00:00 | 15
        1        | 2026-06-03 00:00 | 2026-06-04 00:00 | 15
    """)
    days = post_days(seen, POSTS, LATER, "Asia/Tokyo", {})
    assert days.select("likes", "gained_likes", "state").rows() == [
        (10, None, "first"),
        (14, 4, "restated"),
        (15, 1, "final"),
    ]


def test_a_day_is_provisional_until_it_is_over_and_its_platform_has_settled(observe):
    seen = observe("""
        post_key | observed_at      | likes
        1        | 2026-06-01 00:00 | 10
        1        | 2026-06-02 00:00 | 11
        2        | 2026-06-01 00:00 | 10
        2        | 2026-06-02 00:00 | 11
        2        | 2026-06-03 00:00 | 12
    """)
    as_of = datetime(2026, 6, 3, 12, tzinfo=UTC)
    days = post_days(seen, POSTS, as_of, "Asia/Tokyo", {"instagram": 48})
    assert days["state"].to_list() == ["first", "provisional", "first", "final", "provisional"]


def test_a_hidden_night_hides_the_gain_and_does_not_invent_one(observe):
    seen = observe("""
        post_key | observed_at      | likes | missing
        1        | 2026-06-01 00:00 | 10    | -
        1        | 2026-06-02 00:00 | -     | likes=hidden
        1        | 2026-06-03 00:00 | 13    | -
    """)
    days = post_days(seen, POSTS, LATER, "Asia/Tokyo", {})
    assert days.select("likes", "gained_likes", "changed_likes").rows() == [
        (10, None, None),
        (None, None, None),
        (13, None, None),
    ]


@pytest.mark.skipif(not REAL.exists(), reason="../shared/data is not here")
def test_thirteen_real_days_give_the_published_figures():
    """Every figure of the golden file but the peer's own column, which mixes UTC and local days."""
    raw = pl.read_parquet(REAL / "youtube_daily_kr.parquet").unique(
        ["snapshot_ts", "video_id"], keep="first", maintain_order=True
    )
    observed = pl.col("snapshot_ts").str.to_datetime(time_unit="us", time_zone="UTC")
    seen = with_key(
        raw.select(
            pl.lit("youtube").alias("platform"),
            pl.col("video_id").alias("post_id"),
            observed.alias("observed_at"),
            observed.alias("known_at"),
            pl.col("view_count").alias("views"),
            pl.col("like_count").alias("likes"),
            pl.col("comment_count").alias("comments"),
            pl.lit("file#2").alias("landed_id"),
        ).with_columns(on_day("observed_at", "Asia/Seoul").alias("observed_on")),
        "post_key",
        "platform",
        "post_id",
    )
    posts = seen.select("post_key", "platform", "post_id", pl.lit("video").alias("format")).unique()
    days = post_days(
        POST_OBSERVATIONS.conform_loosely(seen).lazy(),
        posts.lazy(),
        datetime(2025, 12, 1, tzinfo=UTC),
        "Asia/Seoul",
        {},
    )
    gained = [pl.col(f"gained_{m}s") for m in ("view", "like", "comment")]
    found = (
        days.group_by(pl.col("day").alias("snapshot_date"))
        .agg(
            pl.len().alias("n_posts"),
            gained[0].is_not_null().sum().alias("n_with_prev_day"),
            *(pl.col(m).sum().alias(f"sum_{m}") for m in ("views", "likes", "comments")),
            *(g.sum().alias(f"sum_{m}_delta") for g, m in zip(gained, ("view", "like", "comment"), strict=True)),
            *((g < 0).sum().alias(f"neg_{m}_delta") for g, m in zip(gained, ("view", "like", "comment"), strict=True)),
            *((pl.col(m) == 0).sum().alias(f"zero_{m}") for m in ("likes", "comments")),
        )
        .sort("snapshot_date")
    )
    golden = pl.read_csv(REAL / "golden_youtube_daily_kr.csv", try_parse_dates=True).drop("peer_sum_todayViews")
    assert_frame_equal(found.select(golden.columns), golden, check_dtypes=False, abs_tol=0)


@QUICK
@given(
    st.lists(
        st.tuples(
            st.integers(1, 3), st.integers(0, 9), st.integers(0, 23), st.none() | st.integers(0, 99), st.booleans()
        ),
        max_size=30,
    ),
    st.integers(1, 9),
)
def test_days_made_in_two_goes_are_the_days_made_at_once(drawn, cut):
    start = datetime(2026, 6, 1, tzinfo=UTC)
    rows = [
        {
            "post_key": post,
            "observed_at": start + timedelta(days=day, hours=hour),
            "known_at": start + timedelta(days=day, hours=hour),
            "observed_on": (start + timedelta(days=day)).date(),
            "likes": likes,
            "missing": "likes=hidden" if likes is None and hidden else None,
            "landed_id": f"a#{n}",
        }
        for n, (post, day, hour, likes, hidden) in enumerate(drawn)
    ]
    seen = POST_OBSERVATIONS.conform_loosely(pl.DataFrame(rows, schema_overrides={"likes": pl.Int64})) if rows else None
    seen = POST_OBSERVATIONS.empty() if seen is None else seen
    posts = pl.LazyFrame({"post_key": [1, 2, 3], "platform": "instagram", "post_id": ["a", "b", "c"], "format": "reel"})
    border = (start + timedelta(days=cut)).date()

    def made(frame: pl.DataFrame, **how) -> pl.DataFrame:
        return post_days(frame.lazy(), posts, LATER, "UTC", {"instagram": 500.0}, **how)

    earlier = made(seen.filter(pl.col("observed_on") < border))
    later = made(seen.filter(pl.col("observed_on") >= border), before=last_days(earlier))
    assert_frame_equal(pl.concat([earlier, later]).sort("post_key", "day"), made(seen))


@QUICK
@given(
    st.lists(
        st.tuples(
            st.integers(1, 2),
            st.integers(0, 6),
            st.none() | st.integers(0, 99),
            st.sampled_from(["-", "likes=hidden", "likes=not_reported;reach=no_access", "reach=hidden"]),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_answers_older_than_the_oldest_needed_change_nothing(drawn):
    start = datetime(2026, 6, 1, tzinfo=UTC)
    rows = [
        {
            "post_key": post,
            "observed_at": start + timedelta(days=day),
            "known_at": start + timedelta(days=day),
            "observed_on": (start + timedelta(days=day)).date(),
            "likes": None if "likes" in missing else likes,
            "views": likes if post == 1 and day % 3 == 0 else None,
            "missing": None if missing == "-" else missing,
            "landed_id": f"a#{n:02}",
        }
        for n, (post, day, likes, missing) in enumerate(drawn)
    ]
    seen = POST_OBSERVATIONS.conform_loosely(
        pl.DataFrame(rows, schema_overrides={"likes": pl.Int64, "views": pl.Int64, "missing": pl.String})
    )
    whole = latest(seen.lazy(), LATER).sort("post_key").collect()
    needed = seen.join(whole.select("post_key", "told_since"), on="post_key").filter(
        pl.col("observed_on") >= pl.col("told_since")
    )
    assert_frame_equal(latest(needed.drop("told_since").lazy(), LATER).sort("post_key").collect(), whole)
