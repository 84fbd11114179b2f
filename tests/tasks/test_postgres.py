"""PostgreSQL holds a whole copy or the one before, whatever happens while it is pushed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from pydantic import SecretStr

from tasks import postgres, serving
from tasks.postgres import PushError, Target
from tasks.warehouse import Warehouse, stored
from transforms import views

dbapi = pytest.importorskip("adbc_driver_postgresql.dbapi", reason="the extra `postgres` is not installed")
BIN = next((p.parent for p in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)
if BIN is None and (found := shutil.which("initdb")):
    BIN = Path(found).parent
IS_ROOT = os.getuid() == 0
pytestmark = [
    pytest.mark.skipif(BIN is None, reason="PostgreSQL's initdb is not installed (Debian: postgresql)"),
    pytest.mark.skipif(
        IS_ROOT and not shutil.which("runuser"), reason="PostgreSQL refuses root, and runuser is absent"
    ),
    pytest.mark.xdist_group("postgres"),
]
AT = datetime(2026, 7, 1, 18, tzinfo=UTC)
PASSWORD = "p@ss/w:rd é%"
Ask = Callable[[str], list[tuple]]


def as_postgres(*command: object) -> None:
    who = ["runuser", "-u", "postgres", "--"] if IS_ROOT else []
    subprocess.run([*who, *map(str, command)], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture(scope="module")
def server() -> Iterator[Target]:
    """A server of our own on a free port of this machine."""
    root = Path(tempfile.mkdtemp(prefix="hibiki-pg-", dir="/tmp"))
    root.chmod(0o711)
    data, secret = root / "data", root / "secret"
    data.mkdir(mode=0o700)
    secret.write_text(PASSWORD)
    if IS_ROOT:
        shutil.chown(data, "postgres")
        shutil.chown(secret, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    how = ("--auth=scram-sha-256", "--pwfile", secret, "--encoding=UTF8", "--locale=C", "--no-sync", "-U", "hibiki")
    as_postgres(BIN / "initdb", "-D", data, *how)
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={data} -c fsync=off"
    as_postgres(BIN / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start")
    try:
        yield Target(f"postgresql://hibiki@127.0.0.1:{port}/postgres", SecretStr(PASSWORD))
    finally:
        as_postgres(BIN / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def target(server: Target, request: pytest.FixtureRequest) -> Target:
    """Schemas of its own for each test."""
    return replace(server, prefix=f"t{abs(hash(request.node.name)) % 10**8}_")


@pytest.fixture
def ask(target: Target) -> Iterator[Ask]:
    """Runs a statement and commits it."""
    with dbapi.connect(postgres._uri(target), autocommit=True) as connection, connection.cursor() as cur:

        def run(query: str) -> list[tuple]:
            cur.execute(query.replace("§", target.prefix))
            return [tuple(r) for r in cur.fetchall()] if query.lstrip().upper().startswith("SELECT") else []

        yield run


def goal(campaign: str, n: int) -> pl.DataFrame:
    rows = [{"campaign_id": campaign, "kpi": f"k{i}", "target": 1.0, "verdict": "unknown"} for i in range(n)]
    return stored()["marts.goal_progress"].conform_loosely(
        pl.DataFrame(rows).with_columns(state=pl.lit("final"), as_of=pl.lit(AT))
    )


def order(code: str, gross: str) -> pl.DataFrame:
    row = {
        "shop": "s",
        "order_id": "1",
        "campaign_id": code,
        "influencer_id": "haru",
        "model": "m",
        "is_deciding": True,
        "credit": 1.0,
        "matched_by": "code",
        "ordered_at": AT,
        "ordered_on": AT.date(),
        "gross": Decimal(gross),
        "touches": 0,
        "as_of": AT,
    }
    return stored()["marts.attribution"].conform_loosely(pl.DataFrame([row]))


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Path]:
    """Publishes a warehouse with n goals of a campaign, once; the copy's file."""
    folder = tmp_path_factory.mktemp("published")

    @cache
    def publish(campaign: str, n: int) -> Path:
        with Warehouse(folder / "warehouse.duckdb") as warehouse:
            warehouse.create()
            warehouse.replace(
                {
                    "marts.goal_progress": goal(campaign, n),
                    "marts.attribution": order(campaign, "1234567890.1234"),
                }
            )
            version = serving.publish(warehouse, folder / "serving", at=AT + timedelta(hours=n), keep=99)
        return folder / "serving" / version / serving.FILE

    return publish


