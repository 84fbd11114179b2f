"""What BI tools are offered on top of the tables: one file in this folder, one view of the schema ``bi``.

A view is data: its shape (columns with description, type and unit, as a table's) and the DuckDB SQL that fills it.
Every column is cast to the promised type, so that a tool never meets HUGEINT or a list. Each comment says whether a
column may be added up: a total may, a ratio may not and has the two columns that it is made of beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pkgutil import iter_modules

from transforms.contracts import ContractError, Field, Table, Type, quoted, real, text
from transforms.kpis import Grain, Kpi
from transforms.kpis import load as registry

SCHEMA = "bi"
ADD = "Add it up over rows; a sum leaves out those where it is null."
ADD_MONEY = "Add it up over rows of one currency; a sum leaves out those where it is null."


@dataclass(frozen=True, slots=True)
class View:
    """One view: ``shape`` is what readers may rely on, ``query`` gives at least its columns. Reads tables only."""

    shape: Table
    query: str

    @property
    def name(self) -> str:
        """``bi.<view>``."""
        return self.shape.name

    @property
    def select(self) -> str:
        """The query with exactly the promised columns, in order, with their types."""
        columns = ", ".join(f'CAST("{f.name}" AS {f.type.value}) AS "{f.name}"' for f in self.shape.fields)
        return f"SELECT {columns} FROM ({self.query}) AS told"

    @property
    def ddl(self) -> str:
        """``CREATE VIEW`` for DuckDB."""
        return f"CREATE VIEW {self.name} AS {self.select}"

    @property
    def comments(self) -> list[str]:
        """``COMMENT ON`` statements for the view and each column."""
        return [c.replace("COMMENT ON TABLE", "COMMENT ON VIEW", 1) for c in self.shape.comments()]


def load() -> dict[str, View]:
    """Every view by its full name, sorted. The file's name is the view's; a file that fails to import fails loudly."""
    found: dict[str, View] = {}
    for module in iter_modules(__path__):
        view = import_module(f"{__name__}.{module.name}").VIEW
        if not isinstance(view, View) or view.name != f"{SCHEMA}.{module.name}":
            raise ContractError(
                f"transforms/views/{module.name}.py must define VIEW = View(…) of {SCHEMA}.{module.name}"
            )
        found[view.name] = view
    return found


def addable(field: Field) -> Field:
    """The same column, said to be one that may be added up."""
    return _saying(field, ADD_MONEY if field.unit == "money" else ADD)


def not_addable(field: Field, why: str) -> Field:
    """The same column, said to be one that may not be added up."""
    return _saying(field, f"Never add it up: {why}.")


def _saying(field: Field, more: str) -> Field:
    return replace(field, description=f"{field.description} {more}")


def joined(table: Table, *names: str) -> tuple[Field, ...]:
    """Columns of a table that is joined: null where it has no such row."""
    return tuple(replace(table[name], required=False) for name in names)


def in_words(*names: str) -> tuple[Field, ...]:
    """``<name>_ja`` and ``<name>_en`` for columns of codes."""
    return tuple(
        text(f"{name}_{tag}", f"`{name}` in words ({language}).")
        for name in names
        for tag, language in (("ja", "Japanese"), ("en", "English"))
    )


def worded(source: str, *names: str) -> tuple[str, str]:
    """SQL for :func:`in_words`: the select list, and the joins to ref.labels; ``source`` is the alias of the codes."""
    columns = ", ".join(f'l_{n}.label_ja AS "{n}_ja", l_{n}.label_en AS "{n}_en"' for n in names)
    joins = "\n".join(
        f"LEFT JOIN ref.labels AS l_{n} ON l_{n}.kind = {quoted(n)} AND l_{n}.code = {source}.{n}" for n in names
    )
    return columns, joins


def ratios(grain: Grain) -> list[Kpi]:
    """The KPIs of a grain that are a sum over a sum."""
    return [k for k in registry().values() if grain in k.grains and k.expr.denominator is not None]


def totals(grain: Grain) -> list[Kpi]:
    """The KPIs of a grain that are a plain sum."""
    return [k for k in registry().values() if grain in k.grains and k.expr.denominator is None]


def kpi_fields(table: Table, grain: Grain, base: Mapping[str, str]) -> tuple[Field, ...]:
    """The columns of a wide mart for readers: what it says beside the KPIs, the totals, then each ratio with its parts.

    ``base``: why a number that is no KPI may not be added up, by column; other counts and amounts may.
    """
    told = {k.name: k for k in (*totals(grain), *ratios(grain))}
    plain = [_ruled(f, base) for f in table.fields if f.name not in told]
    no_sum = {k.name: "the same people are in several" for k in totals(grain) if k.rows == "group"}
    sums = [_ruled(table[k.name], {**no_sum, **base}) for k in totals(grain) if k.name in table.columns]
    parts = [field for k in ratios(grain) for field in _ratio_fields(k)]
    return (*plain, *sums, *parts)


def _ruled(field: Field, never: Mapping[str, str]) -> Field:
    if field.name in never:
        return not_addable(field, never[field.name])
    is_amount = field.type in {Type.COUNT, Type.MONEY, Type.REAL} and field.unit not in {None, "ratio", "version"}
    return addable(field) if is_amount else field


def _ratio_fields(kpi: Kpi) -> tuple[Field, Field, Field]:
    times = f" × {kpi.expr.scale:g}" if kpi.expr.scale != 1 else ""
    rule = f"Never add or average it: divide SUM({kpi.name}_numerator) by SUM({kpi.name}_denominator)."
    within = " Within one currency." if "money" in kpi.unit else ""
    of = f"of {kpi.name} ({kpi.formula}), over the rows that know both sides."
    return (
        replace(kpi.field, type=Type.REAL, description=f"{kpi.label.ja} · {kpi.field.description} {rule}"),
        real(f"{kpi.name}_numerator", f"Upper sum{times} {of} {ADD}{within}", unit="as the formula says"),
        real(f"{kpi.name}_denominator", f"Lower sum {of} {ADD}{within}", unit="as the formula says"),
    )


def parts_query(grain: Grain, ids: Sequence[str]) -> str:
    """SQL: one row per ``ids`` with ``<kpi>_numerator`` (times its scale) and ``<kpi>_denominator`` of every ratio."""
    columns = ",\n  ".join(
        f"max(numerator) FILTER (kpi = {quoted(k.name)})"
        + (f" * {k.expr.scale:g}" if k.expr.scale != 1 else "")
        + f' AS "{k.name}_numerator", max(denominator) FILTER (kpi = {quoted(k.name)}) AS "{k.name}_denominator"'
        for k in ratios(grain)
    )
    key = ", ".join(ids)
    return f"SELECT {key},\n  {columns}\n  FROM marts.kpi_values WHERE grain = {quoted(grain)} GROUP BY {key}"


def parts_columns(grain: Grain, alias: str) -> str:
    """SQL: the columns of :func:`parts_query` as read from ``alias``."""
    return ", ".join(f'{alias}."{k.name}_{part}"' for k in ratios(grain) for part in ("numerator", "denominator"))
