"""No text that says a word is passed over, and nearly all that do not are."""

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.captions import folded, hashtags_of, mentions_of
from transforms.skimming import may_say

WORDS = (
    "朝凪uv",
    "朝凪uvエッセンス",
    "mina_modo.jp",
    "haru10",
    "ピカ",
    "夏☀の海",
    "カフェ・オレ",
    "crème",
    "straße",
    "ぱん",
)
UNSEEN = "\ufe0f\u200b\u00ad\u202e"
NOISE = (*UNSEEN, *"\u200d\u0301\u3099\uff9e\u0327#＃@＠ \n✨ßﬁİſ\u212a㌍①𝓐はⅣ", "\r\n", "👩‍🔬", "ﾊﾟ")


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


spellings = st.sampled_from(
    [
        str,
        str.upper,
        str.title,
        wide,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("は", "ハ"),
    ]
)
written = st.builds(lambda word, spelt: spelt(word), st.sampled_from(WORDS), spellings)
broken = st.builds(
    lambda word, at, noise: word[:at] + noise + word[at:], written, st.integers(0, 6), st.sampled_from(NOISE)
)
texts = st.lists(st.one_of(written, broken, st.sampled_from(NOISE), st.text(max_size=3)), max_size=6).map("".join)


def skimmed(texts: list[str | None], words: list[str]) -> list[str | None]:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return frame.filter(may_say(pl.col("text"), words))["text"].to_list()


@given(st.lists(texts, min_size=1, max_size=8), st.sets(st.sampled_from(WORDS), max_size=4))
def test_what_says_a_word_is_never_passed_over(said: list[str], words: set[str]) -> None:
    sought = {folded(w) for w in words}
    tags, accounts = set(hashtags_of("#" + " #".join(words)).split()), set(mentions_of("@" + " @".join(words)).split())
    saying = [
        text
        for text in said
        if any(w in folded(text) for w in sought)
        or tags & set(hashtags_of(text).split())
        or accounts & set(mentions_of(text).split())
    ]
    found = skimmed(said, [*sought, *tags, *accounts])
    assert [text for text in said if text in saying and text not in found] == []


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_tag_split_by_what_nobody_sees_is_not_passed_over(unseen: str) -> None:
    assert skimmed([f"#朝{unseen}凪UV"], ["朝凪uv"])


@pytest.mark.parametrize("word", ["朝凪uv", "haru10"])
def test_usual_captions_that_do_not_say_it_are_passed_over(word: str) -> None:
    usual = [
        "おはよう！#今日のコーデ ☀️",
        "Crème brûlée, 10% off…",
        "ありがとう（*^^*）@haru @asanagi",
        "꽃 Привет",
        "",
        None,
    ]
    assert skimmed(usual, [word]) == []


def test_without_words_nothing_is_said() -> None:
    assert skimmed(["朝凪UV", "ｱ", None], []) == []


def test_a_word_without_letters_may_be_anywhere() -> None:
    assert skimmed(["夏", "☀"], ["☀", "haru10"]) == ["夏", "☀"]


EVERY = [chr(n) for n in range(0x110000) if not 0xD800 <= n < 0xE000]
UNUSUAL = frozenset(skimmed(EVERY, ["haru10"]))


def test_no_other_usual_character_becomes_a_letter_by_folding() -> None:
    usual = [c for c in EVERY if c not in UNUSUAL]
    changed = {c: folded(c) for c in usual if folded(c) != (c.lower() if c.isascii() else c)}
    assert changed
    letters = [x for x in set("".join(changed.values())) if skimmed(["ん"], [x]) == []]
    assert letters == []


def test_no_usual_character_unites_with_what_stands_before_it() -> None:
    """Else a run of letters could arise, or vanish."""
    uniting = {d[-1] for c in EVERY if len(d := unicodedata.normalize("NFD", c)) > 1}
    assert {folded(c)[0] for c in EVERY if c not in UNUSUAL} & uniting == set()
