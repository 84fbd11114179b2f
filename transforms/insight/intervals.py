"""How far a rate may be from the one that the same people would show again: Wilson, gamma-Poisson, creators.

Arrays in, arrays out, every group of every campaign at once. The estimand is never "what these posts got" (that is
known exactly) but the rate behind them: what further posts of the same creator, or a campaign with further creators of
the same kind, would get in the long run.

- :func:`wilson`: acts of people who act at most once (Wilson 1927, doi 10.1080/01621459.1927.10502953).
- :func:`spread` and :func:`bounds`: counts over posts are Poisson × gamma (negative binomial). How unevenly posts
  fare, ψ, is estimated from the scatter within creators, over all peers together, as two or three posts tell little by
  themselves. The interval then turns the gamma and the Poisson part around, each by its own quantiles, and joins them
  on the log scale (MOVER: Zou & Donner 2008, doi 10.1002/sim.3095): never below 0, and as lopsided as the truth.
- :func:`spread_of_few`: creators with few counts each, by the bias-reduced linearised variance of a ratio with the
  degrees of freedom of Bell & McCaffrey (2002), in closed form.

Which method covers how often is measured in tests/transforms/insight/test_coverage.py and written in DECISIONS.md.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LEVEL = 0.95
POSTS_TELL = 0.7
"""Scatter is itself uncertain, and more so where a few posts get most: a post counts as 0.7 of a degree of freedom."""
AT_MOST = 25.0
"""Other creators' posts tell how evenly somebody's posts fare no better than 25 of their own would."""
ENOUGH = 2.0
"""Fewer degrees of freedom than this, and there is no interval."""
CREATORS_TELL = 0.85
"""The same of a creator among creators, whose sums over several posts are less lopsided than a post."""
FEW = 10.0
"""Expected counts per unit from which scatter shows through the counting noise."""
_ROUNDS = 20


def per(codes: Codes, what: Floats | Flags, groups: int) -> Floats:
    """Σ per group."""
    return np.bincount(codes, weights=what, minlength=groups).astype(np.float64, copy=False)


def part(upper: Floats, lower: Floats, otherwise: float = 0.0) -> Floats:
    """Quotient, or ``otherwise`` where the lower side is not above 0."""
    return np.divide(upper, lower, out=np.full_like(upper, otherwise), where=lower > 0)


def wilson(acts: Floats, chances: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Wilson's interval of a share: 4 of 10 is from 0.1682 to 0.6873. ``chances`` above 0, ``acts`` at most as many."""
    z = float(special.ndtri((1 + level) / 2))
    share, added = acts / chances, z * z / chances
    middle = (share + added / 2) / (1 + added)
    half = z / (1 + added) * np.sqrt(share * (1 - share) / chances + added / (4 * chances))
    return np.clip(middle - half, 0, share), np.clip(middle + half, share, 1)


@dataclass(frozen=True, slots=True)
class Spread:
    """ψ, the relative variance from post to post beyond chance, per group of peers, and its degrees of freedom."""

    psi: Floats
    df: Floats


def spread(counts: Floats, exposure: Floats, unit: Codes, peers: Codes, groups: int) -> Spread:
    """ψ of each group of ``peers`` from the scatter of rows within units; a unit's rows are all of one group.

    Σ (r - r̄)² over a unit's rates has the expectation Σ θ/d · (1 - 1/m) + (m - 1) ψ θ². Where a unit counts enough, it
    is divided by its own r̄², whose expectation under the gamma is (1 + ψ/m) θ² and more by the counting noise; where it
    does not, by the square of the group's rate, as dividing by a count near 0 favours what happened by chance. Rates
    are not weighted by exposure: with weights the quotient is biased upwards where exposures differ a lot.
    """
    units = int(unit.max()) + 1 if unit.size else 0
    of = np.zeros(units, np.int64)
    of[unit] = peers
    rows = per(unit, np.ones_like(counts), units)
    reciprocal = per(unit, 1 / exposure, units)
    rate = counts / exposure
    mean = part(per(unit, rate, units), rows)
    scatter = per(unit, (rate - mean[unit]) ** 2, units)
    common = part(per(peers, counts, groups), per(peers, exposure, groups))[of]
    usable = rows >= 2
    of = of[usable]
    rows, reciprocal, mean, scatter, common = (x[usable] for x in (rows, reciprocal, mean, scatter, common))
    expected = common * rows / reciprocal
    own = (expected >= FEW) & (mean > 0)
    scale = np.where(own, mean, np.where(common > 0, common, 1)) ** 2
    noise = mean * reciprocal / rows  # mean of θ/d
    noise_of_mean = noise / rows
    told, chance, free = scatter / scale, (rows - 1) * noise / scale, rows - 1
    few = 1 / np.maximum(expected, 1e-9)
    inflation, squared = 1 + noise_of_mean / scale, (mean**2 - noise_of_mean) / scale
    psi = np.full(groups, 0.2)
    for _ in range(_ROUNDS):
        now = psi[of]
        more = now / rows
        weight = 1 / (few + np.maximum(now, 0.05)) ** 2
        above = weight * (told * np.where(own, inflation + more, 1) - chance)
        below = weight * free * np.where(own, 1, squared / (1 + more))
        before, psi = psi, part(per(of, above, groups), per(of, below, groups)).clip(0, 20)
        if np.array_equal(before, psi):
            break
    return Spread(psi, per(of, free, groups))


