"""The warehouse keeps its promises: types, comments, whole transactions, and errors that say what to do."""

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest

from tasks.warehouse import STORAGE_VERSION, UPKEEP, Warehouse, WarehouseError, stored
from transforms.contracts import ContractError

AT = datetime(2026, 7, 1, 18, tzinfo=UTC)


@pytest.fixture
def warehouse(tmp_path):
    with Warehouse(tmp_path / "warehouse.duckdb") as opened:
        opened.create()
        yield opened


def runs(*ids: str) -> pl.DataFrame:
    rows = [{"run_id": i, "flow": "nightly", "started_at": AT, "outcome": "done"} for i in ids]
    return stored()["ops.runs"].conform_loosely(pl.DataFrame(rows))


def orders(gross: str, key: str = "1") -> pl.DataFrame:
    row = {
        "shop": "minamodo.myshopify.com",
        "order_id": key,
        "ordered_at": AT,
        "gross": Decimal(gross),
        "currency": "JPY",
        "known_at": AT,
        "source": "shopify",
        "landed_id": "s#2",
        "pointer": "/0",
    }
    return stored()["core.orders"].conform_loosely(pl.DataFrame([row]))


def test_tables_and_comments_are_those_of_the_dictionary(warehouse):
    found = warehouse.con.sql(
        "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns()"
        f" WHERE database_name = 'hibiki' AND NOT internal AND schema_name <> '{UPKEEP}'"
    ).fetchall()
    assert {(t, c) for t, c, _, _ in found} == {(n, f.name) for n, t in stored().items() for f in t.fields}
    assert all(comment for *_, comment in found)
    told = warehouse.con.sql(
        f"SELECT comment FROM duckdb_tables() WHERE database_name = 'hibiki' AND schema_name <> '{UPKEEP}'"
    ).fetchall()
    assert all(comment for (comment,) in told)
    assert not any(name.startswith("staging.") for name, *_ in found)


def test_the_file_is_one_that_older_clients_read(warehouse):
    tags = warehouse.con.sql("SELECT tags FROM duckdb_databases() WHERE database_name = 'hibiki'").fetchall()
    assert STORAGE_VERSION in tags[0][0]["storage_version"]


def test_what_is_stored_comes_back_as_it_was(warehouse):
    frame = orders("14319.0001")
    warehouse.append("core.orders", frame)
    assert warehouse.frame("core.orders").equals(frame)
    assert warehouse.frame("core.orders", "order_id = ?", ["2"]).height == 0


def test_an_absent_frame_column_is_refused(warehouse):
    with pytest.raises(ContractError, match="lacks"):
        warehouse.append("core.orders", pl.DataFrame({"order_id": ["1"]}))


def test_create_is_repeatable_and_adds_a_new_column_with_its_comment(tmp_path):
    with Warehouse(tmp_path / "w.duckdb") as old:
        old.create()
        old.append("ops.runs", runs("a"))
        old.con.execute("ALTER TABLE ops.runs DROP COLUMN message")
    with Warehouse(tmp_path / "w.duckdb") as new:
        new.create()
        new.create()
        assert new.frame("ops.runs").equals(runs("a"))
        said = new.con.sql("SELECT comment FROM duckdb_columns() WHERE column_name = 'message' AND table_name = 'runs'")
        assert said.fetchall() == [("What a person should know.",)]


def test_a_column_of_another_type_is_refused_with_the_remedy(warehouse):
    warehouse.con.execute("ALTER TABLE ops.runs ALTER message TYPE BIGINT USING 1")
    with pytest.raises(WarehouseError, match=r"ops\.runs\.message is stored as BIGINT .* `hibiki rebuild`"):
        warehouse.create()


