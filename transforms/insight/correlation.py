"""Whether two things rise together among people, by ranks, with how far chance alone may carry the figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
from scipy import stats

from transforms.insight.intervals import LEVEL

FEWEST = 8
"""Below so many pairs the interval covers nearly everything."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """Spearman's rank correlation of ``pairs`` people, from -1 to 1, and the ends of its 95 % interval."""

    rank: float
    lower: float
    upper: float
    pairs: int


def correlation(x: Sequence[float], y: Sequence[float]) -> Correlation | None:
    """None with fewer than :data:`FEWEST` pairs, or where one side is the same for all.

    Interval: Fisher's z with the variance of Bonett and Wright (2000, doi 10.1007/BF02294183).
    """
    if len(x) < FEWEST or len(set(x)) < 2 or len(set(y)) < 2:
        return None
    ranks = (stats.rankdata(side) for side in (x, y))
    rank = float(np.clip(np.corrcoef(*ranks)[0, 1], -1, 1))
    half = float(stats.norm.ppf((1 + LEVEL) / 2)) * sqrt((1 + rank**2 / 2) / (len(x) - 3))
    middle = atanh(min(max(rank, -1 + 1e-12), 1 - 1e-12))
    return Correlation(rank, tanh(middle - half), tanh(middle + half), len(x))
