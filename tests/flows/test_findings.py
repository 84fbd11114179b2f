"""hibiki findings: what readers see of findings, what is written to whom, and what a person decides about them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.__main__ import run
from tasks import worklist
from tasks.errors import ConfigurationError
from tasks.resolutions import read
from tasks.workspace import Workspace
from transforms.tables.compliance import FINDINGS, RESOLUTIONS_OF_FINDINGS, TASKS
from transforms.tables.core import CAMPAIGNS

AT = datetime(2026, 7, 1, tzinfo=UTC)
TOLD: dict[str, Any] = {
    "campaign_id": "summer",
    "subject": "post",
    "subject_id": "instagram/1",
    "kind": "wording",
    "profile": "jp_wording",
    "rule": "WD-02",
    "nth": 1,
    "verdict": "fail",
    "severity": "fail",
    "code": "spots_vanish",
    "quote": "\x1b[31mしみが\n消えた",
    "rule_version": 1,
    "caption_sha256": "0" * 64,
    "first_known_at": AT,
    "permalink": "https://www.instagram.com/p/abc/",
    "state": "open",
    "as_of": AT,
    **{f"{name}_{lang}": f"{name} in {lang}" for name in ("law", "title", "reason", "advice") for lang in ("en", "ja")},
    "source": "https://ex.example/rule",
}
ROWS = [
    TOLD | {"finding_id": "bbbb00000001", "verdict": "warn", "rule": "ST-06"},
    TOLD | {"finding_id": "aaaa00000002"},
    TOLD | {"finding_id": "aaaa00000003", "verdict": "unknown", "rule": "ST-08"},
    TOLD | {"finding_id": "cccc00000004", "campaign_id": "winter"},
]
WORK = {
    **{c: TOLD.get(c) for c in TASKS.columns},
    "finding_id": "aaaa00000002",
    "who": "influencer",
    "what_en": "Mend it",
    "what_ja": "修正",
    "due_on": date(2026, 7, 2),
    "text_en": "Dear \x1b[2Jyou,\nplease",
    "text_ja": "ミナ 様\nお願い",
}


def framed(table: Any, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame({c: [r.get(c) for r in rows] for c in table.columns}, schema=table.schema)


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A workspace that has published these findings."""
    (tmp_path / "hibiki.toml").write_text("", "utf-8")
    folder = tmp_path / "serving" / "20260701T000000"
    folder.mkdir(parents=True)
    told = {
        CAMPAIGNS: [{"campaign_id": c} for c in ("summer", "winter")],
        FINDINGS: ROWS,
        TASKS: [WORK],
        RESOLUTIONS_OF_FINDINGS: [],
    }
    with duckdb.connect(str(folder / "hibiki.duckdb")) as con:
        for table, rows in told.items():
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {table.name.partition('.')[0]}")
            con.register("_rows", framed(table, rows).to_arrow())
            con.execute(f"CREATE TABLE {table.name} AS FROM _rows")
            con.unregister("_rows")
    (tmp_path / "serving" / "current").symlink_to(folder.name)
    return tmp_path


def said(acme: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(["findings", *words, "-w", str(acme)])
    out, err = capsys.readouterr()
    return code, out, err


def test_findings_are_listed_gravest_first_without_what_cannot_be_told(
    acme: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said(acme, capsys)
    rows = [line.split() for line in out.splitlines() if line[:1] in {"a", "b", "c"}]
    assert code == 0
    assert [r[0] for r in rows] == ["aaaa00000002", "cccc00000004", "bbbb00000001"]
    assert {"influencer", "2026-07-02"} <= set(rows[0])
    assert "1 more cannot be judged" in out
    assert "not legal advice" in out
    assert "\x1b" not in out
    _, of_one, _ = said(acme, capsys, "winter", "--json")
    assert [f["finding_id"] for f in json.loads(of_one)["findings"]] == ["cccc00000004"]
    _, every, _ = said(acme, capsys, "list", "summer", "--all", "--json")
    assert len(json.loads(every)["findings"]) == 3


def test_one_is_shown_in_full_with_the_text_to_send(acme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(acme, capsys, "show", "aaaa00000002", "--lang", "en")
    assert code == 0
    for part in (
        "possible breach",
        "WD-02 version 1",
        "https://ex.example/rule",
        "Text to send",
        "please",
        "2026-07-02",
    ):
        assert part in out
    assert "\x1b" not in out
    assert "ミナ 様" in said(acme, capsys, "show", "aaaa00000002")[1]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("show", "dddd"), "there is no finding"),
        (("show", "aaaa"), "begins 2 ids"),
        (("autumn",), "is no campaign"),
        (("summr",), "Did you mean summer"),
        (("resolve", "bbbb", "--by", "森", "--reason", " "), "--reason is empty"),
        (("resolve", "bbbb", "--by", "森", "--reason", "x", "--as", "done"), "is not known"),
    ],
)
def test_a_wrong_word_is_wrong_usage(
    acme: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], what: str
) -> None:
    code, _, err = said(acme, capsys, *words)
    assert code == 2
    assert what in err
    assert not (acme / "resolutions.csv").exists()


def test_a_decision_counts_at_once_and_can_be_taken_back(
    acme: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("bbbb", "--by", "森", "--reason", "sticker says so", "--json")
    code, out, _ = said(acme, capsys, "resolve", *words, "--as", "false-alarm")
    assert code == 0
    assert json.loads(out)["finding"]["resolution"] == "false_alarm"
    _, listed, _ = said(acme, capsys, "--open", "--json")
    assert [f["finding_id"] for f in json.loads(listed)["findings"]] == ["aaaa00000002", "cccc00000004"]
    (line,) = read(Workspace(acme)).lines
    assert (line.campaign_id, line.rule_version, line.caption_sha256) == ("summer", 1, "0" * 64)
    with pytest.raises(ConfigurationError, match="check the clock"):
        worklist.decide(Workspace(acme), "bbbb", "reopened", reason="x", by="森", clock=lambda: line.resolved_at)
    later = datetime(2099, 1, 1, tzinfo=UTC)
    after = worklist.decide(Workspace(acme), "bbbb", "reopened", reason="x", by="森", clock=lambda: later)
    assert after["state"].to_list() == ["open"]


def test_a_copy_of_before_posts_were_checked_says_what_to_do(acme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect(str(acme / "serving" / "20260701T000000" / "hibiki.duckdb")) as con:
        con.execute(f"DROP TABLE {TASKS.name}")
    code, _, err = said(acme, capsys)
    assert code == 2
    assert "hibiki rebuild" in err
