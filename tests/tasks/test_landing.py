"""Raw answers are kept verbatim, whole or absent, and every one can be found again."""

import gzip
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clock import stopped_clock
from tasks.landing import MANIFEST, Landing, LandingError
from tasks.sources import Answer

AT = datetime(2026, 7, 28, 3, 0, tzinfo=UTC)
DAY = date(2026, 7, 28)


def answer(body: bytes, **about: str) -> Answer:
    return Answer("media", "GET", "https://api.example/x?token=***", 200, {"content-type": "x"}, body, AT, about)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing", stopped_clock(AT))


def land(landing: Landing, *bodies: bytes, shard: str = "a", finish: bool = True) -> list[str]:
    with landing.segment("instagram", DAY, shard, "run-1") as writer:
        ids = [writer.add(answer(body)) for body in bodies]
        if finish:
            writer.finish(expected=len(bodies), got=len(bodies))
    return ids


@given(body=st.binary(max_size=200))
def test_a_body_comes_back_byte_for_byte(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    landing = Landing(tmp_path_factory.mktemp("l"), stopped_clock(AT))
    (landed_id,) = land(landing, body)
    found = landing.find(landed_id)
    assert found.answer == answer(body)
    assert found.sha256 == sha256(body).hexdigest()


def test_every_answer_is_found_by_its_id(landing: Landing) -> None:
    ids = land(landing, b"one", b"two", b"\xff\x00 not text")
    assert [landing.find(i).answer.body for i in ids] == [b"one", b"two", b"\xff\x00 not text"]
    assert [found.landed_id for entry in landing.entries() for found in landing.read(entry)] == ids


def test_a_shard_that_was_asked_to_its_end_is_a_success_mark(landing: Landing) -> None:
    land(landing, b"x", shard="whole")
    land(landing, b"x", shard="cut short", finish=False)
    assert landing.is_complete("instagram", DAY, "whole")
    assert not landing.is_complete("instagram", DAY, "cut short")
    assert not landing.is_complete("tiktok", DAY, "whole")


def test_what_came_before_a_failure_is_kept_and_says_why_it_is_short(landing: Landing) -> None:
    def fetch() -> None:
        with landing.segment("instagram", DAY, "a", "run-1") as writer:
            writer.add(answer(b"came"))
            raise RuntimeError("the line went dead")

    with pytest.raises(RuntimeError):
        fetch()
    (entry,) = landing.entries()
    assert (entry.answers, entry.complete, entry.reason) == (1, False, "RuntimeError: the line went dead")


def test_a_failure_before_the_first_answer_leaves_nothing(landing: Landing) -> None:
    with pytest.raises(RuntimeError), landing.segment("instagram", DAY, "a", "run-1"):
        raise RuntimeError("no line at all")
    assert landing.entries() == []
    assert [p for p in landing.root.rglob("*") if p.is_file()] == []


def test_landed_files_cannot_be_changed(landing: Landing) -> None:
    land(landing, b"x")
    (file,) = landing.root.glob("*/*/*.jsonl.gz")
    assert file.stat().st_mode & 0o222 == 0


@pytest.mark.parametrize("harm", ["lost", "torn"])
def test_a_harmed_manifest_is_made_again(landing: Landing, harm: str) -> None:
    land(landing, b"x", shard="a")
    land(landing, b"y", shard="b")
    before = {e.segment: e for e in landing.entries()}
    manifest = landing.root / MANIFEST
    if harm == "lost":
        manifest.unlink()
    else:
        manifest.write_bytes(manifest.read_bytes()[:-20])
    assert {e.segment: e for e in landing.entries()} == before
    land(landing, b"z", shard="c")
    assert len(landing.entries()) == 3
    assert len({json.loads(line)["segment"] for line in manifest.read_text().splitlines() if _is_json(line)}) == 3


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def test_a_lost_segment_is_told_not_passed_over(landing: Landing) -> None:
    land(landing, b"x")
    next(landing.root.glob("*/*/*.jsonl.gz")).unlink()
    with pytest.raises(LandingError, match="restore landing/"):
        landing.entries()


def test_a_changed_body_is_told(landing: Landing) -> None:
    (landed_id,) = land(landing, b"views: 10")
    (file,) = landing.root.glob("*/*/*.jsonl.gz")
    file.chmod(0o644)
    text = gzip.decompress(file.read_bytes()).replace(b"views: 10", b"views: 99")
    file.write_bytes(b"".join(gzip.compress(line) for line in text.splitlines(keepends=True)))
    with pytest.raises(LandingError, match="SHA-256"):
        landing.find(landed_id)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "landing"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(LandingError, match="cannot be written"):
        land(Landing(blocked, stopped_clock(AT)), b"x")


def test_the_same_file_lands_once_for_one_use(landing: Landing, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(b"a,b\n1,2\n")

    def put(use: str) -> tuple[str, bool]:
        entry, new = landing.land_file(
            file, source="import", kind="orders", day=DAY, run_id="run-1", about={"mapping": use}
        )
        return entry.shard, new

    assert [put("m1")[1], put("m1")[1], put("m2")[1]] == [True, False, True]
    landed = landing.read(landing.entries()[0])[0]
    assert landed.blob is not None
    assert landed.blob.read_bytes() == file.read_bytes()
    assert landed.sha256 == sha256(file.read_bytes()).hexdigest()


CHILD = """
    import sys, time
    from datetime import UTC, date, datetime
    from pathlib import Path
    from tasks.clock import stopped_clock
    from tasks.landing import Landing
    from tasks.sources import Answer
    at = datetime(2026, 7, 28, 3, 0, tzinfo=UTC)
    landing = Landing(Path(sys.argv[1]), stopped_clock(at))
    with landing.segment("instagram", date(2026, 7, 28), "a", "run-1") as writer:
        for n in range(100000):
            writer.add(Answer("media", "GET", "u", 200, {}, (b"%d " % n) * 50, at, {}))
            print(n, flush=True)
"""


@pytest.mark.parametrize("answers_before_the_kill", [1, 7, 40])
def test_kill_9_keeps_every_answer_that_was_whole(tmp_path: Path, answers_before_the_kill: int) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    last = -1
    while last < answers_before_the_kill:
        last = int(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    landing = Landing(tmp_path, stopped_clock(AT))
    assert landing.entries() == []
    (entry,) = landing.recover()
    assert entry.answers >= last + 1
    assert not entry.complete
    bodies = [found.answer.body for found in landing.read(entry)]
    assert bodies == [(b"%d " % n) * 50 for n in range(len(bodies))]
    assert landing.recover() == []
    assert [e.segment for e in landing.entries()] == [entry.segment]


def test_a_member_cut_in_the_middle_is_dropped_and_the_rest_kept(landing: Landing) -> None:
    ids = land(landing, b"one", b"two", b"three")
    (file,) = landing.root.glob("*/*/*.jsonl.gz")
    aside = file.with_name(file.name + ".part")
    file.rename(aside)
    aside.chmod(0o644)
    (landing.root / MANIFEST).unlink()
    whole = aside.read_bytes()
    for cut in range(len(whole) - 1, 0, -7):
        aside.write_bytes(whole[:cut])
        for entry in landing.recover():
            kept = [found.answer.body for found in landing.read(entry)]
            assert kept == [b"one", b"two", b"three"][: len(kept)]
            sealed = landing.root / f"{entry.segment}.jsonl.gz"
            sealed.chmod(0o644)
            sealed.rename(aside)
            (landing.root / MANIFEST).unlink(missing_ok=True)
    assert ids


def test_reading_a_thousand_answers_is_quick(landing: Landing) -> None:
    land(landing, *(b"x" * 2000 for _ in range(1000)))
    start = time.perf_counter()
    assert len(landing.read(landing.entries()[0])) == 1000
    assert time.perf_counter() - start < 2
