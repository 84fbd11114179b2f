"""What a KPI is, and the registry: one file in this folder, one KPI."""

from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

import polars as pl

from transforms.contracts import ContractError, Field, Type

Grain = Literal["post", "influencer", "platform", "campaign"]
ALL_GRAINS: tuple[Grain, ...] = ("post", "influencer", "platform", "campaign")
IntervalMethod = Literal["wilson", "overdispersed", "clusters", "bounds", "none"]
"""How far a value may be from what the same people would show again (transforms/insight/intervals.py).

wilson: one person acts once, and acts are a part of chances. overdispersed: counts that differ from post to post by
more than chance. clusters: told apart by creators alone. bounds: no chance, the value cannot lie outside. none: counted
or agreed, not estimated.
"""
FIRST_RELEASE = date(2026, 11, 22)
"""Since when a KPI is computed as it is, unless its file says another day: a changed meaning gets a day of its own."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name as readers of each language say it."""

    en: str
    ja: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Sum of a numerator, or a sum over a sum on the rows that know both sides. ``scale`` is 1000 for a CPM."""

    numerator: pl.Expr
    denominator: pl.Expr | None = None
    scale: float = 1.0


def ratio(numerator: pl.Expr, denominator: pl.Expr, *, scale: float = 1.0) -> Measure:
    """Σ numerator / Σ denominator over the rows where both are known; null where none is or the lower side is 0."""
    return Measure(numerator, denominator, scale)


def total(what: pl.Expr) -> Measure:
    """Σ over the rows where it is known; null where it is known nowhere. Never 0 for want of rows."""
    return Measure(what)


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI. ``rows`` names the facts it sums: posts, contracts (campaign × influencer × platform), or groups.

    What is no sum of parts (unique reach) is told by one row per group and grain.
    """

    name: str
    label: Label
    description: str
    formula: str
    unit: str
    better: Literal["higher", "lower", "neither"]
    expr: Measure
    rows: Literal["post", "contract", "group"] = "post"
    grains: tuple[Grain, ...] = ALL_GRAINS
    type: Type = Type.REAL
    interval_method: IntervalMethod = "none"
    counted: Literal["numerator", "denominator"] = "numerator"
    """The side that is left to chance, for intervals: of a cost per view the views, as the cost is agreed."""
    floor: float = 0.0
    """No value can be lower."""
    definition_version: int = 1
    source: str = "hibiki"
    since: date = FIRST_RELEASE
    description_ja: str = ""
    """The same as ``description``, as Japanese marketers say it. Each KPI has one, by test."""

    @property
    def field(self) -> Field:
        """Its column in the wide marts."""
        return Field(self.name, self.type, f"{self.label.en}: {self.description}", unit=self.unit)


def load() -> dict[str, Kpi]:
    """Every KPI by name, sorted. A file that fails to import, or whose name differs from its KPI's, fails loudly."""
    found: dict[str, Kpi] = {}
    for module in iter_modules(__path__):
        kpi = import_module(f"{__name__}.{module.name}").KPI
        if not isinstance(kpi, Kpi) or kpi.name != module.name:
            raise ContractError(f"transforms/kpis/{module.name}.py must define KPI = Kpi(name={module.name!r}, …)")
        found[kpi.name] = kpi
    return found
