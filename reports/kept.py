"""Which posts and creators have a row in the page: all, or in a large campaign posts with findings first."""

import polars as pl

from reports import anchors
from reports.figures import Figures

MOST = 600
"""Posts with a row in the page. All of them are in the workbook beside it, and the page says so."""

PEOPLE = 1000
"""Creators with a row in the page, the first of the roster."""


def kept(figures: Figures) -> list[int]:
    """The places of the posts that the page holds, in the order of its posts."""
    if figures.posts.height <= MOST:
        return list(range(figures.posts.height))
    faults = figures.compliance_findings.filter((pl.col("state") == "open") & (pl.col("verdict") != "unknown"))
    keys = set(faults.select("platform", "post_id").iter_rows())
    posts = list(figures.posts.select("platform", "post_id").iter_rows())
    first = sorted(range(len(posts)), key=lambda n: posts[n] not in keys)
    return sorted(first[:MOST])


def rows(figures: Figures) -> dict[tuple[str, str], str]:
    """Platform and id of every post that has a row, and the address of that row."""
    posts = list(figures.posts.select("platform", "post_id").iter_rows())
    return {posts[n]: f"#{anchors.post(*posts[n])}" for n in kept(figures)}


def people(figures: Figures) -> dict[str, str]:
    """Every creator that has a row, and the address of that row."""
    return {str(who): f"#{anchors.creator(who)}" for who in figures.influencers["influencer_id"].head(PEOPLE)}
