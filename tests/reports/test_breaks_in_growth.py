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
            for n, gain in enumerate([100, 50, 900])
        ]
        return DAYS.conform_loosely(pl.DataFrame(rows)).with_columns(pl.lit(1, pl.Int64).alias("posts_all"))

    return days


@pytest.fixture
def told(make: Callable, days: Callable) -> Callable[..., growth.Facts]:
    def told(locale: str, first: date, platform: str) -> growth.Facts:
        return growth.facts(read(make(locale=locale, days=days(first, platform), progress=make().progress.clear())))

    return told


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_a_chart_across_a_change_of_meaning_says_so(told: Callable, locale: str) -> None:
    found = told(locale, date(2025, 3, 30), "youtube")
    assert "YouTube" in found.note
    assert "31" in found.note
    assert "1,050" not in str(found.finding)


@pytest.mark.parametrize(("first", "platform"), [(date(2025, 5, 30), "youtube"), (date(2025, 3, 30), "tiktok")])
def test_other_charts_say_nothing_of_it(told: Callable, first: date, platform: str) -> None:
    found = told("en", first, platform)
    assert "in another way" not in found.note
    assert "+1,050" in str(found.finding)
