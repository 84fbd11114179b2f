"""hibiki check-post: a draft's findings in words, in JSON and as an exit code; whatever it is given, it stays calm."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.__main__ import run
from flows.checking import EXIT_CODES
from flows.underlining import Mark, underlined
from tasks import workspace
from tasks.drafts import MOST_BYTES
from transforms.compliance.said import STATEMENT, WORDS

COSMETICS = ("--platform", "instagram", "--category", "cosmetics", "--label", "off")
CLEAN = "#PR ミナモ堂の朝凪UV、白浮きしなくて好きです"
CLAIM = "#PR ミナモ堂\n3本目でほっぺのしみが消えた！\nうれしい"


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Writes a draft, checks it; exit code, what was printed, what was warned of."""

    def checked(text: str | bytes, *words: str) -> tuple[int, str, str]:
        draft = tmp_path / "draft.txt"
        draft.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = run(["check-post", str(draft), *words])
        out, err = capsys.readouterr()
        return code, out, err

    return checked


def test_a_clean_draft_passes(check: Any) -> None:
    code, out, _ = check(CLEAN, *COSMETICS)
    assert code == 0
    assert WORDS["pass"].ja in out
    assert STATEMENT.ja in out


def test_a_claim_is_underlined_where_it_stands_with_reason_and_safer_words(check: Any) -> None:
    code, out, _ = check(CLAIM, *COSMETICS)
    assert code == 4
    lines = out.splitlines()
    at = next(i for i, line in enumerate(lines) if "しみが消えた" in line)
    assert lines[at + 1].strip() == "~~~~~~~~~~~~ 1"
    assert lines[at + 1].index("~") == 2 + len("3") + 2 * len("本目でほっぺの")
    assert f"1. {WORDS['fail'].ja}" in out
    assert "薬機法" in out
    assert "違法" not in out


def test_what_is_missing_is_to_be_checked_and_not_a_breach_while_the_label_is_unknown(check: Any) -> None:
    code, out, _ = check("朝凪UVを塗って海へ", "--platform", "instagram", "--category", "cosmetics")
    assert code == 3
    assert WORDS["warn"].ja in out
    assert WORDS["fail"].ja not in out


def test_english_drafts_are_told_of_in_english(check: Any) -> None:
    code, out, _ = check("#ad Loving this cream", "--market", "US", "--platform", "instagram", "--label", "on")
    assert code == 0
    assert WORDS["pass"].en in out
    assert STATEMENT.en in out
    assert "no product category was given" in out


def test_json_is_one_document_whose_spans_hold_in_its_text(check: Any) -> None:
    code, out, _ = check(CLAIM, *COSMETICS, "--json")
    told = json.loads(out)
    assert code == told["exit_code"] == EXIT_CODES[told["verdict"]] == 4
    assert told["statement"]["en"] == STATEMENT.en
    (claim,) = [f for f in told["findings"] if f["code"] == "spots_vanish"]
    assert told["text"][claim["span_start"] : claim["span_end"]] == claim["quote"] == "しみが消えた"
    assert claim["rule_version"] >= 1
    assert claim["source"]
    assert "ST-01@1" in told["passed"]


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CLEAN.encode())))
    assert run(["check-post", "-", *COSMETICS]) == 0
    assert "standard input" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no text"),
        (b" \n\t\xe3\x80\x80\n", "holds no text"),
        (b"\xef\xbb\xbf", "holds no text"),
        (b"\x81" * 7 + b"\xff\xfe\xfd" * 5, "is no text in"),
        (b"PK\x03\x04rest", "binary file"),
        (b"a" * (MOST_BYTES + 1), "no post is that long"),
    ],
)
def test_what_is_no_draft_is_refused_with_the_remedy(check: Any, data: bytes, said: str) -> None:
    code, out, err = check(data)
    assert (code, out) == (2, "")
    assert said in err


