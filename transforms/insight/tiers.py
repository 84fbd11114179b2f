"""Size classes of accounts: the lower bound is inside, the upper outside, and followers are those at posting time."""

from dataclasses import dataclass

import polars as pl

from transforms.contracts import ContractError


@dataclass(frozen=True, slots=True)
class Tier:
    """A size class: from ``lower`` followers to fewer than ``upper``; None is no bound."""

    name: str
    lower: int
    upper: int | None


@dataclass(frozen=True, slots=True)
class Scheme:
    """Size classes that belong together, smallest first, with where they are from."""

    source: str
    tiers: tuple[Tier, ...]


def _scheme(source: str, **lower: int) -> Scheme:
    """Classes by their lower bounds, each ending where the next begins."""
    bounds = [*lower.values(), None]
    return Scheme(source, tuple(Tier(n, low, bounds[i + 1]) for i, (n, low) in enumerate(lower.items())))


SCHEMES: dict[str, Scheme] = {
    "jp_default": _scheme(
        "https://encolors.co.jp/blog/im_301 https://tsusshinofudeblog.com/influencer/9866",
        nano=1_000,
        micro=10_000,
        middle=100_000,
        macro=500_000,
        mega=1_000_000,
    ),
    "later_fohr": _scheme(
        "Later x Fohr, influencer marketing report",
        nano=0,
        micro=10_000,
        mid=100_000,
        macro=500_000,
        mega=1_000_000,
    ),
    "hypeauditor_old": _scheme(
        "https://hypeauditor.com/blog/new-aqs-formula-fairer-assessment/",
        nano=1_000,
        micro=5_000,
        mid=20_000,
        macro=100_000,
        mega=1_000_000,
    ),
}


def tier_of(followers: pl.Expr, scheme: str) -> pl.Expr:
    """Expression: the size class of a follower count; null below the smallest class or where it is unknown.

    Errors: ContractError if no scheme has that name.
    """
    if scheme not in SCHEMES:
        raise ContractError(f"no tier scheme is called {scheme!r}: use one of {', '.join(SCHEMES)}")
    found = pl.lit(None, pl.String())
    for tier in SCHEMES[scheme].tiers:
        found = pl.when(followers >= tier.lower).then(pl.lit(tier.name)).otherwise(found)
    return found
