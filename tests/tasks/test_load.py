"""Each landed file reaches core exactly once, whatever the order of nights, the grouping, and the moment of a kill."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from expectations import docs as data_docs
from tasks.clock import system_clock
from tasks.landing import Landing
from tasks.load import HELD, load, readers, rebuild
from tasks.sources import Staged
from tasks.warehouse import DIARIES, Warehouse
from tests.tasks.synthetic import START, ZONE, brief, land, night, stage, world
from transforms.tables.staging import REJECTS

STAGES = dict.fromkeys(("instagram", "tiktok", "bitly", "shopify", "import", "brief"), stage)


def opened(folder: Path) -> Warehouse:
    warehouse = Warehouse(folder / "warehouse.duckdb")
    warehouse.create()
    return warehouse


def brought(root: Path, warehouse: Warehouse, **how):
    return load(warehouse, Landing(root, system_clock), ZONE, stages=STAGES, **how)


def prints(warehouse: Warehouse) -> dict[str, str]:
    return {name: mark for name, mark in warehouse.fingerprint().items() if name not in DIARIES}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """A landing of several nights, and the fingerprints that one load of all of it gives."""
    folder = tmp_path_factory.mktemp("told")
    world(folder / "landing")
    with opened(folder) as warehouse:
        result = brought(folder / "landing", warehouse)
        loads = warehouse.frame("ops.loads")
        assert result.segments == loads.height > 20
        assert loads.filter(pl.col("rows_in") != pl.col("rows_good") + pl.col("rows_rejected")).height == 0
        marks = prints(warehouse)
    return folder / "landing", marks


@pytest.fixture
def loaded(told, tmp_path) -> Iterator[Warehouse]:
    """A copy of the warehouse into which ``told`` was loaded: an audit of it all takes seconds."""
    root, at_once = told
    shutil.copyfile(root.parent / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    with opened(tmp_path) as warehouse:
        assert prints(warehouse) == at_once
        yield warehouse


def test_loading_night_by_night_equals_loading_at_once(told, tmp_path):
    root, at_once = told
    entries = Landing(root, system_clock).entries()
    grown = tmp_path / "landing"
    with opened(tmp_path) as warehouse:
        for upto in (12, len(entries)):
            _copy_first(root, grown, upto)
            brought(grown, warehouse)
        assert prints(warehouse) == at_once


def test_a_rebuild_gives_the_same_tables_whatever_the_grouping(told, loaded):
    root, at_once = told
    loaded.con.execute("INSERT INTO ops.runs VALUES ('r1', 'nightly', NULL, now(), NULL, 'done', NULL)")
    again = rebuild(loaded, Landing(root, system_clock), ZONE, stages=STAGES, rows_at_once=90)
    assert prints(loaded) == at_once
    assert again.segments == len(Landing(root, system_clock).entries())
    assert loaded.count("ops.runs") == 1


def test_loading_twice_changes_nothing(told, loaded):
    root, at_once = told
    assert brought(root, loaded).segments == 0
    assert prints(loaded) == at_once


def test_core_is_what_the_answers_said(loaded):
    observations = loaded.frame("core.post_observations")
    assert observations["views"].min() >= 0
    assert (
        observations.filter(pl.col("missing") == "likes=hidden")["likes"].null_count()
        == observations.filter(pl.col("missing") == "likes=hidden").height
    )
    assert set(observations["post_key"]) <= set(loaded.frame("core.posts")["post_key"])
    contracts = loaded.frame("core.contracts")
    assert contracts["account_key"].null_count() == 0, "a renamed account keeps its contract"
    assert contracts["fee"].unique().to_list() == [30003], "the last landed brief is the brief"
    accounts = loaded.frame("core.accounts", "platform = 'instagram'")
    assert set(accounts["handle"]) == {f"hana_{n}_new" for n in range(4)}, "an old export does not rename"
    assert set(accounts["influencer_id"]) == {f"hana_{n}" for n in range(4)}
    rejected = loaded.frame("ops.rejected_rows")
    assert "views is -4; a count cannot be below 0" in set(rejected["reason"])
    assert {"not_json", "repeated_row", "currency_is_well_formed"} <= set(rejected["rule"])
    assert loaded.count("core.orders") == 4


def test_a_shop_is_known_since_its_first_answer_also_if_that_names_no_order(tmp_path):
    root = tmp_path / "landing"
    for nth in range(3):
        land(root, "shopify", START + timedelta(days=nth), "orders", {"shops": [{"shop": "s"}], "orders": []})
    with opened(tmp_path) as warehouse:
        brought(root, warehouse, rows_at_once=1)
        shops = warehouse.frame("core.shops").select("shop", "known_at").rows()
        assert shops == [("s", night(START))]
        before = prints(warehouse)
        rebuild(warehouse, Landing(root, system_clock), ZONE, stages=STAGES)
        assert prints(warehouse) == before


def test_a_file_whose_reader_fails_is_held_alone_and_tried_again_by_a_rebuild(tmp_path):
    root = tmp_path / "landing"
    bad = land(root, "instagram", START, "accounts", {"raise": "boom"})
    land(root, "tiktok", START, "accounts", {"accounts": [{"platform": "tiktok", "account_id": "1", "handle": "hana"}]})
    with opened(tmp_path) as warehouse:
        result = brought(root, warehouse)
        assert list(result.held) == [bad]
        assert "KeyError" in result.held[bad]
        assert warehouse.count("core.accounts") == 1
        assert warehouse.frame("ops.loads", "segment = ?", [bad])["state"].item() == "held"
        coverage = warehouse.frame("ops.coverage", "source = 'instagram'").row(0, named=True)
        assert (coverage["state"], coverage["got"]) == ("failed", 0)
        decision = warehouse.frame("ops.decisions").row(0, named=True)
        assert (decision["kind"], decision["subject"]) == (HELD, bad)
        assert brought(root, warehouse).segments == 0, "a held file waits for a rebuild"
        mended = {**STAGES, "instagram": lambda _: Staged({}, REJECTS.empty())}
        assert not rebuild(warehouse, Landing(root, system_clock), ZONE, stages=mended).held
        assert warehouse.count("ops.decisions") == 0


def test_a_file_that_breaks_a_rule_on_the_whole_is_held_alone(tmp_path):
    root = tmp_path / "landing"
    zeros = [{"platform": "tiktok", "post_id": str(n), "views": 0, "likes": 0, "comments": 0} for n in range(30)]
    fine = [{**row, "platform": "instagram", "views": 5} for row in zeros]
    bad = land(root, "tiktok", START, "accounts", {"post_observations": zeros})
    land(root, "instagram", START, "accounts", {"post_observations": fine})
    with opened(tmp_path) as warehouse:
        result = brought(root, warehouse)
        assert list(result.held) == [bad]
        assert warehouse.frame("core.posts")["platform"].unique().to_list() == ["instagram"]
        row = warehouse.frame("ops.loads", "segment = ?", [bad]).row(0, named=True)
        assert (row["state"], row["rows_in"], row["rows_good"], row["rows_rejected"]) == ("held", 30, 0, 30)


def test_an_unknown_source_is_held_and_named(tmp_path):
    bad = land(tmp_path / "landing", "mixi", START, "all", {})
    with opened(tmp_path) as warehouse:
        assert "no source is called mixi" in brought(tmp_path / "landing", warehouse).held[bad]


def test_a_retry_of_the_same_night_counts_once_in_coverage(tmp_path):
    root = tmp_path / "landing"
    land(root, "instagram", START, "accounts", {}, got=0)
    land(root, "instagram", START, "accounts", {}, at=night(START, 4))
    with opened(tmp_path) as warehouse:
        brought(root, warehouse)
        assert warehouse.frame("ops.coverage").select("expected", "got", "state").rows() == [(1, 1, "complete")]


def test_a_brief_replaces_the_brief_before_it_whole(tmp_path):
    root = tmp_path / "landing"
    both = brief("natsu", "hana", "yui")
    both["post_decisions"] = [{"campaign_id": "natsu", "platform": "instagram", "post_id": "1", "decision": "rejected"}]
    land(root, "brief", START, "natsu", both)
    land(root, "brief", START, "aki", brief("aki", "hana"))
    with opened(tmp_path) as warehouse:
        brought(root, warehouse)
        assert warehouse.count("core.post_decisions") == 1
        land(root, "brief", START + timedelta(days=1), "natsu", brief("natsu", "hana", fee=None))
        brought(root, warehouse)
        found = (
            warehouse.frame("core.contracts").select("campaign_id", "influencer_id", "fee", "cost").sort("campaign_id")
        )
        assert found.rows() == [("aki", "hana", 30000, 30000), ("natsu", "hana", None, None)]
        assert warehouse.count("core.post_decisions") == 0
        assert warehouse.count("core.influencers") == 2, "a person stays known"


def test_the_page_of_expectations_is_written_and_escapes_what_it_shows(tmp_path):
    root = tmp_path / "landing"
    land(root, "instagram", START, "accounts", "<script>alert(1)</script>", {"posts": [_hostile()]})
    with opened(tmp_path) as warehouse:
        brought(root, warehouse, docs=tmp_path / "docs")
    page = (tmp_path / "docs" / data_docs.PAGE).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "http" not in page.replace("Content-Security-Policy", "").replace("http-equiv", "")
    assert "an address must be a web address" in page


def test_every_reader_is_found():
    assert {"import", "brief", "instagram", "youtube", "tiktok", "bitly", "shopify"} <= set(readers())


def test_a_kill_at_any_moment_leaves_whole_files_and_the_next_run_completes(told, tmp_path):
    root, at_once = told
    random.seed(3)
    script = (
        "import sys; from pathlib import Path; from tests.tasks.test_load import *\n"
        "with opened(Path(sys.argv[2])) as w:\n"
        "    print('ready', flush=True)\n"
        "    brought(Path(sys.argv[1]), w, rows_at_once=120)\n"
    )
    killed = 0
    for _ in range(2):
        env = {**os.environ, "PYTHONPATH": "."}
        run = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", script, str(root), str(tmp_path)],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert run.stdout is not None
        run.stdout.readline()
        deadline = time.monotonic() + 60
        before = _size(tmp_path)
        while run.poll() is None and _size(tmp_path) <= before and time.monotonic() < deadline:
            time.sleep(0.01)  # until the first commit of this run
        time.sleep(random.random() * 0.4)
        killed += run.poll() is None
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
        with opened(tmp_path) as warehouse:
            whole = warehouse.con.sql(
                "SELECT l.segment FROM ops.loads l LEFT JOIN (SELECT segment, count(*) AS answers FROM ops.responses"
                " GROUP BY segment) r USING (segment) WHERE r.answers IS NULL"
            ).fetchall()
            orphans = warehouse.con.sql(
                "SELECT segment FROM ops.responses EXCEPT SELECT segment FROM ops.loads"
            ).fetchall()
            assert (whole, orphans) == ([], [])
    assert killed, "no run was killed while it worked: the test said nothing"
    with opened(tmp_path) as warehouse:
        brought(root, warehouse)
        assert prints(warehouse) == at_once


def _size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.glob("warehouse.duckdb*"))


def _hostile() -> dict:
    return {"platform": "instagram", "post_id": "1", "permalink": "javascript:alert(1)", "caption": "<script>alert(1)"}


def _copy_first(root: Path, grown: Path, upto: int) -> None:
    """Grow a landing by hand to the first ``upto`` files of another."""
    grown.mkdir(exist_ok=True)
    lines = (root / "manifest.jsonl").read_bytes().splitlines(keepends=True)[:upto]
    for line in lines:
        name = json.loads(line)["segment"] + ".jsonl.gz"
        target = grown / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((root / name).read_bytes())
    (grown / "manifest.jsonl").write_bytes(b"".join(lines))


def test_a_damaged_file_is_held_alone(tmp_path):
    bad = land(tmp_path / "landing", "instagram", START, "accounts", {"accounts": []}, {})
    file = tmp_path / "landing" / f"{bad}.jsonl.gz"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:150])
    land(tmp_path / "landing", "tiktok", START, "accounts", {"accounts": [{"platform": "tiktok", "account_id": "1"}]})
    with opened(tmp_path) as warehouse:
        assert "restore it from a backup" in brought(tmp_path / "landing", warehouse).held[bad]
        assert warehouse.count("core.accounts") == 1
