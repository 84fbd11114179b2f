"""What each campaign's brief asks of a text, read once per campaign: names, hashtags, accounts, codes, forbidden words."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import polars as pl

from transforms.captions import folded as plain
from transforms.compliance.reading import fold_expr, only_where

_GAPS = r"[\s・･_\-‐–—'’\"“”]"
"""People write names with and without spaces and dots: both sides are compared without."""
_AGE = (
    r"(?:(?:お酒|飲酒|アルコール)は?\s*(?:20|二十)\s*(?:歳|才)|(?:20|二十)\s*(?:歳|才)(?:未満|以上|になって|から)"
    r"|未成年(?:者)?(?:の|は)[^。\n]{0,8}(?:飲酒|飲め|禁)|(?:18|21)\s*\+|(?:over|above|must be|aged?) (?:18|21)|legal drinking age|drink responsibly)"
)
Marked = Callable[[pl.Expr], pl.Expr]
_TERMS = ("names", "hashtags", "mentions", "codes", "forbidden", "rivals", "brand")
_READ = ("_row", "folded", "code", "link", *_TERMS)
_WORDS = {"_brief": pl.UInt32(), "about": pl.String(), "nth": pl.Int64(), "word": pl.String()}
"""What briefs ask: the words that a column is about, in order."""


def with_brief(posts: pl.DataFrame) -> pl.DataFrame:
    """The posts (as reading.read leaves them) with what the brief's rules ask.

    ``names_brand``, ``names_product``, ``has_code``, ``has_link``, ``states_age``: whether the text does, null where
    there is no text or nothing to look for; ``lacks_hashtags``, ``lacks_mentions``: those that are missing, separated by
    spaces; ``other_code``, ``forbidden_word``, ``rival``: the first that stands there and should not.
    """
    briefs = posts.select(_TERMS).unique().with_row_index("_brief")
    words = pl.DataFrame([w for b in briefs.iter_rows(named=True) for w in _words(b)], schema=_WORDS, orient="row")
    told = _with_codes(
        posts.select(_READ).join(briefs, on=_TERMS, how="left", validate="m:1", nulls_equal=True, maintain_order="left")
    )
    texts = told.select("_row", "_brief", "_code", "folded").drop_nulls("folded")
    found = told.select("_row", "has_code", "has_link", pl.col("folded").str.contains(_AGE).alias("states_age"))
    for about, say in _SAID.items():
        asked = words.filter(pl.col("about") == about)
        if asked.is_empty():
            nothing = pl.lit(None, pl.Boolean() if say is _named else pl.String())
            found = found.with_columns(nothing.alias(about))
        else:
            part = say(texts, asked).rename({"said": about})
            found = found.join(part, on="_row", how="left", validate="1:1", maintain_order="left")
    return posts.hstack(found.drop("_row"))


def _words(brief: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Rows of :data:`_WORDS`."""
    accounts = [m.lstrip("@") for m in plain(brief["mentions"] or "").split()]
    asked = {
        "names_brand": [*map(_squeeze, _lines(brief["brand"])), *accounts],
        "names_product": map(_squeeze, _lines(brief["names"])),
        "lacks_hashtags": plain(brief["hashtags"] or "").split(),
        "lacks_mentions": [f"@{a}" for a in accounts],
        "other_code": [w for w in _lines(brief["codes"]) if len(w) >= 4],
        "forbidden_word": _lines(brief["forbidden"]),
        "rival": _lines(brief["rivals"]),
    }
    for about, words in asked.items():
        yield from ((brief["_brief"], about, nth, word) for nth, word in enumerate(words) if word)


def _lines(value: str | None) -> list[str]:
    return [w for w in (plain(line).strip() for line in (value or "").splitlines()) if w]


def _with_codes(posts: pl.DataFrame) -> pl.DataFrame:
    """The posts with ``_code``, as folded, and whether their text has it and their link."""
    address = pl.col("link").str.replace(r"^(?i)https?://(?:www\.)?", "").str.strip_suffix("/")
    posts = posts.with_columns(fold_expr(pl.col("code")).alias("_code"), fold_expr(address).alias("_link"))
    link, code = pl.col("_link"), pl.col("_code")
    posts = posts.with_columns(_stands(code).alias("_has_code"))
    apart = _apart(pl.col("folded")).str.contains(_apart(code), literal=True)
    posts = only_where(posts, ~pl.col("_has_code"), _has_code_elsewhere=apart)
    return posts.with_columns(
        pl.when(code.str.len_chars() > 0)
        .then(pl.any_horizontal(pl.col("_has_code", "_has_code_elsewhere").fill_null(value=False)))
        .alias("has_code"),
        pl.when(link.str.len_chars() > 0).then(pl.col("folded").str.contains(link, literal=True)).alias("has_link"),
    )


