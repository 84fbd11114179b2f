"""How much more than counting noise a sum varies: from post to post of one hand, and from creator to creator."""

from dataclasses import dataclass
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
Variances: TypeAlias = tuple[Floats, Floats]
"""Relative variance of each group beyond counting, and its degrees of freedom; NaN where too little is known."""

_PEERS = (("campaign_id", "platform", "format"), ("campaign_id", "platform"), ("campaign_id",))
_PEERS_TELL = 12.0
"""Degrees of freedom from which posts of one platform and format are asked alone."""


@dataclass(frozen=True, slots=True)
class Told:
    """The rows of a frame that tell something of each of several measures, one measure after the other.

    ``at``: their places in the frame. ``counts`` are left to chance, ``exposure`` is what they are set against.
    """

    measures: int
    measure: Codes
    at: Codes
    counts: Floats
    exposure: Floats

    @classmethod
    def among(cls, counts: Floats, exposure: Floats) -> "Told":
        """Those of all rows. Arrays are measures × rows; NaN is unknown."""
        measure, at = np.nonzero((exposure > 0) & (counts >= 0))
        return cls(len(counts), measure, at, counts[measure, at], exposure[measure, at])

    def each(self, group: Codes, groups: int) -> Codes:
        """The group of each by the groups of all rows of the frame, those of each measure by themselves."""
        return self.measure * groups + group[self.at]

    def numbered(self, group: pl.Series) -> tuple[Codes, int]:
        """:meth:`each` by codes from 0, and the number of them all."""
        of = group.to_numpy()
        groups = int(of.max(initial=-1)) + 1
        return self.each(of, groups), self.measures * groups


@dataclass(frozen=True, slots=True)
class Creators:
    """The creators of groups, by group and name: which one each row of a frame is of (-1: none), and whose each is."""

    of: Codes
    group: Codes

    @classmethod
    def of_rows(cls, frame: pl.DataFrame, group: Codes) -> "Creators":
        """Of a frame with ``influencer_id`` and the group of each row, -1 being none."""
        name = frame.select(pl.col("influencer_id").rank("dense").cast(pl.Int64()).fill_null(0)).to_series().to_numpy()
        names = int(name.max(initial=0)) + 1
        found, of = np.unique(np.where((name > 0) & (group >= 0), group * names + name, -1), return_inverse=True)
        nobody = int(len(found) > 0 and found[0] < 0)
        return cls(of - nobody, found[nobody:] // names)


@dataclass(frozen=True, slots=True)
class Uneven:
    """Posts that tell something, and how unevenly their peers fare: ψ, and the degrees of freedom it is known to."""

    told: Told
    psi: Floats
    df: Floats


def codes(frame: pl.DataFrame, *columns: str) -> Codes:
    """0, 1, 2 … for each combination of values, in the order of the values: the same in any order of rows."""
    return frame.select(pl.struct(columns).rank("dense").cast(pl.Int64()) - 1).to_series().to_numpy()


def among_creators(told: Told, creators: Creators, groups: int) -> tuple[Floats, Floats, Floats]:
    """The :data:`Variances` among their creators of each measure's groups, and how many creators tell something."""
    own, units, number = creators.of[told.at] >= 0, len(creators.group), told.measures * groups
    of = told.each(creators.of, units)[own]
    counts, exposure = (per(of, x[own], told.measures * units) for x in (told.counts, told.exposure))
    tell = exposure > 0
    group = (np.arange(told.measures)[:, None] * groups + creators.group).ravel()[tell]
    variance, df = differing(counts[tell], exposure[tell], group, number)
    return variance, df, per(group, np.ones(len(group)), number)


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
    """Posts with codes of their platform, hand (``_hand_n``) and peers (``_peers_n``), narrowest peers first, in order.

    Peers are the posts of the same platform and format in the campaign; of the platform; of the campaign.
    """
    ordered = posts.sort(POST, maintain_order=True)  # orders come sorted by value: it breaks ties
    return ordered.with_columns(
        pl.Series("_platform", codes(ordered, "platform")),
        *(
            pl.Series(f"{what}_{n}", codes(ordered, *columns))
            for n, level in enumerate(_PEERS)
            for what, columns in (("_hand", dict.fromkeys((*level, "platform", "influencer_id"))), ("_peers", level))
        ),
    )


def uneven(told: Told, posts: pl.DataFrame) -> Uneven:
    """How unevenly the peers of :func:`placed` posts fare, by each measure."""
    psi, df = np.zeros(len(told.at)), np.zeros(len(told.at))
    by_somebody = posts["influencer_id"].is_not_null().to_numpy()[told.at]
    for n in range(len(_PEERS)):
        wanted = df < _PEERS_TELL
        if not wanted.any():
            break
        (hand, _), (peers, groups) = (told.numbered(posts[f"{what}_{n}"]) for what in ("_hand", "_peers"))
        asked = by_somebody & (per(peers, wanted, groups) > 0)[peers]
        found = spread(told.counts[asked], told.exposure[asked], hand[asked], peers[asked], groups)
        psi, df = np.where(wanted, found.psi[peers], psi), np.where(wanted, found.df[peers], df)
    return Uneven(told, psi, df)


def between_posts(scattered: Uneven, posts: pl.DataFrame, group: Codes, groups: int) -> Variances:
    """The :data:`Variances` of each measure's groups of :func:`placed` posts. ``group``: of each post, -1 being none.

    Σ ψ q² and Σ df q, q being a post's expected share of the group's counts at its platform's rate.
    """
    told, number = scattered.told, scattered.told.measures * groups
    own = group[told.at] >= 0
    at, platform = told.each(group, groups)[own], posts["_platform"].to_numpy()[told.at][own]
    counts, exposure, psi, df = (x[own] for x in (told.counts, told.exposure, scattered.psi, scattered.df))
    platforms = int(platform.max(initial=0)) + 1
    section, sections = at * platforms + platform, number * platforms
    expected = part(per(section, counts, sections), per(section, exposure, sections))[section] * exposure
    whole, ground = per(at, expected, number)[at], per(at, exposure, number)
    share = np.where(whole > 0, part(expected, whole), exposure / ground[at])
    unknown = (per(at, df < ENOUGH, number) > 0) | (ground == 0)
    variance = per(at, psi * share**2, number)
    known_to = per(at, np.minimum(POSTS_TELL * df, AT_MOST) * share, number)
    return np.where(unknown, np.nan, variance), np.where(unknown, np.nan, known_to)
