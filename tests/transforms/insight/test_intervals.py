"""What an interval must be, whatever the figures: around its value, never below 0, wider the surer one wants to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.insight.intervals import bounds, effective, spread, spread_of_few, wilson


@pytest.mark.parametrize(
    ("acts", "chances", "lower", "upper"), [(4, 10, 0.1682, 0.6873), (300, 1000, 0.2724, 0.3291), (0, 40, 0, 0.0876)]
)
def test_wilson_gives_the_published_ends(acts, chances, lower, upper):
    low, high = wilson(np.array([float(acts)]), np.array([float(chances)]))
    assert low[0] == pytest.approx(lower, abs=5e-5)
    assert high[0] == pytest.approx(upper, abs=5e-5)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0.5, 0.99))
def test_wilson_stays_between_0_and_1_and_around_the_share(acts, more, level):
    chances = acts + more + 1
    low, high = wilson(np.array([float(acts)]), np.array([float(chances)]), level)
    assert 0 <= low[0] <= acts / chances <= high[0] <= 1
    assert high[0] > low[0]


COUNTS, EXPOSURES = st.integers(0, 10**7), st.floats(1, 1e9)
VARIANCES, FREE = st.floats(0, 20), st.floats(1, 60)


@given(COUNTS, EXPOSURES, VARIANCES, FREE)
def test_an_interval_is_finite_not_below_0_and_around_its_value(counts, exposure, variance, df):
    low, high = bounds(*(np.array([float(x)]) for x in (counts, exposure, variance, df)))
    assert 0 <= low[0] <= counts / exposure <= high[0] < np.inf
    assert high[0] > low[0], "something always remains unknown"


@given(COUNTS, EXPOSURES, VARIANCES, FREE, st.floats(0.5, 0.98))
def test_the_surer_the_wider(counts, exposure, variance, df, level):
    given_ = [np.array([float(x)]) for x in (counts, exposure, variance, df)]
    low, high = bounds(*given_, level)
    lower, higher = bounds(*given_, level + 0.015)
    assert lower[0] <= low[0]
    assert higher[0] >= high[0]


@given(COUNTS, EXPOSURES, VARIANCES, FREE, st.sampled_from([1e-3, 8.0, 1e3]))
def test_another_unit_of_exposure_changes_the_unit_and_nothing_else(counts, exposure, variance, df, times):
    low, high = bounds(*(np.array([float(x)]) for x in (counts, exposure, variance, df)))
    scaled = bounds(*(np.array([float(x)]) for x in (counts, exposure * times, variance, df)))
    assert scaled[0][0] * times == pytest.approx(low[0], rel=1e-9)
    assert scaled[1][0] * times == pytest.approx(high[0], rel=1e-9)


@given(st.integers(0, 5), VARIANCES, FREE)
def test_more_variance_or_less_known_of_it_is_never_narrower(counts, variance, df):
    one = [np.array([float(x)]) for x in (counts, 100.0)]
    low, high = bounds(*one, np.array([variance]), np.array([df]))
    assert bounds(*one, np.array([variance + 1]), np.array([df]))[1][0] >= high[0]
    assert bounds(*one, np.array([variance]), np.array([df / 2]))[1][0] >= high[0]
    assert low[0] >= 0


def test_posts_that_fare_alike_spread_no_more_than_counting(simulate):
    even = simulate(1, seeds=1, creators=400, noise="none")
    found = spread(even.counts, even.exposure, even.creator, np.zeros(len(even.creator), np.int64), 1)
    assert found.psi[0] < 0.002


@pytest.mark.parametrize(("amount", "rate"), [(0.1, 0.03), (0.5, 0.03), (1.0, 0.03), (0.5, 3e-4)])
def test_the_spread_that_was_put_in_comes_out(simulate, amount, rate):
    posts = simulate(2, seeds=20, creators=200, amount=amount, rate=rate)
    found = spread(posts.counts, posts.exposure, posts.creator, posts.campaign[posts.creator], 20)
    assert np.mean(found.psi) == pytest.approx(amount, rel=0.1)


def test_spread_does_not_depend_on_the_order_of_posts_or_on_other_campaigns(simulate):
    posts = simulate(3, seeds=5, creators=10)
    peers = posts.campaign[posts.creator]
    whole = spread(posts.counts, posts.exposure, posts.creator, peers, 5)
    turned = spread(posts.counts[::-1], posts.exposure[::-1], posts.creator[::-1], peers[::-1], 5)
    np.testing.assert_allclose(whole.psi, turned.psi, rtol=1e-9)
    own = peers == 2
    alone = spread(posts.counts[own], posts.exposure[own], posts.creator[own], peers[own] * 0, 1)
    np.testing.assert_allclose(whole.psi[2], alone.psi[0], rtol=1e-12)


def test_one_post_each_tells_nothing_of_how_unevenly_posts_fare():
    ones = np.ones(5)
    found = spread(ones * 7, ones * 100, np.arange(5), np.zeros(5, np.int64), 1)
    assert found.df[0] == 0


def test_equal_creators_have_the_textbook_degrees_of_freedom():
    """With equal exposure the closed form is the variance of a mean: s² / n, known to n - 1."""
    rates = np.array([3.0, 5.0, 9.0, 4.0])
    variance, df = spread_of_few(rates * 1e6, np.full(4, 1e6), np.zeros(4, np.int64), 1)
    assert df[0] == pytest.approx(3)
    assert variance[0] == pytest.approx(np.var(rates, ddof=1) / 4 / np.mean(rates) ** 2, rel=1e-4)


def test_people_in_groups_that_differ_tell_less_than_as_many_alone():
    acts, chances = np.array([50.0]), np.array([1000.0])
    assert effective(acts, chances, np.array([0.0]), np.array([5.0]))[0] == 1000
    assert effective(acts, chances, np.array([0.1]), np.array([25.0]))[0] < 200
