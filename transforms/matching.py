"""Which posts belong to a campaign: decided by a person, else by account, window and what the caption says."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from transforms.captions import folded, hashtags_of, mentions_of
from transforms.decisions import decided
from transforms.skimming import may_say
from transforms.tables.core import CAMPAIGN_POSTS

GRACE_DAYS = 3
"""A marked post up to this many days after the end waits for a person: the contract's date was missed, not the post."""


class Match(NamedTuple):
    """Why a post may belong to a campaign, and whether that settles it."""

    matched_by: str
    state: str


@lru_cache(maxsize=4096)  # briefs ask for the same of every post
def tags(text: str | None) -> frozenset[str]:
    """Hashtags of a normalised list, whether or not it was written with ``#``."""
    words = ("#" + word.lstrip("#＃") for word in (text or "").split())
    return frozenset(hashtags_of(" ".join(words)).split())


@lru_cache(maxsize=4096)
def _sought(words: str | None) -> re.Pattern[str] | None:
    sought = folded(words or "").strip()
    if not sought:
        return None
    before = r"(?<![a-z0-9])" if sought[0].isascii() and sought[0].isalnum() else ""
    after = r"(?![a-z0-9])" if sought[-1].isascii() and sought[-1].isalnum() else ""
    return re.compile(before + re.escape(sought) + after)


def says(caption: str, words: str | None) -> bool:
    """Whether a folded caption says the words; a latin or numeric edge must be the edge of a word."""
    pattern = _sought(words)
    return pattern is not None and pattern.search(caption) is not None


@lru_cache(maxsize=4096)
def _accounts(wanted: str | None) -> frozenset[str]:
    """The accounts that a brief asks to be named, with or without ``@``."""
    return frozenset(mentions_of(" ".join("@" + m.lstrip("@＠") for m in (wanted or "").split())).split())


def mark(row: Mapping[str, Any]) -> str | None:
    """What in a post names the campaign: hashtag, mention (of the brand's account or the product), code, or nothing."""
    plain = folded(row["caption"] or "")
    carried = tags(row["hashtags"]) | (frozenset(hashtags_of(plain).split()) if "#" in plain else frozenset())
    if carried & tags(row["wanted_hashtags"]):
        return "hashtag"
    named = "@" in plain and not _accounts(row["wanted_mentions"]).isdisjoint(mentions_of(plain).split())
    if named or says(plain, row["product"]):
        return "mention"
    return "code" if says(plain, row["code"]) else None


def match(row: Mapping[str, Any]) -> Match | None:
    """Whether a post of a roster account belongs to the campaign; None if nothing says so. Its date may be unknown."""
    published: date | None = row["published_on"]
    found = mark(row)
    in_window = published is not None and published <= row["ends_on"]
    if found == "hashtag" and in_window:
        return Match("hashtag", "confirmed")
    if found:
        return Match(found, "pending")
    cannot_be_judged = row["caption"] is None or row["caption_is_truncated"] is True
    return Match("account", "pending") if in_window and cannot_be_judged else None


_SAID = ("caption", "caption_is_truncated", "hashtags")
_READ = (*_SAID, "published_on", "ends_on", "wanted_hashtags", "wanted_mentions", "product", "code")
"""What :func:`match` reads of a candidate."""


