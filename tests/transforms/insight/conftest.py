"""Simulated campaigns whose truth is known: creators with rates of their own, posts that fare unevenly, many seeds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from transforms.insight.intervals import Codes, Floats


@dataclass(frozen=True)
class Simulated:
    """Posts of many campaigns at once, one campaign per seed, and each creator's true rate."""

    counts: Floats
    exposure: Floats
    creator: Codes
    campaign: Codes
    """Per creator."""
    truth: Floats
    """Per creator."""


def simulate(
    seed: int,
    *,
    seeds: int = 500,
    creators: int = 8,
    posts: tuple[int, int] = (2, 5),
    noise: str = "gamma",
    amount: float = 0.3,
    rate: float = 0.03,
    creators_differ: float = 0.4,
    exposure: float = 8_000,
    exposures_differ: float = 0.8,
    sizes_differ: float = 0.7,
    spreads_differ: float = 0.0,
) -> Simulated:
    """``noise`` from post to post: none (Poisson), gamma (variance), lognormal (sigma), beta (precision)."""
    rng = np.random.default_rng(seed)
    n = seeds * creators
    creator = np.repeat(np.arange(n), rng.integers(posts[0], posts[1] + 1, n))
    truth = rate * rng.lognormal(-(creators_differ**2) / 2, creators_differ, n)
    size = exposure * rng.lognormal(0, sizes_differ, n)
    shown = np.floor(size[creator] * rng.lognormal(0, exposures_differ, len(creator))) + 1
    theta = truth[creator]
    spread = amount * (rng.lognormal(0, spreads_differ, n)[creator] if spreads_differ else np.ones(len(creator)))
    if noise == "beta":
        got = rng.binomial(shown.astype(np.int64), rng.beta(theta * amount, (1 - theta) * amount))
    elif noise == "none":
        got = rng.poisson(theta * shown)
    elif noise == "gamma":
        got = rng.poisson(theta * shown * rng.gamma(1 / spread, spread))
    else:
        got = rng.poisson(theta * shown * np.exp(spread * rng.standard_normal(len(creator)) - spread**2 / 2))
    return Simulated(got.astype(np.float64), shown, creator, np.repeat(np.arange(seeds), creators), truth)


@pytest.fixture(name="simulate", scope="session")
def _simulate() -> Callable[..., Simulated]:
    return simulate
