"""Tables drawn in text, and the frames that a campaign needs."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from transforms.contracts import Field, Table, Type

Draw = Callable[..., pl.DataFrame]


READ: dict[Type, Callable[[str], object]] = {
    Type.COUNT: lambda cell: int(cell.replace(",", "")),
    Type.REAL: float,
    Type.MONEY: lambda cell: Decimal(cell.replace(",", "")),
    Type.DATE: date.fromisoformat,
    Type.INSTANT: lambda cell: datetime.fromisoformat(cell.replace(" ", "T")).replace(tzinfo=UTC),
    Type.FLAG: {"yes": True, "no": False}.__getitem__,
    Type.TEXT: str,
}


def draw(text: str, table: Table | None = None, **constants: object) -> pl.DataFrame:
    """The frame drawn as ``a | b`` with a row a line; ``-`` is null. Columns that a table knows have its types.

    Columns that are not drawn are null, or the constant given. Without a table every column but
    ids and reasons is a real number.
    """
    head, *lines = [line for line in text.strip().splitlines() if line.strip()]
    names = [c.strip() for c in head.split("|")]
    known = {f.name: f for f in table.fields} if table else {}
    fields = {
        n: known.get(n, Field(n, Type.TEXT if n.endswith("_id") or n.startswith("why_") else Type.REAL, n))
        for n in names
    }
    rows = [
        [
            None if c.strip() == "-" else READ[fields[n].type](c.strip())
            for n, c in zip(names, line.split("|"), strict=True)
        ]
        for line in lines
    ]
    frame = pl.DataFrame(rows, schema={n: f.type.dtype for n, f in fields.items()}, orient="row")
    frame = frame.with_columns(pl.lit(v).alias(k) for k, v in constants.items())
    return table.conform_loosely(frame) if table else frame


@pytest.fixture(name="draw", scope="session")
def _draw() -> Draw:
    return draw
