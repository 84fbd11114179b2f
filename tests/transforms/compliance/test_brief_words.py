"""A word that a brief names stands in a text only where it ends as such a word ends; each text has its own brief."""

import re
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms import compliance
from transforms.compliance import brief
from transforms.compliance.engine import judge

PIECES = st.lists(st.sampled_from("ab1_.-@# あ花"), max_size=8).map("".join)
WORD_EDGES: tuple[str, str] = ("(?:^|[^a-z0-9])", "(?:[^a-z0-9]|$)")


def as_word(word: str) -> str:
    left, right = (
        edge if c.isascii() and c.isalnum() else "" for edge, c in zip(WORD_EDGES, (word[0], word[-1]), strict=True)
    )
    return f"{left}{re.escape(word)}{right}"


@pytest.mark.parametrize(
    ("marked", "pattern"),
    [
        (brief._in_words, as_word),
        (brief._in_tags, lambda w: rf"{re.escape(w)}(?:[^\w]|$)"),
        (brief._in_accounts, lambda w: rf"{re.escape(w)}(?:[^a-z0-9_.]|$|\.(?:[^a-z0-9_]|$))"),
    ],
    ids=["word", "tag", "account"],
)
@given(text=PIECES, word=PIECES.filter(bool))
@example(text="@ab.a @ab..", word="@ab")
@example(text="#ab1 #ab", word="#ab")
@settings(max_examples=150, deadline=None)
def test_a_word_stands_where_it_ends_as_it_should(
    marked: brief.Marked, pattern: Callable[[str], str], text: str, word: str
) -> None:
    asked = pl.DataFrame({"folded": [text], "word": [word]})
    assert (brief._standing(asked, marked).height == 1) == bool(re.search(pattern(word), text))


TEXTS = ("ヒヨリのリップ #asa #pr", "yuu10 で買える #asa2", "最安 ヒヨリ", "", None)
BRIEFS: tuple[dict[str, object], ...] = (
    {"brand": "ヒヨリ", "hashtags": "#asa", "codes": "mina10\nyuu10", "code": "mina10", "forbidden": "最安"},
    {"brand": "ヨナギ", "names": "リップ", "mentions": "@yonagi", "rivals": "ヒヨリ"},
    {"brand": None},
)


def test_texts_of_several_briefs_are_judged_as_if_each_stood_alone() -> None:
    rules = [rule for rule in compliance.load().values() if rule.profile == "brief"]
    about = {"kind": "post", "platform": "instagram", "profiles": "brief", "published_on": date(2026, 6, 1)}
    rows = [
        about | told | {"campaign_id": f"c{n}", "thing": f"{n}-{m}", "text": text}
        for n, told in enumerate(BRIEFS)
        for m, text in enumerate(TEXTS)
    ]
    alone = pl.concat(judge(pl.DataFrame([row]), rules) for row in rows)
    assert judge(pl.DataFrame(rows, infer_schema_length=None), rules).equals(alone)
    assert set(alone["verdict"]) >= {"pass", "warn"}
