"""Readers see whole, verified copies, and keep what they have whatever goes wrong."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tasks import parquet_files
from tasks import serving as module
from tasks.errors import AuditRefused
from tasks.serving import current, publish, versions
from tasks.warehouse import Warehouse, WarehouseError, stored
from transforms import views

AT = datetime(2026, 7, 1, 18, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def warehouse(tmp_path):
    with Warehouse(tmp_path / "warehouse.duckdb") as opened:
        opened.create()
        opened.append("ops.runs", runs("a"))
        yield opened


def runs(*ids: str) -> pl.DataFrame:
    rows = [{"run_id": i, "flow": "nightly", "started_at": AT, "outcome": "done"} for i in ids]
    return stored()["ops.runs"].conform_loosely(pl.DataFrame(rows))


def marts(*campaigns: str) -> pl.DataFrame:
    rows = [{"campaign_id": c, "kpi": "orders", "target": 1.0, "verdict": "unknown", "as_of": AT} for c in campaigns]
    table = stored()["marts.goal_progress"]
    empty = table.empty()
    return table.conform_loosely(pl.DataFrame([{**r, "state": "final"} for r in rows])) if rows else empty


def test_a_copy_holds_the_same_rows_as_tables_and_as_parquet(warehouse, tmp_path):
    version = publish(warehouse, tmp_path / "serving", at=AT)
    file = tmp_path / "serving" / "current" / "hibiki.duckdb"
    with duckdb.connect(str(file), read_only=True) as reader:
        assert reader.sql("SELECT current_database()").fetchall() == [("hibiki",)]
        assert reader.sql("SELECT run_id FROM ops.runs").fetchall() == [("a",)]
        schemas = reader.sql("SELECT DISTINCT schema_name FROM duckdb_tables() WHERE NOT internal").fetchall()
        assert {name for (name,) in schemas} == {"core", "marts", "ops", "ref", "main"}, "not the writer's own notes"
        info = dict(reader.sql("SELECT table_name, row_count FROM _publish_info").fetchall())
        marks = dict(reader.sql("SELECT table_name, fingerprint FROM _publish_info").fetchall())
    assert set(info) == set(stored())
    assert info["ops.runs"] == 1
    assert marks == warehouse.fingerprint(), "the warehouse is open again"
    parquet = tmp_path / "serving" / version / "parquet"
    assert {p.name for p in parquet.iterdir()} == {f"{name}.parquet" for name in (*stored(), *views.load())}
    assert pl.read_parquet(parquet / "ops.runs.parquet")["run_id"].to_list() == ["a"]


def test_readers_change_over_and_old_versions_go_but_never_the_current_one(warehouse, tmp_path):
    serving = tmp_path / "serving"
    made = [publish(warehouse, serving, at=AT + timedelta(hours=n), keep=2) for n in range(4)]
    assert versions(serving) == made[-2:]
    assert current(serving) == made[-1]
    assert not [p for p in serving.iterdir() if p.name.startswith(".")]
    stood_still = publish(warehouse, serving, at=AT, keep=1)
    assert current(serving) == stood_still == versions(serving)[-1]
    assert len(versions(serving)) == 1


def test_a_reader_of_the_old_copy_is_not_disturbed(warehouse, tmp_path):
    publish(warehouse, tmp_path / "serving", at=AT)
    with duckdb.connect(str(tmp_path / "serving" / "current" / "hibiki.duckdb"), read_only=True) as reader:
        warehouse.append("ops.runs", runs("b"))
        publish(warehouse, tmp_path / "serving", at=AT + timedelta(hours=1))
        assert reader.sql("SELECT count(*) FROM ops.runs").fetchall() == [(1,)]
    with duckdb.connect(str(tmp_path / "serving" / "current" / "hibiki.duckdb"), read_only=True) as reader:
        assert reader.sql("SELECT count(*) FROM ops.runs").fetchall() == [(2,)]


def refused(warehouse, tmp_path, error, match, **how):
    """Publishing fails with ``match``, readers keep their version, nothing is left aside, the warehouse is open."""
    serving = tmp_path / "serving"
    before = (current(serving), versions(serving))
    with pytest.raises(error, match=match):
        publish(warehouse, serving, at=AT + timedelta(days=1), **how)
    assert (current(serving), versions(serving)) == before
    assert not list(serving.glob(".*"))
    assert warehouse.count("ops.runs") >= 1


def test_a_doubled_key_is_not_published(warehouse, tmp_path):
    publish(warehouse, tmp_path / "serving", at=AT)
    warehouse.append("ops.runs", runs("a"))
    refused(warehouse, tmp_path, AuditRefused, r"ops\.runs has 2 rows with one key \(run_id a\)")


def test_a_view_that_does_not_open_is_not_published(warehouse, tmp_path):
    publish(warehouse, tmp_path / "serving", at=AT)
    warehouse.con.execute(
        "CREATE TABLE marts.t AS SELECT 1 AS x; CREATE VIEW marts.v AS FROM marts.t; DROP TABLE marts.t"
    )
    refused(warehouse, tmp_path, AuditRefused, r"view marts\.v does not open")


def test_an_emptied_mart_is_not_published_unless_it_is_meant(warehouse, tmp_path):
    warehouse.append("marts.goal_progress", marts("natsu"))
    publish(warehouse, tmp_path / "serving", at=AT)
    warehouse.replace({"marts.goal_progress": marts()})
    refused(warehouse, tmp_path, AuditRefused, r"marts\.goal_progress would become empty")
    publish(warehouse, tmp_path / "serving", at=AT + timedelta(days=2), allow_empty=True)


def test_versions_share_the_files_in_which_they_agree_and_only_what_is_new_is_tested(warehouse, tmp_path, monkeypatch):
    serving = tmp_path / "serving"
    publish(warehouse, serving, at=AT)
    before = files(serving)
    tested: list[str] = []
    doubled = module._doubled
    monkeypatch.setattr(module, "_doubled", lambda con, piece: tested.append(piece.file) or doubled(con, piece))
    warehouse.append("ops.runs", runs("b"))
    publish(warehouse, serving, at=AT + timedelta(hours=1), keep=1)
    after = files(serving)
    assert {name for name in after if before[name] != after[name]} == {"ops.runs.parquet"} == set(tested)
    held = {name: pl.read_parquet(serving / "current" / "parquet" / name).height for name in after}
    assert held["ops.runs.parquet"] == 2
    assert len(versions(serving)) == 1, "what is shared outlives the version that wrote it"


def files(serving):
    """The files that readers see, by name: what each is on the disk, and when it was written."""
    found = (serving / "current" / "parquet").iterdir()
    return {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in found}


def test_a_copy_that_differs_is_not_published(warehouse, tmp_path, monkeypatch):
    publish(warehouse, tmp_path / "serving", at=AT)
    inscribe = module._inscribe

    def spoiled(file, *rest):
        with duckdb.connect(str(file)) as con:
            con.execute("DELETE FROM ops.runs")
        return inscribe(file, *rest)

    monkeypatch.setattr(module, "_inscribe", spoiled)
    refused(warehouse, tmp_path, AuditRefused, r"ops\.runs has 0 rows in the copy and 1 in the warehouse")


@pytest.mark.parametrize(
    ("where", "step"),
    [(module, "_copy"), (module, "_inscribe"), (module, "sync"), (parquet_files, "_write"), (parquet_files, "sync")],
)
def test_a_full_disk_at_any_step_leaves_readers_what_they_had(warehouse, tmp_path, monkeypatch, where, step):
    publish(warehouse, tmp_path / "serving", at=AT)
    warehouse.append("ops.runs", runs("b"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(where, step, full)
    refused(warehouse, tmp_path, WarehouseError, "make room")


def test_a_place_that_cannot_be_written_is_named(warehouse, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WarehouseError, match="make the folder"):
        publish(warehouse, tmp_path / "file" / "serving", at=AT)
    assert warehouse.count("ops.runs") == 1


def test_what_a_killed_publication_left_is_cleared(warehouse, tmp_path):
    left = tmp_path / "serving" / ".20260101T000000.part"
    left.mkdir(parents=True)
    publish(warehouse, tmp_path / "serving", at=AT)
    assert not left.exists()


KILLED = """
import os, signal, sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
from tasks.serving import publish
from tasks.warehouse import Warehouse

