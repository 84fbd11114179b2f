"""`hibiki demo` as a newcomer runs it: a real Prefect server, a real night, and everything where it says."""

import gzip
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import duckdb
import pytest

from tests.reports.agreement import Truth, compare
from transforms import kpis

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]


@dataclass(frozen=True)
class Demo:
    """What the command left and said."""

    out: Path
    code: int
    said: str
    errors: str


def hibiki(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command, apart from whatever Prefect the tester uses."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "HIBIKI_"))}
    command = [sys.executable, "-m", "flows", *words]
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One demo for all that follows."""
    out = tmp_path_factory.mktemp("demo") / "made here"  # a blank in the path, as people have them
    ran = hibiki("demo", "--out", str(out), cwd=Path(__file__).parents[2])
    return Demo(out, ran.returncode, ran.stdout, ran.stderr)


def test_it_ends_well_and_quietly(demo: Demo) -> None:
    assert demo.code in {0, 3}, demo.errors
    assert "Traceback" not in demo.said + demo.errors
    assert "nanobind" not in demo.errors


def test_every_path_it_names_is_there(demo: Demo) -> None:
    named = [
        Path(line[line.index(str(demo.out)) :].strip()) for line in demo.said.splitlines() if str(demo.out) in line
    ]
    paths = [p for p in named if "--workspace" not in str(p)]
    assert len(paths) >= 7
    assert [p for p in paths if not p.exists()] == []


def test_it_shows_a_finished_and_a_running_campaign(demo: Demo) -> None:
    editions = sorted(f"{p.parent.name}/{p.name}" for p in (demo.out / "reports").glob("*/*-v*"))
    assert len(editions) == 2
    assert [e.rpartition("/")[2] for e in editions] == ["final-v1", "mid-v1"]
    for edition in editions:
        files = {p.name for p in (demo.out / "reports" / edition).iterdir()}
        assert {"report.html", "mail.html", "mail.txt", "figures.json"} <= files


def test_page_mail_workbook_figures_and_warehouse_say_the_same(demo: Demo) -> None:
    with duckdb.connect(str(demo.out / "serving" / "current" / "hibiki.duckdb"), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        for folder in (demo.out / "reports").glob("*/*-v*"):
            name = folder.parent.name
            values, people, standings = (
                con.sql(f"FROM marts.{mart} WHERE campaign_id = $name", params={"name": name}).pl()
                for mart in ("kpi_values", "influencer_kpis", "standings")
            )
            told = json.loads((folder / "figures.json").read_text("utf-8"))
            assert {datetime.fromisoformat(told["as_of"])} == set(values["as_of"])
            found = compare(folder, Truth(values, people, standings, told["currency"], told["zone"], kpis.load()))
            assert found.wrong == []
            assert found.counts["page.ja"] > 300
            assert found.counts["workbook.en"] > 400
            assert min(found.counts["mail"], found.counts["mail as text"], found.counts["figures.json"]) > 5


def test_its_messages_are_whole(demo: Demo) -> None:
    messages = [
        BytesParser(policy=policy.default).parsebytes(p.read_bytes()) for p in (demo.out / "outbox").glob("*.eml")
    ]
    assert len(messages) >= 2
    for message in messages:
        assert message["Subject"]
        assert message["Message-ID"]
        assert message["Auto-Submitted"] == "auto-generated"
        assert isinstance(message, EmailMessage)
        assert message.get_body(("plain",)) is not None
        assert message.get_body(("html",)) is not None
        kinds = {str(part.get_filename()).rpartition(".")[2] for part in message.iter_attachments()}
        assert "xlsx" in kinds, "the data go with it; the PDF too, where Chromium is installed"
        assert kinds <= {"xlsx", "pdf"}


def test_a_bi_tool_reads_the_serving_copy_and_its_comments(demo: Demo) -> None:
    with duckdb.connect(str(demo.out / "serving/current/hibiki.duckdb"), read_only=True) as con:
        rows = con.execute("SELECT count(*), count(value), count(reason) FROM marts.kpi_values").fetchone()
        silent = con.execute(
            "SELECT count(*) FROM duckdb_columns()"
            " WHERE comment IS NULL AND schema_name IN ('core', 'marts', 'ref', 'ops')"
        ).fetchone()
    assert rows is not None
    assert rows[0] == rows[1] + rows[2]
    assert rows[1] > 500
    assert silent == (0,)


def test_its_pages_ask_for_nothing(demo: Demo) -> None:
    for page in [*demo.out.glob("reports/*/*/*.html"), *demo.out.glob("docs/**/*.html")]:
        text = page.read_text("utf-8")
        assert not re.search(r"""(?:src|srcset)\s*=\s*["']?\s*https?:""", text), page
        assert not re.search(r"<link[^>]+href\s*=\s*[\"']?https?:", text), page
        assert not re.search(r"url\(\s*[\"']?https?:", text), page


def test_no_server_is_left_running(demo: Demo) -> None:
    pid = json.loads((demo.out / ".prefect" / "server.json").read_text())["pid"]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_status_tells_what_waits(demo: Demo) -> None:
    told = hibiki("status", "--workspace", str(demo.out), "--json", cwd=demo.out)
    assert told.returncode in {0, 3}, told.stderr
    said = json.loads(told.stdout)
    assert said["runs"][0]["flow"] == "nightly"
    assert {c["source"] for c in said["coverage"]} == {"bitly", "ga4", "instagram", "shopify", "tiktok", "youtube"}


def test_no_secret_is_on_the_disk_but_in_its_own_file(demo: Demo) -> None:
    secrets = re.findall(r'= "([^"]{12,})"', (demo.out / "secrets.toml").read_text("utf-8"))
    assert len(secrets) > 4
    assert (demo.out / "secrets.toml").stat().st_mode & 0o077 == 0
    for file in demo.out.rglob("*"):
        if file.is_file() and file.name != "secrets.toml":
            data = _plain(file)
            assert [s for s in secrets if s.encode() in data] == [], file


def _plain(file: Path) -> bytes:
    data = file.read_bytes()
    return gzip.decompress(data) if file.suffix == ".gz" else data


def test_a_folder_that_is_not_a_demo_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")
    told = hibiki("demo", "--out", str(tmp_path), cwd=tmp_path)
    assert told.returncode == 2
    assert "name another with --out DIR" in told.stderr
    assert (tmp_path / "thesis.txt").exists()