def test_every_table_is_there_with_types_keys_and_comments(target, ask, copies):
    copy = copies("夏\x00\U0001f31e", 3)
    rows = postgres.push(copy, target)
    assert rows > 0
    assert ask("SELECT campaign_id, count(*)::int FROM §marts.goal_progress GROUP BY 1") == [("夏\U0001f31e", 3)]
    ((gross,),) = ask("SELECT gross FROM §marts.attribution")
    assert Decimal(str(gross)) == Decimal("1234567890.1234"), "money is exact"
    tables = {f"{s}.{t}" for s, t in ask("SELECT table_schema::text, table_name::text FROM information_schema.tables")}
    wanted = [t.name for t in postgres.shapes()]
    assert {f"{target.prefix}{name}" for name in wanted} <= tables
    assert {*views.load(), "marts.kpi_values", "ref.kpis", "ref._publish_info"} <= set(wanted)
    silent = ask(
        "SELECT c.table_name::text, c.column_name::text FROM information_schema.columns c"
        " WHERE c.table_schema LIKE '§%' AND col_description("
        "format('%I.%I', c.table_schema, c.table_name)::regclass, c.ordinal_position::int) IS NULL"
    )
    assert silent == [], "each column carries its description"
    assert ask("SELECT obj_description('§bi.days'::regclass)")[0][0].startswith("What each day brought.")
    assert ask("SELECT count(*)::int FROM pg_indexes WHERE schemaname = '§marts'")[0][0] >= 9
    assert [v for (v,) in ask("SELECT DISTINCT version FROM §ref._publish_info")] == [copy.parent.name]
    types = {
        t
        for (t,) in ask("SELECT DISTINCT data_type::text FROM information_schema.columns WHERE table_schema LIKE '§%'")
    }
    assert types <= {"text", "bigint", "double precision", "numeric", "date", "boolean", "timestamp with time zone"}


def test_readers_see_one_copy_or_the_next_and_never_a_mixture(target, ask, copies):
    published = [copies(f"natsu{n}", n) for n in range(1, 6)]
    postgres.push(published[0], target)
    seen, errors, stop = [], [], threading.Event()

    def read() -> None:
        query = (
            f"SELECT (SELECT count(*) FROM {target.prefix}marts.goal_progress)::int,"
            f" (SELECT min(campaign_id) FROM {target.prefix}marts.attribution),"
            f" (SELECT count(*) FROM {target.prefix}bi.goals)::int,"
            f" (SELECT row_count FROM {target.prefix}ref._publish_info WHERE table_name = 'marts.goal_progress')::int"
        )
        try:
            with dbapi.connect(postgres._uri(target), autocommit=True) as connection, connection.cursor() as cur:
                while not stop.is_set():
                    cur.execute(query)
                    seen.append(tuple(cur.fetchall()[0]))
                    time.sleep(0.02)
        except dbapi.Error as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for copy in published[1:]:
        postgres.push(copy, target)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert set(seen) <= {(n, f"natsu{n}", n, n) for n in range(1, 6)}, "all of a query from one copy"
    assert len(set(seen)) >= 3
    assert ask("SELECT count(*)::int FROM pg_namespace WHERE nspname LIKE '§%'") == [(3,)], "nothing is left beside"


