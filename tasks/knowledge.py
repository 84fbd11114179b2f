"""What the warehouse knew at an instant, read for marts and reports."""

from datetime import datetime

import polars as pl

from tasks import load as loading
from tasks.errors import ConfigurationError
from tasks.site import Site
from tasks.warehouse import Warehouse
from transforms import knowledge, marts
from transforms.inputs import Inputs
from transforms.tables import core, ops, versions


def marts_at(site: Site, warehouse: Warehouse, as_of: datetime) -> dict[str, pl.DataFrame]:
    """Every mart as known at ``as_of``, by table name, and what a report reads beside them.

    That is core.campaigns, core.posts, core.accounts and ops.coverage as they were. Errors: ConfigurationError.
    """
    inputs = inputs_at(warehouse, as_of)
    found = marts.compute(
        inputs,
        as_of,
        site.zone,
        site.settings.tier_scheme,
        coupon_sites=site.settings.attribution.coupon_sites,
    )
    return found | {
        core.CAMPAIGNS.name: inputs.campaigns,
        core.POSTS.name: inputs.posts,
        core.ACCOUNTS.name: inputs.accounts,
        ops.COVERAGE.name: coverage_at(site, warehouse, as_of),
    }


def coverage_at(site: Site, warehouse: Warehouse, as_of: datetime) -> pl.DataFrame:
    """ops.coverage of the files whose last answer had come by ``as_of``."""
    ended = dict(
        warehouse.con.execute("SELECT segment, max(received_at) FROM ops.responses GROUP BY segment").fetchall()
    )
    known = [e for e in site.landing.entries() if max(e.opened_at, ended.get(e.segment, e.opened_at)) <= as_of]
    return loading.coverage(known, warehouse.frame("ops.loads", "state = 'held'"))


def inputs_at(warehouse: Warehouse, as_of: datetime) -> Inputs:
    """Every input of the marts as known at ``as_of``. Errors: ConfigurationError where versions were never kept."""
    _require_versions(warehouse)
    names = (*knowledge.INPUT_NAMES, *(t.name for t in knowledge.VERSIONS))
    return knowledge.inputs_at({name: _known(warehouse, name, as_of) for name in names}, as_of)


def _known(warehouse: Warehouse, name: str, as_of: datetime) -> pl.DataFrame:
    if "known_at" in warehouse.tables[name].columns:
        return warehouse.frame(name, "known_at <= ?", [as_of])
    return warehouse.frame(name)


def _require_versions(warehouse: Warehouse) -> None:
    """A warehouse that an earlier hibiki loaded has no versions of what it loaded then."""
    for table, history, key in (
        ("core.campaigns", versions.CAMPAIGN_VERSIONS.name, "campaign_id"),
        ("core.posts", versions.POST_VERSIONS.name, "post_key"),
    ):
        told = " WHERE seen_at IS NOT NULL" if table == "core.posts" else ""
        lost = warehouse.con.execute(
            f"SELECT count(*) FROM (SELECT {key} FROM {table}{told} EXCEPT SELECT {key} FROM {history})"  # noqa: S608 - names are ours
        ).fetchall()[0][0]
        if lost:
            raise ConfigurationError(
                f"{lost} rows of {table} were loaded by an earlier hibiki, which kept no versions: run `hibiki rebuild`"
                " once, then ask again as of an earlier instant"
            )
