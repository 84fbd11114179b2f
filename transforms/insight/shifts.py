"""What the same budget might bring if it went from some people to others: a range, with what it takes for granted.

Each person's results per money are log-normal around the pooled estimate, whose interval says how widely; people are
taken as independent. Money that is moved brings only :data:`KEEPS` of what the receivers' own money brought, as the
next post to the same followers finds fewer that have not been reached, and no more is moved than they cost themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, log1p, sqrt
from statistics import NormalDist

LEVEL = 0.8
KEEPS = 0.6
_WHOLE = 0.95
"""Level of the intervals that come in."""


@dataclass(frozen=True, slots=True)
class Paid:
    """One person: the cost, and results per money with the ends of a 95 % interval."""

    cost: float
    rate: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Shift:
    """Results now, and as they might be: the middle and the ends of an 80 % interval. ``moved``: money."""

    now: float
    low: float
    middle: float
    high: float
    moved: float


def shift(now: float, lost: float, freed: float, receivers: Sequence[Paid]) -> Shift | None:
    """``now``: results of all. ``lost``: those of the people whose cost ``freed`` is moved. None where nothing can be.

    What is not moved because the receivers cost less is spent as before, with its part of ``lost``.
    """
    usable = [p for p in receivers if p.cost > 0 and 0 < p.lower <= p.rate <= p.upper]
    whole = sum(p.cost for p in usable)
    if not usable or len(usable) != len(receivers) or freed <= 0:
        return None
    moved = min(freed, whole)
    mean = sum(p.cost * p.rate for p in usable) / whole
    spread = sum((p.cost * p.rate) ** 2 * (exp(_sigma(p) ** 2) - 1) for p in usable) / whole**2
    gain = moved * KEEPS * mean
    # what is gained is counted one by one, too: so many events vary by their square root
    variance = spread / mean**2 + 1 / max(gain, 1.0)
    sigma = sqrt(log1p(variance))
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * sigma
    stays = now - lost * moved / freed
    return Shift(now, stays + gain * exp(-reach), stays + gain, stays + gain * exp(reach), moved)


def _sigma(paid: Paid) -> float:
    """Standard deviation of the logarithm of a rate, out of its interval."""
    return (log(paid.upper) - log(paid.lower)) / (2 * NormalDist().inv_cdf((1 + _WHOLE) / 2))
