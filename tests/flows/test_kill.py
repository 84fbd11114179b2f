"""However often a night is killed, the next one makes it whole, nobody is mailed twice, and readers never notice."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from tasks import deliver, posting, publish
from tasks.warehouse import fingerprint_of, stored
from transforms import views

ROOT = Path(__file__).parents[2]
KILLS = 4
NIGHTS = """
import importlib.util, os, signal, sys
from datetime import timedelta
from pathlib import Path

spec = importlib.util.spec_from_file_location("nights", sys.argv[1])
nights = importlib.util.module_from_spec(spec)
sys.modules["nights"] = nights
spec.loader.exec_module(nights)
import great_expectations
from tasks.load import readers
readers()
world = nights.World(nights.SEED, influencers=nights.INFLUENCERS)

def night(root, days, dies_at):
    '''One night; it dies before its dies_at-th write is made safe, if there are so many.'''
    done, safe = 0, os.fsync
    def fsync(handle):
        nonlocal done
        done += 1
        if done == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        safe(handle)
    os.fsync = fsync
    company = nights.Company(Path(root), nights.Sandbox(world, throttle_every=None))
    with nights.bare():
        company.night(company.at + timedelta(days=days))
    print(f"writes {done}", flush=True)

print("ready", flush=True)
for line in sys.stdin:
    root, days, dies_at = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            night(root, int(days), int(dies_at))
            code = 0
        except BaseException as error:
            print(f"error {type(error).__name__}: {error}", flush=True)
        os._exit(code)
    print(f"pid {child}", flush=True)
    print(f"ended {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}", flush=True)
