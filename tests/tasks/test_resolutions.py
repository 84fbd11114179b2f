"""What persons decided about findings: one growing file, landed, kept, and the same after a rebuild."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks import resolutions, workspace
from tasks.briefing.resolutions import Resolution, read
from tasks.check import check
from tasks.clock import stopped_clock
from tasks.errors import Mistakes
from tasks.landing import Landing
from tasks.load import load, rebuild
from tasks.warehouse import Warehouse
from tasks.workspace import Workspace
from tests.tasks.synthetic import ZONE

AT = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
HEAD = "finding_id,campaign_id,caption_sha256,rule_version,resolution,reason,resolved_by,resolved_at\n"
ROW = f"0a1b2c3d,c,{'0' * 64},1,accepted,様子を見る,森,2026-07-01T09:00:00+09:00\n"
STAGES = {"resolution": resolutions.stage}


def line(n: int, **more: object) -> Resolution:
    told: dict[str, object] = {
        "row": 0,
        "finding_id": f"0a1b2c3{n}",
        "campaign_id": "c",
        "caption_sha256": "0" * 64,
        "rule_version": 1,
        "resolution": "fixed",
        "reason": 'edited, "really",\nand seen',
        "resolved_by": "森",
        "resolved_at": AT + timedelta(hours=n),
    }
    return Resolution(**(told | more))  # type: ignore[arg-type]


def test_a_right_line_is_read() -> None:
    (one,), wrong = read((HEAD + ROW).encode(), "resolutions.csv")
    assert wrong == []
    assert (one.resolution, one.resolved_by, one.resolved_at) == ("accepted", "森", AT)
    assert read(b"", "resolutions.csv") == ([], [])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("xyz,c,,1,fixed,r,a,2026-07-01T00:00:00Z", "row 2, finding_id: is no id"),
        ("0a1b2c3d,,,1,fixed,r,a,2026-07-01T00:00:00Z", "row 2, campaign_id: is empty"),
        ("0a1b2c3d,c,12,1,fixed,r,a,2026-07-01T00:00:00Z", "row 2, caption_sha256: is no SHA-256"),
        ("0a1b2c3d,c,,one,fixed,r,a,2026-07-01T00:00:00Z", "row 2, rule_version: is no version"),
        ("0a1b2c3d,c,,1,fixd,r,a,2026-07-01T00:00:00Z", "Did you mean fixed"),
        ("0a1b2c3d,c,,1,fixed,,a,2026-07-01T00:00:00Z", "row 2, reason: is empty"),
        ("0a1b2c3d,c,,1,fixed,r,a,yesterday", "row 2, resolved_at: is no instant"),
        ("0a1b2c3d,c,,1,fixed,r,a,2026-07-01T00:00:00", "without a timezone"),
    ],
)
def test_a_mistake_is_told_with_its_place(row: str, said: str) -> None:
    found, wrong = read((HEAD + row + "\n").encode(), "resolutions.csv")
    assert found == []
    assert any(said in str(m) for m in wrong), [str(m) for m in wrong]


def test_lines_are_added_and_what_stands_there_stays(tmp_path: Path) -> None:
    where = Workspace(tmp_path)
    resolutions.add(where, line(1))
    first = (tmp_path / "resolutions.csv").read_bytes()
    (tmp_path / "resolutions.csv").write_bytes(first.rstrip(b"\n"))  # an editor that left the last line open
    resolutions.add(where, line(2, reason="=cmd|'/c calc'!A1"))
    after = (tmp_path / "resolutions.csv").read_bytes()
    assert after.startswith(first)
    told = resolutions.read(where)
    assert told.mistakes == ()
    assert [(r.finding_id, r.resolved_at) for r in told.lines] == [
        ("0a1b2c31", AT + timedelta(hours=1)),
        ("0a1b2c32", AT + timedelta(hours=2)),
    ]


def test_nothing_is_added_to_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "resolutions.csv").write_text(HEAD + "x\n", "utf-8")
    with pytest.raises(Mistakes):
        resolutions.add(Workspace(tmp_path), line(1))
    assert (tmp_path / "resolutions.csv").read_text("utf-8") == HEAD + "x\n"


def landed(folder: Path, at: datetime) -> int:
    """Land the file as it stands; how many new entries."""
    clock = stopped_clock(at)
    found = resolutions.read(Workspace(folder))
    return len(resolutions.land(Landing(folder / "landing", clock), found, day=at.date(), run_id="r", clock=clock))


def test_decisions_are_landed_kept_once_and_the_same_after_a_rebuild(tmp_path: Path) -> None:
    where = Workspace(tmp_path)
    assert landed(tmp_path, AT) == 0
    resolutions.add(where, line(1))
    assert landed(tmp_path, AT + timedelta(days=1)) == 1
    assert landed(tmp_path, AT + timedelta(days=2)) == 0
    resolutions.add(where, line(2))
    resolutions.add(where, line(1, resolved_at=AT + timedelta(hours=5), resolution="reopened"))
    assert landed(tmp_path, AT + timedelta(days=3)) == 1
    with Warehouse(tmp_path / "warehouse.duckdb") as warehouse:
        warehouse.create()
        landing = Landing(where.landing, stopped_clock(AT))
        load(warehouse, landing, ZONE, stages=STAGES)
        kept = warehouse.frame("core.finding_resolutions").sort("resolved_at")
        assert kept.select("finding_id", "resolution").rows() == [
            ("0a1b2c31", "fixed"),
            ("0a1b2c32", "fixed"),
            ("0a1b2c31", "reopened"),
        ]
        assert kept["known_at"][0] == AT + timedelta(days=1), "known since it was first landed"
        told = warehouse.frame("ops.decisions", "kind = ?", [resolutions.DECIDED]).sort("decided_at")
        assert told["subject"].to_list() == ["0a1b2c31", "0a1b2c32", "0a1b2c31"]
        assert "reopened by 森" in told["message"][2]
        before = warehouse.fingerprint()
        rebuild(warehouse, landing, ZONE, stages=STAGES)
        assert warehouse.fingerprint() == before


def test_check_tells_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    workspace.init(tmp_path / "w")
    (tmp_path / "w" / "resolutions.csv").write_text(HEAD + ROW.replace("accepted", "acepted"), "utf-8")
    told = [str(m) for m in check(Workspace(tmp_path / "w"), clock=stopped_clock(AT))]
    assert "resolutions.csv, row 2, resolution: is no resolution ('acepted'). Did you mean accepted?" in told


def test_a_broken_file_is_not_landed_and_what_was_said_before_stays(tmp_path: Path) -> None:
    resolutions.add(Workspace(tmp_path), line(1))
    landed(tmp_path, AT)
    with (tmp_path / "resolutions.csv").open("a", encoding="utf-8") as file:
        file.write("nonsense\n")
    assert landed(tmp_path, AT + timedelta(days=1)) == 0
    assert resolutions.read(Workspace(tmp_path)).broken
