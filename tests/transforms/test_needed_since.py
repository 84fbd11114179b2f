"""From which day on answers are needed, found from few sums of all of them."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from transforms.snapshots import latest, needed_since
from transforms.tables.core import POST_OBSERVATIONS

METRICS = ("likes", "views")
LATER = datetime(2026, 7, 1, tzinfo=UTC)
COUNT = st.none() | st.integers(0, 99)
MISSING = st.sampled_from([None, "likes=hidden", "likes=not_reported;views=no_access", "engaged_views=hidden"])
ANSWERS = st.lists(st.tuples(st.integers(1, 2), st.integers(0, 6), COUNT, COUNT, MISSING), min_size=1, max_size=12)


def frame_of(answers: list[tuple[int, int, int | None, int | None, str | None]]) -> pl.DataFrame:
    """Answers of posts: one a day at most, each of another file."""
    rows = [
        {
            "post_key": post,
            "observed_on": date(2026, 6, 1) + timedelta(days=day),
            "observed_at": datetime(2026, 6, 1, 3, tzinfo=UTC) + timedelta(days=day),
            "known_at": datetime(2026, 6, 1, 3, tzinfo=UTC) + timedelta(days=day),
            "landed_id": f"tiktok/d{day}#{n}",
            "likes": likes,
            "views": views,
            "missing": missing,
        }
        for n, (post, day, likes, views, missing) in enumerate(answers)
    ]
    return POST_OBSERVATIONS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))


def grouped(answers: pl.DataFrame) -> pl.DataFrame:
    """The answers by what they tell, as the warehouse groups them."""
    bits = [pl.when(pl.col(m).is_not_null()).then(1 << n).otherwise(0) for n, m in enumerate(METRICS)]
    told = answers.with_columns(pl.sum_horizontal(bits).alias("told"))
    return told.group_by("post_key", "told", "missing").agg(pl.col("observed_on").max().alias("last"))


@settings(max_examples=150, deadline=None)
@given(ANSWERS)
def test_answers_since_then_say_all_that_every_answer_says(answers):
    every = frame_of(answers)
    since = needed_since(grouped(every), METRICS)
    recent = every.join(since, on="post_key", validate="m:1").filter(pl.col("observed_on") >= pl.col("since"))
    told = [
        latest(seen.lazy(), LATER, metrics=METRICS).collect().sort("post_key")
        for seen in (every, recent.select(every.columns))
    ]
    assert_frame_equal(*told)
    assert told[0].sort("post_key")["told_since"].to_list() >= since.sort("post_key")["since"].to_list()


def test_a_name_within_another_is_not_taken_for_it():
    """``engaged_views=hidden`` says nothing of views: the reason given earlier is still needed."""
    answers = [(1, 0, 1, None, "views=no_access"), (1, 5, 2, None, "engaged_views=hidden")]
    assert needed_since(grouped(frame_of(answers)), METRICS)["since"].to_list() == [date(2026, 6, 1)]
