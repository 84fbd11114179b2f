"""What posts will have got by the end of a campaign: those that are up by their age, those promised by the others.

A post gets its share F(age) of what it will ever get: log-normal in age, with the platform's half-life (Graffius,
"Lifespan of social media posts", 2018 and 2022: Instagram 19 h, YouTube 6 d, X about half an hour; TikTok is not in it,
40 h is an assumption between). How far a post is from that curve is uncertain, and how the next ones fare is more so:
how much posts of one hand and creators differ is learnt from the campaign's own posts, on the log scale, where a few
that went far do not decide alone, and is itself known only to some degrees of freedom.
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
_OFF_TOGETHER, _OFF_ALONE = 0.3, 0.25
"""How far off half-lives are, as standard deviations of their logarithm: of all posts together, and of each."""
_FARES = 0.6
"""Relative variance from one post to another of a creator's, where the campaign's own posts do not tell."""
_DIFFER = 0.4
"""Relative variance from one creator to another of a campaign, likewise."""
_SUPPOSED = 3.0
"""Those two weigh as much as so many degrees of freedom of the campaign's own."""
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


@dataclass(frozen=True, slots=True)
class _Uneven:
    """Relative variances among the posts of a creator and among creators; the degrees of freedom of both together."""

    fares: float
    differ: float
    df: float


@dataclass(frozen=True, slots=True)
class _ToCome:
    """What is to come by one set of half-lives, of each post that is up, and of one promised post of each contract.

    ``timing``: the relative variance that comes from not knowing when it will be posted.
    """

    still: Floats
    each: Floats
    timing: Floats


def project(lives: Lives) -> Forecast | None:
    """The total at the end of the campaign; None where it cannot be told.

    That is before any post tells something, and while a platform with promised posts has none that does.
    """
    if not len(lives.counts) or not lives.counts.sum():
        return None
    contracts = len(lives.platform)
    platform = np.unique(lives.platform, return_inverse=True)[1].astype(np.int64)
    half = np.array([HALF_LIFE_HOURS.get(p, 40.0) for p in lives.platform])
    whole, usual = _whole(lives, platform, half)
    if (lives.promised * (usual == 0)).sum():
        return None
    uneven = _uneven(whole, lives, platform)
    posts = per(lives.contract, np.ones(len(whole)), contracts)
    own = posts / (posts + uneven.fares / uneven.differ)
    seen, longer, shorter = (
        _to_come(lives, platform, half * times, own) for times in np.exp([0, _OFF_TOGETHER, -_OFF_TOGETHER])
    )
    of_posts = (longer.still - shorter.still) / 2
    of_promises = float((lives.promised * (longer.each - shorter.each)).sum()) / 2
    each, fares, differ = seen.each, uneven.fares, uneven.differ
    told = per(platform, (posts > 0).astype(np.float64), contracts)[platform]
    comes = (
        float((lives.promised * each**2 * (fares + seen.timing + fares * seen.timing)).sum())
        + float((lives.promised**2 * each**2 * (1 - own) * differ).sum())
        + float((per(platform, lives.promised * each * (1 - own), contracts) ** 2 * (differ + fares)).sum())
        / max(float(told.mean()), 1.0)
    )
    wider = float(special.stdtrit(uneven.df, (1 + LEVEL) / 2) / special.ndtri((1 + LEVEL) / 2))
    variance = (
        (float(of_posts.sum()) + of_promises) ** 2
        + float(((of_posts * _OFF_ALONE / _OFF_TOGETHER) ** 2).sum())
        + wider**2 * comes
    )
    to_come = float(seen.still.sum() + (lives.promised * each).sum())
    return Forecast(float(lives.counts.sum()), to_come, variance / max(to_come, 1e-9) ** 2)


def _whole(lives: Lives, platform: Codes, half: Floats) -> tuple[Floats, Floats]:
    """What each post will ever get, and what posts of each contract's platform usually get."""
    where, contracts = platform[lives.contract], len(platform)
    has = share_at(lives.age, half[lives.contract])
    usual = part(per(where, lives.counts, contracts), per(where, has, contracts))[platform]
    return (lives.counts + _YOUNG * usual[lives.contract]) / (has + _YOUNG), usual


def _to_come(lives: Lives, platform: Codes, half: Floats, own: Floats) -> _ToCome:
    """``own``: how much each contract's own posts weigh against the platform's."""
    whole, usual = _whole(lives, platform, half)
    has, will = (share_at(age, half[lives.contract]) for age in (lives.age, lives.age + lives.left))
    contracts = len(platform)
    mean = part(per(lives.contract, whole, contracts), per(lives.contract, np.ones(len(whole)), contracts))
    when = share_at(lives.remaining * (np.arange(20) + 0.5)[None, :] / 20, half[:, None])
    each = (own * mean + (1 - own) * usual) * when.mean(axis=1)
    return _ToCome(whole * (will - has), each, part(when.var(axis=1), when.mean(axis=1) ** 2))


def follow(events: float, lives: Lives, lump: float = 1.0) -> Forecast | None:
    """Orders or clicks at the end: they come as attention does. ``lump``: what one event adds to the sum."""
    attention = project(lives)
    if attention is None or not attention.now:
        return None
    seen = events / lump + 0.5
    growth = attention.to_come / attention.now
    return Forecast(events, seen * growth * lump, attention.variance + 1 / seen, lump)


def _uneven(whole: Floats, lives: Lives, platform: Codes) -> _Uneven:
    """From the scatter of logarithms, less counting noise: of posts around contracts, of these around platforms."""
    seen = (whole > 0) & (lives.counts > 0)
    contract, contracts = lives.contract[seen], len(platform)
    told, noise = np.log(whole[seen]), 1 / (lives.counts[seen] + 0.5)
    posts = per(contract, np.ones(len(told)), contracts)
    mean = part(per(contract, told, contracts), posts)
    free_within = float(np.maximum(posts - 1, 0).sum())
    within = float(((told - mean[contract]) ** 2 - noise * (1 - 1 / posts[contract])).sum())
    fares = (max(within, 0) + _SUPPOSED * np.log1p(_FARES)) / (free_within + _SUPPOSED)
    has = posts > 0
    of, peers = platform[has], per(platform, has, contracts)[platform][has]
    middle = part(per(of, mean[has], contracts), per(of, np.ones(len(of)), contracts))[of]
    of_means = (fares + part(per(contract, noise, contracts), posts)[has]) / posts[has]
    free_among = float((1 - 1 / peers).sum())
    among = float(((mean[has] - middle) ** 2 - (1 - 1 / peers) * of_means).sum())
    differ = (max(among, 0) + _SUPPOSED * np.log1p(_DIFFER)) / (free_among + _SUPPOSED)
    df = (fares + differ) ** 2 / (fares**2 / (_SUPPOSED + free_within) + differ**2 / (_SUPPOSED + free_among))
    return _Uneven(float(np.expm1(fares)), float(np.expm1(differ)), float(df))
