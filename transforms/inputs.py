"""All that the marts are computed from: the core tables, as frames."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from transforms import corrections
from transforms.contracts import ContractError, Table
from transforms.tables import attribution, compliance, core, money, overlaps, site, staging, versions


def _read(frames: Mapping[str, pl.DataFrame | pl.LazyFrame], table: Table) -> pl.LazyFrame:
    """A table's frame, found by its full or bare name; no row where it is absent."""
    schema, _, bare = table.name.partition(".")
    for name in (table.name, f"{'core' if schema == 'staging' else schema}.{bare}", bare):
        if name in frames:
            return table.conform_loosely(frames[name].lazy())
    return table.empty().lazy()


@dataclass(frozen=True, slots=True)
class Inputs:
    """The core tables. Post observations stay lazy: there are millions."""

    campaigns: pl.DataFrame
    campaign_goals: pl.DataFrame
    influencers: pl.DataFrame
    contracts: pl.DataFrame
    accounts: pl.DataFrame
    posts: pl.DataFrame
    post_owners: pl.DataFrame
    post_decisions: pl.DataFrame
    post_observations: pl.LazyFrame
    account_observations: pl.DataFrame
    audience_observations: pl.DataFrame
    links: pl.DataFrame
    link_days: pl.DataFrame
    shops: pl.DataFrame
    orders: pl.DataFrame
    order_touches: pl.DataFrame
    campaign_costs: pl.DataFrame
    reference_files: pl.DataFrame
    fx_rates: pl.DataFrame
    emv_rates: pl.DataFrame
    own_benchmarks: pl.DataFrame
    site_days: pl.DataFrame
    audience_overlaps: pl.DataFrame
    correction_files: pl.DataFrame
    correction_rows: pl.DataFrame
    post_versions: pl.DataFrame
    post_decision_versions: pl.DataFrame
    reuses: pl.DataFrame
    finding_resolutions: pl.DataFrame

    @classmethod
    def of(cls, frames: Mapping[str, pl.DataFrame | pl.LazyFrame]) -> "Inputs":
        """The inputs among ``frames``, by table name with or without schema; a table that is absent has no row.

        The corrections in force are applied: from here on a corrected value is the value.
        Errors: ContractError names frames that are no input.
        """
        tables = {t.name.partition(".")[2]: t for t in TABLES}
        if strange := sorted(n for n in frames if n.rpartition(".")[2] not in tables):
            raise ContractError(f"{', '.join(strange)}: not an input of the marts; those are {', '.join(tables)}")
        told = {n: _read(frames, t) for n, t in tables.items()}
        said = {t.name: told[t.name.partition(".")[2]].collect() for t in corrections.FRAMES}
        wanted = corrections.in_force(*said.values())
        told |= corrections.corrected({n: told[n] for n in corrections.NAMES}, wanted)
        whole = {n: frame.collect() for n, frame in told.items() if n != "post_observations"}
        return cls(**whole, post_observations=told["post_observations"])

    def recalling(self, history: pl.DataFrame) -> "Inputs":
        """These inputs with the versions of posts that ``history`` has."""
        return replace(self, post_versions=history)

    def observing(self, observations: pl.LazyFrame) -> "Inputs":
        """These inputs with other observations of posts, which the same corrections set right."""
        wanted = corrections.in_force(self.correction_files, self.correction_rows)
        told = corrections.corrected({"post_observations": observations}, wanted)
        return replace(self, post_observations=told["post_observations"])


TABLES: tuple[Table, ...] = (
    core.CAMPAIGNS,
    core.CAMPAIGN_GOALS,
    core.INFLUENCERS,
    core.CONTRACTS,
    core.ACCOUNTS,
    core.POSTS,
    core.POST_OWNERS,
    staging.POST_DECISIONS,
    core.POST_OBSERVATIONS,
    core.ACCOUNT_OBSERVATIONS,
    core.AUDIENCE_OBSERVATIONS,
    core.LINKS,
    core.LINK_DAYS,
    core.SHOPS,
    core.ORDERS,
    attribution.ORDER_TOUCHES,
    money.CORE_CAMPAIGN_COSTS,
    money.CORE_REFERENCE_FILES,
    money.CORE_FX_RATES,
    money.CORE_EMV_RATES,
    money.CORE_OWN_BENCHMARKS,
    site.SITE_DAYS,
    overlaps.AUDIENCE_OVERLAPS,
    *corrections.FRAMES,
    versions.POST_VERSIONS,
    versions.POST_DECISION_VERSIONS,
    compliance.CORE_REUSES,
    compliance.RESOLUTIONS_OF_FINDINGS,
)
