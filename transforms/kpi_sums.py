"""Facts are summed for many KPIs at once: arrays by KPI and row become arrays by KPI and group."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.kpis import Kpi
from transforms.tables.fields import REASONS

Floats = npt.NDArray[np.float64]
_OWN = len(REASONS)
"""Number of a reason that an answer gave and that is none of REASONS: it explains nothing."""


def inputs(kpi: Kpi) -> list[str]:
    """The columns of the facts that a KPI reads, numerator first, each once."""
    lower = kpi.expr.denominator
    names = [*kpi.expr.numerator.meta.root_names(), *(lower.meta.root_names() if lower is not None else [])]
    return list(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Sides:
    """What rows of facts say of KPIs, by KPI and row."""

    facts: pl.DataFrame
    kpis: tuple[Kpi, ...]
    upper: Floats
    lower: Floats
    """1 of a total. Both sides are 0 where the row does not know both."""
    known: npt.NDArray[np.bool_]
    why: npt.NDArray[np.uint8]
    """Why it does not: a number in REASONS, 0 where nothing better is said, or it does."""
    posts: Floats
    """The posts of each row."""

    @classmethod
    def of(cls, facts: pl.DataFrame, kpis: Sequence[Kpi]) -> "Sides":
        """Facts have ``posts``, and ``why_<input>`` beside inputs that may be unknown."""
        uppers = (k.expr.numerator for k in kpis)
        lowers = (pl.lit(1.0) if k.expr.denominator is None else k.expr.denominator for k in kpis)
        told = facts.select(
            pl.col("posts").cast(pl.Float64),
            *(side.cast(pl.Float64).alias(f"{n}") for n, side in enumerate((*uppers, *lowers))),
        )
        shape = 2, len(kpis), facts.height
        values, is_told = (f.to_numpy().T for f in (told.fill_null(0.0), told.select(pl.all().is_not_null())))
        known = np.logical_and(*is_told[1:].reshape(shape))
        upper, lower = values[1:].reshape(shape) * known
        return cls(facts, tuple(kpis), upper, lower, known, _whys(facts, kpis) * ~known, values[0])

    def only(self, kpis: Sequence[Kpi]) -> "Sides":
        """Those of some of the KPIs."""
        places = {k.name: n for n, k in enumerate(self.kpis)}
        at = [places[k.name] for k in kpis]
        return Sides(self.facts, tuple(kpis), self.upper[at], self.lower[at], self.known[at], self.why[at], self.posts)


def _whys(facts: pl.DataFrame, kpis: Sequence[Kpi]) -> npt.NDArray[np.uint8]:
    """The reason of the first of a KPI's inputs that has one better than not_reported."""
    read = [inputs(k) for k in kpis]
    asked = {i for names in read for i in names if f"why_{i}" in facts.columns}
    numbers = {c.name: c.to_numpy() for c in facts.select(_number(name) for name in asked).get_columns()}
    found = np.zeros((len(kpis), facts.height), np.uint8)
    for why, names in zip(found, read, strict=True):
        for number in (numbers[name] for name in names if name in numbers):
            np.copyto(why, number, where=why == 0)
    return found


def _number(name: str) -> pl.Expr:
    """Expression: why an input is null, as a number in REASONS."""
    why = pl.col(f"why_{name}")
    number = why.cast(pl.Enum(REASONS), strict=False).to_physical().cast(pl.UInt8).fill_null(_OWN)
    return pl.when(pl.col(name).is_null() & why.is_not_null()).then(number).otherwise(pl.lit(0, pl.UInt8)).alias(name)


@dataclass(frozen=True, slots=True)
class Sums:
    """What groups of facts say of KPIs, by KPI and group: sums over the rows that know both sides."""

    upper: Floats
    lower: Floats
    rows: Floats
    """How many rows know both."""
    posts: Floats
    """The posts of these rows."""
    why: npt.NDArray[np.intp]
    """Why most of the other rows do not, of several as common the first in REASONS; -1 where all do."""
    posts_all: Floats
    """The posts of each group."""

    @classmethod
    def of(cls, sides: Sides, group: npt.NDArray[np.intp], groups: int) -> "Sums":
        """``group``: the number of each row's group; ``groups`` for rows in none."""

        def summed(rows: npt.NDArray[np.generic]) -> Floats:
            return np.asarray(np.bincount(group, rows, groups + 1)[:groups], np.float64)

        def each(rows: npt.NDArray[np.generic]) -> Floats:
            return np.stack([summed(of_kpi) for of_kpi in rows])

        unknown = each(~sides.known)
        why = np.where(unknown > 0, 0, -1)
        for found, whys in zip(why, sides.why, strict=True):
            most = np.zeros(groups)
            for reason in np.flatnonzero(np.bincount(whys, minlength=_OWN)[1:_OWN]) + 1:
                rows = summed(whys == reason)
                found[rows > most] = reason
                np.maximum(most, rows, out=most)
        return cls(
            each(sides.upper),
            each(sides.lower),
            each(sides.known),
            each(sides.known * sides.posts),
            why,
            summed(sides.posts),
        )
