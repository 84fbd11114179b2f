"""What the wording rules say of our own captions: each claim is found where it stands, no innocent text fails."""

import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from re import _parser as sre_parser  # type: ignore[attr-defined]  # the one parser of patterns that there is
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import compliance
from transforms.compliance import VERDICTS, Entry, Words
from transforms.compliance.dictionaries.effects_jp import EFFECTS
from transforms.compliance.engine import judge
from transforms.compliance.text import fold

README = Path(__file__).resolve().parents[3] / "README.md"
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
                "profiles": row.get("as", profile(row["caption"])),
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
    for half, told in (("benign", "wording: nothing may fail"), ("claims", "wording: something is claimed")):
        said_of = [
            sum(n for (h, _, said), n in counted.items() if (h, said) == (half, verdict))
            for verdict in ("pass", "warn", "fail", "unknown")
        ]
        assert f"| {told} | {' | '.join(map(str, said_of))} |" in README.read_text("utf-8")


def respelt(change: Callable[[str], str]) -> list[list[dict[str, object]]]:
    rows = [*CLAIMS, *BENIGN]
    return judged([{**row, "caption": change(row["caption"]), "as": profile(row["caption"])} for row in rows])


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "wide": wide,
    "upper": str.upper,
    "lower": str.lower,
    **{form: partial(unicodedata.normalize, form) for form in ("NFC", "NFD", "NFKC", "NFKD")},  # type: ignore[arg-type]
    "zero width": "\u200b".join,
    "line ends": lambda text: text.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_changes_no_verdict(spelling: str) -> None:
    for row, before, after in zip(CLAIMS + BENIGN, FOUND + CLEARED, respelt(SPELLINGS[spelling]), strict=True):
        assert [(f["code"], f["verdict"]) for f in after] == [(f["code"], f["verdict"]) for f in before], row


INNOCENT = (
    "今日も良い一日でした。",
    "Good morning!",
    "海が綺麗🌊",
    "#夏コスメ #ootd",
    "@minamo_do さんへ",
    "🌸✨",
    "…",
)


@settings(max_examples=6, deadline=None)
@given(before=st.lists(st.sampled_from(INNOCENT), max_size=3), after=st.lists(st.sampled_from(INNOCENT), max_size=3))
def test_innocent_lines_make_no_claim_pass(before: list[str], after: list[str]) -> None:
    changed = respelt(lambda text: "\n".join([*before, text, *after]))
    for row, was, now in zip(CLAIMS + BENIGN, FOUND + CLEARED, changed, strict=True):
        assert worst(now) == worst(was), row


def entries() -> list[Entry]:
    return list({e.entry: e for r in RULES if isinstance(r.check, Words) for e in r.check.entries}.values())


def test_two_entries_never_share_a_name() -> None:
    told: dict[str, Entry] = {}
    for rule in RULES:
        assert isinstance(rule.check, Words)
        for entry in rule.check.entries:
            assert told.setdefault(entry.entry, entry) is entry
    assert len(told) >= 200


def test_every_entry_is_whole_and_folded() -> None:
    for entry in entries():
        for pattern in (entry.pattern, *entry.unless, *entry.unless_anywhere, *entry.within):
            re.compile(pattern)
        assert not re.compile(entry.pattern).fullmatch(""), entry.entry
        assert entry.literals, entry.entry
        assert all(fold(literal).text == literal and literal for literal in entry.literals), entry.entry
        assert all((entry.reason.ja, entry.reason.en, entry.safer.ja, entry.safer.en, entry.source)), entry.entry
        assert "違法" not in entry.reason.ja + entry.safer.ja, entry.entry
        assert "illegal" not in entry.reason.en + entry.safer.en, entry.entry


SAMPLES, LEAST = 80, 4