"""


class Nights:
    """A program that has everything imported, and runs each night in a process of its own."""

    def __init__(self) -> None:
        conftest = Path(__file__).with_name("conftest.py")
        self._program = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", NIGHTS, conftest],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            bufsize=1,
        )
        assert self._heard() == "ready"

    def begin(self, root: Path, *, days: int = 0, dies_at: int = 0) -> int:
        """Start a night; its process id."""
        assert self._program.stdin is not None
        self._program.stdin.write(f"{root}\t{days}\t{dies_at}\n")
        self._program.stdin.flush()
        return int(self._heard().removeprefix("pid "))

    def ended(self) -> tuple[int, list[str]]:
        """Wait for its end: exit code (negative: the signal), and what it said."""
        told: list[str] = []
        while not (line := self._heard()).startswith("ended "):
            told.append(line)
        return int(line.removeprefix("ended ")), told

    def close(self) -> None:
        assert self._program.stdin is not None
        self._program.stdin.close()
        self._program.wait(timeout=30)
        assert self._program.stdout is not None
        self._program.stdout.close()

    def _heard(self) -> str:
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        assert line, "the program with the nights ended"
        return line.rstrip("\n")


@pytest.fixture(scope="module")
def nights():
    program = Nights()
    yield program
    program.close()


FOUND_WHOLE: set[tuple[Path, int, int, int]] = set()
"""Copies that were held against what they say, and have not been touched since."""


def whole(serving: Path) -> str:
    """Open what readers see and hold every table against what the copy says of itself; its version."""
    place = (serving / "current").resolve(strict=True)
    about = (place / "hibiki.duckdb").stat()
    mark = (place, about.st_ino, about.st_size, about.st_mtime_ns)
    if mark in FOUND_WHOLE:
        return place.name
    with duckdb.connect(str(place / "hibiki.duckdb"), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        said = con.execute("SELECT table_name, fingerprint FROM _publish_info").fetchall()
        tables = stored()
        assert {name for name, _ in said} == set(tables)
        assert all(fingerprint_of(con, tables[name]) == mark for name, mark in said)
    assert {p.stem for p in (place / "parquet").glob("*.parquet")} == {*tables, *views.load()}
    FOUND_WHOLE.add(mark)
    return place.name


def test_a_night_killed_again_and_again_ends_as_one_that_never_was(copied, nights, tmp_path):
    chance = random.Random(20260713)
    calm, killed = copied(tmp_path / "calm"), copied(tmp_path / "killed")
    began = time.monotonic()
    nights.begin(calm.root)
    code, told = nights.ended()
    assert code == 0, told
    takes = time.monotonic() - began
    writes = int(told[-1].removeprefix("writes "))

    died, looked = 0, 0
    for n in range(KILLS):
        by_write = n % 2 == 0
        dies_at = 1 + writes * n // KILLS + chance.randrange(writes // KILLS) if by_write else 0
        pid = nights.begin(killed.root, dies_at=dies_at)
        moment = time.monotonic() + takes * chance.uniform(n / KILLS, (n + 1) / KILLS)
        while time.monotonic() < moment and _alive(pid):
            whole(killed.root / "serving")
            looked += 1
            time.sleep(0.3)
        if not by_write:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        code, told = nights.ended()
        assert code in {0, -signal.SIGKILL}, told
        died += code != 0
        whole(killed.root / "serving")
    assert died >= KILLS // 2, "the night was really killed"
    assert looked > KILLS

    nights.begin(killed.root)
    code, told = nights.ended()
    assert code == 0, told
    whole(killed.root / "serving")
    assert killed.unaccounted() == []
    assert not list(killed.root.glob("landing/**/*.part"))
    outcomes = [outcome for (outcome,) in killed.served("SELECT outcome FROM ops.runs ORDER BY started_at")]
    assert outcomes.count("failed") == died

    _same_figures(calm, killed)
    _mailed_once(calm, killed)
    _rebuilt_the_same(killed, tmp_path / "again")


TRACED = ("marts.lineage", "marts.order_paths")
"""Tables that name the very answers: a night asked twice has two that say the same."""


def _same_figures(calm, killed) -> None:
    marks = [{n: h for n, h in c.fingerprints("marts", "ref").items() if n not in TRACED} for c in (calm, killed)]
    assert marks[0] == marks[1]
    for name in (*TRACED, "core.posts", "core.accounts", "core.post_observations", "core.orders", "core.link_days"):
        left, right = (c.table(name) for c in (calm, killed))
        facts = [c for c in left.columns if c not in {"landed_id", "detail_landed_id"}]
        assert left.select(facts).sort(facts).equals(right.select(facts).sort(facts)), name
    coverage = ("day", "source", "shard", "expected", "got", "state", "reason")
    assert calm.table("ops.coverage").select(coverage).equals(killed.table("ops.coverage").select(coverage))


def _mailed_once(calm, killed) -> None:
    """Each reader of each edition has one message: sent, or in doubt and waiting for a person."""
    wanted = {m[:3] for m in calm.mails()}
    told = killed.mails()
    newest = {(c, e.split("-v")[0], r) for c, e, r, _, _ in told}
    assert newest == {(c, e.split("-v")[0], r) for c, e, r in wanted}, "nobody is forgotten, nobody is added"
    assert len(told) == len(wanted), "nobody is told twice"
    assert {m[3] for m in told} <= {"sent", "in_doubt"}
    written = [p.read_bytes() for p in (killed.root / "outbox").glob("*.eml")]
    assert len(written) == len(set(written)) <= len(told)
    for folder in (killed.root / "reports").glob("*/*-v*"):
        assert (folder / "report.html").stat().st_size
        assert (folder / "figures.json").stat().st_size


def _rebuilt_the_same(killed, root: Path) -> None:
    """What landing alone says is what the survivor's warehouse says."""
    before = killed.fingerprints("core", "marts", "ref")
    shutil.copytree(killed.root, root, symlinks=True, ignore=shutil.ignore_patterns("warehouse*", "serving"))
    again = type(killed)(root, killed.sandbox)
    publish.load_again.fn(again.site())
    publish.evaluate.fn(again.site())
    assert again.fingerprints("core", "marts", "ref") == before


def test_a_run_killed_between_an_edition_and_its_mails_forgets_nobody(company, monkeypatch):
    """The narrowest place: the report is on the disk, and nothing is queued yet."""

    class Killed(BaseException):
        pass

    def killed(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(posting, "queue", killed)
        with pytest.raises(Killed):
            company.night()
    assert list(company.root.glob("reports/*/*-v1/report.html"))
    queued = {m[:2] for m in company.mails()}
    assert deliver.write_reports.fn(company.site())
    assert {m[:2] for m in company.mails()} > queued
    assert not list(company.root.glob("reports/*/.unqueued*"))
    assert deliver.write_reports.fn(company.site()) == [], "and once queued, it is not due again"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
