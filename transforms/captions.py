"""Captions are hostile text: what is kept of them, and which hashtags and accounts they name."""

import re
import unicodedata

import polars as pl

# Left-to-right marks and overrides turn text around for the reader (Trojan Source); the rest of this set is invisible
# and splits words that a reader sees as one. ZWJ and VS16 are not in it: emoji are made of them.
UNSEEN = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\u00ad"
_DROPPED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{UNSEEN}]")
_BREAKS = re.compile("\r\n?|\u0085|\u2028|\u2029")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://[!-~]+")
_VARIATION = re.compile("[\ufe0e\ufe0f]")
_MENTION = re.compile(r"@([\w.]+)")
_JOINERS = frozenset("\u200c\u200d")
_TAG_PUNCTUATION = frozenset("・·")
_SKIN_TONES = frozenset(chr(c) for c in range(0x1F3FB, 0x1F400))


def clean(text: str) -> str:
    """The text in NFC without control characters (newline and tab stay), bidi controls and zero-width characters.

    Half a surrogate pair, which JSON may carry and UTF-8 may not, becomes U+FFFD.
    """
    text = _SURROGATES.sub("\ufffd", _BREAKS.sub("\n", text))
    return unicodedata.normalize("NFC", _DROPPED.sub("", text))


def folded(text: str) -> str:
    """The text in the form in which two spellings of one word are equal: NFKC, case folded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", clean(text)).casefold())


def hashtags_of(text: str) -> str:
    """The hashtags of a text in order, each once, with ``#``, folded, separated by spaces; empty if there is none.

    ``＃`` is ``#``, run-together tags are split, emoji are kept, addresses and tags of digits only are none.
    """
    text = _VARIATION.sub("", _ADDRESS.sub(" ", folded(text)))
    tags = ("".join(_tag_start(part)) for part in text.split("#")[1:])
    return " ".join(dict.fromkeys(f"#{tag}" for tag in tags if tag and not tag.replace("_", "").isdigit()))


def mentions_of(text: str) -> str:
    """The accounts that a text names with ``@``, folded, without ``@``, in order, each once, separated by spaces."""
    named = (m.rstrip(".") for m in _MENTION.findall(_ADDRESS.sub(" ", folded(text))))
    return " ".join(dict.fromkeys(n for n in named if n))


def hashtags(caption: pl.Expr) -> pl.Expr:
    """Expression: :func:`hashtags_of` each caption; null where there is no caption."""
    return caption.map_elements(hashtags_of, return_dtype=pl.String())


def mentions(caption: pl.Expr) -> pl.Expr:
    """Expression: :func:`mentions_of` each caption; null where there is no caption."""
    return caption.map_elements(mentions_of, return_dtype=pl.String())


def _tag_start(part: str) -> list[str]:
    """The characters at the start of a text that belong to a tag: letters, marks, digits, _ and emoji."""
    tag: list[str] = []
    for c in part:
        category = unicodedata.category(c)
        starts = category[0] in "LN" or category in ("Pc", "So") or c in _TAG_PUNCTUATION or c in _SKIN_TONES
        continues = category[0] == "M" or c in _JOINERS
        if not (starts or (continues and tag)):
            break
        tag.append(c)
    return tag
