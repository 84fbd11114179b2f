"""Small samples are drawn to what similar creators show, and predict better so."""

import numpy as np
import pytest

from transforms.insight.intervals import per, spread
from transforms.insight.pooling import pooled


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
    raw, mixed = counts / exposure, np.full(len(counts), np.nan)
    for campaign in range(60):
        own = made.campaign == campaign
        found = pooled(counts[own], exposure[own], variance[own], exposure[own], ["instagram"] * int(own.sum()))
        assert found is not None
        mixed[own] = found.rate
    assert np.mean((mixed - other) ** 2) < 0.97 * np.mean((raw - other) ** 2)
    assert np.mean((mixed - made.truth) ** 2) < 0.9 * np.mean((raw - made.truth) ** 2)


def test_pooled_intervals_hold_the_truth(simulate):
    made = simulate(22, seeds=100, creators=24, posts=(2, 5), creators_differ=0.4, amount=0.4)
    counts, exposure = (per(made.creator, x, len(made.truth)) for x in (made.counts, made.exposure))
    found = spread(made.counts, made.exposure, made.creator, made.campaign[made.creator], 100)
    share = made.exposure / exposure[made.creator]
    variance = found.psi[made.campaign] * per(made.creator, share**2, len(made.truth))
    inside = []
    for campaign in range(100):
        own = made.campaign == campaign
        one = pooled(counts[own], exposure[own], variance[own], exposure[own], ["tiktok"] * 24)
        assert one is not None
        inside.append((one.lower <= made.truth[own]) & (made.truth[own] <= one.upper))
    assert 0.92 <= np.mean(inside) <= 0.97


def test_one_lucky_order_does_not_top_the_table():
    orders, cost = np.array([1.0, 40, 60, 50, 45]), np.array([1_000.0, 100_000, 100_000, 100_000, 100_000])
    found = pooled(orders, cost, np.zeros(5), np.full(5, 2e4), ["instagram"] * 5)
    assert found is not None
    assert np.argmax(orders / cost) == 0
    assert np.argmax(found.rate) == 2


def test_much_known_of_a_creator_stays_nearly_as_it_is():
    counts, exposure = np.array([9e5, 2e5, 5e5, 4e5]), np.full(4, 1e7)
    found = pooled(counts, exposure, np.full(4, 1e-4), np.full(4, 2e4), ["instagram"] * 4)
    assert found is not None
    np.testing.assert_allclose(found.rate, counts / exposure, rtol=0.01)


def test_two_creators_are_not_pooled():
    assert pooled(np.ones(2), np.ones(2), np.zeros(2), np.ones(2), ["x", "x"]) is None


def test_size_and_platform_have_a_say():
    rng = np.random.default_rng(5)
    size = rng.lognormal(10, 1, 60)
    platform = ["instagram", "tiktok"] * 30
    true = 0.05 * (size / 2e4) ** -0.4 * np.array([1, 2] * 30)
    exposure = np.full(60, 300.0)
    found = pooled(rng.poisson(true * exposure).astype(float), exposure, np.zeros(60), size, platform)
    assert found is not None
    assert np.corrcoef(np.log(found.rate), np.log(true))[0, 1] > 0.95
