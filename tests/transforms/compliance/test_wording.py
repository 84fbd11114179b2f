"""What the wording rules say of our own captions: each claim is found where it stands, no innocent text fails."""

import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms import compliance
from transforms.compliance import VERDICTS, Entry, Words
from transforms.compliance.dictionaries.effects_jp import EFFECTS, Effect
from transforms.compliance.engine import judge
from transforms.compliance.text import fold

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/wording"
RULES = [rule for rule in compliance.load().values() if isinstance(rule.check, Words)]
JAPAN, AMERICA = "jp_wording", "us_wording"


def drawn(name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    lines = [line for line in (FIXTURES / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]
    rows = [dict(zip(columns, (cell.strip() for cell in line.split(" | ")), strict=True)) for line in lines]
    return [{column: cell.replace("⏎", "\n") for column, cell in row.items()} for row in rows]


CLAIMS = drawn("claims.txt", ("category", "verdict", "entry", "quote", "caption"))
BENIGN = drawn("benign.txt", ("category", "verdict", "caption"))


def profile(caption: str) -> str:
    return AMERICA if caption.isascii() else JAPAN


def judged(rows: list[dict[str, str]], **columns: str | bool) -> list[list[dict[str, object]]]:
    """The findings of each caption, in the order of the captions."""
    posts = pl.DataFrame(
        [
            {
                "campaign_id": "c",
                "thing": f"{i:04}",
                "kind": "post",
                "platform": "instagram",
                "format": "feed",
                "text": row["caption"],
                "profiles": profile(row["caption"]),
                "category": row["category"],
                **columns,
            }
            for i, row in enumerate(rows)
        ]
    )
    found = judge(posts, RULES, passes=True)
    parts: list[list[dict[str, object]]] = [[] for _ in rows]
    for finding in found.iter_rows(named=True):
        parts[int(finding["thing"])].append(finding)
    return parts


def worst(findings: list[dict[str, object]]) -> str:
    return max((str(f["verdict"]) for f in findings), key=VERDICTS.index)


FOUND = judged(CLAIMS)
CLEARED = judged(BENIGN)


@pytest.mark.parametrize(("row", "findings"), list(zip(CLAIMS, FOUND, strict=True)), ids=lambda x: str(x)[:60])
def test_a_claim_is_found_where_it_stands(row: dict[str, str], findings: list[dict[str, object]]) -> None:
    assert worst(findings) == row["verdict"]
    told = [f for f in findings if f["code"] == row["entry"] and f["verdict"] == row["verdict"]]
    assert [f["quote"] for f in told][:1] == [row["quote"]], [(f["code"], f["verdict"], f["quote"]) for f in findings]
    first = told[0]
    assert row["caption"][int(str(first["span_start"])) : int(str(first["span_end"]))] == row["quote"]
    assert first["reason_ja"]
    assert first["advice_ja"]
    assert first["advice_en"]


@pytest.mark.parametrize(("row", "findings"), list(zip(BENIGN, CLEARED, strict=True)), ids=lambda x: str(x)[:60])
def test_an_innocent_caption_is_let_be(row: dict[str, str], findings: list[dict[str, object]]) -> None:
    told = [(f["code"], f["verdict"], f["quote"]) for f in findings if f["verdict"] != "pass"]
    assert VERDICTS.index(worst(findings)) <= VERDICTS.index(row["verdict"]), told


def test_the_confusion_matrix_has_no_false_fail(capsys: pytest.CaptureFixture[str]) -> None:
    counted = Counter(
        (half, row["verdict"], worst(findings))
        for half, rows, parts in (("claims", CLAIMS, FOUND), ("benign", BENIGN, CLEARED))
        for row, findings in zip(rows, parts, strict=True)
    )
    with capsys.disabled():
        sys.stdout.write("\nwording: half, expected, said, captions\n")
        for (half, expected, said), captions in sorted(counted.items()):
            sys.stdout.write(f"  {half:7} {expected:5} {said:5} {captions:4}\n")
    assert len(CLAIMS) + len(BENIGN) >= 200
    assert sum(n for (half, _, said), n in counted.items() if half == "benign" and said == "fail") == 0
    assert sum(n for (half, expected, said), n in counted.items() if half == "claims" and said != expected) == 0


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_normal_form_changes_no_verdict(form: str) -> None:
    rows = CLAIMS + BENIGN
    again = judged([{**row, "caption": unicodedata.normalize(form, row["caption"])} for row in rows])  # type: ignore[arg-type]
    for row, before, after in zip(rows, FOUND + CLEARED, again, strict=True):
        if profile(row["caption"]) == profile(unicodedata.normalize(form, row["caption"])):  # type: ignore[arg-type]
            assert [(f["code"], f["verdict"]) for f in after] == [(f["code"], f["verdict"]) for f in before], row


def entries() -> list[Entry]:
    return list({e.entry: e for r in RULES if isinstance(r.check, Words) for e in r.check.entries}.values())


def test_two_entries_never_share_a_name() -> None:
    told: dict[str, Entry] = {}
    for rule in RULES:
        assert isinstance(rule.check, Words)
        for entry in rule.check.entries:
            assert told.setdefault(entry.entry, entry) is entry
    assert len(told) >= 200


@pytest.mark.parametrize("entry", entries(), ids=lambda e: e.entry)
def test_an_entry_is_whole_and_folded(entry: Entry) -> None:
    for pattern in (entry.pattern, *entry.unless, *entry.unless_anywhere, *entry.within):
        re.compile(pattern)
    assert not re.compile(entry.pattern).fullmatch("")
    assert all(fold(literal).text == literal and literal for literal in entry.literals)
    assert all((entry.reason.ja, entry.reason.en, entry.safer.ja, entry.safer.en, entry.source))
    assert "違法" not in entry.reason.ja + entry.safer.ja
    assert "illegal" not in entry.reason.en + entry.safer.en


@pytest.mark.parametrize("entry", entries(), ids=lambda e: e.entry)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_a_pattern_matches_holds_one_of_its_literals(entry: Entry, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(entry.pattern)))
    match = re.search(entry.pattern, text)
    assert match is not None
    assert any(literal in match.group() for literal in entry.literals), match.group()


def test_the_permitted_effects_are_the_fifty_six() -> None:
    assert [e.number for e in EFFECTS] == list(range(1, 57))
    for effect in EFFECTS:
        assert re.search(effect.pattern, fold(effect.words).text) or effect.only, effect.words


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda e: str(e.number))
def test_a_permitted_effect_is_no_claim(effect: Effect) -> None:
    text = f"{effect.only or ''}{effect.words}"
    [findings] = judged([{"category": "cosmetics", "caption": text}])
    assert worst(findings) == "pass", [(f["code"], f["quote"]) for f in findings if f["verdict"] != "pass"]


def test_wording_of_the_label_is_permitted_and_nothing_beyond() -> None:
    label = "おなかの脂肪を減らす"
    rows = [
        {"category": "supplement", "caption": c} for c in (f"{label}機能があると届出されたお茶", "脂肪を燃焼するお茶")
    ]
    said = [worst(findings) for findings in judged(rows, permitted=label)]
    assert said == ["pass", "fail"]


def test_a_list_runs_for_its_category_only() -> None:
    text = "シミが消える"
    said = {
        category: worst(judged([{"category": category, "caption": text}])[0])
        for category in ("cosmetics", "quasi_drug", "supplement", "other")
    }
    assert said == {"cosmetics": "fail", "quasi_drug": "fail", "supplement": "fail", "other": "pass"}


def test_a_text_that_is_cut_off_is_never_passed() -> None:
    [findings] = judged([{"category": "cosmetics", "caption": "新作のリップ"}], text_is_truncated=True)
    assert {f["verdict"] for f in findings} == {"unknown"}
