"""What ref.* holds: the KPI registry, size classes, a calendar, what platforms' numbers mean since when, benchmarks."""

from datetime import date, timedelta

import polars as pl

from transforms import labels
from transforms.benchmarks import published
from transforms.compliance import registry
from transforms.definitions import DEFINITIONS
from transforms.insight.tiers import SCHEMES
from transforms.kpi_values import inputs
from transforms.kpis import load
from transforms.lineage.reading import kpi_inputs
from transforms.tables import money, ref
from transforms.tables.labels import LABELS
from transforms.tables.lineage import KPI_INPUTS


def kpis() -> pl.DataFrame:
    """ref.kpis: the registry."""
    return ref.KPIS.conform(
        pl.DataFrame(
            [
                {
                    "kpi": k.name,
                    "label_ja": k.label.ja,
                    "label_en": k.label.en,
                    "description": k.description,
                    "description_ja": k.description_ja,
                    "formula": k.formula,
                    "unit": k.unit,
                    "better": k.better,
                    "grains": " ".join(k.grains),
                    "inputs": " ".join(inputs(k)),
                    "interval_method": k.interval_method,
                    "definition_version": k.definition_version,
                    "source": k.source,
                    "since": k.since,
                }
                for k in load().values()
            ],
            infer_schema_length=None,
        )
    )


def tiers() -> pl.DataFrame:
    """ref.tiers: every scheme."""
    rows = [(name, t.name, t.lower, t.upper, s.source) for name, s in SCHEMES.items() for t in s.tiers]
    return pl.DataFrame(rows, schema=ref.TIERS.schema, orient="row")


def dates(first: date, last: date) -> pl.DataFrame:
    """ref.dates from ``first`` to ``last``, both inside."""
    day = pl.col("day")
    return ref.DATES.conform(
        pl.select(pl.date_range(first, last, timedelta(days=1)).alias("day")).with_columns(
            day.dt.year().alias("year"),
            day.dt.month().alias("month"),
            day.dt.week().alias("iso_week"),
            day.dt.weekday().alias("iso_weekday"),
            (day.dt.weekday() >= 6).alias("is_weekend"),
        )
    )


def metric_definitions() -> pl.DataFrame:
    """ref.metric_definitions: a series across two meanings of a metric is broken at the later day."""
    rows = [
        (
            d.name,
            d.platform,
            d.metric,
            d.meaning,
            d.definition,
            d.unit,
            d.valid_from,
            d.complete_on,
            d.dated_by,
            d.is_told,
            d.applies_to,
            d.source,
            d.read_on,
        )
        for d in DEFINITIONS
    ]
    return pl.DataFrame(rows, schema=ref.METRIC_DEFINITIONS.schema, orient="row")


def benchmarks() -> pl.DataFrame:
    """ref.benchmarks as published: none says all of definition, tier and year, so no verdict follows from any."""
    return published().sort(ref.BENCHMARKS.key)


def frames(first: date, last: date) -> dict[str, pl.DataFrame]:
    """Every table of ref.* by name; the calendar from ``first`` to ``last``.

    What a workspace adds of its own is in :func:`transforms.references.frames`, which has three of these tables again.
    """
    return {
        ref.KPIS.name: kpis(),
        ref.TIERS.name: tiers(),
        ref.DATES.name: dates(first, last),
        ref.METRIC_DEFINITIONS.name: metric_definitions(),
        ref.BENCHMARKS.name: benchmarks(),
        money.REF_FX_RATES.name: money.REF_FX_RATES.empty(),
        money.REF_EMV_RATES.name: money.REF_EMV_RATES.empty(),
        LABELS.name: labels.frame(),
        KPI_INPUTS.name: kpi_inputs(),
        **registry.frames(),
    }
