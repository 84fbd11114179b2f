"""BI tools read through publications without an error, see what columns mean, and can do no harm."""

import json
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tasks import serving
from tasks.warehouse import Warehouse, stored
from transforms import views

AT = datetime(2026, 7, 1, 18, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
OLDER = ROOT / ".cache" / "duckdb-1.4"
LOCKED_DOWN = "access_mode=read_only&enable_external_access=false&lock_configuration=true&memory_limit=512MB"
PLAIN = {"VARCHAR", "BIGINT", "DOUBLE", "DECIMAL(18,4)", "DATE", "TIMESTAMP WITH TIME ZONE", "BOOLEAN"}


def rows(table: str, number: int, **said: object) -> pl.DataFrame:
    """That many rows, told apart by campaign_id; what a table needs and nobody says is filled with something."""
    contract = stored()[table]
    something = {"VARCHAR": "x", "BIGINT": 1, "DOUBLE": 1.0, "DATE": AT.date(), "TIMESTAMPTZ": AT, "BOOLEAN": True}
    needed = {f.name: something.get(f.type.value) for f in contract.fields if f.required}
    return contract.conform_loosely(
        pl.DataFrame([{**needed, **said, "campaign_id": f"c{n}"} for n in range(number)], infer_schema_length=None)
    )


class Publisher:
    """A warehouse whose nth publication has n campaigns, in the tables and in the views."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number = folder, 0

    @property
    def url(self) -> str:
        return f"duckdb:///{self.folder / 'serving' / 'current' / serving.FILE}?{LOCKED_DOWN}"

    @property
    def file(self) -> Path:
        return self.folder / "serving" / "current" / serving.FILE

    def publish(self) -> str:
        self.number += 1
        with Warehouse(self.folder / "warehouse.duckdb") as warehouse:
            warehouse.create()
            warehouse.replace(
                {
                    "core.campaigns": rows("core.campaigns", self.number, name="夏", currency="JPY"),
                    "marts.campaign_kpis": rows("marts.campaign_kpis", self.number, name="夏", state="final"),
                    "marts.kpi_values": rows(
                        "marts.kpi_values", self.number, grain="campaign", kpi="orders", value=3.0, state="final"
                    ),
                }
            )
            at = AT + timedelta(hours=self.number)
            return serving.publish(warehouse, self.folder / "serving", at=at, keep=2)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    made = Publisher(tmp_path_factory.mktemp("bi"))
    made.publish()
    return made


def test_only_plain_types_are_served_and_every_column_says_what_it_is(published):
    with duckdb.connect(str(published.file), read_only=True) as con:
        types = con.execute("SELECT DISTINCT data_type FROM information_schema.columns").fetchall()
        assert {t for (t,) in types} <= PLAIN
        silent = con.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns()"
            " WHERE NOT internal AND coalesce(comment, '') = ''"
        ).fetchall()
        assert silent == []
        mute = con.execute(
            "SELECT name FROM (SELECT schema_name || '.' || table_name AS name, comment FROM duckdb_tables()"
            " WHERE NOT internal UNION ALL SELECT schema_name || '.' || view_name, comment FROM duckdb_views()"
            " WHERE NOT internal) WHERE coalesce(comment, '') = ''"
        ).fetchall()
        assert mute == []
        there = con.execute("SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        assert {name for (name,) in there} >= set(views.load())


def test_a_client_sees_tables_views_and_comments_by_reflection(published):
    engine = sa.create_engine(published.url, poolclass=NullPool)
    seen = sa.inspect(engine)
    assert {"hibiki.bi", "hibiki.marts", "hibiki.core", "hibiki.ref", "hibiki.ops"} <= set(seen.get_schema_names())
    assert set(seen.get_view_names("bi")) == {name.partition(".")[2] for name in views.load()}
    for schema, name in (("marts", "campaign_kpis"), ("bi", "days")):
        promise = {**stored(), **{n: v.shape for n, v in views.load().items()}}[f"{schema}.{name}"]
        said = seen.get_table_comment(name, schema)["text"]
        assert said == f"{promise.description} One row per {promise.grain}."
        columns = {c["name"]: c["comment"] for c in seen.get_columns(name, schema)}
        assert list(columns) == promise.columns
        assert all(columns[f.name].startswith(f.description) for f in promise.fields)
    with engine.connect() as con:
        told = con.execute(sa.text("SELECT campaign, value, label_ja FROM bi.kpis")).fetchall()
    assert told == [("夏", 3.0, None)]


@pytest.mark.parametrize(
    "harm",
    [
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "SELECT * FROM read_text('/etc/hosts')",
        "SELECT * FROM glob('/*')",
        "ATTACH '{folder}/other.duckdb'",
        "EXPORT DATABASE '{folder}/out'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '900GB'",
        "DELETE FROM marts.campaign_kpis",
        "CREATE TABLE marts.mine AS SELECT 1 AS x",
        "DROP VIEW bi.days",
    ],
)
def test_the_connection_strings_of_the_readme_do_no_harm(published, tmp_path, harm):
    engine = sa.create_engine(published.url, poolclass=NullPool)
    with engine.connect() as con, pytest.raises(sa.exc.DBAPIError):
        con.execute(sa.text(harm.format(folder=tmp_path)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tool", ["Evidence", "Metabase"])
def test_the_statements_of_the_readme_lock_a_connection_that_is_open(published, tool):
    told = next(line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith(f"| {tool} |"))
    statements = next(part for part in told.split("`") if part.startswith("SET memory_limit"))
    with duckdb.connect(str(published.file), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM read_text('/etc/hosts')").fetchone() == (1,)
        con.execute(statements)
        assert con.execute("SELECT count(*) FROM bi.campaigns").fetchone() == (published.number,)
        for harm in ("SELECT * FROM read_text('/etc/hosts')", "SET enable_external_access = true", "SET threads = 1"):
            with pytest.raises(duckdb.Error):
                con.execute(harm)


PUBLISH = """
import sys
from pathlib import Path
from tests.tasks.test_bi_clients import Publisher
publisher = Publisher(Path(sys.argv[1]))
for _ in sys.stdin:
    publisher.publish()
    print(publisher.number, flush=True)
"""


@pytest.fixture
def publish(tmp_path):
    """Publishes once more, as nights do: in a process of its own; the number of the publication."""
    command = [sys.executable, "-W", "ignore", "-c", PUBLISH, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as child:

        def once_more() -> int:
            child.stdin.write("\n")
            child.stdin.flush()
            return int(child.stdout.readline())

        yield once_more
        child.stdin.close()
        assert child.wait(30) == 0


def test_a_client_reads_through_five_publications_under_load(tmp_path, publish):
    publisher = Publisher(tmp_path)
    publish()
    fresh = sa.create_engine(publisher.url, poolclass=NullPool)
    pooled = sa.create_engine(publisher.url, pool_size=2, pool_recycle=1)
    query = sa.text(
        "SELECT (SELECT count(*) FROM marts.campaign_kpis), (SELECT count(*) FROM bi.campaigns),"
        " (SELECT count(*) FROM bi.kpis WHERE grain = 'campaign' AND value IS NOT NULL),"
        " (SELECT row_count FROM _publish_info WHERE table_name = 'marts.campaign_kpis')"
    )
    seen: dict[str, list[tuple]] = {"fresh": [], "pooled": []}
    errors: list[Exception] = []
    stop = threading.Event()

    def read(kind: str, engine: sa.Engine) -> None:
        try:
            while not stop.is_set():
                with engine.connect() as con:
                    seen[kind].append(tuple(con.execute(query).fetchone()))
                time.sleep(0.1)  # as a person would
        except sa.exc.SQLAlchemyError as error:
            errors.append(error)

    readers = [
        threading.Thread(target=read, args=how)
        for how in (("fresh", fresh), ("fresh", fresh), ("pooled", pooled), ("pooled", pooled))
    ]
    for reader in readers:
        reader.start()
    try:
        for number in range(2, 7):
            assert publish() == number
            with fresh.connect() as con:
                assert con.execute(query).fetchone() == (number,) * 4, "a fresh connection sees what is published now"
            read_before, until = len(seen["fresh"]), time.monotonic() + 20
            while len(seen["fresh"]) < read_before + 3 and time.monotonic() < until:
                time.sleep(0.01)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
        pooled.dispose()
    assert errors == []
    for kind, told in seen.items():
        assert {len(set(row)) for row in told} == {1}, f"{kind}: each answer is of one publication"
        assert {row[0] for row in told} <= set(range(1, 7)), f"{kind}: never empty"
        assert [row[0] for row in told][-1] >= 2, f"{kind}: moves on"
    assert len({row[0] for row in seen["fresh"]}) == 6, "every publication was read"


READ_ALL = """
import duckdb, json, sys
how = {"enable_external_access": "false", "lock_configuration": "true"}
con = duckdb.connect(sys.argv[1], read_only=True, config=how)
names = [f'"{s}"."{t}"' for s, t in con.execute(
    "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal"
    " UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal").fetchall()]
counts = {name.replace('"', ''): len(con.execute(f"SELECT * FROM {name}").fetchall()) for name in names}
macros = [f'"{s}"."{f}"' for s, f, n in con.execute(
    "SELECT schema_name, function_name, len(parameters) FROM duckdb_functions()"
    " WHERE NOT internal AND function_type = 'table_macro'").fetchall() if n == 1]
for macro in macros:
    con.execute(f"SELECT * FROM {macro}(TIMESTAMPTZ '2026-07-01 00:00:00+00')").fetchall()
silent = con.execute("SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL").fetchone()[0]
print(json.dumps({"version": duckdb.__version__, "counts": counts, "silent": silent, "macros": macros}))
"""


@pytest.mark.skipif(
    not (OLDER / "duckdb").is_dir(), reason="DuckDB 1.4 is not in .cache/duckdb-1.4 (`make` puts it there)"
)
def test_a_client_with_duckdb_1_4_reads_every_table_view_and_macro(published):
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(published.file)],
        env={"PYTHONPATH": str(OLDER)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["version"].startswith("1.4.")
    assert {*stored(), *views.load(), "main._publish_info"} <= set(told["counts"])
    assert told["counts"]["bi.campaigns"] == told["counts"]["marts.campaign_kpis"] == published.number
    assert told["silent"] == 0
