"""95 % intervals hold the truth in 93 to 97 of 100 simulated cases, with misses on both sides."""

import numpy as np
import pytest

from transforms.insight.intervals import (
    AT_MOST,
    CREATORS_TELL,
    ENOUGH,
    POSTS_TELL,
    bounds,
    effective,
    per,
    spread,
    wilson,
)
from transforms.insight.variances import differing

POSTS = [
    # creators, posts, noise, amount, other settings
    (3, (2, 5), "gamma", 0.2, {}),
    (8, (1, 10), "none", 0, {}),
    (8, (1, 10), "gamma", 0.3, {}),
    (8, (2, 5), "lognormal", 0.5, {}),
    (8, (2, 5), "beta", 60, {}),
    (24, (1, 10), "gamma", 0.5, {}),
    (24, (2, 5), "gamma", 1.0, {}),
    (24, (2, 5), "lognormal", 0.7, {}),
    (24, (1, 3), "lognormal", 0.4, {}),
    (24, (2, 5), "gamma", 0.2, {"rate": 3e-4}),
    (24, (2, 5), "gamma", 0.2, {"rate": 3e-4, "exposure": 2_000}),
    (24, (2, 5), "gamma", 0.3, {"exposures_differ": 0.01}),
    (200, (1, 10), "gamma", 0.3, {"seeds": 60}),
    (200, (2, 5), "lognormal", 0.5, {"seeds": 60}),
    (200, (2, 5), "beta", 60, {"seeds": 60}),
    (200, (1, 10), "lognormal", 0.5, {"seeds": 60, "spreads_differ": 0.4}),
]


@pytest.mark.parametrize(("creators", "posts", "noise", "amount", "more"), POSTS)
def test_a_creators_interval_holds_his_rate(simulate, creators, posts, noise, amount, more):  # noqa: PLR0917  # a drawn row
    made = simulate(11, creators=creators, posts=posts, noise=noise, amount=amount, **more)
    n, campaigns = len(made.truth), int(made.campaign.max()) + 1
    found = spread(made.counts, made.exposure, made.creator, made.campaign[made.creator], campaigns)
    counts, exposure = (per(made.creator, x, n) for x in (made.counts, made.exposure))
    share = made.exposure / exposure[made.creator]
    psi, df = found.psi[made.campaign], found.df[made.campaign]
    told = df >= ENOUGH
    variance = psi * per(made.creator, share**2, n)
    lower, upper = bounds(counts, exposure, variance, np.minimum(POSTS_TELL * df, AT_MOST))
    _holds(made.truth[told], lower[told], upper[told])


CREATORS = [
    (8, {}),
    (24, {}),
    (200, {}),
    (8, {"creators_differ": 0.8}),
    (24, {"creators_differ": 0.8}),
    (24, {"posts": (1, 1)}),
    (24, {"rate": 2e-4, "creators_differ": 0.5}),
    (24, {"noise": "lognormal", "amount": 0.5, "exposures_differ": 0.01, "sizes_differ": 0.01}),
    # orders per yen: few, and of creators whose fees differ a lot
    (11, {"posts": (1, 1), "noise": "none", "rate": 1.2e-4, "exposure": 250_000, "sizes_differ": 1.3}),
    (24, {"posts": (1, 1), "noise": "none", "rate": 1.2e-4, "exposure": 250_000, "sizes_differ": 1.3}),
]


@pytest.mark.parametrize(("creators", "more"), CREATORS)
def test_a_campaigns_interval_holds_what_more_creators_would_give(simulate, creators, more):
    made = simulate(12, seeds=2000 if creators < 100 else 500, creators=creators, **more)
    n, campaigns = len(made.truth), int(made.campaign.max()) + 1
    counts, exposure = (per(made.creator, x, n) for x in (made.counts, made.exposure))
    of = made.campaign
    total, ground = per(of, counts, campaigns), per(of, exposure, campaigns)
    variance, df = differing(counts, exposure, of, campaigns)
    told = ~np.isnan(variance)
    assert np.mean(told) > 0.5
    lower, upper = bounds(total[told], ground[told], variance[told], df[told])
    _holds(np.full(told.sum(), more.get("rate", 0.03)), lower, upper)


@pytest.mark.parametrize(("chances", "share"), [(60, 0.1), (400, 0.02), (2000, 0.3)])
def test_wilson_holds_the_share(chances, share):
    acts = np.random.default_rng(13).binomial(chances, share, 20_000).astype(np.float64)
    lower, upper = wilson(acts, np.full(20_000, float(chances)))
    _holds(np.full(20_000, share), lower, upper)


def test_wilson_over_creators_who_differ_holds_their_common_share():
    rng = np.random.default_rng(14)
    creators, seeds, clicks = 20, 1000, 400
    of = np.repeat(np.arange(seeds), creators)
    acts = rng.binomial(clicks, rng.beta(3, 97, len(of))).astype(np.float64)
    chances = np.full(len(of), float(clicks))
    found = spread(acts, chances, of, of, seeds)
    total, ground = per(of, acts, seeds), per(of, chances, seeds)
    alike = effective(total, ground, found.psi / creators, np.full(seeds, CREATORS_TELL * (creators - 1)))
    _holds(np.full(seeds, 0.03), *wilson(total * alike / ground, alike))


def _holds(truth, lower, upper):
    below, above = np.mean(truth < lower), np.mean(truth > upper)
    assert 0.93 <= 1 - below - above <= 0.97, f"{below:.3f} below, {above:.3f} above"
    assert max(below, above) <= 0.045, f"{below:.3f} below, {above:.3f} above"
