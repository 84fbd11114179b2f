"""A figure that a person set right is led to what the source told and to who says what is right."""

from datetime import date

import polars as pl
import pytest

from tasks.tracing.corrections import COLUMNS, Correction, found
from transforms.corrections import in_force
from transforms.tables.corrections import CORRECTION_FILES, CORRECTION_ROWS, CORRECTIONS

SAID = {
    "column_name": "likes",
    "expected": "900",
    "value": "90",
    "reason": "one nought too many",
    "author": "mika",
    "landed_id": "corrections/1#2",
    "pointer": "row 3",
}
POST = {"table_name": "post_observations", "platform": "tiktok", "post_id": "7/1", "day": date(2026, 6, 3)}
LINK = {"table_name": "link_days", "link_id": "bit.ly/a", "day": date(2026, 6, 3)}
ORDER = {"table_name": "orders", "shop": "a.example", "order_id": "5"}


def corrections(*rows: dict[str, object]) -> pl.DataFrame:
    types = CORRECTIONS.schema
    return pl.DataFrame({c: [row.get(c) for row in rows] for c in COLUMNS}, schema={c: types[c] for c in COLUMNS})


def told(**row: object) -> dict[str, object]:
    return {"source": "corrected", "metric": "likes", **row}


@pytest.mark.parametrize(
    ("said", "row"),
    [
        (POST, told(thing="post", thing_id="tiktok/7/1")),
        (LINK | {"column_name": "clicks"}, told(thing="link_day", thing_id="bit.ly/a 2026-06-03", metric="clicks")),
        (ORDER | {"column_name": "net"}, told(thing="order", thing_id="a.example/5", metric="net")),
    ],
)
def test_a_corrected_figure_leads_to_its_correction(said: dict[str, object], row: dict[str, object]) -> None:
    wanted = Correction(900.0, 90.0, "one nought too many", "mika", "corrections/1#2", "row 3")
    assert found(corrections(SAID | said), row) == (wanted,)


@pytest.mark.parametrize(
    "row",
    [
        told(thing="post", thing_id="tiktok/7/1", source="tiktok"),
        told(thing="post", thing_id="tiktok/7/1", metric="views"),
        told(thing="post", thing_id="tiktok/8"),
        told(thing="contract", thing_id="tiktok/7/1"),
    ],
)
def test_another_figure_has_none(row: dict[str, object]) -> None:
    assert found(corrections(SAID | POST), row) == ()


def test_unknown_and_flags_are_read_as_the_file_means_them() -> None:
    flag = SAID | ORDER | {"column_name": "is_new_customer", "expected": None, "value": "true"}
    [one] = found(corrections(flag), told(thing="order", thing_id="a.example/5", metric="is_new_customer"))
    assert (one.expected, one.value) == (None, 1.0)


def test_the_columns_are_those_that_corrections_have() -> None:
    assert set(COLUMNS) <= set(CORRECTIONS.columns)
    assert set(COLUMNS) <= set(in_force(CORRECTION_FILES.empty(), CORRECTION_ROWS.empty()).columns)
