"""A rise of followers is sudden against the account's own days, and explained where its posts rise, too."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.transforms.insight.audiences import Audiences, audiences
from transforms.insight.follower_rises import follower_rises, post_days_of
from transforms.tables.core import ACCOUNT_OBSERVATIONS, POSTS
from transforms.tables.marts import POST_DAYS

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
FIRST = date(2026, 4, 1)
NO_POSTS = post_days_of(POST_DAYS.empty(), POSTS.empty())
REAL = Path(__file__).parents[4] / "shared" / "data" / "tiktok_creators_hourly_2021.parquet"


def told(counts: list[int | None]) -> pl.DataFrame:
    """core.account_observations of one account, a count a day; None: that night was missed."""
    days = [FIRST + timedelta(days=n) for n, count in enumerate(counts) if count is not None]
    return ACCOUNT_OBSERVATIONS.conform_loosely(
        pl.DataFrame(
            {
                "account_key": [1] * len(days),
                "observed_at": [datetime.combine(day, time(12), tzinfo=UTC) for day in days],
                "observed_on": days,
                "known_at": [datetime.combine(day, time(12), tzinfo=UTC) for day in days],
                "landed_id": ["x#1"] * len(days),
                "followers": [count for count in counts if count is not None],
            }
        )
    )


def risen(counts: list[int | None], as_of: datetime = AS_OF) -> dict:
    return follower_rises(told(counts), NO_POSTS, as_of=as_of).row(0, named=True)


def steady(days: int, start: int = 10_000) -> list[int | None]:
    return [start + 10 * n for n in range(days)]


def accused(found: Audiences) -> float:
    """Share of the accounts whose rise is sudden and, as is known, not explained."""
    is_so = pl.col("is_sudden") & ~pl.col("is_explained")
    return found.rises().select(is_so.fill_null(value=False).mean()).item()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "honest",
    [{}, {"noise": 0.012}, {"missed": 0.3}, {"viral": 0.3}, {"viral": 0.8, "every": 10.0}, {"rounded": 1000}],
    ids=str,
)
def test_honest_accounts_are_left_alone(seed: int, honest: dict) -> None:
    assert accused(audiences(seed, **honest)) <= 0.05


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "bought",
    [
        {"bought": 0.22},
        {"bought": 0.22, "within": 3},
        {"bought": 0.3, "within": 2, "purge": 0.8},
        {"bought": 0.3, "missed": 0.1},
    ],
    ids=str,
)
def test_bought_followers_are_found(seed: int, bought: dict) -> None:
    assert accused(audiences(seed, **bought)) >= 0.9


def test_a_purchase_is_told_with_its_day_and_its_size():
    counts = steady(40)
    bought = [count + 3_000 * (n >= 30) for n, count in enumerate(counts)]
    found = risen(bought)
    assert found["is_sudden"]
    assert found["happened_on"] == FIRST + timedelta(days=30)
    assert found["gained"] == 3_010
    assert found["rise"] == pytest.approx(3_010 / counts[29])
    assert found["most"] < found["rise"]
    assert found["days"] == 40


def test_without_posts_nobody_can_tell_whether_they_explain_a_rise():
    assert risen([n + 3_000 * (n >= 10_300) for n in steady(40)])["is_explained"] is None


def test_a_long_gap_is_never_a_rise():
    for missed in (4, 6, 20):
        counts = [*steady(30), *([None] * missed), *steady(20, 20_000)]
        assert not risen(counts)["is_sudden"], missed


def test_a_night_that_was_missed_hides_no_purchase():
    assert risen([*steady(30), None, *steady(20, 13_000)])["is_sudden"]


def test_figures_that_drop_out_and_come_back_are_no_rise():
    for glitch in ([0], [0, 0, 0], [12], [4_000] * 5):
        counts = [*steady(25), *glitch, *steady(20, 10_250 + 10 * len(glitch))]
        assert not risen(counts)["is_sudden"], glitch
    spike = [*steady(25), 14_000, *steady(20, 10_260)]
    assert not risen(spike)["is_sudden"]


def test_a_purge_after_a_purchase_excuses_nothing():
    bought = [*steady(25), *(14_000 - 120 * n for n in range(25))]
    assert risen(bought)["is_sudden"]


def test_steps_of_a_rounded_count_are_no_rise():
    counts = [100_000 * (11 + n // 12) for n in range(60)]  # 1.1, 1.2 … million, as a page shows it
    assert not risen(counts)["is_sudden"]


def test_few_persons_are_no_rise():
    assert not risen([300 + 40 * (n >= 20) for n in range(40)])["is_sudden"]


def test_with_a_short_history_nothing_is_told():
    found = risen([*steady(10), 20_000])
    assert (found["rise"], found["is_sudden"], found["days"]) == (None, None, 11)


def test_what_is_learnt_later_and_what_is_long_past_changes_nothing():
    counts = [*steady(40), *steady(100, 15_000)]
    earlier = datetime.combine(FIRST + timedelta(days=30), time(13), tzinfo=UTC)
    assert not risen(counts, earlier)["is_sudden"]
    assert not risen(counts, AS_OF + timedelta(days=300))["is_sudden"]


@pytest.mark.skipif(not REAL.is_file(), reason="real data is not here: ../shared/data")
def test_glitches_of_real_creators_are_no_rises():
    rows = pl.read_parquet(REAL).with_columns(
        pl.col("creator_id").rank("dense").cast(pl.Int64).alias("account_key"),
        pl.col("observed_at").alias("known_at"),
        pl.col("observed_at").dt.date().alias("observed_on"),
        pl.lit("x#1").alias("landed_id"),
    )
    whole = ACCOUNT_OBSERVATIONS.conform_loosely(rows)
    without = whole.filter(pl.col("followers") > 0)
    assert whole.height > without.height, "the file has zeros"
    for month in range(6, 13):
        as_of = datetime(2021, month, 28, tzinfo=UTC)
        found = follower_rises(whole, NO_POSTS, as_of=as_of)
        assert found.equals(follower_rises(without, NO_POSTS, as_of=as_of)), "a zero changes nothing"
        assert found["is_sudden"].mean() < 0.1
