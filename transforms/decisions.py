"""What people decided about posts, each decision tied to the post that it means."""

import polars as pl

from transforms.keys import with_key

_ID = r"([A-Za-z0-9_-]+)(?:[^A-Za-z0-9_-]|$)"
_PATHS: dict[str, tuple[tuple[str, str], ...]] = {
    "instagram": (("instagram.com", rf"/(?:[^/?#]+/)?(?:p|reel|reels|tv)/{_ID}"),),
    "tiktok": (("tiktok.com", r"/(?:[^?#]*/)?(?:video|photo)/([0-9]+)"),),
    "youtube": (
        ("youtube.com", rf"/watch/?\?(?:[^#]*&)?v={_ID}"),
        ("youtube.com", rf"/(?:shorts|live|embed)/{_ID}"),
        ("youtu.be", rf"/{_ID}"),
    ),
    "x": (("x.com", r"/[^/?#]+/status/([0-9]+)"), ("twitter.com", r"/[^/?#]+/status/([0-9]+)")),
}
"""Hosts and paths of posts. Hosts are compared without case, the ids that addresses carry with it."""


def addressed(permalink: str, platform: str = "platform") -> pl.Expr:
    """Expression: what the address of a post calls it (Instagram's short code, YouTube's video id …), null if nothing.

    Addresses are compared only, never opened. Instagram's API names a post by a number that its address does not tell.
    """
    found = [
        pl.when(pl.col(platform) == name).then(
            pl.col(permalink).str.extract(
                rf"^(?i:\s*(?:https?://)?(?:[a-z0-9-]+\.)*{host.replace('.', '[.]')}){path}", 1
            )
        )
        for name, shapes in _PATHS.items()
        for host, path in shapes
    ]
    return pl.coalesce(found)


def in_force(decisions: pl.DataFrame, campaigns: pl.DataFrame) -> pl.DataFrame:
    """The rows of each campaign's last landed brief. The files of a brief are landed together, in one segment.

    So a posts.csv that was removed, or a row of it, decides nothing any more.
    """
    segment = pl.col("landed_id").str.replace(r"#\d+$", "").alias("_brief")
    last = campaigns.select("campaign_id", segment)
    return (
        decisions.with_columns(segment)
        .join(last, on=["campaign_id", "_brief"], how="semi")
        .drop("_brief")
        .sort("campaign_id", "platform", "post_id", "known_at", "landed_id")
        .unique(["campaign_id", "platform", "post_id"], keep="last", maintain_order=True)
    )


def decided(decisions: pl.DataFrame, campaigns: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """One row per campaign and post decided, in the columns of core.campaign_posts.

    A decision means the post with its id; else the one that its id or address calls as that post's address does. One
    that means no post of ``posts`` keeps the id it has, with ``is_seen`` false. Two that mean one post and contradict
    each other leave it pending.
    """
    asked = in_force(decisions, campaigns).with_row_index("_row")
    meant = meant_by(asked, posts).rename({"post_key": "_post_key"})
    meant = meant.join(
        posts.select(pl.col("post_key").alias("_post_key"), pl.col("post_id").alias("_post_id")),
        on="_post_key",
        validate="m:1",
    )
    return (
        with_key(asked, "post_key", "platform", "post_id")
        .join(meant, on="_row", how="left", validate="1:1", maintain_order="left")
        .with_columns(
            pl.col("_post_key").is_not_null().alias("is_seen"),
            pl.coalesce("_post_key", "post_key").alias("post_key"),
            pl.coalesce("_post_id", "post_id").alias("post_id"),
            pl.when(pl.col("permalink").is_null()).then(pl.lit("manual")).otherwise(pl.lit("url")).alias("matched_by"),
        )
        .group_by("campaign_id", "post_key", maintain_order=True)
        .agg(
            pl.col("platform", "post_id").first(),
            pl.col("influencer_id").drop_nulls().first(),
            pl.col("matched_by").first(),
            pl.when(pl.col("decision").n_unique() == 1)
            .then(pl.col("decision").first())
            .otherwise(pl.lit("pending"))
            .alias("state"),
            pl.col("is_seen").first(),
        )
    )


def meant_by(asked: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """``_row`` and post_key: which of the posts each numbered row of a file means by its id or address."""
    known = names(posts.join(asked, on="platform", how="semi"), "post_key").rename({"_rank": "_rank_of_post"})
    return (
        names(asked, "_row")
        .join(known, on=["platform", "_name"], how="inner")
        .sort("_row", "_rank", "_rank_of_post", "post_key")
        .unique("_row", keep="first", maintain_order=True)
        .select("_row", "post_key")
    )


def names(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """``key``, platform, ``_name``, ``_rank``: what a row calls its post, its id (rank 0) and its address (rank 1)."""
    return pl.concat(
        rows.select(key, "platform", name.alias("_name"), pl.lit(rank).alias("_rank"))
        for rank, name in enumerate((pl.col("post_id"), addressed("permalink")))
    ).drop_nulls("_name")
