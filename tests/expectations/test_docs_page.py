"""The page of expectations: causes, not rows; faults before harmless repeats; what came from outside stays text."""

import re
from datetime import UTC, datetime, timedelta

import polars as pl

from expectations import docs
from transforms.tables import ops

AT = datetime(2026, 6, 1, 21, tzinfo=UTC)


def rejected(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    """Rows out of ``table, rule, severity, reason``, a day apart."""
    return ops.REJECTED_ROWS.conform(
        pl.DataFrame(
            [
                {
                    "table_name": f"staging.{table}",
                    "rule": rule,
                    "severity": severity,
                    "reason": reason,
                    "raw": f"raw {i}",
                    "source": "instagram",
                    "landed_id": f"file#{i}",
                    "pointer": "/a",
                    "known_at": AT + timedelta(days=i),
                }
                for i, (table, rule, severity, reason) in enumerate(rows)
            ],
            infer_schema_length=None,
        )
    )


def page(rows: pl.DataFrame) -> str:
    return docs.page(ops.EXPECTATION_RESULTS.empty(), rows, ops.DECISIONS.empty())


def body_rows(html: str) -> list[list[str]]:
    found = re.findall(r"<tr>(<td.*?)</tr>", html.split("<h2>Rows held back</h2>")[1], re.DOTALL)
    return [
        [re.sub("<[^>]+>", " ", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)] for row in found
    ]


def test_rows_of_one_cause_are_one_line_with_their_number_and_the_first_of_them() -> None:
    html = page(
        rejected(
            ("posts", "likes_is_in_range", "critical", "likes is -4 (post '18'), below 0"),
            ("posts", "likes_is_in_range", "critical", "likes is -7 (post '19'), below 0"),
            ("posts", "likes_is_in_range", "critical", "likes is no number"),
        )
    )
    assert [(row[0], row[2]) for row in body_rows(html)] == [("posts", "2"), ("posts", "1")]
    assert "raw 0" in html
    assert "raw 1" not in html
    assert "2026-06-01 21:00<br>to 2026-06-02 21:00" in html


def test_harmless_repeats_come_last_and_folded() -> None:
    html = page(rejected(("posts", "repeated_row", "info", "came before"), ("posts", "bad", "critical", "wrong")))
    fold = html.index("<details><summary>Harmless repeats (1)</summary>")
    assert html.index(">wrong") < fold < html.index(">came before")
    assert "No row was held back" in page(rejected(("posts", "repeated_row", "info", "came before")))


def test_times_have_a_zone_and_files_without_rows_are_explained() -> None:
    html = page(rejected(("posts", "bad", "critical", "wrong")))
    assert "Known (UTC)" in html
    assert "is not among the files judged" in re.sub(r"\s+", " ", html)


def test_text_from_outside_is_inert() -> None:
    html = page(rejected(("posts", "bad", "critical", "<script>alert(1)</script>\x1b[31m")))
    assert "<script" not in html
    assert "\\u001b" in html
