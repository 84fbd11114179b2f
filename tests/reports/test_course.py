"""A total against an even plan: what is drawn adds up, and what is claimed of the plan is so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts_time import Course, course
from reports.course import Track, track, weeks
from reports.figures import Figures
from reports.progress import previous_of, progress_of
from reports.reading import read
from reports.sections import growth
from transforms.tables import core, marts
from transforms.tables.click_days import CLICK_DAYS

Make = Callable[..., Figures]
FIRST = date(2026, 6, 1)


def test_days_that_do_not_add_up_to_the_kpi_are_not_drawn(make: Make) -> None:
    figures = make()
    assert track(read(figures)) is not None
    short = figures.progress.with_columns(pl.col("total") * 0.9)
    assert track(read(make(progress=short))) is None
    assert growth.facts(read(make(progress=short))).course is None


def test_weeks_add_up_to_the_total(make: Make) -> None:
    found = weeks(read(make()))
    assert found is not None
    assert found.kpi == "orders"
    assert sum(week.gain or 0 for rows in found.of.values() for week in rows) == pytest.approx(858)


@settings(max_examples=60, deadline=None)
@given(gains=st.lists(st.integers(0, 40), min_size=1, max_size=30), target=st.integers(1, 400))
def test_since_a_day_means_on_that_day_and_on_every_later_one(gains: list[int], target: int) -> None:
    totals = [float(sum(gains[: n + 1])) for n in range(len(gains))]
    told = Track("orders", FIRST, tuple(totals), float(target), 20)
    lead = told.lead
    assert lead is not None
    is_above, since = lead
    sides = [total >= told.planned(day) for day, total in enumerate(totals)]
    assert all(side == is_above for side in sides[since:])
    assert since == 0 or sides[since - 1] != is_above


def test_headlines_say_the_side_and_the_day(make: Make) -> None:
    def said(figures: Figures) -> str:
        return growth.facts(read(figures)).finding.striptags()

    told = said(make(locale="en"))
    assert told.startswith("Orders overtook the even plan on Jun 29 and stayed above it. Instagram brought ")
    high = make().goals.with_columns(
        pl.when(pl.col("kpi") == "orders").then(5000.0).otherwise("target").alias("target")
    )
    assert said(make(locale="en", goals=high)).startswith("Orders stayed below the even plan from the first day")
    early = make(locale="en", goals=high, edition="mid", as_of=datetime(2026, 6, 20, 15, tzinfo=UTC))
    assert "stayed" not in said(early), "a campaign that runs has no last day to speak of"


def test_a_chart_without_a_plan_and_of_one_day_can_be_drawn() -> None:
    bare = Course(1, (3.0,), 4, ((0, "0"), (4, "4")), ((0, "6/1"),), "three", "Result 3")
    assert str(course(bare)).count("<svg") == 2


def _order(day: int, credit: float, platform: str | None, *, deciding: bool = True) -> dict[str, object]:
    return {"ordered_on": FIRST + timedelta(days=day), "platform": platform, "is_deciding": deciding,
            "credit": credit, "revenue_net": None, "revenue_gross": 100.0 * credit}  # fmt: skip


def test_progress_sums_deciding_credits_last_known_counters_and_clicks() -> None:
    orders = marts.ATTRIBUTION.conform_loosely(
        pl.DataFrame(
            [_order(0, 1.0, "x"), _order(2, 0.5, "x"), _order(2, 0.5, None), _order(2, 9.0, "x", deciding=False)]
        )
    )
    days = [
        {"post_key": 1, "day": FIRST, "views": 10, "likes": 1, "comments": None},
        {"post_key": 1, "day": FIRST + timedelta(days=2), "views": 7, "likes": 3, "comments": 2},
        {"post_key": 2, "day": FIRST + timedelta(days=1), "views": 100, "likes": 5, "comments": 5},
    ]
    posts = pl.DataFrame({
        "post_key": [1, 2], "platform": ["x", "x"], "engagement_parts": ["likes comments", "likes"],
    })  # fmt: skip
    found = progress_of(
        orders, CLICK_DAYS.empty(), marts.POST_DAYS.conform_loosely(pl.DataFrame(days)), posts,
        until=FIRST + timedelta(days=3),
    )  # fmt: skip

    def totals(kpi: str, platform: str = "x") -> list[float]:
        return found.filter((pl.col("kpi") == kpi) & (pl.col("platform") == platform)).sort("day")["total"].to_list()

    assert (totals("orders"), totals("orders", "several")) == ([1.0, 1.5], [0.5])
    assert totals("views") == [10.0, 110.0, 107.0, 107.0], "a night without an answer repeats the last; falls stay"
    assert totals("engagements") == [5.0, 10.0, 10.0], "unknown until every part is known"
    assert totals("revenue_net") == [], "an order whose refunds are not known has no net revenue: there is no sum"
    assert totals("revenue_gross") == [100.0, 150.0]


def test_the_campaign_before_is_the_brand_s_last_that_was_over(make: Make) -> None:
    def campaign(name: str, brand: str, ends: date, currency: str = "JPY") -> dict[str, object]:
        return {**make().campaign, "campaign_id": name, "name": name, "brand": brand, "ends_on": ends,
                "starts_on": ends - timedelta(days=30), "currency": currency}  # fmt: skip

    own = make().campaign
    every = [
        own, campaign("older", "ミナモ堂", date(2025, 9, 1)), campaign("last", "ミナモ堂", date(2026, 4, 1)),
        campaign("abroad", "ミナモ堂", date(2026, 5, 1), "USD"), campaign("other", "凪いろ", date(2026, 5, 20)),
        campaign("later", "ミナモ堂", date(2026, 9, 1)),
    ]  # fmt: skip

    base = {"grain": "campaign", "state": "final", "definition": 1}
    values = [
        {**base, "campaign_id": c, "kpi": k, "value": v, **more}
        for c, k, v, more in (
            ("asanagi-uv", "orders", 1.0, {}), ("last", "orders", 690.0, {}), ("older", "orders", 5.0, {}),
            ("asanagi-uv", "cpo", 1.0, {"definition": 2}), ("last", "cpo", 9.0, {}),
            ("asanagi-uv", "views", 1.0, {}), ("last", "views", 9.0, {"definition_changed": "youtube.views"}),
        )
    ]  # fmt: skip
    found = previous_of(
        own,
        core.CAMPAIGNS.conform_loosely(pl.DataFrame(every, infer_schema_length=None)),
        marts.KPI_VALUES.conform_loosely(pl.DataFrame(values, infer_schema_length=None)),
    )
    assert found.select("kpi", "value", "name").rows() == [("orders", 690.0, "last")]


def test_the_campaign_before_is_set_beside_this_one_only_in_what_its_platforms_still_count_alike(make: Make) -> None:
    """Each was counted in one way from its first post to its last, but YouTube's views were not the same way."""

    def compared(platform: str, starts: date, ends: date) -> list[str]:
        last = {**make().campaign, "campaign_id": "last", "starts_on": date(2026, 6, 1), "ends_on": date(2026, 7, 1)}
        own = {**make().campaign, "campaign_id": "own", "starts_on": starts, "ends_on": ends}
        base = {"state": "final", "definition": 1, "value": 5.0}
        values = [
            {**base, "grain": grain, "campaign_id": c, "platform": where, "kpi": kpi}
            for c in ("last", "own")
            for grain, where, kpi in (
                ("campaign", None, "views"),
                ("campaign", None, "cpo"),
                ("platform", platform, "cpo"),
            )
        ]
        campaigns = core.CAMPAIGNS.conform_loosely(pl.DataFrame([last, own], infer_schema_length=None))
        found = marts.KPI_VALUES.conform_loosely(pl.DataFrame(values, infer_schema_length=None))
        return previous_of(own, campaigns, found)["kpi"].to_list()

    assert compared("youtube", date(2026, 9, 1), date(2026, 9, 30)) == ["cpo"]
    assert compared("tiktok", date(2026, 9, 1), date(2026, 9, 30)) == ["cpo", "views"]
    assert compared("youtube", date(2026, 7, 5), date(2026, 8, 5)) == ["cpo", "views"]


