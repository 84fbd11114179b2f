"""A Parquet file may hold any type: what is no figure is rejected by its row, and the rest is read."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest

from tasks import imports
from tasks.clock import stopped_clock
from tasks.landing import Landing
from tasks.settings import Settings
from tasks.sources import Staged
from tasks.workspace import Workspace

LENGTH = timedelta(seconds=12)


def staged(folder: Path, **columns: pl.Series) -> Staged:
    frame = pl.DataFrame(
        {
            "platform": ["youtube", "youtube"],
            "post_id": ["a", "b"],
            "observed_at": [datetime(2026, 6, 1, tzinfo=UTC)] * 2,
            **columns,
        }
    )
    frame.write_parquet(file := folder / "figures.parquet")
    landing = Landing(folder / "landing", stopped_clock(datetime(2026, 7, 1, tzinfo=UTC)))
    at = {"workspace": Workspace(folder), "settings": Settings()}
    imports.preview(file, "post_observations", clock=stopped_clock(datetime(2026, 7, 1, tzinfo=UTC)), **at).text()
    entry, _ = imports.land(landing, file, "post_observations", day=date(2026, 7, 1), run_id="run", **at)
    return imports.stage(landing.read(entry))


@pytest.mark.parametrize(
    "value",
    [LENGTH, [LENGTH], [1, 2], [[1]], [{"a": 1}], {"a": LENGTH}, {"a": b"\xff"}, b"\xff", [b"\xff"], time(1), ["x"]],
    ids=repr,
)
def test_what_is_no_figure_costs_its_row_and_is_told(value: object, tmp_path: Path) -> None:
    found = staged(tmp_path, views=pl.Series([value, None]))
    assert found.tables["staging.post_observations"].select("post_id", "views").rows() == [("b", None)]
    assert found.rejects["pointer"].to_list() == ["row 1"]
    assert "views" in found.rejects["reason"][0] or found.rejects["rule"][0] == "not_text"


def test_text_kept_as_bytes_and_lists_of_words_are_read(tmp_path: Path) -> None:
    found = staged(
        tmp_path,
        post_id=pl.Series([b"a", "é".encode()]),
        hashtags=pl.Series([["pr", "asa"], None]),
        views=pl.Series([b"5", b"7"]),
    )
    assert found.tables["staging.post_observations"].select("post_id", "views").rows() == [("a", 5), ("é", 7)]
    assert found.tables["staging.posts"].select("post_id", "hashtags").row(0) == ("a", "#pr #asa")
    assert found.rejects.is_empty()
