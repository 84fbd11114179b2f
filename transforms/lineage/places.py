"""Every input of every row of facts has a place: a number, in the order in which marts.lineage is sorted."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.kpi_values import NOT_SAID
from transforms.lineage.leaves import LEAF
from transforms.lineage.reading import ROW, inputs_of_facts
from transforms.lineage.sources import Sources
from transforms.tables.lineage import FACTS

PLACE, AT = "_place", "_at"
_INPUTS = sorted({i for facts in FACTS for i in inputs_of_facts(facts)})
_IDS = ("campaign_id", "facts", *ROW[1:])


@dataclass(frozen=True, slots=True)
class Places:
    """What the facts state. A place is the number of a row of facts × inputs + the number of an input."""

    rows: pl.DataFrame
    """``facts`` and ROW of the rows of facts, by their number ``_row``."""
    stated: pl.DataFrame
    """PLACE, ``value`` and ``reason`` of every input that some KPI reads of the facts."""

    @classmethod
    def of(cls, given: Sources) -> "Places":
        """The places of all facts."""
        facts = [("post", given.posts), ("contract", given.rows), ("person", given.persons)]
        facts += [(grain, rows) for grain, groups in given.groups.items() for rows, _ in groups]
        ids = pl.concat([_ids(name, rows) for name, rows in facts]).with_row_index("_nth").sort(_IDS)
        begins = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift(1)) for c in _IDS)
        ids = ids.with_columns((begins.cum_sum() - 1).alias("_row"))
        left = ids.sort("_nth")["_row"]
        stated: list[pl.DataFrame] = []
        for name, rows in facts:
            stated.append(_stated(name, rows.with_columns(left.head(rows.height))))
            left = left.slice(rows.height)
        return cls(
            ids.unique("_row", keep="first", maintain_order=True).drop("_nth"),
            pl.concat(stated).select(_place(), "value", "reason"),
        )

    def of_facts(self, facts: str, *by: str) -> pl.DataFrame:
        """``_row`` and the ids of the rows of some facts."""
        return self.rows.filter(pl.col("facts") == facts).select("_row", *by)

    def led(self, leaves: pl.DataFrame) -> pl.DataFrame:
        """The leaves (with ``_row``) of what is stated: their PLACE, and AT, its number among ``stated``."""
        placed = leaves.select(_place(), *LEAF[1:]).drop_nulls(PLACE)
        numbers = np.full(self.rows.height * len(_INPUTS), -1)
        numbers[self.stated[PLACE].to_numpy()] = np.arange(self.stated.height)
        return placed.with_columns(pl.Series(AT, numbers[placed[PLACE].to_numpy()])).filter(pl.col(AT) >= 0)

    def named(self, found: pl.DataFrame) -> pl.DataFrame:
        """Rows with PLACE, with the ids and the input that it stands for."""
        row, given = found.select(pl.col(PLACE) // len(_INPUTS), given=pl.col(PLACE) % len(_INPUTS)).get_columns()
        inputs = pl.Series("input", _INPUTS).gather(given)
        return found.with_columns(inputs).hstack(self.rows.select(pl.col("facts", *ROW).gather(row)))


def _place() -> pl.Expr:
    """Expression: the place of ``_row`` and ``input``; null for what no KPI reads."""
    given = pl.col("input").cast(pl.Enum(_INPUTS), strict=False).to_physical()
    return (pl.col("_row").cast(pl.Int64) * len(_INPUTS) + given).alias(PLACE)


def _ids(facts: str, rows: pl.DataFrame) -> pl.DataFrame:
    """What names the rows; contract facts have no post."""
    own = {c for c in ROW if c in rows.columns and (c != "post_id" or "post_key" in rows.columns)}
    ids = (pl.col(c) if c in own else pl.lit(None, pl.String()).alias(c) for c in ROW)
    return rows.select(pl.lit(facts).alias("facts"), *ids)


def _stated(facts: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The facts in long form: ``_row``, input, value, and why it is null."""
    inputs = [i for i in inputs_of_facts(facts) if i in rows.columns]
    said = {i: pl.col(f"why_{i}") if f"why_{i}" in rows.columns else pl.lit(None, pl.String()) for i in inputs}
    whys = (pl.when(pl.col(i).is_null()).then(why.fill_null(NOT_SAID)).alias(i) for i, why in said.items())
    values = rows.select("_row", pl.col(inputs).cast(pl.Float64)).unpivot(index="_row", variable_name="input")
    return values.hstack(rows.select(whys).unpivot(value_name="reason").select("reason"))
