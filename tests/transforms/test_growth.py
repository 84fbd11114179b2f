"""How an account would have grown anyway: its pace before, for as long as the campaign was measured."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from transforms.growth import with_usual_growth
from transforms.tables.core import ACCOUNT_OBSERVATIONS

START = datetime(2026, 6, 1, tzinfo=UTC)
AFTER = datetime(2026, 9, 1, tzinfo=UTC)


def usual(*counts: tuple[float, int], as_of: datetime = AFTER) -> tuple[float | None, str | None]:
    """``counts``: days before the start, followers. The campaign ran 30 days, from 10,000 followers on."""
    seen = ACCOUNT_OBSERVATIONS.conform_loosely(
        pl.DataFrame(
            [
                {
                    "account_key": 7,
                    "observed_at": START - timedelta(days=d),
                    "known_at": START - timedelta(days=d),
                    "followers": n,
                    "landed_id": "a#2",
                }
                for d, n in counts
            ]
            or ACCOUNT_OBSERVATIONS.empty()
        )
    )
    rows = pl.DataFrame(
        {
            "campaign_id": ["natsu"],
            "influencer_id": ["haru"],
            "platform": ["instagram"],
            "account_key": [7],
            "followers_start": [10_000],
            "followers_end": [10_600],
            "start_seen_at": [START],
            "end_seen_at": [START + timedelta(days=30)],
            "why_followers_end": ["no_followers"],
            "_is_later": [True],
        }
    )
    found = with_usual_growth(rows, seen, as_of=as_of)
    return found.select("followers_usual_gain", "why_followers_usual_gain").row(0)


def test_the_pace_of_the_longest_time_seen_is_carried_on():
    assert usual((14, 9_860), (7, 9_990), (0, 10_000)) == (pytest.approx(300), None)


def test_losses_are_usual_too():
    assert usual((10, 10_100))[0] == pytest.approx(-300)


@pytest.mark.parametrize("counts", [(), ((6.5, 9_900),), ((100, 5_000),)])
def test_less_than_a_week_or_too_long_ago_tells_no_pace(counts):
    assert usual(*counts) == (None, "no_history")


def test_later_knowledge_does_not_leak_in():
    assert usual((14, 9_860), as_of=START - timedelta(days=20)) == (None, "no_history")
