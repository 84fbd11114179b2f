"""A running campaign's totals: 80 % bands hold the end in about 80 of 100 campaigns, and say nothing too early."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from scipy import special

from transforms.insight.forecasts import forecasts
from transforms.insight.growth import HALF_LIFE_HOURS, Forecast, Lives, follow, project
from transforms.insight.rows import Rows
from transforms.kpis import load

PLATFORMS = ("instagram", "tiktok", "youtube")
DAYS = 30 * 24.0


def grown(hours, half_life, spread=1.35):
    return special.ndtr(np.log(np.maximum(hours, 1e-6) / half_life) / spread)


def campaign(rng, contracts, elapsed, *, varies=0.45, off=0.2, most=4):
    """A month of posts, cut at ``elapsed``: what is known then, and the totals at the end, of views and of orders."""
    now = DAYS * elapsed
    platform = [PLATFORMS[n % 3] for n in range(contracts)]
    each = rng.integers(1, most + 1, contracts)
    of = np.repeat(np.arange(contracts), each)
    at = DAYS / each[of] * (np.concatenate([np.arange(n) for n in each]) + rng.uniform(0.1, 0.9, len(of)))
    level = 20_000 * rng.lognormal(0, 0.6, contracts)
    ever = level[of] * rng.lognormal(0, varies, len(of))
    half = (
        np.array([HALF_LIFE_HOURS[p] for p in platform])[of] * rng.lognormal(0, off) * rng.lognormal(0, 0.25, len(of))
    )
    up = at <= now
    views = np.floor(ever * grown(now - at, half))[up]
    end = float(np.floor(ever * grown(DAYS - at, half)).sum())
    orders = float(rng.poisson(views.sum() * 5e-4))
    lives = Lives(
        views,
        (now - at)[up],
        np.full(int(up.sum()), DAYS - now),
        of[up],
        platform,
        np.bincount(of[~up], minlength=contracts).astype(float),
        DAYS - now,
    )
    return lives, end, orders, orders + rng.poisson((end - views.sum()) * 5e-4)


@pytest.mark.parametrize(("contracts", "elapsed"), [(12, 0.35), (12, 0.5), (12, 0.8), (40, 0.35), (40, 0.5), (40, 0.8)])
def test_bands_hold_the_end_in_about_80_of_100_campaigns(contracts, elapsed):
    rng = np.random.default_rng(41)
    views, orders, bias = [], [], []
    for _ in range(500):
        lives, end, sold, sold_at_end = campaign(rng, contracts, elapsed)
        seen, bought = project(lives), follow(sold, lives)
        if seen is None or bought is None:
            continue
        views.append(seen.end(0.1) <= end <= seen.end(0.9))
        orders.append(bought.end(0.1) <= sold_at_end <= bought.end(0.9))
        bias.append(seen.value / end)
    assert len(views) > 400
    assert 0.75 <= np.mean(views) <= 0.95
    assert 0.75 <= np.mean(orders) <= 0.93
    assert 0.95 <= np.mean(bias) <= 1.05


def held(rng, times, contracts, elapsed, **more):
    """In which of so many simulated campaigns that can be foreseen the end lies in the band."""
    made = (campaign(rng, contracts, elapsed, **more)[:2] for _ in range(times))
    seen = ((project(lives), end) for lives, end in made)
    return [found.end(0.1) <= end <= found.end(0.9) for found, end in seen if found is not None]


def test_bands_widen_where_posts_of_one_hand_differ_a_lot():
    rng = np.random.default_rng(43)
    assert np.mean([hit for n in (1, 6, 12) for hit in held(rng, 250, n, 0.4, varies=0.8)]) >= 0.74


def test_bands_hold_where_all_is_posted_and_only_the_pace_is_uncertain():
    assert 0.75 <= np.mean(held(np.random.default_rng(44), 1000, 1, 0.4, most=1)) <= 0.95


def test_chances_are_what_they_say():
    rng = np.random.default_rng(42)
    told, came = [], []
    for _ in range(1500):
        lives, end, *_ = campaign(rng, 12, 0.5)
        seen = project(lives)
        if seen is not None:
            target = seen.value * rng.uniform(0.7, 1.4)
            told.append(seen.chance(target))
            came.append(end >= target)
    for low, high in ((0.05, 0.35), (0.35, 0.65), (0.65, 0.95)):
        among = [c for t, c in zip(told, came, strict=True) if low < t < high]
        expected = np.mean([t for t in told if low < t < high])
        assert np.mean(among) == pytest.approx(expected, abs=0.1)


def lives(counts, age, *, promised=0.0, platform="instagram", remaining=240.0):
    n = len(counts)
    zeros = np.zeros(n, np.int64)
    return Lives(
        np.array(counts, float),
        np.array(age, float),
        np.full(n, remaining),
        zeros,
        [platform],
        np.array([promised]),
        remaining,
    )


def test_grown_up_posts_and_no_promise_stay_where_they_are():
    seen = project(lives([1000, 2000], [5_000, 6_000]))
    assert seen is not None
    assert seen.value == pytest.approx(3000, rel=0.01)


def test_a_young_post_is_expected_to_grow_and_a_promised_one_to_come():
    young, old = project(lives([1000], [19])), project(lives([1000], [500]))
    assert young is not None
    assert old is not None
    assert young.to_come > 10 * old.to_come
    more = project(lives([1000], [500], promised=2.0))
    assert more is not None
    assert 1.5 * 1000 < more.to_come < 2.1 * 1000


def test_before_the_first_figure_nothing_is_foreseen():
    assert project(lives([], [])) is None
    assert project(lives([0], [3])) is None


def test_a_platform_that_has_not_begun_cannot_be_told():
    one = lives([1000], [100])
    assert (
        project(Lives(one.counts, one.age, one.left, one.contract, ["instagram", "tiktok"], np.array([0.0, 1]), 99.0))
        is None
    )


def test_a_band_is_around_the_forecast_and_never_below_what_is_there():
    for seen in (Forecast(500.0, 300.0, 0.2), Forecast(5.0, 3.0, 0.2, 1.0)):
        assert seen.now <= seen.end(0.1) <= seen.value <= seen.end(0.9)
    assert Forecast(500.0, 300.0, 0.2).chance(400) == 1
    assert Forecast(500.0, 300.0, 0.2).chance(1e6) < 1e-6


KPIS = load()
AS_OF = datetime(2026, 9, 10, tzinfo=UTC)
GOALS = ("views", "orders", "revenue_net", "er_views")


def running(name, *, posts=9, promised=5, seed=0):
    """goals, campaigns, values, posts, contracts and orders of one campaign of September."""
    rng = np.random.default_rng(seed)
    who = {"campaign_id": name, "influencer_id": [f"p{n % 3}" for n in range(posts)], "platform": "tiktok"}
    up = [AS_OF - timedelta(hours=float(h)) for h in rng.uniform(5, 200, posts)]
    made = pl.DataFrame(
        who
        | {
            "post_id": [f"{n:02d}" for n in range(posts)],
            "format": "video",
            "views": rng.integers(1_000, 50_000, posts),
            "published_at": up,
            "observed_at": AS_OF,
        }
    )
    contracts = pl.DataFrame(
        {"campaign_id": name, "influencer_id": ["p0", "p1", "p2", "p3"], "platform": "tiktok"}
        | {"posts": [3, 3, 3, 0], "promised_posts": [4, 3, 2, promised], "is_signed": True, "margin_rate": 0.5}
    )
    sold = pl.DataFrame({"campaign_id": name, "influencer_id": "p0", "platform": None, "format": None})
    sold = sold.join(
        pl.DataFrame({"revenue_gross": [3_000.0, 9_000.0], "revenue_net": [2_000.0, 8_000.0]}), how="cross"
    )
    value = [float(made["views"].sum()), 2.0, 10_000.0, 0.04]
    told = {"grain": "campaign", "value": value, "lower": [None, None, None, 0.03], "upper": [None, None, None, 0.06]}
    return (
        pl.DataFrame({"campaign_id": name, "kpi": GOALS, "target": [v * 1.5 for v in value]}),
        pl.DataFrame({"campaign_id": [name], "starts_on": [date(2026, 9, 1)], "ends_on": [date(2026, 9, 30)]}),
        pl.DataFrame({"campaign_id": name, "kpi": GOALS} | told, strict=False),
        made,
        contracts,
        sold,
    )


def foreseen(*campaigns):
    goals, briefs, values, posts, contracts, sold = (pl.concat(x) for x in zip(*campaigns, strict=True))
    rows = Rows.of(posts, contracts, contracts, sold)
    return forecasts(goals, briefs, values, rows, KPIS, as_of=AS_OF, zone="Asia/Tokyo").sort("campaign_id", "kpi")


def test_every_campaign_is_foreseen_as_if_it_were_alone():
    several = [running("a"), running("b", posts=4, seed=1), running("c", promised=0, seed=2)]
    together = foreseen(*several)
    assert_frame_equal(together, pl.concat([foreseen(one) for one in several]), check_exact=True)
    assert together.height == 3 * len(GOALS)
    assert together.filter(pl.col("kpi") == "er_views")["forecast"].to_list() == [0.04] * 3


def test_a_promise_of_unknown_size_leaves_the_totals_of_that_campaign_unforeseen():
    found = foreseen(running("a", promised=None), running("b"))
    assert found.filter(pl.col("campaign_id") == "a")["kpi"].to_list() == ["er_views"]
    assert found.filter(pl.col("campaign_id") == "b").height == len(GOALS)