def test_an_endless_file_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check-post", "/dev/zero"]) == 2
    assert "no post is that long" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["check-post", str(tmp_path / "none.txt")]) == 2
    assert run(["check-post", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("cannot be read") == 2


def test_another_encoding_is_read_and_said(check: Any) -> None:
    code, _, err = check(CLEAN.encode("cp932"), *COSMETICS)
    assert code == 0
    assert "cp932" in err


HOSTILE = "#PR ミナモ堂 \x1b[2J\x1b]0;x\x07 \u202eABC\u202c \x00しみが\u200b消えた [red]x[/red] {0} %s <b>"


def test_nothing_in_a_draft_moves_the_cursor(check: Any) -> None:
    code, out, err = check(HOSTILE, *COSMETICS)
    assert code == 4
    assert not {"\x1b", "\x07", "\x00", "\u202e", "\u200b"} & set(out + err)
    assert "[red]x[/red] {0} %s <b>" in out
    assert "見えない文字" in err


def test_a_long_draft_shows_what_is_meant_and_folds_the_rest(check: Any) -> None:
    code, out, _ = check(
        "#PR ミナモ堂\n" + "海へ行きました。\n" * 500 + "しみが消えた\n" + "楽しい一日。\n" * 500, *COSMETICS
    )
    assert code == 4
    assert out.count("\n") < 80
    assert "…" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--platform", "mixi"), "--platform 'mixi' is not known"),
        (("--category", "toys"), "--category 'toys' is not known"),
        (("--market", "DE"), "has no rules here"),
        (("--label", "maybe"), "is not known"),
        (("--on", "tomorrow"), "is no day"),
        (("--influencer", "mina"), "give --campaign"),
    ],
)
def test_a_wrong_word_is_wrong_usage(check: Any, words: tuple[str, ...], said: str) -> None:
    code, _, err = check(CLEAN, *words)
    assert code == 2
    assert said in err


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    root = tmp_path / "acme"
    workspace.init(root)
    (folder := root / "campaigns" / "example").joinpath("campaign.toml").write_text(
        'name = "夏"\nbrand = "ミナモ堂"\nproduct = "朝凪UV"\ncategory = "cosmetics"\nobjective = "sales"\n'
        'starts_on = 2026-06-01\nends_on = 2026-06-30\nhashtags = ["#朝凪UV"]\nlocale = "ja"\n'
        '[guidelines]\nforbidden_words = ["激安"]\n',
        "utf-8",
    )
    folder.joinpath("roster.csv").write_text(
        "name,platform,handle,route,fee,code\nミナ,instagram,@mina.asa,direct,1000,MINA10\n"
        "ユカ,instagram,@yuka,direct,1000,YUKA15\n",
        "utf-8",
    )
    return root


def test_a_campaign_asks_for_what_its_brief_says(check: Any, acme: Path) -> None:
    of = ("--campaign", "example", "-w", str(acme), "--label", "off", "--json")
    code, out, _ = check("#PR ミナモ堂の新作、激安です", *of, "--influencer", "@mina.asa")
    told = {f["rule"]: f for f in json.loads(out)["findings"]}
    assert code == 4
    assert told["BR-01"]["wanted"] == "朝凪UV"
    assert told["BR-02"]["wanted"] == "#朝凪uv"
    assert told["BR-03"]["wanted"] == "MINA10"
    assert told["BR-06"]["quote"] == "激安"
    assert "BR-04" not in told
    code, out, _ = check("#PR ミナモ堂の朝凪UV #朝凪UV YUKA15", *of, "--influencer", "@mina.asa", "--on", "2026-07-02")
    assert {f["rule"]: f["quote"] for f in json.loads(out)["findings"]} == {"BR-03": "YUKA15", "BR-04": None}
    code, out, _ = check("#PR ミナモ堂の朝凪UV #朝凪UV YUKA15", *of)
    assert (code, json.loads(out)["findings"]) == (0, [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--campaign", "exampl"), "Did you mean example"),
        (("--campaign", "example", "--influencer", "nobody"), "is not in the roster"),
        (("--campaign", "example", "--category", "food"), "leave it out"),
    ],
)
def test_who_is_not_there_is_said_so(check: Any, acme: Path, words: tuple[str, ...], said: str) -> None:
    code, _, err = check(CLEAN, *words, "-w", str(acme))
    assert code == 2
    assert said in err


def test_marks_follow_wide_characters_and_folded_lines() -> None:
    assert underlined("あいうえお", [Mark(1, 3, 1), Mark(3, 4, 2)], 80) == ["あいうえお", "  ~~~~~~ 1 2"]
    assert underlined("abcdef", [Mark(2, 4, 1)], 3) == ["abc", "  ~", "def", "~ 1"]
    assert underlined("", [], 3) == [""]


def test_a_draft_is_checked_without_waiting_for_servers_and_statistics() -> None:
    """Prefect, databases and distributions take seconds to import; a person waits for none of them."""
    heavy = ("prefect", "duckdb", "scipy.stats", "great_expectations", "httpx", "fontTools")
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, flows.__main__; print([m for m in {heavy!r} if m in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "[]"
