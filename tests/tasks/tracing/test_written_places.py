"""Where a figure stands in a file that somebody handed over or wrote, and what it is read as today."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from tasks.clock import stopped_clock
from tasks.importing.mapping import Mapping
from tasks.landing import Landing
from tasks.sources import Answer
from tasks.tracing.places import Shown, shown
from tasks.tracing.rereading import Rereading

AT = datetime(2026, 7, 1, 15, tzinfo=UTC)
ROWS = pl.DataFrame(
    {
        "video": ["v1", "v2", "v3"],
        "at": ["2026-06-30T00:00:00Z"] * 3,
        "plays": ["1,204", "-", "7"],
    }
)
MAPPING = Mapping.model_validate(
    {
        "kind": "post_observations",
        "columns": {"post_id": "video", "observed_at": "at", "views": "plays"},
        "constants": {"platform": "youtube"},
        "read": {"hidden": ["-"]},
    }
)
WRITERS: dict[str, Callable[[Path], object]] = {
    "csv": ROWS.write_csv,
    "parquet": ROWS.write_parquet,
    "jsonl": ROWS.write_ndjson,
}


@pytest.mark.parametrize("ending", WRITERS)
def test_a_figure_of_an_export_stands_in_its_row_under_its_own_name(ending: str, tmp_path: Path) -> None:
    export = tmp_path / f"plays.{ending}"
    WRITERS[ending](export)
    root = tmp_path / "landing"
    about = {"as": "mine", "mapping": MAPPING.model_dump_json(exclude_defaults=True), "timezone": "Asia/Tokyo"}
    entry, _ = Landing(root, stopped_clock(AT)).land_file(
        export, source="import", kind="import_post_observations", day=date(2026, 7, 1), run_id="run-1", about=about
    )
    reading = Rereading(root)
    [landed] = reading.segment(entry.segment).answers.values()
    staged = reading.stages["import"]([landed]).tables["staging.post_observations"]
    seen = 0
    for row in staged.iter_rows(named=True):
        [place] = shown(landed, row["pointer"], "views")
        assert place.place == f"plays.{ending}, {row['pointer']}, column plays"
        assert place.raw == ROWS.filter(video=row["post_id"])["plays"][0]
        stood = reading.stood(row["landed_id"], row["pointer"], "post", f"youtube/{row['post_id']}", "views")
        assert (stood.is_found, stood.value) == (True, row["views"])
        seen += 1
    assert seen == 3
    assert shown(landed, "row 99", "views") == (Shown(f"plays.{ending}, row 99, column plays", None),)
    assert shown(landed, staged["pointer"][0], "platform")[0].raw == "youtube"
    assert not reading.stood(f"{entry.segment}#2", "row 99", "post", "youtube/v1", "views").is_found


def test_a_figure_of_a_brief_stands_in_its_file_row_and_column(tmp_path: Path) -> None:
    files = {
        "brief_campaign": ("campaign.toml", b'name = "n"\nbrand = "b"\nobjective = "sales"\nmargin_rate = 0.4\n'),
        "brief_roster": ("roster.csv", '名前,媒体,アカウント,契約形態,報酬\n灯,youtube,@a,direct,"12,000"\n'.encode()),
        "brief_costs": ("costs.csv", "日付,費目,金額\n2026-06-01,agency,500\n".encode()),
    }
    with Landing(tmp_path / "landing", stopped_clock(AT)).segment("brief", date(2026, 7, 1), "c", "run-1") as writer:
        for kind, (name, body) in files.items():
            writer.add(Answer(kind, "FILE", f"campaigns/c/{name}", 200, {}, body, AT, {"campaign_id": "c"}))
        writer.finish(expected=1, got=1)
    answers = Rereading(tmp_path / "landing").segment(writer.segment).answers
    campaign, roster, costs = (answers[n] for n in (2, 3, 4))
    assert shown(campaign, "", "margin_rate") == (Shown("campaign.toml, margin_rate, line 4", "0.4"),)
    assert shown(roster, "row 2", "fee") == (Shown("roster.csv, row 2, fee", "12,000"),)
    assert shown(roster, "row 2", "boost_cost") == (Shown("roster.csv has no column boost_cost", None),)
    assert shown(costs, "row 2", "amount") == (Shown("costs.csv, row 2, amount", "500"),)
