"""What posts will have got by the end of a campaign: those that are up by their age, those promised by the others.

A post gets its share F(age) of what it will ever get: log-normal in age, with the platform's half-life (Graffius,
"Lifespan of social media posts", 2018 and 2022: Instagram 19 h, YouTube 6 d, X about half an hour; TikTok is not in it,
40 h is an assumption between). How far a post is from that curve is uncertain, and how the next ones fare is more so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from transforms.insight.intervals import Codes, Floats, part, per

HALF_LIFE_HOURS: Mapping[str, float] = {"instagram": 19.0, "tiktok": 40.0, "youtube": 144.0, "x": 0.6}
LEVEL = 0.8
_SPREAD = 1.35
"""Standard deviation of the logarithm of the age at which something happens to a post."""
_OFF_TOGETHER, _OFF_ALONE = 0.17, 0.2
"""How far off, as standard deviations of a logarithm, the growth still to come is: of all posts, and of each."""
_FARES = 0.5
"""Relative variance from one post to another of a creator's, where the campaign's own posts do not tell."""
_DIFFER = 0.4
"""Relative variance from one creator to another of a campaign."""
_YOUNG = 0.02
"""What others get weighs as much as this share of a post's life: a post of an hour's age tells little."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A total at the end of the campaign: what is there, and what is to come with its relative variance.

    ``lump``: what one event adds, where events come one by one; 0 for what flows.
    """

    now: float
    to_come: float
    variance: float
    lump: float = 0.0

    @property
    def value(self) -> float:
        """Expected at the end."""
        return self.now + self.to_come

    @property
    def _sigma(self) -> float:
        return float(np.sqrt(np.log1p(self.variance)))

    @property
    def _binomial(self) -> tuple[float, float]:
        """Size and probability of the negative binomial of events to come."""
        size = 1 / max(self.variance, 1e-6)
        return size, size / (size + self.to_come / self.lump)

    def end(self, share: float) -> float:
        """The value that the total stays at or below with this probability."""
        if self.to_come <= 0:
            return self.now
        if self.lump:
            return self.now + self.lump * float(stats.nbinom.ppf(share, *self._binomial))
        return self.now + self.to_come * float(np.exp(self._sigma * special.ndtri(share)))

    def chance(self, target: float) -> float:
        """Probability that the total reaches the target."""
        missing = target - self.now
        if missing <= 0:
            return 1.0
        if self.to_come <= 0 or self.variance <= 0:
            return float(self.to_come >= missing)
        if self.lump:
            return float(stats.nbinom.sf(np.ceil(missing / self.lump) - 1, *self._binomial))
        return float(special.ndtr(np.log(self.to_come / missing) / self._sigma))


@dataclass(frozen=True, slots=True)
class Lives:
    """The posts of one campaign that tell a count, and what its contracts still promise.

    ``contract`` numbers the contract of each post; ``platform`` and ``promised`` (posts to come) are per contract.
    """

    counts: Floats
    age: Floats
    """Hours, when the count was observed."""
    left: Floats
    """Hours from then to the end of the campaign."""
    contract: Codes
    platform: list[str]
    promised: Floats
    remaining: float
    """Hours from now to the end."""


def share_at(hours: Floats, half_life: Floats) -> Floats:
    """The part of what a post will ever get that it has at an age."""
    return special.ndtr(np.log(np.maximum(hours, 1e-6) / half_life) / _SPREAD)


def project(lives: Lives) -> Forecast | None:
    """The total at the end of the campaign; None where it cannot be told.

    That is before any post tells something, and while a platform with promised posts has none that does.
    """
    if not len(lives.counts) or not lives.counts.sum():
        return None
    contracts = len(lives.platform)
    half = np.array([HALF_LIFE_HOURS.get(p, 40.0) for p in lives.platform])
    platform = np.unique(lives.platform, return_inverse=True)[1].astype(np.int64)
    has = share_at(lives.age, half[lives.contract])
    will = share_at(lives.age + lives.left, half[lives.contract])
    where = platform[lives.contract]
    usual = part(per(where, lives.counts, contracts), per(where, has, contracts))
    whole = (lives.counts + _YOUNG * usual[where]) / (has + _YOUNG)
    still = whole * (will - has)
    if (lives.promised * (usual[platform] == 0)).sum():
        return None
    fares, differ = _uneven(whole, lives.contract, contracts), _DIFFER
    posts = per(lives.contract, np.ones(len(whole)), contracts)
    own = posts / (posts + fares / differ)
    level = own * part(per(lives.contract, whole, contracts), posts) + (1 - own) * usual[platform]
    when = share_at(lives.remaining * (np.arange(20) + 0.5)[None, :] / 20, half[:, None])
    each = level * when.mean(axis=1)
    timing = part(when.var(axis=1), when.mean(axis=1) ** 2)
    told = per(platform, (posts > 0).astype(np.float64), contracts)[platform]
    variance = (
        (_OFF_TOGETHER * still.sum()) ** 2
        + float(((_OFF_ALONE * still) ** 2).sum())
        + float((lives.promised * each**2 * (fares + timing + fares * timing)).sum())
        + float((lives.promised**2 * each**2 * (1 - own) * differ).sum())
        + float((per(platform, lives.promised * each * (1 - own), contracts) ** 2 * (differ + fares)).sum())
        / max(float(told.mean()), 1.0)
    )
    to_come = float(still.sum() + (lives.promised * each).sum())
    return Forecast(float(lives.counts.sum()), to_come, variance / max(to_come, 1e-9) ** 2)


def follow(events: float, lives: Lives, lump: float = 1.0) -> Forecast | None:
    """Orders or clicks at the end: they come as attention does. ``lump``: what one event adds to the sum."""
    attention = project(lives)
    if attention is None or not attention.now:
        return None
    seen = events / lump + 0.5
    growth = attention.to_come / attention.now
    return Forecast(events, seen * growth * lump, attention.variance + 1 / seen, lump)


def _uneven(whole: Floats, contract: Codes, contracts: int) -> float:
    """Relative variance among the posts of one contract, drawn to the usual where few contracts have several posts."""
    posts = per(contract, np.ones(len(whole)), contracts)
    mean = part(per(contract, whole, contracts), posts)
    squares = per(contract, (whole - mean[contract]) ** 2, contracts)
    several = posts >= 2
    told = (part(squares, mean**2 - part(squares, posts * np.maximum(posts - 1, 1))) * several).clip(0).sum()
    free = float((posts - 1)[several].sum())
    return float((told + 4 * _FARES) / (free + 4))