def test_a_transaction_is_whole_or_nothing_also_when_nested(warehouse):
    def fail() -> None:
        with warehouse.transaction():
            warehouse.append("ops.runs", runs("a"))
            warehouse.upsert("core.orders", orders("1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (warehouse.count("ops.runs"), warehouse.count("core.orders")) == (0, 0)
    with warehouse.transaction():
        warehouse.append("ops.runs", runs("b"))
    assert warehouse.frame("ops.runs")["run_id"].to_list() == ["b"]


def test_replace_keeps_comments_and_upsert_replaces_by_key(warehouse):
    warehouse.append("ops.runs", runs("a", "b"))
    warehouse.replace({"ops.runs": runs("c"), "core.orders": orders("1")})
    warehouse.upsert("ops.runs", runs("c", "d"))
    assert sorted(warehouse.frame("ops.runs")["run_id"]) == ["c", "d"]
    assert warehouse.matching("ops.runs", pl.DataFrame({"run_id": ["d", "x"]}))["run_id"].to_list() == ["d"]
    comment = warehouse.con.sql("SELECT comment FROM duckdb_tables() WHERE table_name = 'runs'").fetchall()
    assert "A diary" in comment[0][0]


def test_a_fingerprint_sees_values_and_repeats_but_not_the_order(warehouse):
    empty = warehouse.fingerprint()["ops.runs"]
    warehouse.append("ops.runs", runs("a", "b"))
    one = warehouse.fingerprint()["ops.runs"]
    warehouse.replace({"ops.runs": runs("b", "a")})
    assert warehouse.fingerprint()["ops.runs"] == one != empty
    warehouse.append("ops.runs", runs("a", "a"))
    assert warehouse.fingerprint()["ops.runs"] != one
    warehouse.replace({"core.orders": orders("1")})
    before = warehouse.fingerprint()["core.orders"]
    warehouse.replace({"core.orders": orders("1.0001")})
    assert warehouse.fingerprint()["core.orders"] != before


def test_a_second_writer_is_told_who_may_write(warehouse):
    script = "import sys; from pathlib import Path; from tasks.warehouse import Warehouse; Warehouse(Path(sys.argv[1]))"
    run = subprocess.run(
        [sys.executable, "-c", script, str(warehouse.path)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "."},
        check=False,
    )
    assert run.returncode
    assert "is open in another program, and only one may write" in run.stderr


@pytest.mark.parametrize("content", [b"hello world" * 2000, b"\0" * 8192])
def test_a_file_that_is_no_warehouse_is_named_with_the_remedy(tmp_path, content):
    (tmp_path / "w.duckdb").write_bytes(content)
    with pytest.raises(
        WarehouseError, match=r"w\.duckdb cannot be read as a warehouse: delete it and run `hibiki rebuild`"
    ):
        Warehouse(tmp_path / "w.duckdb")


def test_a_truncated_file_is_named_with_the_remedy(tmp_path):
    with Warehouse(tmp_path / "w.duckdb") as whole:
        whole.create()
    data = (tmp_path / "w.duckdb").read_bytes()
    (tmp_path / "w.duckdb").write_bytes(data[: len(data) // 2])
    with pytest.raises(WarehouseError, match=r"w\.duckdb"):
        Warehouse(tmp_path / "w.duckdb")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WarehouseError, match="make the folder writable"):
        Warehouse(tmp_path / "file" / "w.duckdb")


FULL = """
import resource, signal, sys
from pathlib import Path
from tasks.warehouse import Warehouse, WarehouseError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, resource.RLIM_INFINITY))
warehouse = Warehouse(Path(sys.argv[1]))
try:
    with warehouse.transaction():
        warehouse.con.execute(
            "INSERT INTO ops.runs SELECT md5(i::VARCHAR) || md5((i * 7)::VARCHAR), md5((i + 1)::VARCHAR), NULL, now(),"
            " NULL, 'done', md5((i * 3)::VARCHAR) FROM range(400000) t(i)"
        )
except WarehouseError as error:
    print(error)
"""


def test_a_full_disk_is_told_and_what_was_committed_is_safe(tmp_path):
    with Warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.create()
        warehouse.append("ops.runs", runs("a"))
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "w.duckdb")],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "."},
        check=False,
    )
    assert "What was committed is safe; make room" in run.stdout, run.stderr
    with Warehouse(tmp_path / "w.duckdb") as again:
        assert again.frame("ops.runs")["run_id"].to_list() == ["a"]


def test_a_closed_warehouse_says_so(tmp_path):
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.close()
    with pytest.raises(WarehouseError, match="is closed"):
        warehouse.create()
    warehouse.open()
    warehouse.create()
    warehouse.close()
    assert not list(tmp_path.glob("*.wal"))