def test_whatever_a_pattern_matches_holds_one_of_its_literals() -> None:
    """Texts are drawn from each pattern's own branches; most match, and what matches must hold a literal."""
    draw = random.Random(20231001)
    faults: list[str] = []
    for entry in entries():
        pattern, seen = re.compile(entry.pattern), 0
        tree = sre_parser.parse(entry.pattern)
        for _ in range(SAMPLES):
            match = pattern.search(sample(tree, draw))
            if match is None:  # a look-around forbids it
                continue
            seen += 1
            if not any(literal in match.group() for literal in entry.literals):
                faults.append(f"{entry.entry}: {match.group()}")
        if seen < LEAST:
            faults.append(f"{entry.entry}: only {seen} of {SAMPLES} samples match")
    assert faults == []


def test_a_pattern_without_its_literal_would_be_caught() -> None:
    draw = random.Random(1)
    drawn = {sample(sre_parser.parse(r"シミ(?:が|は)?(?:消え|取れ){1,2}る?"), draw) for _ in range(200)}
    assert {"シミが消え", "シミ取れる"} <= drawn
    assert any("シミ" in text and "消え" not in text for text in drawn)


def sample(tree: Any, draw: random.Random) -> str:
    """A text drawn from a pattern's tree: look-aheads are written out, look-behinds and denials left to chance."""
    return "".join(piece(op, value, draw) for op, value in tree)


def piece(op: Any, value: Any, draw: random.Random) -> str:
    name = str(op)
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        least, most, part = value
        return "".join(sample(part, draw) for _ in range(draw.randint(int(least), min(int(most), int(least) + 2))))
    written: dict[str, Callable[[], str]] = {
        "LITERAL": lambda: chr(value),
        "ANY": lambda: draw.choice("あ、a "),
        "NOT_LITERAL": lambda: draw.choice("あ、a "),
        "IN": lambda: one_of(value, draw),
        "BRANCH": lambda: sample(draw.choice(value[1]), draw),
        "SUBPATTERN": lambda: sample(value[3], draw),
        "ASSERT": lambda: sample(value[1], draw) if value[0] > 0 else "",
        "ASSERT_NOT": str,
        "AT": str,
    }
    return written[name]()


def one_of(parts: Any, draw: random.Random) -> str:
    """A character of a class; of a class that excludes some, a kana, a letter or a blank that it lets through."""
    if str(parts[0][0]) == "NEGATE":
        return draw.choice("あいaz 0")
    op, value = draw.choice(parts)
    if str(op) == "RANGE":
        return chr(draw.randint(*value))
    return chr(value) if str(op) == "LITERAL" else {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " "}.get(str(value), "あ")


def test_the_permitted_effects_are_the_fifty_six() -> None:
    assert [e.number for e in EFFECTS] == list(range(1, 57))
    for effect in EFFECTS:
        assert re.search(effect.pattern, fold(effect.words).text) or effect.only, effect.words


def test_a_permitted_effect_is_no_claim() -> None:
    rows = [{"category": "cosmetics", "caption": f"{effect.only or ''}{effect.words}"} for effect in EFFECTS]
    for effect, findings in zip(EFFECTS, judged(rows), strict=True):
        told = [(f["code"], f["quote"]) for f in findings if f["verdict"] != "pass"]
        assert worst(findings) == "pass", (effect.number, told)


def test_wording_of_the_label_is_permitted_and_nothing_beyond() -> None:
    label = "おなかの脂肪を減らす"
    rows = [
        {"category": "supplement", "caption": c} for c in (f"{label}機能があると届出されたお茶", "脂肪を燃焼するお茶")
    ]
    said = [worst(findings) for findings in judged(rows, permitted=label)]
    assert said == ["pass", "fail"]


def test_a_list_runs_for_its_category_only() -> None:
    text = "シミが消える"
    categories = ("cosmetics", "quasi_drug", "supplement", "other")
    found = judged([{"category": category, "caption": text} for category in categories])
    said = {category: worst(findings) for category, findings in zip(categories, found, strict=True)}
    assert said == {"cosmetics": "fail", "quasi_drug": "fail", "supplement": "fail", "other": "pass"}


def test_a_text_that_is_cut_off_is_never_passed() -> None:
    [findings] = judged([{"category": "cosmetics", "caption": "新作のリップ"}], text_is_truncated=True)
    assert {f["verdict"] for f in findings} == {"unknown"}
