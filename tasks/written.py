"""Files that people write are staged alike: rows as their table has them, each mistake as a rejected row."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from tasks.errors import Mistake
from tasks.sources import Landed
from transforms.contracts import Table

_LONGEST = 4000


def framed(table: Table, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """The rows in the table's shape; what a row does not tell is null."""
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in table.columns}, schema=table.schema)


def rejected(mistake: Mistake, number: int, landed: Landed, *, table: Table, rule: str) -> dict[str, Any]:
    """A row of staging.rejects: the ``number``-th mistake of a landed file, with what the file said."""
    return {
        "table_name": table.name,
        "rule": rule,
        "reason": str(mistake),
        "raw": landed.answer.body.decode("utf-8", "replace").replace("\0", "")[:_LONGEST],
        "source": landed.source,
        "pointer": f"row {mistake.row or mistake.line or 1}, mistake {number}",
        "known_at": landed.answer.received_at,
        "landed_id": landed.landed_id,
    }