def spread_of_few(counts: Floats, exposure: Floats, group: Codes, groups: int) -> tuple[Floats, Floats]:
    """Relative variance of Σ counts / Σ exposure per group beyond counting noise, and its degrees of freedom.

    The working model is one variance of all units' rates; then the squared residuals, each over its expectation, are
    unbiased, and the variance of their sum has the closed form below (w: shares of exposure, W = Σ w²).
    """
    total, ground = per(group, counts, groups), per(group, exposure, groups)
    share = exposure / ground[group]
    squares = per(group, share**2, groups)
    weight = share**2 / np.maximum(1 - 2 * share + squares[group], 1e-12)
    residual = part(counts, exposure) - part(total, ground)[group]
    variance = per(group, weight * residual**2, groups)
    s0, s1, s2 = (per(group, weight * share**n, groups) for n in range(3))
    crossed = squares**2 * s0**2 - 4 * squares * s0 * s1 + 2 * s0 * s2 + 2 * s1**2
    trace = crossed + per(group, weight**2 * (1 + 2 * (squares[group] - 2 * share)), groups)
    relative = part(variance, part(total, ground) ** 2) - part(np.ones_like(total), total)
    return relative.clip(0, 50), part(squares**2, trace, 1.0).clip(1, None)


def bounds(
    counts: Floats, exposure: Floats, variance: Floats, df: Floats, level: float | Floats = LEVEL
) -> tuple[Floats, Floats]:
    """The interval of counts / exposure where the sum has a relative ``variance`` beyond Poisson, known to ``df``.

    The pivot of the gamma part is R / θ ~ Gamma(1/v, v), that of the Poisson part Gamma(N + ½) (Jeffreys). Both have
    their median as centre; distances from it are joined by their squares. ``df`` widen it as Student's t the normal.
    """
    high = (1 + np.asarray(level, np.float64)) / 2
    wider = student(df, level) / special.ndtri(high)
    centre, below, above = _logs(counts + 0.5, high)
    shape = 1 / np.maximum(variance, 1e-9)
    middle, down, up = _logs(shape, high)
    middle -= np.log(shape)
    from_ = centre - middle - np.hypot(below, wider * up)
    until = centre - middle + np.hypot(above, wider * down)
    rate = part(counts, exposure)
    lower = np.where(counts > 0, np.exp(from_) / exposure, 0)
    return np.minimum(lower, rate), np.maximum(np.exp(np.minimum(until, 700)) / exposure, rate)


def student(df: Floats, level: float | Floats) -> Floats:
    """Half the width of an interval by Student's t with standard error 1, of 1 degree of freedom at least."""
    of, high, at = _distinct(np.maximum(df, 1), (1 + np.asarray(level, np.float64)) / 2)
    return special.stdtrit(of, high)[at]


def _logs(shape: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Logarithm of a gamma's median, and the distances down to its lower and up to its upper quantile, ``high``."""
    of, high, at = _distinct(shape, high)
    tiny = np.finfo(np.float64).tiny
    low, middle, top = (np.log(np.maximum(special.gammaincinv(of, q), tiny)) for q in (1 - high, 0.5, high))
    return middle[at], (middle - low)[at], (top - middle)[at]


def _distinct(of: Floats, high: Floats) -> tuple[Floats, Floats, Codes]:
    """Each pair once, and where every one is found: quantiles are dear, and much recurs."""
    if high.ndim:
        pairs, at = np.unique(of + 1j * high, return_inverse=True)
        return pairs.real, pairs.imag, at
    once, at = np.unique(of, return_inverse=True)
    return once, high, at


def effective(acts: Floats, chances: Floats, variance: Floats, df: Floats, level: float = LEVEL) -> Floats:
    """How many chances of independent people would tell a share as well as these, whose groups differ beyond chance.

    As in surveys (Korn & Graubard 1998): the chances over the design effect, widened as Student's t is.
    """
    wider = (student(df, level) / special.ndtri((1 + level) / 2)) ** 2
    chance = part(1 - acts / chances, acts)
    return np.where(variance > 0, chances * part(chance, chance + variance * wider, 1.0), chances)