def contract_accounts(contracts: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """The contracts with ``account_key`` found: as told, else by the account's id, else by its handle as last seen."""
    by_id = accounts.select("platform", "account_id", pl.col("account_key").alias("_by_id")).unique(
        ["platform", "account_id"], keep="first", maintain_order=True
    )
    by_handle = (
        accounts.drop_nulls("handle")
        .sort("last_known_at", "account_key")
        .select("platform", _plain("handle").alias("_handle"), pl.col("account_key").alias("_by_handle"))
        .unique(["platform", "_handle"], keep="last", maintain_order=True)
    )
    return (
        contracts.with_columns(_plain("handle").alias("_handle"))
        .join(by_id, on=["platform", "account_id"], how="left", validate="m:1", maintain_order="left")
        .join(by_handle, on=["platform", "_handle"], how="left", validate="m:1", maintain_order="left")
        .with_columns(pl.coalesce("account_key", "_by_id", "_by_handle").alias("account_key"))
        .drop("_by_id", "_by_handle", "_handle")
    )


def _plain(handle: str) -> pl.Expr:
    """Expression: a handle as it is compared: NFKC, lower case, without @."""
    return pl.col(handle).str.normalize("NFKC").str.to_lowercase().str.strip_prefix("@")


def owned(contracts: pl.DataFrame, posts: pl.DataFrame, post_owners: pl.DataFrame) -> pl.DataFrame:
    """One row per campaign and post of an account that its roster names; of several owners the author's contract."""
    by = ["post_key", "account_key"]
    authors = posts.select(by).drop_nulls()
    others = post_owners.select(by).join(authors, on=by, how="anti")
    owners = pl.concat([authors.with_columns(rank=pl.lit(0)), others.with_columns(rank=pl.lit(1))])
    engaged = contracts.drop_nulls("account_key").select("campaign_id", "influencer_id", "account_key", "code")
    return (
        engaged.join(owners, on="account_key", how="inner")
        .sort("campaign_id", "post_key", "rank", "influencer_id")
        .unique(["campaign_id", "post_key"], keep="first", maintain_order=True)
        .drop("rank")
    )


def campaign_posts(
    campaigns: pl.DataFrame,
    contracts: pl.DataFrame,
    posts: pl.DataFrame,
    post_owners: pl.DataFrame,
    decisions: pl.DataFrame,
    *,
    as_of: datetime,
) -> pl.DataFrame:
    """core.campaign_posts as known at ``as_of``: one row per campaign and post that belongs, may belong, or does not.

    ``contracts`` are those of :func:`contract_accounts`. A decision by hand wins over every rule; as with the
    roster, those of the last brief are taken whatever ``as_of`` is.
    """
    seen = posts.filter(pl.col("first_known_at") <= as_of)
    ours = owned(contracts, seen, post_owners)
    by_rule = _matched(campaigns, ours, seen)
    by_hand = (
        decided(decisions, campaigns, seen)
        .join(
            ours.select("campaign_id", "post_key", pl.col("influencer_id").alias("_owner")),
            on=["campaign_id", "post_key"],
            how="left",
            validate="1:1",
        )
        .with_columns(pl.coalesce("influencer_id", "_owner").alias("influencer_id"))
        .select(CAMPAIGN_POSTS.columns)
    )
    rest = by_rule.join(by_hand, on=["campaign_id", "post_key"], how="anti")
    return CAMPAIGN_POSTS.conform(pl.concat([by_hand, rest]).sort("campaign_id", "post_key"))


def _matched(campaigns: pl.DataFrame, ours: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """The posts of roster accounts that a rule ties to the campaign."""
    wanted = (pl.col("hashtags").alias("wanted_hashtags"), pl.col("mentions").alias("wanted_mentions"))
    briefs = campaigns.select("campaign_id", "starts_on", "ends_on", "product", *wanted)
    details = posts.select("post_key", "platform", "post_id", "published_on", *_SAID)
    candidates = (
        ours.join(details, on="post_key", how="inner", validate="m:1")
        .join(briefs, on="campaign_id", how="inner", validate="m:1")
        .filter(
            pl.col("published_on").is_null()
            | pl.col("published_on").is_between("starts_on", pl.col("ends_on").dt.offset_by(f"{GRACE_DAYS}d"))
        )
        .filter(_may_match(_names(campaigns, ours["code"])))
        .sort("campaign_id", "post_key")
    )
    columns = ("campaign_id", "post_key", "platform", "post_id", "influencer_id")
    read = candidates.select(*columns, *_READ).iter_rows(named=True)
    rows = [(*(row[c] for c in columns), *found, True) for row in read if (found := match(row))]
    return pl.DataFrame(rows, schema={c: CAMPAIGN_POSTS.schema[c] for c in CAMPAIGN_POSTS.columns}, orient="row")


def _may_match(names: set[str]) -> pl.Expr:
    """Expression: true where :func:`match` may find something."""
    cannot_be_judged = pl.col("caption").is_null() | pl.col("caption_is_truncated")
    return cannot_be_judged | may_say(pl.col("caption"), names) | may_say(pl.col("hashtags"), names)


def _names(campaigns: pl.DataFrame, codes: pl.Series) -> set[str]:
    """All that a post of one of the campaigns may be marked by, folded."""
    hashtags, mentions, products = (campaigns[c].drop_nulls().unique() for c in ("hashtags", "mentions", "product"))
    words = {folded(word).strip() for word in (*products, *codes.drop_nulls().unique())}
    return words.union(*map(tags, hashtags), *map(_accounts, mentions)) - {""}


def posted(matched: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """When posts went up that are an influencer's for a campaign, or may be: all that are not rejected."""
    dated = posts.select("post_key", "published_on")
    return (
        matched.filter((pl.col("state") != "rejected") & pl.col("influencer_id").is_not_null())
        .join(dated, on="post_key", how="left", validate="m:1")
        .select("campaign_id", "influencer_id", "platform", "published_on")
    )
