"""Good rows of a group of files, brought into core: facts appended, dimensions merged. Runs inside a transaction."""

# ruff: noqa: S608  # names come from the data dictionary

from collections.abc import Mapping, Sequence

import polars as pl

from tasks import resolutions
from tasks.warehouse import HANDLES, UPKEEP, Warehouse
from transforms import changes, core
from transforms import versions as numbered
from transforms.keys import with_key
from transforms.tables import corrections, money, ops, versions
from transforms.tables.compliance import CORE_REUSES, RESOLUTION_ROWS, RESOLUTIONS_OF_FINDINGS, REUSES
from transforms.tables.core import ACCOUNTS
from transforms.tables.overlaps import AUDIENCE_OVERLAPS
from transforms.tables.site import SITE_DAYS

_VERSIONED = {
    money.CORE_CAMPAIGN_COSTS: money.CAMPAIGN_COSTS.name,
    money.CORE_REFERENCE_FILES: money.REFERENCE_FILES.name,
    money.CORE_FX_RATES: money.FX_RATES.name,
    money.CORE_EMV_RATES: money.EMV_RATES.name,
    money.CORE_OWN_BENCHMARKS: money.OWN_BENCHMARKS.name,
    corrections.CORRECTION_FILES: corrections.FILES.name,
    corrections.CORRECTION_ROWS: corrections.ROWS.name,
}
"""Tables that keep every landed version of what people wrote, by the staged rows that they take over."""


def into_core(warehouse: Warehouse, good: Mapping[str, pl.DataFrame], zone: str, *, segments: Sequence[str]) -> None:
    """Append and merge. ``good``: every staging table by full name, in landed order, all rows audited.

    ``segments``: the landed files that the rows are of, in the order in which they were landed.
    """
    posts, states, observed = _with_keys(
        "post_key", good["staging.posts"], good["staging.post_states"], good["staging.post_observations"]
    )
    accounts, posts, audience = _with_keys(
        "account_key", good["staging.accounts"], posts, good["staging.audience_observations"]
    )
    links, link_days = good["staging.links"], good["staging.link_days"]
    if (keys := _named("post_key", posts, states, observed)).height:
        existing = warehouse.matching("core.posts", keys)
        changed = numbered.post_versions(
            existing, _last_versions(warehouse, posts, states), posts, states, segments=segments, zone=zone
        )
        warehouse.append(versions.POST_VERSIONS.name, changed)
        warehouse.note(changes.named("post", changed, "post_key", day=pl.lit(changes.ALWAYS)))
        warehouse.upsert("core.posts", core.merge_posts(existing, posts, states, observed, zone))
        owners = warehouse.matching("core.post_owners", posts.select("post_key").unique())
        warehouse.upsert("core.post_owners", core.merge_post_owners(owners, posts))
    warehouse.append("core.post_observations", core.post_observations(observed, zone))
    warehouse.append("core.account_observations", core.account_observations(accounts, zone))
    warehouse.append("core.audience_observations", core.audience_observations(audience, zone))
    warehouse.append("core.link_days", core.link_days(link_days))
    warehouse.append("core.orders", core.orders(good["staging.orders"]))
    if (shops := core.shops(good["staging.shops"])).height:
        before = warehouse.matching("core.shops", shops.select("shop"))
        warehouse.append("core.shops", shops.join(before, on="shop", how="anti"))
    warehouse.append(AUDIENCE_OVERLAPS.name, AUDIENCE_OVERLAPS.conform(good["staging.audience_overlaps"]))
    warehouse.append(SITE_DAYS.name, SITE_DAYS.conform(good["staging.site_days"]))
    warehouse.append("core.order_touches", core.order_touches(good["staging.order_touches"]))
    if (ids := _named("link_id", links, link_days)).height:
        warehouse.upsert("core.links", core.merge_links(warehouse.matching("core.links", ids), links, link_days))
    if (whose := _named("account_key", accounts, posts, audience)).height:
        existing = warehouse.matching("core.accounts", whose)
        merged = core.merge_accounts(existing, accounts, posts, audience)
        renamed = _differing(merged, existing, ("account_key", "handle", "display_name", "influencer_id"))
        warehouse.note(changes.named("account", renamed, "account_key", day=pl.lit(changes.ALWAYS)))
        warehouse.upsert("core.accounts", merged)
        _span_handles(warehouse, core.account_observations(accounts, zone))
    for kept, staged in _VERSIONED.items():
        warehouse.append(kept.name, kept.conform(good[staged]))
    _resolve(warehouse, good[RESOLUTION_ROWS.name])
    new_brief = _replace_briefs(warehouse, good)
    if whose.height or new_brief:
        _assign(warehouse)


