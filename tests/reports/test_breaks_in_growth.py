"""A chart that runs across a change of meaning says so and calls nothing growth."""

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest

from reports.figures import DAYS
from reports.reading import read
from reports.sections import growth


@pytest.fixture
def days() -> Callable[[date, str], pl.DataFrame]:
    def days(first: date, platform: str) -> pl.DataFrame:
        rows = [
            {"day": first + timedelta(days=n), "platform": platform, "gained_views": gain, "views_known": 1}
            for n, gain in enumerate([100, None, 900])
        ]
        return DAYS.conform_loosely(pl.DataFrame(rows)).with_columns(pl.lit(1, pl.Int64).alias("posts_all"))

    return days


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_a_chart_across_a_change_of_meaning_says_so(make: Callable, days: Callable, locale: str) -> None:
    told = growth.facts(read(make(locale=locale, days=days(date(2025, 3, 30), "youtube"))))
    assert "YouTube" in told.note
    assert "31" in told.note
    assert "900" not in str(told.finding)


@pytest.mark.parametrize(("first", "platform"), [(date(2025, 5, 30), "youtube"), (date(2025, 3, 30), "tiktok")])
def test_other_charts_say_nothing_of_it(make: Callable, days: Callable, first: date, platform: str) -> None:
    told = growth.facts(read(make(locale="en", days=days(first, platform))))
    assert "in another way" not in told.note
    assert "900" in str(told.finding)
