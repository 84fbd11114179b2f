"""What the rules of a brief say of our own captions: asked and missing, forbidden and there, in every spelling."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from transforms import compliance
from transforms.compliance.engine import judge

DRAWN = Path(__file__).resolve().parents[2] / "fixtures/disclosure/brief.txt"
RULES = [rule for rule in compliance.load().values() if rule.profile == "brief"]
BRIEF: dict[str, object] = {
    "campaign_id": "c",
    "kind": "post",
    "platform": "instagram",
    "format": "feed",
    "published_on": date(2026, 6, 15),
    "text_is_truncated": False,
    "profiles": "brief",
    "category": "cosmetics",
    "brand": "ミナモ堂",
    "names": "木漏れ日リップ\nKomorebi Lip",
    "hashtags": "#木漏れ日リップ",
    "mentions": "@minamo_do",
    "code": "MINA10",
    "codes": "MINA10\nYUKA15",
    "link": "https://ex.example/a1",
    "starts_on": date(2026, 6, 1),
    "ends_on": date(2026, 6, 30),
    "forbidden": "激安\nゲキヤス",
    "rivals": "夕凪コスメ\n@yunagi_official\nnao",
    "min_age": None,
}
NOTHING_ASKED: dict[str, object] = dict.fromkeys(
    ("names", "hashtags", "mentions", "code", "codes", "link", "forbidden", "rivals")
)
CIRCUMSTANCES: dict[str, dict[str, object]] = {
    "-": {},
    "early": {"published_on": date(2026, 5, 31)},
    "late": {"published_on": date(2026, 7, 1)},
    "last": {"published_on": date(2026, 6, 30)},
    "undated": {"published_on": None},
    "cut": {"text_is_truncated": True},
    "empty": {"text": None},
    "linked": {"code": None},
    "alcohol": {"category": "alcohol"},
    "unasked": NOTHING_ASKED,
}
ROWS = [line.split(" | ", 2) for line in DRAWN.read_text("utf-8").splitlines() if line and not line.startswith("# ")]


def judged() -> list[dict[str, str]]:
    posts = pl.DataFrame(
        [
            BRIEF | {"thing": f"{i:03}", "text": caption.replace("⏎", "\n")} | CIRCUMSTANCES[more]
            for i, (more, _, caption) in enumerate(ROWS)
        ],
        infer_schema_length=None,
    )
    parts: list[dict[str, str]] = [{} for _ in ROWS]
    for finding in judge(posts, RULES).iter_rows(named=True):
        parts[int(finding["thing"])][str(finding["rule"])] = str(finding["verdict"])
    return parts


@pytest.mark.parametrize(("row", "verdicts"), list(zip(ROWS, judged(), strict=True)), ids=lambda x: str(x)[:80])
def test_every_rule_of_the_brief_says_what_is_drawn(row: list[str], verdicts: dict[str, str]) -> None:
    assert len(verdicts) == len(RULES)
    assert " ".join(f"{r}={v}" for r, v in verdicts.items() if v != "pass") == row[1].replace("-", "", row[1] == "-")
