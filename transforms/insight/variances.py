"""How much more than counting noise a sum varies: from post to post of one hand, and from creator to creator."""

from typing import TypeAlias

import numpy as np
import polars as pl

from transforms.insight.intervals import (
    AT_MOST,
    CREATORS_TELL,
    ENOUGH,
    FEW,
    POSTS_TELL,
    Codes,
    Floats,
    part,
    per,
    spread,
    spread_of_few,
)

POST = ("campaign_id", "platform", "format", "influencer_id", "post_id")
COUNTS, EXPOSURE, AT = "_counts", "_exposure", "_at"
Variances: TypeAlias = tuple[Floats, Floats]
"""Relative variance of each group beyond counting, and its degrees of freedom; NaN where too little is known."""

_PEERS = (("campaign_id", "platform", "format"), ("campaign_id", "platform"), ("campaign_id",))
_PEERS_TELL = 12.0
"""Degrees of freedom from which posts of one platform and format are asked alone."""


def codes(frame: pl.DataFrame, *columns: str) -> Codes:
    """0, 1, 2 … for each combination of values, in the order of the values: the same in any order of rows."""
    return frame.select(pl.struct(columns).rank("dense").cast(pl.Int64()) - 1).to_series().to_numpy()


def among_creators(told: pl.DataFrame, groups: pl.DataFrame, ids: tuple[str, ...]) -> tuple[Floats, Floats, Floats]:
    """The :data:`Variances` of groups among their creators, and how many creators tell something.

    ``told``: rows with ``influencer_id``, counts and exposure. ``groups``: ``ids`` and their place ``_at``.
    """
    n = groups.height
    sums = (
        told.join(groups, on=list(ids), validate="m:1", nulls_equal=True)
        .group_by(AT, "influencer_id")
        .agg(pl.col(COUNTS, EXPOSURE).sort().sum())
        .sort(AT, "influencer_id")
    )
    if sums.is_empty():
        return np.full(n, np.nan), np.full(n, np.nan), np.zeros(n)
    at, counts, exposure = (sums[c].to_numpy() for c in (AT, COUNTS, EXPOSURE))
    variance, df = differing(counts, exposure, at, n)
    return variance, df, per(at, np.ones(len(at)), n)


def differing(counts: Floats, exposure: Floats, group: Codes, groups: int) -> tuple[Floats, Floats]:
    """Relative variance of Σ counts / Σ exposure per group among its creators, and its degrees of freedom.

    Where creators count enough for scatter to show through chance, by their scatter (intervals.spread); else by
    linearised residuals, whose degrees of freedom say how few creators speak. Where one or two have most of the
    exposure that is too few: NaN. Asking only those behind most of it to count enough held 83 to 92 times in 100.
    """
    share = exposure / per(group, exposure, groups)[group]
    creators = per(group, np.ones_like(counts), groups)
    many, (few, few_df) = spread(counts, exposure, group, group, groups), spread_of_few(counts, exposure, group, groups)
    rate = part(per(group, counts, groups), per(group, exposure, groups))
    shows = rate * part(creators, per(group, 1 / exposure, groups)) >= FEW
    df = np.where(shows, CREATORS_TELL * (creators - 1), few_df)
    variance = np.where(shows, many.psi * per(group, share**2, groups), few)
    return np.where(shows | (few_df >= ENOUGH), variance, np.nan), df


def placed(posts: pl.DataFrame) -> pl.DataFrame:
    """Posts with codes of their hand (``_hand_n``) and peers (``_peers_n``), narrowest peers first, in order.

    Peers are the posts of the same platform and format in the campaign; of the platform; of the campaign.
    """
    ordered = posts.sort(POST, maintain_order=True)  # orders come sorted by value: it breaks ties
    return ordered.with_columns(
        pl.Series(f"{what}_{n}", codes(ordered, *columns))
        for n, level in enumerate(_PEERS)
        for what, columns in (("_hand", dict.fromkeys((*level, "platform", "influencer_id"))), ("_peers", level))
    )


def uneven(told: pl.DataFrame) -> pl.DataFrame:
    """:func:`placed` posts with counts and exposure, and how unevenly their peers fare: ``_psi`` known to ``_df``."""
    counts, exposure = told[COUNTS].to_numpy(), told[EXPOSURE].to_numpy()
    psi, df = np.zeros(len(counts)), np.zeros(len(counts))
    by_somebody = told["influencer_id"].is_not_null().to_numpy()
    for n in range(len(_PEERS)):
        hand, peers = told[f"_hand_{n}"].to_numpy(), told[f"_peers_{n}"].to_numpy()
        wanted = df < _PEERS_TELL
        if not wanted.any():
            break
        asked = by_somebody & np.isin(peers, np.unique(peers[wanted]))
        found = spread(counts[asked], exposure[asked], hand[asked], peers[asked], int(peers.max()) + 1)
        psi, df = np.where(wanted, found.psi[peers], psi), np.where(wanted, found.df[peers], df)
    return told.with_columns(pl.Series("_psi", psi), pl.Series("_df", df))


def between_posts(told: pl.DataFrame, groups: pl.DataFrame, ids: tuple[str, ...]) -> Variances:
    """The :data:`Variances` of groups of :func:`uneven` posts.

    Σ ψ q² and Σ df q, q being a post's expected share of the group's counts at its platform's rate.
    """
    n = groups.height
    posts = told.join(groups, on=list(ids), validate="m:1", nulls_equal=True, maintain_order="left")
    if posts.is_empty():
        return np.full(n, np.nan), np.full(n, np.nan)
    at, counts, exposure, psi, df = (posts[c].to_numpy() for c in (AT, COUNTS, EXPOSURE, "_psi", "_df"))
    platforms = codes(posts, "platform")
    section = at * (int(platforms.max()) + 1) + platforms
    sections = int(section.max()) + 1
    expected = part(per(section, counts, sections), per(section, exposure, sections))[section] * exposure
    whole, ground = per(at, expected, n)[at], per(at, exposure, n)[at]
    share = np.where(whole > 0, part(expected, whole), exposure / ground)
    unknown = (per(at, df < ENOUGH, n) > 0) | (per(at, exposure, n) == 0)
    variance = per(at, psi * share**2, n)
    known_to = per(at, np.minimum(POSTS_TELL * df, AT_MOST) * share, n)
    return np.where(unknown, np.nan, variance), np.where(unknown, np.nan, known_to)
