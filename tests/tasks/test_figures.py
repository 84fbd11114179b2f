"""What a report is told of the nights behind its figures."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tasks import figures
from tasks.warehouse import Warehouse
from transforms.tables import marts, ops

START = date(2026, 6, 1)
CAMPAIGN = {"starts_on": START, "ends_on": date(2026, 6, 9), "settle_days": 1}


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    opened = Warehouse(tmp_path / "w.duckdb")
    opened.create()
    return opened


def coverage(warehouse: Warehouse, nights: dict[str, list[tuple[int, int, int]]], today: date) -> pl.DataFrame:
    """``nights``: source → (day of the campaign, expected, got)."""
    rows = [
        (START + timedelta(days=day - 1), source, "all", expected, got, "complete", None)
        for source, told in nights.items()
        for day, expected, got in told
    ]
    warehouse.append("ops.coverage", pl.DataFrame(rows, schema=ops.COVERAGE.schema, orient="row"))
    engaged = pl.DataFrame({"platform": ["instagram"]}, schema={"platform": pl.String()})
    assert "platform" in marts.CAMPAIGN_PLATFORM_KPIS.columns
    return figures._coverage(warehouse, engaged, CAMPAIGN, today)


def missed(found: pl.DataFrame) -> list[tuple[str, int, int, int]]:
    rows = found.filter(pl.col("reason") == figures.NOT_RUN).sort("source", "day")
    return [(r["source"], (r["day"] - START).days + 1, r["expected"], r["got"]) for r in rows.iter_rows(named=True)]


def test_a_night_that_did_not_run_is_told(warehouse: Warehouse) -> None:
    found = coverage(warehouse, {"instagram": [(1, 4, 4), (2, 5, 5), (5, 5, 5)]}, START + timedelta(days=5))
    assert missed(found) == [("instagram", 3, 5, 0), ("instagram", 4, 5, 0), ("instagram", 6, 5, 0)]


def test_nights_before_the_first_and_after_the_last_day_are_not_missed(warehouse: Warehouse) -> None:
    found = coverage(warehouse, {"instagram": [(9, 4, 4), (10, 4, 4)]}, START + timedelta(days=100))
    assert missed(found) == []
    assert found.height == 2


def test_each_source_has_its_own_nights(warehouse: Warehouse) -> None:
    found = coverage(
        warehouse,
        {"instagram": [(8, 4, 4), (10, 4, 4)], "shopify": [(9, 1, 1)], "tiktok": [(1, 2, 2)]},
        date(2027, 1, 1),
    )
    assert missed(found) == [("instagram", 9, 4, 0), ("shopify", 10, 1, 0)]


def test_without_any_night_nothing_is_missed(warehouse: Warehouse) -> None:
    assert coverage(warehouse, {}, START).is_empty()