_WORD_BYTES = [bytes([c]) for c in b"abcdefghijklmnopqrstuvwxyz0123456789_"]


def _stands(code: pl.Expr) -> pl.Expr:
    """Expression: the code stands in the text as a word where it first stands; false where that is within a longer one.

    Null where it stands nowhere.
    """
    at = pl.col("folded").str.find(code, literal=True).cast(pl.Int64)
    written = pl.col("folded").cast(pl.Binary)
    before = pl.when(at > 0).then(written.bin.slice(at - 1, 1))
    after = written.bin.slice(at + code.str.len_bytes().cast(pl.Int64), 1)
    within = [
        code.str.contains(edge) & beside.is_in(_WORD_BYTES).fill_null(value=False)
        for edge, beside in (("^[a-z0-9_]", before), ("[a-z0-9_]$", after))
    ]
    return pl.when(at.is_not_null() & (code.str.len_bytes() > 0)).then(~pl.any_horizontal(within))


def _apart(text: pl.Expr) -> pl.Expr:
    """Expression: spaces around every word of ASCII letters, so that a code is not found within a longer one."""
    return text.str.replace_all("([a-z0-9_]+)", " $1 ")


def _squeeze(word: str) -> str:
    return re.sub(_GAPS, "", word)


def _named(texts: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Whether one of a brief's words stands in the text, spaces and dots aside."""
    asked = texts.join(words, on="_brief")
    text = pl.col("folded").str.replace_all(_GAPS, "")
    return asked.group_by("_row").agg(text.str.contains(pl.col("word"), literal=True).any().alias("said"))


def _lacking(marked: Marked, texts: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """The words that do not stand in the text, separated by spaces."""
    asked = texts.join(words, on="_brief")
    return (
        asked.join(_standing(asked, marked), on=["_row", "nth"], how="anti")
        .sort("nth")
        .group_by("_row")
        .agg(pl.col("word").str.join(" ").alias("said"))
    )


def _first(texts: pl.DataFrame, words: pl.DataFrame, *, but_own: bool = False) -> pl.DataFrame:
    """The first of the words that stands in the text as a word. ``but_own``: the author's own code does not count."""
    asked = texts.join(words, on="_brief")
    if but_own:
        asked = asked.filter(pl.col("_code").ne_missing(pl.col("word")))
    return (
        _standing(asked, _in_words)
        .sort("nth")
        .unique("_row", keep="first")
        .select("_row", pl.col("word").alias("said"))
    )


def _standing(asked: pl.DataFrame, marked: Marked) -> pl.DataFrame:
    """The rows whose ``word`` stands in the text, and also where both are ``marked``: ends where it should end."""
    there = asked.filter(pl.col("folded").str.contains(pl.col("word"), literal=True))
    return there.filter(marked(pl.col("folded")).str.contains(marked(pl.col("word")), literal=True))


def _in_words(text: pl.Expr) -> pl.Expr:
    """Expression: a mark around every run of ASCII letters and digits."""
    return text.str.replace_all("([a-z0-9]+)", f"{_MARK}$1{_MARK}")


def _in_tags(text: pl.Expr) -> pl.Expr:
    """Expression: a mark where a hashtag may end."""
    return text.str.replace_all(r"([^\w])", f"{_MARK}$1") + _MARK


def _in_accounts(text: pl.Expr) -> pl.Expr:
    """Expression: a mark where an account's name may end; a dot within it ends nothing."""
    marked = text.str.replace_all("([^a-z0-9_])", f"{_MARK}$1") + _MARK
    return marked.str.replace_all(rf"{_MARK}\.([a-z0-9_])", ".$1")


_MARK = "\0"
_SAID: Mapping[str, Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]] = {
    "names_brand": _named,
    "names_product": _named,
    "lacks_hashtags": partial(_lacking, _in_tags),
    "lacks_mentions": partial(_lacking, _in_accounts),
    "other_code": partial(_first, but_own=True),
    "forbidden_word": _first,
    "rival": _first,
}
"""What is told of the words of a brief, by column: ``_row`` and ``said`` of texts of which something is."""


def place_of(word: str, text: str) -> tuple[int, int] | None:
    """Where a folded word stands in a folded text as a word; None if nowhere."""
    left = "(?<![a-z0-9])" if _is_of_ascii(word[0]) else ""
    right = "(?![a-z0-9])" if _is_of_ascii(word[-1]) else ""
    found = re.search(f"{left}{re.escape(word)}{right}", text)
    return found.span() if found else None


def _is_of_ascii(c: str) -> bool:
    return c.isascii() and c.isalnum()
