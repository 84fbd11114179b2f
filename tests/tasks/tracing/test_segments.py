"""Whatever happens to a byte of landing, the file and the line that are not what was landed are told."""

import gzip
import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clock import stopped_clock
from tasks.landing import SUFFIX, Landing
from tasks.sources import Answer
from tasks.tracing.segments import opened

AT = datetime(2026, 7, 1, 15, tzinfo=UTC)
BODIES = [b'{"data": [{"id": "1", "like_count": 12}]}', b"\xff not text", '{"data": "夏"}'.encode(), b"x" * 70_000]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    root = tmp_path_factory.mktemp("company") / "landing"
    with Landing(root, stopped_clock(AT)).segment("tiktok", date(2026, 7, 1), "a", "run-1") as writer:
        for body in BODIES:
            writer.add(Answer("tiktok_videos", "GET", "https://api.example/v?key=***", 200, {}, body, AT, {}))
        writer.finish(expected=1, got=1)
    return root, writer.segment


def lines_of(data: bytes) -> list[int]:
    """Where each gzip member ends."""
    ends, at = [], 0
    while at < len(data):
        after = data.find(b"\x1f\x8b\x08\x00\x00\x00\x00\x00", at + 1)
        at = len(data) if after < 0 else after
        ends.append(at)
    return ends


def rewritten(landed: tuple[Path, str], folder: Path, data: bytes) -> tuple[Path, str]:
    _, segment = landed
    target = folder / "landing" / f"{segment}{SUFFIX}"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    target.write_bytes(data)
    return folder / "landing", segment


def test_an_untouched_file_is_whole(landed: tuple[Path, str]) -> None:
    found = opened(*landed)
    assert found.faults == {}
    assert [a.answer.body for a in found.answers.values()] == BODIES
    assert [found.fault(line) for line in (2, 3, 4, 5)] == [None] * 4
    assert found.fault(9) == f"{found.file} has no answer in line 9"


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_altered_byte_is_told_with_its_line(
    data: st.DataObject, landed: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root, segment = landed
    whole = (root / f"{segment}{SUFFIX}").read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    how = data.draw(st.sampled_from(["alter", "delete", "insert"]))
    byte = bytes([data.draw(st.integers(0, 255).filter(lambda b: b != whole[at]))])
    changed = whole[:at] + {"alter": byte, "delete": b"", "insert": byte + whole[at : at + 1]}[how] + whole[at + 1 :]
    ends = lines_of(whole)
    line = next(n for n, end in enumerate(ends, start=1) if at < end)
    found = opened(*rewritten(landed, tmp_path_factory.getbasetemp() / "changed", changed))
    if line == 1 and found.missing:
        assert "line 1" in found.missing
        return
    # What is put between two lines may be told of either. Two ways of packing one text are no difference in it.
    near = {line, line - 1} if how == "insert" and at in ends else {line}
    same = {n for n in near & found.answers.keys() if found.answers[n].answer.body == BODIES[n - 2]}
    assert (found.faults.keys() | same) & near, (how, at, line, found.faults)
    assert how != "alter" or found.faults.keys() & near
    for other in set(range(2, 6)) - near:
        assert found.answers[other].answer.body == BODIES[other - 2]


def test_a_body_that_somebody_wrote_anew_is_not_the_one_noted(landed: tuple[Path, str], tmp_path: Path) -> None:
    root, segment = landed
    lines = gzip.decompress((root / f"{segment}{SUFFIX}").read_bytes()).splitlines()
    said = json.loads(lines[1])
    said["answer"]["body"] = said["answer"]["body"].replace("12", "13")
    members = [gzip.compress(line + b"\n", compresslevel=6, mtime=0) for line in [lines[0], json.dumps(said).encode()]]
    found = opened(*rewritten(landed, tmp_path, b"".join(members)))
    assert found.fault(2) == f"{found.file}, line 2: its body is not the one whose SHA-256 stands beside it"


def test_a_file_that_is_gone_is_told(landed: tuple[Path, str], tmp_path: Path) -> None:
    root, segment = landed
    found = opened(tmp_path / "landing", segment)
    assert found.fault(2) == f"landing/{segment}{SUFFIX} is not there any more"
    assert opened(root, "../../secrets").fault(2) == f"landing/../../secrets{SUFFIX} is not in landing"


def test_an_imported_file_is_compared_with_what_was_landed(tmp_path: Path) -> None:
    export = tmp_path / "figures.csv"
    export.write_text("post_id,likes\n1,2\n", "utf-8")
    root = tmp_path / "landing"
    entry, _ = Landing(root, stopped_clock(AT)).land_file(
        export, source="import", kind="import_post_observations", day=date(2026, 7, 1), run_id="run-1", about={}
    )
    assert opened(root, entry.segment).fault(2) is None
    blob = next(p for p in root.rglob("*.csv"))
    shutil.copy(blob, tmp_path / "kept")
    blob.chmod(0o644)
    blob.write_text("post_id,likes\n1,3\n", "utf-8")
    assert "is not the one that was landed" in (opened(root, entry.segment).fault(2) or "")
    blob.unlink()
    assert "is not there any more" in (opened(root, entry.segment).fault(2) or "")
