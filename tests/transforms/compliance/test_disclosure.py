"""What the rules of disclosure say of our own captions: every verdict of every rule, and the words pointed at."""

import sys
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from transforms import compliance
from transforms.compliance import VERDICTS, Predicate
from transforms.compliance.engine import judge

README = Path(__file__).resolve().parents[3] / "README.md"
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/disclosure"
COLUMNS = ("market", "label", "more", "expected", "quote", "caption")
RULES = [rule for rule in compliance.load().values() if isinstance(rule.check, Predicate) and rule.profile != "brief"]
PROFILES = {"jp": "jp_caa", "womj": "jp_caa jp_womj", "us": "us_ftc"}
LONG = "海へ行って一日遊んでも色が落ちなくて驚きました。" * 6
CIRCUMSTANCES: dict[str, dict[str, object]] = {
    **{relation: {"relation": relation} for relation in ("none", "gift", "employee")},
    **{platform: {"platform": platform} for platform in ("x", "tiktok", "youtube")},
    "old": {"published_on": date(2025, 12, 17)},
    "story": {"format": "story"},
    "video": {"format": "reel", "duration_seconds": 30.0},
    "long": {"duration_seconds": 601.0},
    "seen": {"is_shown_in_video": True, "is_kept_in_view": False},
    "missed": {"is_shown_in_video": False},
    "kept": {"is_kept_in_view": True},
    "cut": {"text_is_truncated": True},
    "empty": {"text": None},
    "was": {"was_disclosed": True},
    "praise": {"rewards_praise": True},
    "reuse": {"kind": "reuse"},
    "-": {},
}


def drawn(name: str) -> list[dict[str, str]]:
    lines = [line for line in (FIXTURES / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]
    rows = [dict(zip(COLUMNS, line.split(" | ", len(COLUMNS) - 1), strict=True)) for line in lines]
    return [{**row, "caption": row["caption"].replace("⏎", "\n").replace("@long", LONG)} for row in rows]


def post(row: dict[str, str], thing: str) -> dict[str, object]:
    drawn: dict[str, object] = {
        "campaign_id": "c",
        "thing": thing,
        "kind": "post",
        "platform": "instagram",
        "format": "feed",
        "published_on": date(2026, 6, 1),
        "paid_label": row["label"],
        "duration_seconds": None,
        "text": row["caption"],
        "text_is_truncated": False,
        "relation": "paid",
        "profiles": PROFILES[row["market"]],
        "brand": "ミナモ堂",
        "rewards_praise": None,
        "is_shown_in_video": None,
        "is_kept_in_view": None,
        "was_disclosed": None,
    }
    for word in row["more"].split():
        drawn |= CIRCUMSTANCES[word]
    return drawn


def judged(rows: list[dict[str, str]]) -> list[list[dict[str, object]]]:
    """The findings of each caption, in the order of the captions."""
    posts = pl.DataFrame([post(row, f"{i:04}") for i, row in enumerate(rows)], infer_schema_length=None)
    parts: list[list[dict[str, object]]] = [[] for _ in rows]
    for finding in judge(posts, RULES).iter_rows(named=True):
        parts[int(finding["thing"])].append(finding)
    return parts


def told(findings: list[dict[str, object]]) -> str:
    return " ".join(f"{f['rule']}={f['verdict']}" for f in findings if f["verdict"] != "pass") or "-"


def worst(findings: list[dict[str, object]]) -> str:
    return max((str(f["verdict"]) for f in findings), key=VERDICTS.index)


BENIGN, CAUGHT = drawn("benign.txt"), drawn("caught.txt")
ROWS = BENIGN + CAUGHT
FOUND = judged(ROWS)


@pytest.mark.parametrize(("row", "findings"), list(zip(ROWS, FOUND, strict=True)), ids=lambda x: str(x)[:90])
def test_every_rule_says_what_is_drawn(row: dict[str, str], findings: list[dict[str, object]]) -> None:
    assert told(findings) == row["expected"], [(f["rule"], f["code"], f["quote"]) for f in findings]
    quotes = [f["quote"] for f in findings if f["quote"] is not None]
    assert row["quote"] in [*quotes, "-"], quotes
    for finding in findings:
        assert (finding["advice_ja"] is None) == (finding["verdict"] == "pass")
        if finding["quote"] is not None:
            assert row["caption"][int(str(finding["span_start"])) : int(str(finding["span_end"]))] == finding["quote"]


def test_the_confusion_matrix_has_no_false_fail(capsys: pytest.CaptureFixture[str]) -> None:
    halves = ["benign"] * len(BENIGN) + ["caught"] * len(CAUGHT)
    counted: Counter[tuple[str, str, str]] = Counter()
    for half, row, findings in zip(halves, ROWS, FOUND, strict=True):
        said = max((part.partition("=")[2] or "pass" for part in row["expected"].split()), key=VERDICTS.index)
        counted[half, said, worst(findings)] += 1
    with capsys.disabled():
        sys.stdout.write("\ndisclosure: half, expected, said, captions\n")
        for (half, expected, said), captions in sorted(counted.items()):
            sys.stdout.write(f"  {half:7} {expected:7} {said:7} {captions:4}\n")
    assert len(BENIGN) >= 100
    assert len(ROWS) >= 200
    assert sum(n for (half, _, said), n in counted.items() if half == "benign" and said == "fail") == 0
    assert sum(n for (_, expected, said), n in counted.items() if expected != said) == 0
    for half, told in (("benign", "disclosure: nothing may fail"), ("caught", "disclosure: something fails")):
        said_of = [
            sum(n for (h, _, said), n in counted.items() if (h, said) == (half, verdict))
            for verdict in ("pass", "warn", "fail", "unknown")
        ]
        assert f"| {told} | {' | '.join(map(str, said_of))} |" in README.read_text("utf-8")