def test_today_is_held_against_the_part_of_the_plan_that_is_due(make: Make) -> None:
    """At 6 o'clock a day's plan is not due yet: chart and pace must say the same."""
    told = Track("orders", FIRST, (5.0, 10.0, 11.0), 100.0, 20, elapsed=0.105)
    assert told.lead == (True, 0)
    assert Track("orders", FIRST, (5.0, 10.0, 11.0), 100.0, 20).lead == (False, 2)


def test_a_change_of_sides_on_a_day_that_is_not_over_is_no_claim_yet() -> None:
    totals = (1.0, 2.0, 16.0)
    assert Track("orders", FIRST, totals, 100.0, 20, elapsed=0.105).lead is None
    assert Track("orders", FIRST, totals, 100.0, 20).lead == (True, 2)
    assert Track("orders", FIRST, (*totals, 21.0), 100.0, 20, elapsed=0.155).lead == (True, 2)


def test_below_the_plan_is_not_said_of_a_total_that_some_posts_keep_to_themselves() -> None:
    assert Track("views", FIRST, (1.0, 2.0), 100.0, 2, is_whole=False).lead is None
    assert Track("views", FIRST, (60.0, 120.0), 100.0, 2, is_whole=False).lead == (True, 0)


def test_no_platform_is_credited_while_posts_of_another_are_unknown(make: Make) -> None:
    is_orders = (pl.col("kpi") == "orders") & (pl.col("grain") == "campaign")
    part = make().kpis.with_columns(posts_known=pl.when(is_orders).then(4).otherwise("posts_known"))
    assert "brought" in growth.facts(read(make(locale="en"))).finding
    assert "brought" not in growth.facts(read(make(locale="en", kpis=part))).finding


def test_dark_is_said_only_where_the_strongest_week_is_known_in_full(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = read(make(locale="en"))
    drawn = weeks(reading)
    assert drawn is not None
    assert "Dark:" in growth.facts(reading).panels_lead
    parts = {name: tuple(replace(week, is_part=True) for week in rows) for name, rows in drawn.of.items()}
    monkeypatch.setattr(growth, "weeks", lambda _: replace(drawn, of=parts))
    assert "Dark:" not in growth.facts(reading).panels_lead
