"""What changes no verdict: width, case, normal form, invisible characters, innocent lines; and the time it takes."""

import re
import time
import unicodedata
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.compliance.test_disclosure import FOUND, ROWS, judged
from transforms import compliance
from transforms.compliance import Predicate
from transforms.compliance.engine import judge
from transforms.compliance.reading import FORMS, fold_expr
from transforms.compliance.text import fold

BY_PLACE = {"ST-02", "ST-02-WOMJ", "ST-03", "ST-04", "US-02"}
"""Rules on where the word stands: text put before or after it moves it. No other rule may say anything else then."""


def verdicts(findings: list[dict[str, object]], without: set[str] = frozenset()) -> list[tuple[object, object]]:  # type: ignore[assignment]
    return [(f["rule"], f["verdict"]) for f in findings if f["rule"] not in without]


def respelt(change: Callable[[str], str]) -> list[list[dict[str, object]]]:
    return judged([{**row, "caption": change(row["caption"])} for row in ROWS])


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "wide": wide,
    "upper": str.upper,
    "lower": str.lower,
    **{form: lambda text, form=form: unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")},  # type: ignore[dict-item]
    "zero width": "\u200b".join,
    "bidi": lambda text: f"\u202b{text}\u202c",
    "line ends": lambda text: text.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_changes_no_verdict(spelling: str) -> None:
    for row, before, after in zip(ROWS, FOUND, respelt(SPELLINGS[spelling]), strict=True):
        assert verdicts(after) == verdicts(before), row


innocent = st.one_of(
    st.sampled_from(
        ["今日も良い一日でした。", "Good morning!", "海が綺麗🌊", "自己PRの練習", "SPRING", "#adidas", "PRADA"]
    ),
    st.text("あいうえおかきくけこ🌸✨0123 、。", min_size=1, max_size=30),
)


@settings(max_examples=8, deadline=None)
@given(before=st.lists(innocent, max_size=2), after=st.lists(innocent, max_size=2))
def test_innocent_lines_move_only_the_rules_of_place(before: list[str], after: list[str]) -> None:
    lines = [i for i, row in enumerate(ROWS) if row["caption"] != "-"]
    changed = judged([{**ROWS[i], "caption": "\n".join([*before, ROWS[i]["caption"], *after])} for i in lines])
    for i, found in zip(lines, changed, strict=True):
        assert verdicts(found, BY_PLACE) == verdicts(FOUND[i], BY_PLACE), ROWS[i]


pieces = st.lists(
    st.one_of(
        innocent,
        st.sampled_from(
            [
                "＃提供",
                "#夏",
                "＃ＰＲ",
                "案件では\u200bありません",
                "ｱﾝﾊﾞｻﾀﾞｰです",
                "#NotSponsored",
                "【Ｐ\u200bＲ】",
                "㌀ﾞ",
            ]
        ),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=5, deadline=None)
@given(drawn=st.lists(st.tuples(pieces, st.sampled_from([" ", "\n", "。"])), min_size=20, max_size=40))
def test_a_span_points_at_the_words_as_written(drawn: list[tuple[list[str], str]]) -> None:
    captions = {f"{i:02}": glue.join(parts) for i, (parts, glue) in enumerate(drawn)}
    rules = [rule for rule in compliance.load().values() if rule.profile in ("jp_caa", "jp_womj", "us_ftc")]
    checks = {rule.rule: rule.check for rule in rules}
    posts = pl.DataFrame(
        {
            "thing": list(captions),
            "kind": "post",
            "text": list(captions.values()),
            "profiles": "jp_caa jp_womj us_ftc",
            "platform": "x",
        }
    )
    for found in judge(posts, rules).filter(pl.col("span_start").is_not_null()).iter_rows(named=True):
        assert captions[found["thing"]][found["span_start"] : found["span_end"]] == found["quote"]
        check = checks[found["rule"]]
        assert isinstance(check, Predicate)
        form = check.forms.get(found["code"], check.form)
        assert re.search(FORMS[str(form)], fold(found["quote"]).text), found
        assert 0 <= found["share"] < 1


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_polars_and_python_fold_alike(text: str) -> None:
    assert pl.select(fold_expr(pl.lit(text))).item() == fold(text).text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_a_folded_text_knows_where_each_character_came_from(text: str) -> None:
    folded = fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert fold(folded.text).text == folded.text


HOSTILE = (
    "pr",
    "PR ",
    "#",
    "広告",
    "の提供を",
    "様から",
    "【pr",
    "(((",
    "案件で",
    "\n",
    "※",
    "not ",
    "シミが",
    "a",
    "か\u3099",
    "𝗣",
    "\u200b",
    "様より提供を受けて",
)


def test_hostile_captions_take_no_time() -> None:
    """1,000 captions of 10,000 characters against every rule."""
    texts = [(part * 10_000)[: 10_000 - i] for i in range(1 + 1_000 // len(HOSTILE)) for part in HOSTILE][:1_000]
    posts = pl.DataFrame(
        {
            "thing": [f"{i}" for i in range(len(texts))],
            "kind": "post",
            "platform": "instagram",
            "paid_label": "off",
            "published_on": date(2026, 6, 1),
            "text": texts,
            "profiles": "jp_caa jp_womj jp_wording us_ftc us_wording brief",
            "category": "cosmetics",
        }
    )
    rules = list(compliance.load().values())
    judge(posts.head(1), rules)
    start = time.process_time()
    assert judge(posts, rules, passes=False)["thing"].n_unique() == len(texts)
    assert time.process_time() - start < 5
