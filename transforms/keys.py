"""A surrogate key is a number derived from the natural key alone, so that any order of loading gives the same one."""

from hashlib import blake2b

import polars as pl


def surrogate(*parts: str) -> int:
    """A stable, non-negative 63-bit integer for a natural key. Collisions are tested for when keys are stored."""
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def with_key(frame: pl.DataFrame, name: str, *natural: str) -> pl.DataFrame:
    """The frame with the surrogate key ``name`` of its natural key columns; null where any part is null."""
    rows = frame.select(natural).unique().drop_nulls().rows()
    keys = pl.DataFrame(
        {
            **{c: [row[i] for row in rows] for i, c in enumerate(natural)},
            name: [surrogate(*map(str, row)) for row in rows],
        },
        schema={**{c: frame.schema[c] for c in natural}, name: pl.Int64()},
    )
    return frame.join(keys, on=list(natural), how="left", validate="m:1", maintain_order="left")
