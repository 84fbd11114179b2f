"""What the warehouse knew at an instant, read for marts and reports."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

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
        due=site.due,
    )
    return found | {
        core.CAMPAIGNS.name: inputs.campaigns,
        core.POSTS.name: inputs.posts,
        core.ACCOUNTS.name: inputs.accounts,
        ops.COVERAGE.name: coverage_at(site, warehouse, as_of),
    }


def write_marts(site: Site, as_of: datetime, out: Path) -> list[str]:
    """Every mart as known at ``as_of`` as ``<table>.parquet`` in a new folder; the tables' names.

    Errors: ConfigurationError where the folder holds something, or the instant is in the future.
    """
    if as_of > site.now:
        raise ConfigurationError(f"--as-of {as_of.isoformat()} is in the future: nothing is known then")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigurationError(f"{out} is not an empty folder: name another with --out DIR")
    with site.warehouse() as warehouse:
        frames = marts_at(site, warehouse, as_of)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, frame in frames.items():
            frame.write_parquet(out / f"{name}.parquet")
    except OSError as error:
        raise ConfigurationError(f"{out} cannot be written: {error.strerror}") from error
    return sorted(frames)


def coverage_at(site: Site, warehouse: Warehouse, as_of: datetime) -> pl.DataFrame:
    """ops.coverage of the files whose last answer had come by ``as_of``."""
    ended = dict(
        warehouse.con.execute("SELECT segment, max(received_at) FROM ops.responses GROUP BY segment").fetchall()
    )
    known = [e for e in site.landing.entries() if max(e.opened_at, ended.get(e.segment, e.opened_at)) <= as_of]
    return loading.coverage(known, warehouse.frame("ops.loads", "state = 'held'"))


def inputs_at(warehouse: Warehouse, as_of: datetime, *, posts: pl.DataFrame | None = None) -> Inputs:
    """Every input of the marts as known at ``as_of``; with ``posts`` (post_key), observations of these alone.

    Errors: ConfigurationError where versions were never kept.
    """
    _require_versions(warehouse)
    observations = core.POST_OBSERVATIONS.name
    names = (*knowledge.INPUT_NAMES, *(t.name for t in knowledge.VERSIONS))
    frames = {n: _known(warehouse, n, as_of) for n in names if n != observations}
    seen = _known(warehouse, observations, as_of) if posts is None else warehouse.matching(observations, posts)
    return knowledge.inputs_at(frames | {observations: seen}, as_of)


def posts_of(warehouse: Warehouse, campaign_id: str) -> pl.DataFrame:
    """post_key of every post that may ever have been the campaign's: of its rosters' accounts, or in posts.csv."""
    return warehouse.con.sql(_POSTS_OF, params={"campaign": campaign_id}).pl()


_POSTS_OF = """WITH roster AS (
    SELECT platform, account_id, lower(ltrim(handle, '@')) AS handle FROM core.contract_versions
    WHERE campaign_id = $campaign),
engaged AS (
    SELECT a.account_key FROM core.accounts a JOIN roster r ON r.platform = a.platform AND r.account_id = a.account_id
    UNION SELECT o.account_key FROM core.account_observations o JOIN core.accounts a USING (account_key)
        JOIN roster r ON r.platform = a.platform AND r.handle = lower(o.handle)
    UNION SELECT account_key FROM core.contracts WHERE campaign_id = $campaign AND account_key IS NOT NULL)
SELECT post_key FROM core.posts SEMI JOIN engaged USING (account_key)
UNION SELECT post_key FROM core.post_owners SEMI JOIN engaged USING (account_key)
UNION SELECT post_key FROM core.campaign_posts WHERE campaign_id = $campaign
UNION SELECT p.post_key FROM core.posts p JOIN core.post_decision_versions d USING (platform)
    WHERE d.campaign_id = $campaign AND (p.post_id = d.post_id OR contains(coalesce(p.permalink, ''), d.post_id))"""


def _known(warehouse: Warehouse, name: str, as_of: datetime) -> pl.DataFrame:
    if "known_at" in warehouse.tables[name].columns:
        return warehouse.frame(name, "known_at <= ?", [as_of])
    return warehouse.frame(name)


def has_versions(warehouse: Warehouse) -> bool:
    """Whether earlier instants can be asked for: what an earlier hibiki loaded has no versions."""
    return next(_without_versions(warehouse), None) is None


def _require_versions(warehouse: Warehouse) -> None:
    for table, lost in _without_versions(warehouse):
        raise ConfigurationError(
            f"{lost} rows of {table} were loaded by an earlier hibiki, which kept no versions: run `hibiki rebuild`"
            " once, then ask again as of an earlier instant"
        )


def _without_versions(warehouse: Warehouse) -> Iterator[tuple[str, int]]:
    """Tables, and how many of their rows have no version."""
    for table, history, key in (
        ("core.campaigns", versions.CAMPAIGN_VERSIONS.name, "campaign_id"),
        ("core.posts", versions.POST_VERSIONS.name, "post_key"),
    ):
        told = " WHERE seen_at IS NOT NULL" if table == "core.posts" else ""
        lost = warehouse.con.execute(
            f"SELECT count(*) FROM (SELECT {key} FROM {table}{told} EXCEPT SELECT {key} FROM {history})"  # noqa: S608 - names are ours
        ).fetchall()[0][0]
        if lost:
            yield table, lost
