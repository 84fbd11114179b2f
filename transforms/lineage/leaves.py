"""The shape of what a figure is led back to: one thing that an answer told, and how much of it counts."""

import polars as pl

from transforms.tables.lineage import LINEAGE

NEVER = pl.lit(None, pl.Datetime("us", "UTC"))
TRACE = ("observed_at", "known_at", "source", "landed_id", "pointer")
LEAF = ("input", "thing", "thing_id", "metric", "told", "weight", "value", "reason", *TRACE)


def leaf(*of: str, trace: tuple[str, ...] = TRACE, **said: pl.Expr | str) -> list[pl.Expr]:
    """Expressions: the columns ``of``, which name whose leaf it is, and :data:`LEAF`. A string is a word, no column.

    ``trace``: those of TRACE that are columns. What is not said is null; ``weight`` is 1, ``value`` told × weight.
    """
    told = {name: pl.col(name) for name in trace}
    told |= {name: pl.lit(what) if isinstance(what, str) else what for name, what in said.items()}
    weight = told.setdefault("weight", pl.lit(1.0))
    told.setdefault("value", told.get("told", pl.lit(None)) * weight)
    return [
        *map(pl.col, of),
        *(told.get(name, pl.lit(None)).cast(LINEAGE[name].type.dtype).alias(name) for name in LEAF),
    ]
