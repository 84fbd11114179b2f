"""What the warehouse knew at an instant, read for marts and reports."""

from datetime import datetime

import polars as pl

from tasks.errors import ConfigurationError
from tasks.warehouse import Warehouse
from transforms import knowledge
from transforms.inputs import Inputs
from transforms.tables import versions


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
