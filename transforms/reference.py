"""What ref.* holds: the KPI registry, size classes, a calendar, what platforms' numbers mean since when, benchmarks."""

from datetime import date, timedelta

import polars as pl

from transforms import labels
from transforms.definitions import DEFINITIONS
from transforms.insight.tiers import SCHEMES
from transforms.kpi_values import inputs
from transforms.kpis import load
from transforms.lineage.reading import kpi_inputs
from transforms.tables import ref
from transforms.tables.labels import LABELS
from transforms.tables.lineage import KPI_INPUTS

_SOCIALINSIDER = "https://www.socialinsider.io/ja/social-media-benchmarks"
_LIKES_ONLY = "mean likes of the last 30 posts / followers"
_PARTS_UNSAID = "engagements / followers, parts not said"
_BY_SIZE = (
    "1000-5000",
    "5000-10000",
    "10000-50000",
    "50000-100000",
    "100000-500000",
    "500000-1000000",
    "1000000-",
    "all, median",
)
_STATISTA = "Statista, average engagement rate on Instagram for influencers"

# kpi, platform, tier, year, value, definition, source
_BENCHMARKS: tuple[tuple[str, str, str, int, float, str, str], ...] = (
    (
        "unknown",
        "instagram",
        "unknown",
        0,
        0.0167,
        "unknown",
        "title of a Japanese marketing article, origin not found",
    ),
    *(
        ("unknown", "tiktok", tier, 2023, value, _LIKES_ONLY, "https://markezine.jp/article/detail/42076")
        for tier, value in zip(_BY_SIZE, (0.0212, 0.0136, 0.0107, 0.0093, 0.0102, 0.0135, 0.0145, 0.0133), strict=True)
    ),
    *(
        ("unknown", "youtube", tier, 0, value, _LIKES_ONLY, "https://www.commercepick.com/archives/35028")
        for tier, value in zip(_BY_SIZE, (0.0185, 0.0076, 0.0046, 0.0029, 0.0024, 0.0020, 0.0015, 0.0056), strict=True)
    ),
    ("unknown", "instagram", "nano (1000-10000)", 2023, 0.0219, "unknown", _STATISTA),
    ("unknown", "instagram", "all", 2023, 0.0185, "unknown", _STATISTA),
    ("unknown", "instagram", "brands", 2025, 0.0048, _PARTS_UNSAID, _SOCIALINSIDER),
    ("unknown", "tiktok", "brands", 2025, 0.0370, _PARTS_UNSAID, _SOCIALINSIDER),
    ("unknown", "instagram", "brands, median", 2022, 0.0047, _PARTS_UNSAID, "Rival IQ 2022"),
    ("unknown", "tiktok", "brands, median", 2022, 0.0569, _PARTS_UNSAID, "Rival IQ 2022"),
)


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
    """ref.benchmarks: published levels. None states a definition of ours, so each is ``unknown``: not comparable."""
    return pl.DataFrame(_BENCHMARKS, schema=ref.BENCHMARKS.schema, orient="row")


def frames(first: date, last: date) -> dict[str, pl.DataFrame]:
    """Every table of ref.* by name; the calendar from ``first`` to ``last``."""
    return {
        ref.KPIS.name: kpis(),
        ref.TIERS.name: tiers(),
        ref.DATES.name: dates(first, last),
        ref.METRIC_DEFINITIONS.name: metric_definitions(),
        ref.BENCHMARKS.name: benchmarks(),
        LABELS.name: labels.frame(),
        KPI_INPUTS.name: kpi_inputs(),
    }