folder, module, step, at = sys.argv[1:]
setattr(import_module(module), step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
with Warehouse(Path(folder, "warehouse.duckdb")) as warehouse:
    publish(warehouse, Path(folder, "serving"), at=datetime.fromisoformat(at))
"""


@pytest.mark.parametrize(("where", "step"), [(parquet_files, "_write"), (module, "_flip")])
def test_a_publication_killed_while_files_are_shared_leaves_them_whole(warehouse, tmp_path, where, step):
    serving = tmp_path / "serving"
    version = publish(warehouse, serving, at=AT)
    before = files(serving)
    warehouse.append("ops.runs", runs("b"))
    warehouse.close()
    at = (AT + timedelta(hours=1)).isoformat()
    told = [sys.executable, "-c", KILLED, str(tmp_path), where.__name__, step, at]
    assert subprocess.run(told, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert current(serving) == version
    assert files(serving) == before
    warehouse.open()
    publish(warehouse, serving, at=AT + timedelta(hours=2), keep=1)
    after = files(serving)
    assert {name for name in after if before[name] != after[name]} == {"ops.runs.parquet"}
    assert pl.read_parquet(serving / "current" / "parquet" / "ops.runs.parquet").height == 2


def test_an_open_transaction_is_not_published(warehouse, tmp_path):
    with warehouse.transaction(), pytest.raises(WarehouseError, match="commit before publishing"):
        publish(warehouse, tmp_path / "serving", at=AT)