def _resolve(warehouse: Warehouse, staged: pl.DataFrame) -> None:
    """Add the decisions about findings that are new: the file grows, and is landed whole each time."""
    of = ["campaign_id", "finding_id", "resolved_at"]
    name = RESOLUTIONS_OF_FINDINGS.name
    told = warehouse.matching(name, staged.select("finding_id").unique())
    new = staged.unique(of, keep="first", maintain_order=True).join(told, on=of, how="anti", maintain_order="left")
    warehouse.append(name, RESOLUTIONS_OF_FINDINGS.conform(new))
    warehouse.append(ops.DECISIONS.name, resolutions.decisions(new))


def _with_keys(key: str, *frames: pl.DataFrame) -> list[pl.DataFrame]:
    """The frames with their surrogate key, each natural key hashed once for all of them."""
    natural = core.NATURAL[key]
    keys = with_key(pl.concat([f.select(natural) for f in frames]).unique(), key, *natural)
    return [f.join(keys, on=natural, how="left", validate="m:1", maintain_order="left") for f in frames]


def _named(key: str, *frames: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([f.select(key) for f in frames]).drop_nulls().unique()


def _last_versions(warehouse: Warehouse, *told: pl.DataFrame) -> pl.DataFrame:
    """post_key, version, known_at of the last version of each post told of, where there is one."""
    table, asked = versions.POST_VERSIONS, ("post_key", "version", "known_at")
    others = [c for c in table.columns if c not in asked]
    before = warehouse.matching(table.name, _named("post_key", *told), but=others)
    return before.select(asked).group_by("post_key").max()


_BRIEFS = {
    versions.CAMPAIGN_VERSIONS: "staging.campaigns",
    versions.GOAL_VERSIONS: "staging.campaign_goals",
    versions.CONTRACT_VERSIONS: "staging.roster",
    versions.POST_DECISION_VERSIONS: "staging.post_decisions",
    versions.REUSE_VERSIONS: REUSES.name,
}


def _replace_briefs(warehouse: Warehouse, good: Mapping[str, pl.DataFrame]) -> bool:
    """A landed brief replaces the campaign's whole brief: terms, goals, roster, decisions."""
    briefs, roster = good["staging.campaigns"], good["staging.roster"]
    if not briefs.height:
        return False
    whose = briefs.select("campaign_id").unique()
    before = warehouse.matching(versions.CAMPAIGN_VERSIONS.name, whose)
    numbers = before.group_by("campaign_id").agg(pl.col("version").max())
    for kept, staged in _BRIEFS.items():
        warehouse.append(kept.name, numbered.brief_versions(kept, good[staged], briefs, numbers))
    for table, rows in {
        "core.campaigns": core.campaigns(briefs),
        "core.campaign_goals": core.campaign_goals(good["staging.campaign_goals"], briefs),
        "core.contracts": core.contracts(roster, briefs),
        "core.post_decisions": core.post_decisions(good["staging.post_decisions"], briefs),
        CORE_REUSES.name: core.reuses(good[REUSES.name], briefs),
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
        f"SELECT a.platform, h.* FROM {UPKEEP}.handles h JOIN {ACCOUNTS.name} a USING (account_key)"
    ).pl()
    before, accounts = warehouse.frame("core.contracts"), warehouse.frame("core.accounts")
    contracts = core.assign_accounts(before, warehouse.frame("core.campaigns"), accounts, handles)
    owned = core.assign_influencers(accounts, contracts)
    for table, rows, was in (("core.contracts", contracts, before), ("core.accounts", owned, accounts)):
        warehouse.upsert(table, _differing(rows, was, rows.columns))
    whose = _differing(owned, accounts, ("account_key", "influencer_id"))
    warehouse.note(changes.named("account", whose, "account_key", day=pl.lit(changes.ALWAYS)))


def _differing(rows: pl.DataFrame, was: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The rows that are new or differ in one of the columns."""
    return rows.join(was, on=list(columns), how="anti", nulls_equal=True)


def _span_handles(warehouse: Warehouse, observed: pl.DataFrame) -> None:
    """Remember from when to when an account was seen under which handle: contracts are tied by it."""
    bore = observed.select("account_key", "handle", "observed_at").drop_nulls()
    new = bore.group_by("account_key", "handle").agg(
        pl.col("observed_at").min().alias("first_at"), pl.col("observed_at").max().alias("last_at")
    )
    warehouse.widen(f"{UPKEEP}.handles", new, ("account_key", "handle"), "first_at", "last_at")


def recount_handles(warehouse: Warehouse) -> None:
    """Make :func:`_span_handles` again from all that core holds, after some of it was taken out."""
    warehouse.con.execute(f"DELETE FROM {UPKEEP}.handles")
    warehouse.con.execute(f"INSERT INTO {UPKEEP}.handles {HANDLES}")
