"""A creator's rate with what similar creators suggest mixed in: the less is known of the creator, the more of theirs.

Empirical Bayes on the log scale (Efron & Morris 1975, doi 10.1080/01621459.1975.10479864): log rates are normal around
a curve over size with an offset per platform; how much creators truly differ, τ², is found by the equation of Paule and
Mandel.
A creator with 3 orders is drawn to the curve, one with 300 stays where he is, so small samples do not top a table.

Few events have no logarithm of use: half an event is added at the group's own rate, and how noisy a rate is follows
half from what was counted and half from what that rate expects. By what was counted alone the lucky would seem the
surer ones and lift the curve, and half an event more on next to no exposure would be the highest rate of all.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from transforms.insight.intervals import LEVEL, Codes, Flags, Floats, part, per

_ROUNDS = 30
_LEAST = 3
"""Fewer creators than this suggest nothing to each other."""
_FEW = 8
"""Fewer creators than this tell their common level and nothing of how size matters."""
_MANY = 30
"""From so many on the curve may bend."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """Pooled rates with the 95 % interval of each."""

    rate: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True)
class _Curves:
    """Creators of groups whose designs have as many columns, one group after the other."""

    design: Floats
    raw: Floats
    noise: Floats
    group: Codes
    first: Codes
    """Where each group begins."""

    def sums(self, what: Floats) -> Floats:
        """Σ per group."""
        return np.add.reduceat(what, self.first)

    def fit(self, weight: Floats) -> tuple[Floats, Floats]:
        """Weighted least squares per group: the inverse of its normal matrix, and its curve at each creator."""
        weighted = self.design * weight[:, None]
        normal = self.sums(weighted[:, :, None] * self.design[:, None, :])
        spread = np.asarray(np.linalg.pinv(normal), np.float64)
        slopes = np.einsum("gij,gj->gi", spread, self.sums(weighted * self.raw[:, None]))
        return spread, np.einsum("ni,ni->n", self.design, slopes[self.group])


def pooled(
    counts: Floats,
    exposure: Floats,
    variance: Floats,
    size: Floats,
    platform: Codes,
    *,
    group: Codes,
    level: float = LEVEL,
) -> Pooled:
    """The creators of each group, pooled; NaN in groups of whom fewer than three tell something.

    ``variance``: relative, beyond counting; NaN where unknown, and the creator is then left out (NaN). ``size``:
    followers, NaN where unknown. ``platform``: a number for each, in the order of their names.
    """
    told = ~np.isnan(variance) & (exposure > 0) & (counts >= 0)
    groups = int(group.max(initial=-1)) + 1
    enough = (per(group, told, groups) >= _LEAST) & (per(group, np.where(told, counts, 0), groups) > 0)
    at = np.flatnonzero(told & enough[group])
    at = at[np.argsort(group[at], kind="stable")]
    members = np.split(at, np.flatnonzero(np.diff(group[at])) + 1) if len(at) else []
    alike: dict[int, list[tuple[Codes, Floats]]] = {}
    for own in members:
        design = _design(size[own], platform[own])
        alike.setdefault(design.shape[1], []).append((own, design))
    common = part(per(group[at], counts[at], groups), per(group[at], exposure[at], groups))
    expected = common[group] * exposure
    found = Pooled(*(np.full(len(counts), np.nan) for _ in range(3)))
    for parts in alike.values():
        own = np.concatenate([of for of, _ in parts])
        seen, usual, beyond = counts[own], expected[own], np.log1p(variance[own])
        raw = np.log((seen + 0.5) / (usual + 0.5) * usual / exposure[own]) + beyond / 2
        noise = 1 / ((seen + usual) / 2 + 0.5) + beyond
        middle, half = _drawn([design for _, design in parts], raw, noise, level)
        found.rate[own], found.lower[own], found.upper[own] = (np.exp(middle + n * half) for n in (0, -1, 1))
    return found


def _drawn(designs: list[Floats], raw: Floats, noise: Floats, level: float) -> tuple[Floats, Floats]:
    """Log rates drawn to the curves of their groups, and half the width of the interval of each."""
    sizes = np.array([len(d) for d in designs])
    group = np.repeat(np.arange(len(sizes)), sizes)
    curves = _Curves(np.concatenate(designs), raw, noise, group, np.cumsum(sizes) - sizes)
    tau2 = _tau2(curves, sizes - [np.linalg.matrix_rank(d) for d in designs])[group]
    spread, curve = curves.fit(1 / (noise + tau2))
    keep = tau2 / (tau2 + noise)
    unsure = keep * noise + (1 - keep) ** 2 * np.einsum("ni,nij,nj->n", curves.design, spread[group], curves.design)
    free = np.maximum(sizes - curves.design.shape[1], 1)  # τ² is itself uncertain, the more so the fewer the creators
    return curve + keep * (raw - curve), special.stdtrit(free, (1 + level) / 2)[group] * np.sqrt(unsure)


def _design(size: Floats, platform: Codes) -> Floats:
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
    if n >= _FEW:
        for name in np.unique(platform)[1:]:
            is_there = (platform == name).astype(np.float64)
            if min(is_there.sum(), n - is_there.sum()) >= _LEAST:
                columns.append(is_there - float(is_there.mean()))
    return np.stack(columns, axis=1)


def _tau2(curves: _Curves, free: Codes) -> Floats:
    """Paule & Mandel (1982): the τ² at which Σ residual² / (noise + τ²) is its expectation; 0 if it is less at once."""

    def is_more(tau2: Floats) -> Flags:
        weight = 1 / (curves.noise + tau2[curves.group])
        _, curve = curves.fit(weight)
        return curves.sums(weight * (curves.raw - curve) ** 2) > free

    low = np.zeros(len(free))
    differ = (free >= 1) & is_more(low)
    high = (np.maximum.reduceat(curves.raw, curves.first) - np.minimum.reduceat(curves.raw, curves.first)) ** 2 + 1
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        more = is_more(middle)
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return np.where(differ, (low + high) / 2, 0)
