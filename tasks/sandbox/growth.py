"""How a post's counts grow: fast, then saturating, by day of week and with noise, and never down by themselves."""

from datetime import datetime
from functools import lru_cache
from math import erf, exp, log, sqrt
from statistics import NormalDist

from tasks.sandbox.draws import Draws

DAY_HOURS = 24.0
_STANDARD = NormalDist()

HALF_LIFE_HOURS = {"instagram": 19.0, "tiktok": 40.0, "youtube": 144.0}
"""Hours until half of what a post will ever get. Instagram and YouTube: Graffius, "Lifespan of social media posts",
2018 (19 h, 6 d). TikTok is not in it: an assumption between the two."""

SPREAD = {"instagram": 1.2, "tiktok": 1.5, "youtube": 1.4}
"""Standard deviation of the logarithm of the age at which an engagement happens."""

_WEEKDAY_HOURS = (-1.5, -2.0, -1.5, 0.0, 1.5, 3.0, 1.5)
"""Hours by which a post is ahead at the start of Monday … Sunday, against an even week."""
_NOISE_HOURS = 6.0


def hours(earlier: datetime, later: datetime) -> float:
    """Hours from one instant to another."""
    return (later - earlier).total_seconds() / 3600


def lived(draws: Draws, name: str, published_at: datetime, at: datetime) -> float:
    """Age in hours of a post's own time, which runs faster on week-ends and by chance from day to day.

    The clock's hours plus an offset that is linear between whole days of age. Neighbouring offsets differ by less
    than a day (at most 2 × 6 + 3 h), so own time always runs forward.
    """
    age = hours(published_at, at)
    if age <= 0:
        return 0.0
    day, part = divmod(age, DAY_HOURS)
    before, after = (_ahead(draws, name, published_at, int(day) + n) for n in (0, 1))
    return age + before + (after - before) * part / DAY_HOURS


def share_at(own_hours: float, half_life: float, spread: float) -> float:
    """The part of its final count that a post has at that age: a log-normal distribution."""
    if own_hours <= 0:
        return 0.0
    return 0.5 * (1 + erf(log(own_hours / half_life) / (spread * sqrt(2))))


def age_at(share: float, half_life: float, spread: float) -> float:
    """The age in hours by which a post has that part (above 0, below 1) of its final count."""
    return half_life * exp(spread * _STANDARD.inv_cdf(share))


@lru_cache(maxsize=1 << 16)
def _ahead(draws: Draws, name: str, published_at: datetime, day: int) -> float:
    if day == 0:
        return 0.0
    weekday = published_at.weekday()
    even = _WEEKDAY_HOURS[(weekday + day) % 7] - _WEEKDAY_HOURS[weekday]
    return even + draws.between(-_NOISE_HOURS, _NOISE_HOURS, "pace", name, day)
