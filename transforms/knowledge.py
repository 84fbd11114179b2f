"""What every input of the marts was at an instant: later rows left out, and the versions that were in force then."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from transforms import core as merging
from transforms.contracts import Table
from transforms.inputs import TABLES, Inputs
from transforms.tables import core, versions
from transforms.tables.compliance import CORE_REUSES

VERSIONS: tuple[Table, ...] = (
    versions.CAMPAIGN_VERSIONS,
    versions.GOAL_VERSIONS,
    versions.CONTRACT_VERSIONS,
    versions.POST_DECISION_VERSIONS,
    versions.POST_VERSIONS,
    versions.REUSE_VERSIONS,
)
_ORDER = ("observed_at", "known_at", "landed_id")


def inputs_at(frames: Mapping[str, pl.DataFrame | pl.LazyFrame], as_of: datetime) -> Inputs:
    """The inputs as known at ``as_of``, from core tables and their versions (:data:`VERSIONS`) by full name.

    Whatever is learnt after ``as_of`` changes nothing of it. At an instant when everything was known it is what
    ``Inputs.of`` makes of the same tables.
    """
    told = {
        name: frame.filter(pl.col("known_at") <= as_of) if "known_at" in frame.collect_schema().names() else frame
        for name, frame in frames.items()
    }
    whole = {t.name: _whole(told, t) for t in (*VERSIONS, core.ACCOUNTS, core.POSTS, core.LINKS)}
    briefs = _in_force(whole[versions.CAMPAIGN_VERSIONS.name], ("campaign_id",))
    of_brief = briefs.select("campaign_id", "version")
    campaigns = core.CAMPAIGNS.conform(briefs.sort("campaign_id"))
    roster = whole[versions.CONTRACT_VERSIONS.name]
    observed = _whole(told, core.ACCOUNT_OBSERVATIONS)
    accounts = _accounts(whole[core.ACCOUNTS.name], observed, as_of)
    signed = merging.contracts(roster.join(of_brief, on=["campaign_id", "version"], how="semi"), campaigns)
    contracts = merging.assign_accounts(signed, campaigns, accounts, _handles(accounts, observed))
    then = {
        core.CAMPAIGNS.name: campaigns,
        core.CAMPAIGN_GOALS.name: _of(whole[versions.GOAL_VERSIONS.name], of_brief, core.CAMPAIGN_GOALS),
        core.POST_DECISIONS.name: _of(whole[versions.POST_DECISION_VERSIONS.name], of_brief, core.POST_DECISIONS),
        CORE_REUSES.name: _of(whole[versions.REUSE_VERSIONS.name], of_brief, CORE_REUSES),
        core.CONTRACTS.name: contracts,
        core.INFLUENCERS.name: _influencers(roster),
        core.ACCOUNTS.name: merging.assign_influencers(accounts, contracts),
        core.POSTS.name: posts_at(whole[core.POSTS.name], whole[versions.POST_VERSIONS.name], as_of),
        core.LINKS.name: whole[core.LINKS.name].filter(
            pl.coalesce("first_known_at", "last_known_at") <= as_of,
        ),
    }
    kept = {version.name for version in VERSIONS} - set(INPUT_NAMES)
    return Inputs.of({name: frame for name, frame in told.items() if name not in kept} | then)


def posts_at(posts: pl.DataFrame, history: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """core.posts as known at ``as_of``: of each post known by then its version in force; nothing, where none is."""
    told = _in_force(history.filter(pl.col("known_at") <= as_of), ("post_key",))
    return (
        posts.filter(pl.col("first_known_at") <= as_of)
        .select("post_key", "platform", "post_id", "first_known_at", "landed_id", "pointer")
        .join(told.drop("platform", "post_id", "version"), on="post_key", how="left", validate="1:1")
        .with_columns(
            *(pl.coalesce(f"{c}_right", c).alias(c) for c in ("landed_id", "pointer")),
            *(pl.col(c).fill_null("unknown") for c in merging.AS_GOOD_AS_NULL),
            pl.col("availability").fill_null("on"),
            pl.max_horizontal("first_known_at", "known_at").alias("last_known_at"),
        )
        .sort("post_key")
        .pipe(core.POSTS.conform)
    )


def _whole(frames: Mapping[str, pl.DataFrame | pl.LazyFrame], table: Table) -> pl.DataFrame:
    frame = frames.get(table.name)
    return table.empty() if frame is None else table.conform_loosely(frame.lazy()).collect()


def _in_force(history: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """The last version of each key."""
    return history.sort("version").unique(list(key), keep="last", maintain_order=True)


def _of(history: pl.DataFrame, briefs: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rows of the briefs in force."""
    rows = history.join(briefs, on=["campaign_id", "version"], how="semi", maintain_order="left")
    return table.conform(rows.sort(table.key))


def _influencers(roster: pl.DataFrame) -> pl.DataFrame:
    """core.influencers: the last name that a roster gave."""
    return merging.merge_influencers(core.INFLUENCERS.empty(), roster.sort("known_at", "landed_id"))


def _accounts(accounts: pl.DataFrame, observed: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """core.accounts of those known, with the names that the newest answers gave; whose they are is said later."""
    names = (
        observed.sort(_ORDER)
        .group_by("account_key")
        .agg(
            pl.col("handle", "display_name").drop_nulls().last(),
            pl.col("observed_at").max().alias("seen_at"),
            pl.col("known_at").max().alias("_last"),
        )
    )
    return (
        accounts.filter(pl.col("first_known_at") <= as_of)
        .drop("handle", "display_name", "seen_at")
        .join(names, on="account_key", how="left", validate="1:1")
        .with_columns(pl.max_horizontal("first_known_at", "_last").alias("last_known_at"))
        .pipe(core.ACCOUNTS.conform)
    )


def _handles(accounts: pl.DataFrame, observed: pl.DataFrame) -> pl.DataFrame:
    """When each account was seen with each name: platform, account_key, handle, first_at, last_at."""
    return (
        observed.drop_nulls("handle")
        .join(accounts.select("account_key", "platform"), on="account_key", validate="m:1")
        .group_by("platform", "account_key", "handle")
        .agg(pl.col("observed_at").min().alias("first_at"), pl.col("observed_at").max().alias("last_at"))
        .sort("platform", "account_key", "handle")
    )


INPUT_NAMES: tuple[str, ...] = tuple(
    core.POST_DECISIONS.name if t.name == "staging.post_decisions" else t.name for t in TABLES
)
"""The stored tables that the inputs of today are."""
