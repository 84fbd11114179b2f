"""A chart that runs across a change of meaning says so and calls nothing growth."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from reports.course import track, weeks
from reports.figures import DAYS
from reports.progress import PROGRESS
from reports.reading import TWO_WAYS, Reading, read
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


def test_a_total_is_not_drawn_across_a_change_of_meaning(make: Callable) -> None:
    """Its days before and after add up to nothing: neither a plan nor a best week is told of it."""
    base = make()
    first, last = date(2026, 8, 20), date(2026, 8, 31)
    totals = [{"kpi": "views", "day": first, "platform": "youtube", "total": 900.0},
              {"kpi": "views", "day": date(2026, 8, 24), "platform": "youtube", "total": 9000.0}]  # fmt: skip
    days = [
        {"day": date(2026, 8, 23), "platform": "youtube", "gained_views": 10, "views_known": 1, "posts_all": 1},
        {"day": date(2026, 8, 29), "platform": "youtube", "gained_views": 70, "views_known": 1, "posts_all": 1},
    ]
    campaign = {**base.campaign, "starts_on": first, "ends_on": last, "objective": "awareness"}
    kpis = base.kpis.with_columns(
        value=pl.when((pl.col("kpi") == "views") & (pl.col("grain") == "campaign")).then(9000.0).otherwise("value")
    )
    goals = base.goals.head(1).with_columns(kpi=pl.lit("views"), target=pl.lit(5000.0))
    reading = read(
        make(
            locale="en",
            campaign=campaign,
            as_of=datetime(2026, 8, 31, 15, tzinfo=UTC),
            kpis=kpis,
            goals=goals,
            progress=PROGRESS.conform(pl.DataFrame(totals)),
            days=DAYS.conform_loosely(pl.DataFrame(days)),
        )
    )
    assert track(reading) is None
    drawn = weeks(reading)
    assert drawn is not None
    assert [week.gain for week in drawn.of["youtube"]] == [10.0, 70.0]
    found = growth.facts(reading)
    assert "in another way" in found.note
    assert "strongest" not in f"{found.finding} {found.panels_lead}"
    assert [panel.total for panel in found.panels] == [f"80{TWO_WAYS}"]
    tiktok = progress_on(reading, "tiktok")
    assert track(tiktok) is not None


def progress_on(reading: Reading, platform: str) -> Reading:
    moved = reading.figures.progress.with_columns(platform=pl.lit(platform))
    return read(replace(reading.figures, progress=moved))
