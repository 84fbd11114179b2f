"""A creator's rate with what similar creators suggest mixed in: the less is known of the creator, the more of theirs.

Empirical Bayes on the log scale (Efron & Morris 1975, doi 10.1080/01621459.1975.10479864): log rates are normal around
a curve over size with an offset per platform; how much creators truly differ, τ², is found by the equation of Paule and
Mandel.
A creator with 3 orders is drawn to the curve, one with 300 stays where he is, so small samples do not top a table.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from transforms.insight.intervals import LEVEL, Flags, Floats

_ROUNDS = 30
_FEW = 8
"""Fewer creators than this tell their common level and nothing of how size matters."""
_MANY = 30
"""From so many on the curve may bend."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """Pooled rates with the 95 % interval of each, and how much creators differ (standard deviation of log rates)."""

    rate: Floats
    lower: Floats
    upper: Floats
    tau: float


def pooled(
    counts: Floats, exposure: Floats, variance: Floats, size: Floats, platform: list[str], *, level: float = LEVEL
) -> Pooled | None:
    """The creators of one campaign, pooled; None if fewer than three tell something.

    ``variance``: relative, beyond counting; NaN where unknown, and the creator is then left out (NaN). ``size``:
    followers, NaN where unknown.
    """
    told = ~np.isnan(variance) & (exposure > 0) & (counts >= 0)
    if told.sum() < 3 or not counts[told].any():
        return None
    seen = counts[told] + 0.5
    raw = np.log(seen / exposure[told]) + np.log1p(variance[told]) / 2
    noise = 1 / seen + np.log1p(variance[told])
    design = _design(size[told], [p for p, t in zip(platform, told, strict=True) if t])
    tau2 = _tau2(raw, noise, design)
    weight = 1 / (noise + tau2)
    spread = np.linalg.pinv((design * weight[:, None]).T @ design)
    curve = design @ (spread @ (design.T @ (weight * raw)))
    keep = tau2 / (tau2 + noise)
    middle = curve + keep * (raw - curve)
    unsure = keep * noise + (1 - keep) ** 2 * np.einsum("ij,jk,ik->i", design, spread, design)
    free = max(len(raw) - design.shape[1], 1)  # τ² is itself uncertain, and the more so the fewer the creators
    half = special.stdtrit(free, (1 + level) / 2) * np.sqrt(unsure)
    return Pooled(
        *(_at(told, np.exp(x)) for x in (middle, middle - half, middle + half)),
        tau=float(np.sqrt(tau2)),
    )


def _at(told: Flags, values: Floats) -> Floats:
    found = np.full(told.shape, np.nan)
    found[told] = values
    return found


def _design(size: Floats, platform: list[str]) -> Floats:
    """Columns: the common level; size, as log followers in tenfold steps from the mean; each platform but one."""
    n = len(size)
    columns: list[Floats] = [np.ones(n)]
    is_sized = size > 0
    if n >= _FEW and is_sized.sum() >= _FEW:
        steps = np.where(is_sized, np.log10(np.where(is_sized, size, 1)), np.nan)
        steps = np.nan_to_num(steps - float(np.nanmean(steps)))
        columns.append(steps)
        if n >= _MANY:
            columns.append(steps**2 - float(np.mean(steps**2)))
    names = sorted(set(platform))
    for name in names[1:]:
        is_there = np.array([p == name for p in platform], np.float64)
        if n >= _FEW and min(is_there.sum(), n - is_there.sum()) >= 3:
            columns.append(is_there - float(is_there.mean()))
    return np.stack(columns, axis=1)


def _tau2(raw: Floats, noise: Floats, design: Floats) -> float:
    """Paule & Mandel (1982): the τ² at which Σ residual² / (noise + τ²) is its expectation; 0 if it is less at once."""
    free = len(raw) - np.linalg.matrix_rank(design)
    if free < 1:
        return 0.0

    def surplus(tau2: float) -> float:
        weight = 1 / (noise + tau2)
        weighted = design * weight[:, None]
        fit = design @ (np.linalg.pinv(weighted.T @ design) @ (weighted.T @ raw))
        return float((weight * (raw - fit) ** 2).sum()) - free

    if surplus(0.0) <= 0:
        return 0.0
    low, high = 0.0, float(np.ptp(raw) ** 2) + 1.0
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        low, high = (middle, high) if surplus(middle) > 0 else (low, middle)
    return (low + high) / 2
