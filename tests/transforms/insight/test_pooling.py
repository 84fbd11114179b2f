"""Small samples are drawn to what similar creators show, and predict better so."""

import numpy as np
import pytest

from transforms.insight.intervals import per, spread
from transforms.insight.pooling import pooled

ALL = np.zeros(60, np.int64)
"""One platform; one campaign."""


def halves(made):
    """Every creator's posts split in two: (counts, exposure, variance) of the first half, rate of the second."""
    first = np.zeros(len(made.creator), np.bool_)
    place = np.arange(len(made.creator)) - np.searchsorted(made.creator, made.creator)
    first[place % 2 == 0] = True
    n = len(made.truth)
    found = spread(
        made.counts[first],
        made.exposure[first],
        made.creator[first],
        made.campaign[made.creator][first],
        int(made.campaign.max()) + 1,
    )
    counts, exposure = (per(made.creator[first], x[first], n) for x in (made.counts, made.exposure))
    share = made.exposure[first] / exposure[made.creator[first]]
    variance = found.psi[made.campaign] * per(made.creator[first], share**2, n)
    rest = ~first
    other = per(made.creator[rest], made.counts[rest], n) / per(made.creator[rest], made.exposure[rest], n)
    return counts, exposure, variance, other


@pytest.mark.parametrize(
    ("creators", "differ", "noise", "amount"),
    [(8, 0.2, "gamma", 0.4), (24, 0.3, "gamma", 0.4), (24, 0.3, "lognormal", 0.6), (60, 0.5, "gamma", 0.4)],
)
def test_pooled_rates_predict_the_other_half_of_the_posts_better_than_raw_ones(
    simulate, creators, differ, noise, amount
):
    made = simulate(21, seeds=60, creators=creators, posts=(3, 6), creators_differ=differ, noise=noise, amount=amount)
    counts, exposure, variance, other = halves(made)
    one = np.zeros(len(counts), np.int64)
    raw, mixed = counts / exposure, pooled(counts, exposure, variance, exposure, one, group=made.campaign).rate
    assert np.mean((mixed - other) ** 2) < 0.97 * np.mean((raw - other) ** 2)
    assert np.mean((mixed - made.truth) ** 2) < 0.9 * np.mean((raw - made.truth) ** 2)


def test_pooled_intervals_hold_the_truth(simulate):
    made = simulate(22, seeds=100, creators=24, posts=(2, 5), creators_differ=0.4, amount=0.4)
    counts, exposure = (per(made.creator, x, len(made.truth)) for x in (made.counts, made.exposure))
    found = spread(made.counts, made.exposure, made.creator, made.campaign[made.creator], 100)
    share = made.exposure / exposure[made.creator]
    variance = found.psi[made.campaign] * per(made.creator, share**2, len(made.truth))
    found = pooled(counts, exposure, variance, exposure, np.zeros(len(counts), np.int64), group=made.campaign)
    assert 0.92 <= np.mean((found.lower <= made.truth) & (made.truth <= found.upper)) <= 0.97


@pytest.mark.parametrize(
    ("creators", "differ", "noise"), [(3, 0, "none"), (8, 0.2, "gamma"), (30, 0, "none"), (30, 0.2, "gamma")]
)
def test_pooled_rates_of_a_few_orders_each_predict_better_too_and_their_intervals_hold(
    simulate, creators, differ, noise
):
    """About one to ten events each: the lucky ones are no surer, and half an event on next to nothing is no rate."""
    made = simulate(24, seeds=80, creators=creators, posts=(3, 6), rate=1e-4, creators_differ=differ, noise=noise)
    counts, exposure, variance, other = halves(made)
    found = pooled(counts, exposure, variance, exposure, np.zeros(len(counts), np.int64), group=made.campaign)
    told = ~np.isnan(found.rate)
    raw, mixed, other, truth = (x[told] for x in (counts / exposure, found.rate, other, made.truth))
    assert np.mean((mixed - other) ** 2) < 0.97 * np.mean((raw - other) ** 2)
    assert np.mean((mixed - truth) ** 2) < 0.9 * np.mean((raw - truth) ** 2)
    assert np.mean((found.lower[told] <= truth) & (truth <= found.upper[told])) >= 0.88


def test_what_others_show_changes_nothing(simulate):
    made = simulate(23, seeds=9, creators=24, posts=(2, 5), creators_differ=0.4, amount=0.4)
    counts, exposure = (per(made.creator, x, len(made.truth)) for x in (made.counts, made.exposure))
    variance = np.where(counts % 7 == 0, np.nan, 0.1)
    group, platform = made.campaign, np.arange(len(counts)) % (2 + made.campaign % 3)
    platform[group == 4] = 0
    exposure[(group == 5) & (np.arange(len(counts)) % 24 > 1)] = 0
    size = np.where(group == 6, np.nan, exposure)
    every = pooled(counts, exposure, variance, size, platform, group=group)
    for campaign in range(9):
        own = group == campaign
        alone = pooled(
            *(x[own] for x in (counts, exposure, variance, size, platform)), group=np.zeros(own.sum(), np.int64)
        )
        for one, of in ((alone.rate, every.rate), (alone.lower, every.lower), (alone.upper, every.upper)):
            np.testing.assert_array_equal(one, of[own])
        assert np.isnan(alone.rate).all() == (campaign == 5)


def test_one_lucky_order_does_not_top_the_table():
    orders, cost = np.array([1.0, 40, 60, 50, 45]), np.array([1_000.0, 100_000, 100_000, 100_000, 100_000])
    found = pooled(orders, cost, np.zeros(5), np.full(5, 2e4), ALL[:5], group=ALL[:5])
    assert np.argmax(orders / cost) == 0
    assert np.argmax(found.rate) == 2


def test_much_known_of_a_creator_stays_nearly_as_it_is():
    counts, exposure = np.array([9e5, 2e5, 5e5, 4e5]), np.full(4, 1e7)
    found = pooled(counts, exposure, np.full(4, 1e-4), np.full(4, 2e4), ALL[:4], group=ALL[:4])
    np.testing.assert_allclose(found.rate, counts / exposure, rtol=0.01)


def test_two_creators_are_not_pooled():
    found = pooled(np.ones(2), np.ones(2), np.zeros(2), np.ones(2), ALL[:2], group=ALL[:2])
    assert np.isnan([found.rate, found.lower, found.upper]).all()


def test_size_and_platform_have_a_say():
    rng = np.random.default_rng(5)
    size = rng.lognormal(10, 1, 60)
    platform = np.array([0, 1] * 30)
    true = 0.05 * (size / 2e4) ** -0.4 * np.array([1, 2] * 30)
    exposure = np.full(60, 300.0)
    found = pooled(rng.poisson(true * exposure).astype(float), exposure, np.zeros(60), size, platform, group=ALL)
    assert np.corrcoef(np.log(found.rate), np.log(true))[0, 1] > 0.95
