"""Good rows of a group of files, brought into core: facts appended, dimensions merged. Runs inside a transaction."""

# ruff: noqa: S608  # names come from the data dictionary

from collections.abc import Mapping

import polars as pl

from tasks.warehouse import Warehouse
from transforms import core
from transforms.keys import with_key
from transforms.tables.core import ACCOUNT_OBSERVATIONS, ACCOUNTS


def into_core(warehouse: Warehouse, good: Mapping[str, pl.DataFrame], zone: str) -> None:
    """Append and merge. ``good``: every staging table by full name, in landed order, all rows audited."""
    posts, accounts = good["staging.posts"], good["staging.accounts"]
    observed, audience = good["staging.post_observations"], good["staging.audience_observations"]
    links, link_days = good["staging.links"], good["staging.link_days"]
    _merge_posts(warehouse, posts, good["staging.post_states"], observed, zone)
    owners = core.post_owners(posts)
    warehouse.upsert("core.post_owners", owners)
    warehouse.append("core.post_observations", core.post_observations(observed, zone))
    warehouse.append("core.account_observations", core.account_observations(accounts, zone))
    warehouse.append("core.audience_observations", core.audience_observations(audience, zone))
    warehouse.append("core.link_days", core.link_days(link_days))
    warehouse.append("core.orders", core.orders(good["staging.orders"]))
    if links.height or link_days.height:
        ids = pl.concat([links.select("link_id"), link_days.select("link_id")]).unique()
        warehouse.upsert("core.links", core.merge_links(warehouse.matching("core.links", ids), links, link_days))
    new_accounts = _merge_accounts(warehouse, accounts, posts, audience)
    new_briefs = _replace_briefs(warehouse, good)
    if new_accounts or new_briefs:
        _assign(warehouse)


def _merge_posts(
    warehouse: Warehouse, posts: pl.DataFrame, states: pl.DataFrame, observed: pl.DataFrame, zone: str
) -> None:
    natural = ("platform", "post_id")
    named = pl.concat([f.select(natural) for f in (posts, states, observed)]).unique()
    if named.height:
        existing = warehouse.matching("core.posts", with_key(named, "post_key", *natural).select("post_key"))
        warehouse.upsert("core.posts", core.merge_posts(existing, posts, states, observed, zone))


def _merge_accounts(warehouse: Warehouse, accounts: pl.DataFrame, posts: pl.DataFrame, audience: pl.DataFrame) -> bool:
    natural = ("platform", "account_id")
    named = pl.concat([f.select(natural) for f in (accounts, posts, audience)]).drop_nulls().unique()
    if named.height:
        existing = warehouse.matching("core.accounts", with_key(named, "account_key", *natural).select("account_key"))
        warehouse.upsert("core.accounts", core.merge_accounts(existing, accounts, posts, audience))
    return named.height > 0


def _replace_briefs(warehouse: Warehouse, good: Mapping[str, pl.DataFrame]) -> bool:
    """A landed brief replaces the campaign's whole brief: terms, goals, roster, decisions."""
    briefs, roster = good["staging.campaigns"], good["staging.roster"]
    if not briefs.height:
        return False
    whose = briefs.select("campaign_id").unique()
    for table, rows in {
        "core.campaigns": core.campaigns(briefs),
        "core.campaign_goals": core.campaign_goals(good["staging.campaign_goals"], briefs),
        "core.contracts": core.contracts(roster, briefs),
        "core.post_decisions": core.post_decisions(good["staging.post_decisions"], briefs),
    }.items():
        warehouse.delete(table, whose)
        warehouse.append(table, rows)
    people = roster.select("influencer_id").unique()
    existing = warehouse.matching("core.influencers", people)
    warehouse.upsert("core.influencers", core.merge_influencers(existing, roster))
    return True


def _assign(warehouse: Warehouse) -> None:
    """Tie contracts to accounts and accounts to influencers, from all that core knows of both."""
    handles = warehouse.con.sql(
        "SELECT a.platform, o.account_key, o.handle, min(o.observed_at) AS first_at, max(o.observed_at) AS last_at"
        f" FROM {ACCOUNT_OBSERVATIONS.name} o JOIN {ACCOUNTS.name} a USING (account_key)"
        " WHERE o.handle IS NOT NULL GROUP BY ALL"
    ).pl()
    before, accounts = warehouse.frame("core.contracts"), warehouse.frame("core.accounts")
    contracts = core.assign_accounts(before, warehouse.frame("core.campaigns"), accounts, handles)
    owned = core.assign_influencers(accounts, contracts)
    for table, rows, was in (("core.contracts", contracts, before), ("core.accounts", owned, accounts)):
        key = warehouse.tables[table].key
        if not rows.equals(was.sort(key)):
            warehouse.replace({table: rows})
