"""An account is placed among peers of its platform and size, and only among enough of them."""

from datetime import UTC, datetime
from statistics import median

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.insight.peers import ENOUGH_PEERS, SIZE, account_peers
from transforms.tables.marts import ACCOUNT_PROFILES

AS_OF = datetime(2026, 9, 1, tzinfo=UTC)


def placed(rates, *, followers=20_000, platform="instagram", posts=6):
    n = len(rates)
    profiles = ACCOUNT_PROFILES.conform_loosely(
        pl.DataFrame(
            {
                "account_key": range(n),
                "account_id": [str(i) for i in range(n)],
                "platform": [platform] * n if isinstance(platform, str) else platform,
                "followers": [followers] * n if isinstance(followers, int) else followers,
                "er_followers_public_28d": rates,
                "posts_28d": [posts] * n if isinstance(posts, int) else posts,
            },
            strict=False,
        )
    )
    return account_peers(profiles, as_of=AS_OF)


def test_the_best_of_ten_is_above_all_others_and_not_certain_of_it():
    best = placed([0.01 * n for n in range(1, 11)]).row(-1, named=True)
    assert (best["peers"], best["percentile"], best["percentile_upper"]) == (9, 1.0, 1.0)
    assert 0.6 < best["percentile_lower"] < 0.8
    assert best["peers_median"] == pytest.approx(0.05)


def test_equal_accounts_stand_in_the_middle():
    assert placed([0.03] * 12)["percentile"].unique().to_list() == [0.5]


def test_with_fewer_than_8_peers_nothing_is_said():
    found = placed([0.01 * n for n in range(1, 9)])
    assert found["peers"].unique().to_list() == [7]
    assert found["percentile"].null_count() == 8
    assert found["peers_median"].null_count() == 8


def test_other_platforms_and_sizes_are_no_peers():
    rates = [0.01 * n for n in range(1, 21)]
    assert placed(rates, platform=["instagram", "tiktok"] * 10)["peers"].unique().to_list() == [9]
    assert placed(rates, followers=[10_000, 100_000] * 10)["peers"].unique().to_list() == [9]


def test_an_account_with_few_posts_or_unknown_reactions_is_neither_placed_nor_a_peer():
    found = placed([0.01 * n for n in range(1, 11)] + [None, 0.5], posts=[6] * 11 + [4])
    assert found["peers"].to_list() == [9] * 10 + [0, 0]
    assert found["percentile"][-2:].null_count() == 2


def test_nobody_gives_nothing():
    assert placed([]).is_empty()


@given(
    st.lists(
        st.tuples(st.integers(1_000, 60_000), st.integers(0, 12), st.sampled_from(["instagram", "tiktok"])),
        min_size=9,
        max_size=60,
    )
)
def test_a_place_is_what_asking_every_other_account_gives(accounts):
    found = placed(
        [rate / 100 for _, rate, _ in accounts],
        followers=[size for size, _, _ in accounts],
        platform=[platform for *_, platform in accounts],
    )
    for at, row in enumerate(found.iter_rows(named=True)):
        size, rate, platform = accounts[at]
        others = [
            r for i, (s, r, p) in enumerate(accounts) if i != at and p == platform and size / SIZE <= s <= size * SIZE
        ]
        assert row["peers"] == len(others)
        if len(others) >= ENOUGH_PEERS:
            below = sum((r < rate) + (r == rate) / 2 for r in others)
            assert row["percentile"] == pytest.approx(below / len(others))
            assert row["peers_median"] == pytest.approx(median(others) / 100)
        else:
            assert row["percentile"] is None