def test_a_push_that_is_killed_leaves_the_old_copy_and_nothing_else(target, ask, copies, tmp_path):
    postgres.push(copies("natsu", 1), target)
    copy = copies("aki", 2)
    code = (
        "import sys, time, pathlib; from pydantic import SecretStr; from tasks import postgres;"
        "postgres._swap = lambda *_: (print('filled', flush=True), time.sleep(60));"
        "postgres.push(pathlib.Path(sys.argv[1]), postgres.Target(sys.argv[2], SecretStr(sys.argv[3]), sys.argv[4]))"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code, str(copy), target.uri, PASSWORD, target.prefix]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as pushing:
        assert pushing.stdout.readline() == b"filled\n"
        os.kill(pushing.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while ask("SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'") != [(0,)]:
        assert time.monotonic() < deadline, "the server gives up the killed push"
        time.sleep(0.05)
    assert ask("SELECT min(campaign_id) FROM §marts.goal_progress") == [("natsu",)]
    postgres.push(copy, target)
    assert ask("SELECT min(campaign_id) FROM §marts.goal_progress") == [("aki",)]
    assert ask("SELECT count(*)::int FROM pg_namespace WHERE nspname LIKE '§%'") == [(3,)], "cleared by the next"


def test_a_snapshot_older_than_the_push_is_never_shown_empty_tables(target, ask, copies):
    postgres.push(copies("natsu", 1), target)
    with dbapi.connect(postgres._uri(target)) as old, old.cursor() as cur:
        cur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cur.execute("SELECT 1")
        cur.fetchall()
        with pytest.raises(PushError, match=r"would find empty tables: end it"):
            postgres.push(copies("aki", 2), target, patience=0.5)
        cur.execute(f"SELECT min(campaign_id) FROM {target.prefix}marts.goal_progress")
        assert cur.fetchall() == [("natsu",)]
    postgres.push(copies("fuyu", 3), target)
    assert ask("SELECT min(campaign_id) FROM §marts.goal_progress") == [("fuyu",)]


def test_two_pushes_at_once_are_not_mixed(target, ask, copies):
    postgres.push(copies("natsu", 1), target)
    key = f"hashtext('hibiki {target.prefix}')"
    assert ask(f"SELECT pg_try_advisory_lock({key})") == [(True,)], "as a push under way has it"
    with pytest.raises(PushError, match="another run is pushing"):
        postgres.push(copies("aki", 2), target)
    assert ask("SELECT min(campaign_id) FROM §marts.goal_progress") == [("natsu",)]


def test_a_reader_that_does_not_end_is_waited_for_and_then_left_alone(target, ask, copies):
    postgres.push(copies("natsu", 1), target)
    with dbapi.connect(postgres._uri(target)) as slow, slow.cursor() as cur:
        cur.execute(f"LOCK TABLE {target.prefix}marts.goal_progress IN ACCESS SHARE MODE")  # as a query that hangs
        with pytest.raises(PushError, match=r"busy for 0\.5 seconds.*pg_stat_activity"):
            postgres.push(copies("aki", 2), target, patience=0.5)
        cur.execute(f"SELECT min(campaign_id) FROM {target.prefix}marts.goal_progress")
        assert cur.fetchall() == [("natsu",)]
    assert ask("SELECT min(campaign_id) FROM §marts.goal_progress") == [("natsu",)]


def test_what_is_not_ours_is_never_touched(target, ask, copies):
    ask("CREATE SCHEMA §marts")
    with pytest.raises(PushError, match=r"marts exists and is not hibiki's: drop it, or choose another"):
        postgres.push(copies("natsu", 1), target)
    ask("DROP SCHEMA §marts")
    postgres.push(copies("natsu", 1), target)
    ask("CREATE VIEW public.§mine AS SELECT * FROM §marts.goal_progress")
    with pytest.raises(PushError, match=r"views stand on its tables and would be lost: public\.\S*mine"):
        postgres.push(copies("aki", 2), target)
    ask("DROP VIEW public.§mine")
    ask("CREATE VIEW §marts.theirs AS SELECT 1 AS x")
    with pytest.raises(PushError, match="depend"):
        postgres.push(copies("aki", 2), target)
    assert ask("SELECT x FROM §marts.theirs") == [(1,)]
    assert ask("SELECT min(campaign_id) FROM §marts.goal_progress") == [("natsu",)]


def test_readers_may_read_after_each_push(target, ask, copies):
    ask("CREATE ROLE §reader")
    mine = replace(target, readers=(f"{target.prefix}reader",))
    for n in (1, 2):
        postgres.push(copies("natsu", n), mine)
        ask("SET ROLE §reader")
        assert ask("SELECT count(*)::int FROM §bi.goals") == [(n,)]
        ask("RESET ROLE")


def test_a_password_is_in_no_message(target, copies):
    wrong = replace(target, password=SecretStr("secret-geheim"))
    with pytest.raises(PushError, match=r"PostgreSQL was not renewed.*Readers there keep the copy before") as told:
        postgres.push(copies("natsu", 1), wrong)
    assert "geheim" not in str(told.value)
    nowhere = replace(target, uri="postgresql://hibiki@127.0.0.1:1/postgres")
    with pytest.raises(PushError) as told:
        postgres.push(copies("natsu", 1), nowhere)
    assert "p@ss" not in str(told.value)
    assert "%40" not in str(told.value)
