"""Which posts have a row in the page: all of them, or in a large campaign those that were found fault with first."""

import polars as pl

from reports import anchors
from reports.figures import Figures

MOST = 600
"""Posts with a row in the page. All of them are in the workbook beside it, and the page says so."""


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
