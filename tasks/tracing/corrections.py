"""A figure that a person set right leads to both: what the source told, and who says what is right, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

SOURCE = "corrected"
"""``source`` of rows in which a value was set right."""
COLUMNS = (
    *("table_name", "platform", "post_id", "account_id", "shop", "order_id", "link_id", "day", "column_name"),
    *("expected", "value", "reason", "author", "landed_id", "pointer"),
)
"""What is read of core.corrections."""
_NAMES: Mapping[str, tuple[str, ...]] = {
    "post": ("post_observations", "platform", "post_id"),
    "account": ("account_observations", "platform", "account_id"),
    "order": ("orders", "shop", "order_id"),
    "link_day": ("link_days", "link_id", "day"),
}
"""Kind of thing → the table that is set right, and the columns that make its ``thing_id``."""
_SEPARATORS: Mapping[str, str] = {"link_day": " "}


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person set right. None is unknown."""

    expected: float | None
    value: float | None
    reason: str
    author: str
    landed_id: str
    pointer: str


def found(corrections: pl.DataFrame, row: Mapping[str, Any]) -> tuple[Correction, ...]:
    """The corrections of the figure that a row of lineage tells; none where it is as its source told it."""
    if row["source"] != SOURCE or row["thing"] not in _NAMES:
        return ()
    table, *names = _NAMES[row["thing"]]
    thing_id = pl.concat_str([pl.col(n).cast(pl.String()) for n in names], separator=_SEPARATORS.get(row["thing"], "/"))
    mine = corrections.filter(
        (pl.col("table_name") == table) & (pl.col("column_name") == row["metric"]) & (thing_id == row["thing_id"])
    )
    return tuple(
        Correction(_number(c["expected"]), _number(c["value"]), c["reason"], c["author"], c["landed_id"], c["pointer"])
        for c in mine.iter_rows(named=True)
    )


def _number(said: str | None) -> float | None:
    """A value of a corrections file; a flag is 1 or 0."""
    if said is None:
        return None
    return {"true": 1.0, "false": 0.0}.get(said) if said in {"true", "false"} else float(said)
