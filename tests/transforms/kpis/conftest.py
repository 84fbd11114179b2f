"""One KPI over drawn facts."""

from collections.abc import Callable

import polars as pl
import pytest

from transforms.kpi_values import long, wide
from transforms.kpis import load


@pytest.fixture(scope="session")
def tell(draw) -> Callable[..., tuple[float | None, int, str | None]]:
    """``tell(kpi, table)``: its value over all rows drawn, how many posts know both sides, and why it is null."""
    kpis = load()

    def tell(name: str, text: str) -> tuple[float | None, int, str | None]:
        kpi = kpis[name]
        facts = draw(text).with_columns(pl.lit("c").alias("campaign_id"))
        if "posts" not in facts.columns:
            facts = facts.with_columns(pl.lit(1).alias("posts"))
        groups = pl.DataFrame({"campaign_id": ["c"]})
        row = long(wide(facts, [kpi], ["campaign_id"], groups), [kpi], ["campaign_id"])
        return row.select("value", "posts_known", "reason").row(0)

    return tell
