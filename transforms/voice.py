"""Which of the posts that we know name the brand, and which a rival."""

from datetime import datetime

import polars as pl

from transforms.captions import mentions_of
from transforms.kpis import Grain
from transforms.matching import tags


def rows_of_voice(
    posts: pl.DataFrame, campaigns: pl.DataFrame, platforms: pl.DataFrame, grain: Grain, *, as_of: datetime
) -> pl.DataFrame:
    """Facts of share_of_voice: per campaign (and platform) the posts of its window that name the brand, or any.

    ``campaigns`` have hashtags, mentions, ``rivals`` (hashtags and accounts, separated by spaces) and settled_at: what
    is learnt later is not asked. ``platforms``: campaign_id, platform of the groups. ``why_brand_posts`` where no rival
    is named; a post whose caption was not told names nobody.
    """
    rows: list[dict[str, object]] = []
    wanted = {row["campaign_id"]: row for row in campaigns.iter_rows(named=True)}
    groups = platforms.unique(maintain_order=True).rows() if grain == "platform" else [(c, None) for c in wanted]
    named: dict[tuple[object, str], list[tuple[bool, bool]]] = {}
    for campaign_id, brief in wanted.items():
        if not brief["rivals"]:
            continue
        brand = _signs(f"{brief['hashtags'] or ''} {_accounts(brief['mentions'])}")
        rivals = _signs(brief["rivals"])
        seen = posts.filter(
            pl.col("published_on").is_between(brief["starts_on"], brief["ends_on"])
            & (pl.col("published_at") <= as_of)
            & (pl.col("first_known_at") <= min(as_of, brief["settled_at"]))
        )
        for platform, hashtags, caption in seen.select("platform", "hashtags", "caption").iter_rows():
            said = tags(hashtags) | frozenset(mentions_of(caption or "").split())
            named.setdefault((campaign_id, platform), []).append((bool(said & brand), bool(said & rivals)))
    for campaign_id, platform in groups:
        told = [
            marks
            for (campaign, where), found in named.items()
            if campaign == campaign_id and platform in (None, where)
            for marks in found
        ]
        has_rivals = bool(wanted[campaign_id]["rivals"])
        rows.append(
            {
                "campaign_id": campaign_id,
                "platform": platform,
                "brand_posts": sum(ours for ours, _ in told) if has_rivals else None,
                "tracked_posts": sum(ours or theirs for ours, theirs in told) if has_rivals else None,
                "why_brand_posts": None if has_rivals else "no_rivals",
                "why_tracked_posts": None if has_rivals else "no_rivals",
                "posts": 0,
            }
        )
    return pl.DataFrame(
        rows,
        schema={
            "campaign_id": pl.String,
            "platform": pl.String,
            "brand_posts": pl.Int64,
            "tracked_posts": pl.Int64,
            "why_brand_posts": pl.String,
            "why_tracked_posts": pl.String,
            "posts": pl.Int64,
        },
        orient="row",
    )


def _accounts(mentions: str | None) -> str:
    return " ".join("@" + m.lstrip("@＠") for m in (mentions or "").split())


def _signs(words: str) -> frozenset[str]:
    """Hashtags and accounts of a list, as :func:`transforms.captions.hashtags_of` and ``mentions_of`` name them."""
    listed = words.split()
    hashtags = tags(" ".join(w for w in listed if not w.startswith(("@", "＠"))))
    return hashtags | frozenset(mentions_of(" ".join(w for w in listed if w.startswith(("@", "＠")))).split())
