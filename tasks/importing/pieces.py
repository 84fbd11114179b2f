"""A piece of a file: some rows as they stand, and those that are no rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from tasks.errors import ConfigurationError

ROW = "row number"
RAW = 4000
"""Characters of a row that are kept to be shown."""


class UnreadableFile(ConfigurationError):
    """The file is not what its ending says, or lacks what the mapping names."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that is none: cut short, not JSON, with too many cells."""

    row: int
    rule: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows: the wanted columns as they stand (text, or Parquet's own types) and ``ROW``."""

    frame: pl.DataFrame
    broken: Sequence[Broken] = field(default=())


def named(cells: Sequence[str]) -> list[str]:
    """A header's names, without the blanks around them."""
    return [c.strip(" \t\r\n\u3000\u00a0\ufeff") for c in cells]


def place(header: Sequence[str], name: str) -> int:
    """Where a wanted column stands. Errors: UnreadableFile where it is missing or stands twice."""
    if (count := header.count(name)) != 1:
        said = "is missing" if count == 0 else "stands twice"
        raise UnreadableFile(f"the column {name!r} {said}: the file has {', '.join(header[:60])}")
    return header.index(name)
