"""A value set right is used while the source says what it was meant to replace, and is told when it does not."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tasks import corrections
from tasks.briefing.corrections import read
from tasks.clock import stopped_clock, system_clock
from tasks.knowledge import inputs_at
from tasks.landing import Landing
from tasks.load import load, rebuild
from tasks.warehouse import Warehouse
from tasks.workspace import Workspace
from tests.tasks.synthetic import START, ZONE, land, night, stage
from transforms.inputs import Inputs
from transforms.knowledge import INPUT_NAMES

STAGES = {
    **dict.fromkeys(("instagram", "tiktok", "bitly", "shopify", "import", "brief"), stage),
    "correction": corrections.stage,
}
HEAD = "table,platform,post_id,day,column,expected,value,reason,author\n"
LIKES = f"{HEAD}post_observations,tiktok,7,2026-06-01,likes,900,90,a zero too many,森\n"


def mistakes(text: str) -> list[str]:
    return [str(m) for m in read(text.encode(), "corrections.csv")[1]]


def test_a_right_row_is_read():
    found, wrong = read(LIKES.encode(), "corrections.csv")
    assert wrong == []
    (one,) = found
    assert (one.table_name, one.column_name, one.expected, one.value) == ("post_observations", "likes", "900", "90")
    assert one.key == {"platform": "tiktok", "post_id": "7", "day": date(2026, 6, 1)}


def test_japanese_headers_and_wide_digits_are_read():
    row = "post_observations,TikTok,7,2026/06/01,likes,９００,不明,誤入力,森"
    text = f"表,媒体,投稿ID,対象日,項目,誤,正,理由,担当\n{row}\n"
    found, wrong = read(text.encode(), "corrections.csv")
    assert wrong == []
    assert (found[0].expected, found[0].value) == ("900", None)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("post_observation,tiktok,7,2026-06-01,likes,9,8,x,y", "row 2, table: is not a table"),
        ("post_observations,tiktok,7,2026-06-01,like,9,8,x,y", "Did you mean likes"),
        ("post_observations,tiktok,7,,likes,9,8,x,y", "row 2, day: is empty"),
        ("post_observations,tiktok,7,01/06/2026,likes,9,8,x,y", "row 2, day: is no day"),
        ("post_observations,tiktok,7,2026-06-01,likes,nine,8,x,y", "row 2, expected: is no number"),
        ("post_observations,tiktok,7,2026-06-01,likes,9,-8,x,y", "row 2, value: is no amount"),
        ("post_observations,tiktok,7,2026-06-01,likes,9,8.5,x,y", "row 2, value: is no whole number"),
        ("post_observations,tiktok,7,2026-06-01,likes,9,9,x,y", "row 2, value: is what it replaces"),
        ("post_observations,tiktok,7,2026-06-01,likes,,8,x,y", "row 2, expected: is empty"),
        ("post_observations,tiktok,7,2026-06-01,likes,9,8,,y", "row 2, reason: is empty"),
        ("post_observations,mixi,7,2026-06-01,likes,9,8,x,y", "row 2, platform"),
        ("posts,tiktok,7,2026-06-01,format,reel,video,x,y", "row 2, day: says nothing of posts"),
        ("posts,tiktok,7,,format,reel,film,x,y", "row 2, value: is no format"),
        ("post_observations,tiktok,7,2026-06-99,liks,9,8,x,y", "row 2, day: is no day"),
    ],
)
def test_a_mistake_is_told_with_its_place(row, said):
    assert any(said in told for told in mistakes(HEAD + row + "\n")), mistakes(HEAD + row + "\n")


def test_all_mistakes_are_told_at_once():
    text = HEAD + "post_observations,tiktok,7,,likes,nine,8,x,y\nposts,tiktok,7,,form,reel,video,,y\n"
    told = "\n".join(mistakes(text))
    assert all(place in told for place in ("row 2, day", "row 2, expected", "row 3, column", "row 3, reason"))


def opened(folder: Path) -> Warehouse:
    warehouse = Warehouse(folder / "warehouse.duckdb")
    warehouse.create()
    return warehouse


def written(folder: Path, text: str | None, at: datetime) -> list[str]:
    """Write (or remove) corrections.csv and land it; what is wrong with it."""
    file = folder / "corrections.csv"
    if text is None:
        file.unlink()
    else:
        file.write_text(text, encoding="utf-8")
    found = corrections.read(Workspace(folder))
    clock = stopped_clock(at)
    corrections.land(Landing(folder / "landing", clock), found, day=at.date(), run_id="r", clock=clock)
    return [str(m) for m in found.broken]


def observed(root: Path, day: int, likes: int | None, *, missing: str | None = None) -> None:
    row = {"platform": "tiktok", "post_id": "7", "views": 1000 + day, "likes": likes, "missing": missing}
    land(root, "tiktok", START + timedelta(days=day), "accounts", {"post_observations": [row]})


def brought(folder: Path, warehouse: Warehouse) -> None:
    load(warehouse, Landing(folder / "landing", system_clock), ZONE, stages=STAGES)


def today(warehouse: Warehouse) -> pl.DataFrame:
    inputs = Inputs.of({name: warehouse.frame(name) for name in INPUT_NAMES})
    return inputs.post_observations.sort("observed_at").collect()


def test_a_correction_is_applied_in_the_marts_inputs_and_core_stays_as_told(tmp_path):
    (tmp_path / "campaigns").mkdir()
    observed(tmp_path / "landing", 0, 900)
    observed(tmp_path / "landing", 1, 950)
    learnt = night(START + timedelta(days=1), 8)
    assert written(tmp_path, LIKES, learnt) == []
    with opened(tmp_path) as warehouse:
        brought(tmp_path, warehouse)
        assert today(warehouse).select("likes", "source").rows() == [(90, "corrected"), (950, "tiktok")]
        assert sorted(warehouse.frame("core.post_observations")["likes"]) == [900, 950]
        assert corrections.settle(warehouse, learnt) == []
        assert warehouse.frame("core.corrections").select("state", "said").rows() == [("applied", "900")]
        before = inputs_at(warehouse, learnt - timedelta(seconds=1)).post_observations.collect()
        assert sorted(before["likes"]) == [900, 950], "a correction is not known before it was written"


def test_a_correction_that_no_longer_applies_fails_aloud_until_it_is_removed(tmp_path):
    (tmp_path / "campaigns").mkdir()
    observed(tmp_path / "landing", 0, 900)
    written(tmp_path, LIKES, night(START, 8))
    row = {"platform": "tiktok", "post_id": "7", "likes": 91, "observed_at": night(START).isoformat()}
    later = night(START + timedelta(days=2))
    land(tmp_path / "landing", "import", START + timedelta(days=2), "restated", {"post_observations": [row]}, at=later)
    with opened(tmp_path) as warehouse:
        brought(tmp_path, warehouse)
        (said,) = corrections.settle(warehouse, later)
        assert "likes of post_observations (platform tiktok, post_id 7, day 2026-06-01)" in said
        assert "in place of 900, and the source says 91 by now" in said
        decision = warehouse.frame("ops.decisions").row(0, named=True)
        assert (decision["kind"], decision["decided_at"]) == (corrections.FAILED, later)
        assert 90 not in today(warehouse)["likes"].to_list()
        marks = warehouse.fingerprint()
        rebuild(warehouse, Landing(tmp_path / "landing", system_clock), ZONE, stages=STAGES)
        corrections.settle(warehouse, later)
        assert warehouse.fingerprint() == marks
        written(tmp_path, None, later + timedelta(hours=1))
        brought(tmp_path, warehouse)
        assert corrections.settle(warehouse, later) == []
        assert warehouse.count("core.corrections") == 0
        assert warehouse.count("ops.decisions") == 0


@pytest.mark.parametrize(
    ("told_later", "state"),
    [
        ({"saves": 31}, "applied"),
        ({"saves": 31, "missing": "likes=not_reported"}, "applied"),
        ({"missing": "likes=hidden"}, "no_longer_applies"),
        ({"likes": 901}, "no_longer_applies"),
    ],
)
def test_a_row_that_tells_nothing_of_the_figure_contradicts_no_correction(tmp_path, told_later, state):
    (tmp_path / "campaigns").mkdir()
    observed(tmp_path / "landing", 0, 900)
    written(tmp_path, LIKES, night(START, 8))
    row = {"platform": "tiktok", "post_id": "7", "observed_at": (night(START) + timedelta(hours=1)).isoformat()}
    later = night(START + timedelta(days=2))
    typed = {"post_observations": [row | told_later]}
    land(tmp_path / "landing", "import", START + timedelta(days=2), "typed", typed, at=later)
    with opened(tmp_path) as warehouse:
        brought(tmp_path, warehouse)
        corrections.settle(warehouse, later)
        assert warehouse.frame("core.corrections")["state"].to_list() == [state]
        assert (90 in today(warehouse)["likes"].to_list()) == (state == "applied")


def test_unknown_may_be_set_right_and_a_value_may_become_unknown(tmp_path):
    (tmp_path / "campaigns").mkdir()
    observed(tmp_path / "landing", 0, None, missing="likes=hidden;saves=not_reported")
    observed(tmp_path / "landing", 1, 950)
    text = (
        HEAD
        + "post_observations,tiktok,7,2026-06-01,likes,unknown,40,screenshot,森\n"
        + "post_observations,tiktok,7,2026-06-02,likes,950,unknown,wrong post,森\n"
    )
    written(tmp_path, text, night(START + timedelta(days=1), 8))
    with opened(tmp_path) as warehouse:
        brought(tmp_path, warehouse)
        assert today(warehouse).select("likes", "missing").rows() == [
            (40, "saves=not_reported"),
            (None, "likes=not_reported"),
        ]


def test_a_row_that_no_source_told_is_said(tmp_path):
    (tmp_path / "campaigns").mkdir()
    written(tmp_path, LIKES, night(START, 8))
    with opened(tmp_path) as warehouse:
        brought(tmp_path, warehouse)
        (said,) = corrections.settle(warehouse, night(START, 9))
        assert "is told by no source" in said


def test_a_broken_file_leaves_in_force_what_was_landed_before(tmp_path):
    (tmp_path / "campaigns").mkdir()
    observed(tmp_path / "landing", 0, 900)
    written(tmp_path, LIKES, night(START, 8))
    assert written(tmp_path, LIKES.replace("90,", "ninety,"), night(START, 9))
    with opened(tmp_path) as warehouse:
        brought(tmp_path, warehouse)
        assert today(warehouse)["likes"].to_list() == [90]


def test_two_files_must_not_set_the_same_value_right(tmp_path):
    folder = tmp_path / "campaigns" / "natsu"
    folder.mkdir(parents=True)
    for place in (tmp_path, folder):
        (place / "corrections.csv").write_text(LIKES, encoding="utf-8")
    (mistake,) = corrections.read(Workspace(tmp_path)).broken
    assert "campaigns/natsu/corrections.csv, row 2, column: sets right what corrections.csv, row 2 does" in str(mistake)


def test_a_corrected_refund_counts(tmp_path):
    (tmp_path / "campaigns").mkdir()
    order = {"shop": "minamodo.myshopify.com", "order_id": "5", "ordered_at": night(START, 2).isoformat()}
    money = {"gross": "14319", "refunded": "0", "net": "14319", "currency": "JPY"}
    land(tmp_path / "landing", "shopify", START, "shop", {"orders": [{**order, **money}]})
    head = "table,shop,order_id,column,expected,value,reason,author\n"
    row = "orders,minamodo.myshopify.com,5,net,14319,319.5,refunded by hand,森\n"
    written(tmp_path, head + row, night(START, 8))
    with opened(tmp_path) as warehouse:
        brought(tmp_path, warehouse)
        inputs = Inputs.of({name: warehouse.frame(name) for name in INPUT_NAMES})
        assert inputs.orders.select(pl.col("net").cast(pl.Float64), "source").rows() == [(319.5, "corrected")]


def test_unchanged_files_land_once(tmp_path):
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "corrections.csv").write_text(LIKES, encoding="utf-8")
    clock = stopped_clock(datetime(2026, 6, 1, 9, tzinfo=UTC))
    landing = Landing(tmp_path / "landing", clock)
    found = corrections.read(Workspace(tmp_path))
    assert len(corrections.land(landing, found, day=START, run_id="r", clock=clock)) == 1
    assert corrections.land(landing, found, day=START, run_id="r", clock=clock) == []
    assert json.loads((tmp_path / "landing" / "manifest.jsonl").read_text().splitlines()[0])["source"] == "correction"
