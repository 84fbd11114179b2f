"""Hostile captions: what is kept of them and which tags they name."""

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.captions import clean, folded, hashtags, hashtags_of, mentions_of


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("夏の素肌 #朝凪UV #PR", "#朝凪uv #pr"),
        ("＃朝凪ＵＶ", "#朝凪uv"),
        ("#a#b#c", "#a #b #c"),
        ("今日は#朝凪UV、よかった", "#朝凪uv"),
        ("#夏☀️の海🏖️ です", "#夏☀の海🏖"),
        ("#家族👨‍👩‍👧", "#家族👨‍👩‍👧"),
        ("#ｱｻﾅｷﾞ", "#アサナギ"),
        ("#スキンケア・メイク", "#スキンケア・メイク"),
        ("#PR #pr #ＰＲ", "#pr"),
        ("#朝\u200b凪\u202eUV", "#朝凪uv"),
        ("# 朝凪", ""),
        ("no tag, C# and #1 and #️⃣ and &#39;", ""),
        ("https://example.jp/#about #b", "#b"),
        ("(#朝凪UV)「#海」", "#朝凪uv #海"),
        ("#Straße", "#strasse"),
        ("##二重", "#二重"),
        ("", ""),
    ],
)
def test_hashtags_are_found_as_a_reader_sees_them(caption: str, tags: str) -> None:
    assert hashtags_of(caption) == tags


@pytest.mark.parametrize(
    ("caption", "accounts"),
    [
        ("with @Minamodo_Official.", "minamodo_official"),
        ("＠ｍｉｎａ　と @b.c", "mina b.c"),
        ("nobody", ""),
    ],
)
def test_accounts_are_named_without_at(caption: str, accounts: str) -> None:
    assert mentions_of(caption) == accounts


def test_line_breaks_tabs_and_emoji_stay() -> None:
    assert clean("a\r\nb\tc\rd\u2028e 👩‍🔬 ☀️") == "a\nb\tc\nd\ne 👩‍🔬 ☀️"


def test_controls_and_unseen_characters_go() -> None:
    assert clean("x\x00\x07\u202e<script>\u200b\ufeff\u00ad\x9f") == "x<script>"


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert clean("a\ud83d b") == "a\ufffd b"


@given(st.text(st.characters(), max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")
    assert not [c for c in once if unicodedata.category(c) == "Cc" and c not in "\n\t"]


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_folded_hashtags_are_their_own_hashtags(text: str) -> None:
    tags = hashtags_of(text)
    assert hashtags_of(tags) == tags
    assert folded(folded(text)) == folded(text)


def test_an_unknown_caption_has_unknown_hashtags() -> None:
    frame = pl.DataFrame({"caption": [None, "", "#a"]})
    assert frame.select(hashtags(pl.col("caption"))).to_series().to_list() == [None, "", "#a"]
