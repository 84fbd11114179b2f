"""Reach without counting anybody twice: bounds that hold, and estimates that lie between them."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.reach import agostini, bounds, estimate, if_independent, reach_estimates, with_reach_bounds
from transforms.tables.marts import KPI_VALUES
from transforms.tables.overlaps import AUDIENCE_OVERLAPS

AT = datetime(2026, 7, 1, tzinfo=UTC)
A, B, C = ("instagram", 1), ("instagram", 2), ("tiktok", 3)
reach = st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("reaches", "market", "told"),
    [
        ([10_000, 20_000], None, (20_000, 30_000)),
        ([10_000, 20_000], 25_000, (20_000, 25_000)),
        ([10_000, 20_000], 15_000, (20_000, 20_000)),  # a market that is smaller than what was seen is wrong
        ([10_000, None], None, (10_000, None)),
        ([10_000, None], 90_000, (10_000, 90_000)),
        ([None], None, (None, None)),
        ([], None, (None, None)),
    ],
)
def test_at_least_the_largest_and_at_most_all_of_them_or_the_market(reaches, market, told):
    assert bounds(reaches, market) == told


def test_audiences_that_meet_by_chance():
    assert if_independent([10_000, 20_000], 100_000) == pytest.approx(28_000)
    assert if_independent([100_000, 20_000], 100_000) == 100_000


def test_agostinis_formula():
    assert agostini([10_000, 20_000], [1_000]) == pytest.approx(28_916, abs=1)
    assert agostini([0, 0], [0]) == 0


@given(st.lists(reach, min_size=1, max_size=8), st.integers(1, 10**8))
def test_an_estimate_never_leaves_its_bounds(reaches, market):
    posts = {("instagram", n): [float(r)] for n, r in enumerate(reaches)}
    found = estimate(posts, {}, market)
    assert found.value is not None
    assert found.lower <= found.value + 1e-6
    assert found.value <= found.upper + 1e-6


@given(st.lists(reach, min_size=2, max_size=5), st.floats(0, 1))
def test_more_overlap_never_means_more_reach(reaches, share):
    posts = {("instagram", n): [float(r)] for n, r in enumerate(reaches)}
    pairs = [(("instagram", a), ("instagram", b)) for a in range(len(reaches)) for b in range(a + 1, len(reaches))]
    apart, together = (estimate(posts, dict.fromkeys(pairs, s)) for s in (0.0, share))
    assert apart.value == pytest.approx(sum(reaches))
    assert together.value <= apart.value + 1e-6


def test_two_of_known_overlap_are_their_union():
    found = estimate({A: [10_000.0], B: [20_000.0]}, {(A, B): 0.1})
    assert (found.value, found.method) == (29_000, "union")


def test_several_posts_of_one_account_count_with_the_most_seen():
    found = estimate({A: [10_000.0, 8_000.0], B: [20_000.0]}, {(A, B): 0.1})
    assert (found.lower, found.upper, found.value) == (20_000, 38_000, 29_000)


def test_one_unknown_overlap_is_not_taken_for_none():
    found = estimate({A: [10_000.0], B: [20_000.0], C: [5_000.0]}, {(A, B): 0.1})
    assert (found.value, found.reason, found.lower, found.upper) == (None, "no_market", 20_000, 35_000)


def test_one_post_has_reached_whom_it_reached():
    assert estimate({A: [700.0]}, {}).value == 700


def test_nothing_told_is_nothing_known():
    assert estimate({A: [None]}, {}, 1000).value is None


def facts() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "campaign_id": ["natsu"] * 3,
            "influencer_id": ["haru", "sora", "umi"],
            "platform": ["instagram", "instagram", "tiktok"],
            "account_key": [1, 2, 3],
            "reach": [10_000, 20_000, None],
            "why_reach": [None, None, "not_reported"],
        }
    )


def made(market: int | None, *overlaps: tuple[str, str, float], known_at: datetime = AT) -> pl.DataFrame:
    told = AUDIENCE_OVERLAPS.conform_loosely(
        pl.DataFrame(
            [
                {
                    "platform": "instagram",
                    "account_id": a,
                    "other_platform": "instagram",
                    "other_account_id": b,
                    "share_of_smaller": share,
                    "observed_at": AT,
                    "known_at": known_at,
                    "landed_id": f"o#{n}",
                }
                for n, (a, b, share) in enumerate(overlaps)
            ]
            or AUDIENCE_OVERLAPS.empty()
        )
    )
    campaigns = pl.DataFrame(
        {"campaign_id": ["natsu"], "market_persons": [market]}, schema_overrides={"market_persons": pl.Int64}
    )
    accounts = pl.DataFrame(
        {"platform": ["instagram"] * 2, "account_id": ["100", "200"], "account_key": [1, 2]},
    )
    return reach_estimates(facts(), campaigns, told, accounts, as_of=AT)


def test_groups_are_told_with_how_many_of_their_posts_are_known():
    rows = {(r["grain"], r["platform"], r["influencer_id"]): r for r in made(100_000).iter_rows(named=True)}
    whole = rows["campaign", None, None]
    assert (whole["posts_known"], whole["posts_all"], whole["accounts"]) == (2, 3, 3)
    assert (whole["lower"], whole["upper"], whole["method"]) == (20_000, 100_000, "independence")
    assert whole["estimate"] == pytest.approx(28_000)
    instagram = rows["platform", "instagram", None]
    assert (instagram["lower"], instagram["upper"]) == (20_000, 30_000)
    assert rows["platform", "tiktok", None]["reason"] == "not_reported"
    assert rows["influencer", None, "haru"]["estimate"] == 10_000


def test_an_overlap_counts_either_way_round_and_the_newest_counts():
    for pair in (("100", "200"), ("200", "100")):
        row = made(None, ("100", "200", 0.9), (*pair, 0.1)).filter(grain="platform", platform="instagram")
        assert row.select("estimate", "method").row(0) == (29_000, "union")


def test_a_later_overlap_does_not_leak_into_an_earlier_report():
    later = made(None, ("100", "200", 0.1), known_at=AT + timedelta(seconds=1))
    assert later.filter(grain="platform", platform="instagram")["reason"].to_list() == ["no_market"]


def test_bounds_stand_beside_the_value_and_also_where_there_is_none():
    values = KPI_VALUES.conform_loosely(
        pl.DataFrame(
            {
                "grain": ["campaign", "platform", "campaign"],
                "campaign_id": ["natsu"] * 3,
                "platform": [None, "instagram", None],
                "kpi": ["reach_bounds", "reach_bounds", "er_reach"],
                "value": [None, None, 0.05],
                "lower": [None, None, 0.04],
                "upper": [None, None, 0.06],
                "interval_method": [None, None, "wilson"],
            }
        )
    )
    told = with_reach_bounds(values, made(None))
    assert told.select("kpi", "lower", "upper", "interval_method").rows() == [
        ("reach_bounds", 20_000, None, "bounds"),
        ("reach_bounds", 20_000, 30_000, "bounds"),
        ("er_reach", 0.04, 0.06, "wilson"),
    ]
