"""What each campaign's brief asks of a text, read once per campaign: names, hashtags, accounts, codes, forbidden words."""

import re

import polars as pl

from transforms.captions import folded as plain
from transforms.compliance.reading import fold_expr, only_where

_GAPS = r"[\s・･_\-‐–—'’\"“”]"
"""People write names with and without spaces and dots: both sides are compared without."""
_AGE = (
    r"(?:(?:お酒|飲酒|アルコール)は?\s*(?:20|二十)\s*(?:歳|才)|(?:20|二十)\s*(?:歳|才)(?:未満|以上|になって|から)"
    r"|未成年(?:者)?(?:の|は)[^。\n]{0,8}(?:飲酒|飲め|禁)|(?:18|21)\s*\+|(?:over|above|must be|aged?) (?:18|21)|legal drinking age|drink responsibly)"
)
_TERMS = ("names", "hashtags", "mentions", "codes", "forbidden", "rivals", "brand")
_READ = ("_row", "folded", "code", "link", *_TERMS)


def with_brief(posts: pl.DataFrame) -> pl.DataFrame:
    """The posts (as reading.read leaves them) with what the brief's rules ask.

    ``names_brand``, ``names_product``, ``has_code``, ``has_link``, ``states_age``: whether the text does, null where
    there is no text or nothing to look for; ``lacks_hashtags``, ``lacks_mentions``: those that are missing, separated by
    spaces; ``other_code``, ``forbidden_word``, ``rival``: the first that stands there and should not.
    """
    parts = [_asked(part) for part in posts.select(*_READ).partition_by(_TERMS, maintain_order=True)]
    told = pl.concat(parts).sort("_row") if parts else _asked(posts.select(*_READ))
    return posts.hstack(told.drop(_READ))


def _lines(value: object) -> list[str]:
    return [w for w in (plain(line).strip() for line in str(value or "").splitlines()) if w]


def _asked(posts: pl.DataFrame) -> pl.DataFrame:
    """As :func:`with_brief`, for posts that share a brief."""
    first = posts.row(0, named=True) if posts.height else dict.fromkeys(_TERMS)
    tags = plain(str(first["hashtags"] or "")).split()
    accounts = [m.lstrip("@") for m in plain(str(first["mentions"] or "")).split()]
    names, brand = _lines(first["names"]), _lines(first["brand"])
    address = pl.col("link").str.replace(r"^(?i)https?://(?:www\.)?", "").str.strip_suffix("/")
    posts = posts.with_columns(fold_expr(pl.col("code")).alias("_code"), fold_expr(address).alias("_link"))
    link, code = pl.col("_link"), pl.col("_code")
    posts = posts.with_columns(_stands(code).alias("_has_code"))
    apart = _apart(pl.col("folded")).str.contains(_apart(code), literal=True)
    posts = only_where(posts, ~pl.col("_has_code"), _has_code_elsewhere=apart)
    if names or brand or accounts:
        posts = posts.with_columns(pl.col("folded").str.replace_all(_GAPS, "").alias("_squeezed"))
    squeezed = pl.col("_squeezed")
    return posts.with_columns(
        _any([*(_squeeze(b) for b in brand), *accounts], squeezed).alias("names_brand"),
        _any([_squeeze(n) for n in names], squeezed).alias("names_product"),
        _lacking([(t, rf"{re.escape(t)}(?:[^\w]|$)") for t in tags]).alias("lacks_hashtags"),
        _lacking([(f"@{a}", rf"@{re.escape(a)}(?:[^a-z0-9_.]|$|\.(?:[^a-z0-9_]|$))") for a in accounts]).alias(
            "lacks_mentions"
        ),
        pl.when(code.str.len_chars() > 0)
        .then(pl.any_horizontal(pl.col("_has_code", "_has_code_elsewhere").fill_null(value=False)))
        .alias("has_code"),
        pl.when(link.str.len_chars() > 0).then(pl.col("folded").str.contains(link, literal=True)).alias("has_link"),
        _first_word([w for w in _lines(first["codes"]) if len(w) >= 4], own=code).alias("other_code"),
        _first_word(_lines(first["forbidden"])).alias("forbidden_word"),
        _first_word(_lines(first["rivals"])).alias("rival"),
        pl.col("folded").str.contains(_AGE).alias("states_age"),
    ).drop("_code", "_link", "_has_code", "_has_code_elsewhere", "_squeezed", strict=False)


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


def _any(needles: list[str], where: pl.Expr) -> pl.Expr:
    found = [n for n in needles if n]
    return where.str.contains_any(found) if found else pl.lit(None, pl.Boolean)


def _lacking(wanted: list[tuple[str, str]]) -> pl.Expr:
    """Expression: the wanted words that do not match, separated by spaces; null without text, or nothing lacks."""
    text = pl.col("folded")
    parts = [pl.when(~text.str.contains(pattern)).then(pl.lit(word)) for word, pattern in wanted]
    if not parts:
        return pl.lit(None, pl.String)
    told = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    return pl.when(told.str.len_bytes() > 0).then(told)


def place_of(word: str, text: str) -> tuple[int, int] | None:
    """Where a folded word stands in a folded text as a word; None if nowhere."""
    left = "(?<![a-z0-9])" if _is_of_ascii(word[0]) else ""
    right = "(?![a-z0-9])" if _is_of_ascii(word[-1]) else ""
    found = re.search(f"{left}{re.escape(word)}{right}", text)
    return found.span() if found else None


def _is_of_ascii(c: str) -> bool:
    return c.isascii() and c.isalnum()


def _first_word(wordlist: list[str], own: pl.Expr | None = None) -> pl.Expr:
    """Expression: the first of the words that stands in the text as a word; null if none. ``own`` does not count."""
    text = pl.col("folded")
    found = pl.lit(None, pl.String)
    for word in reversed(wordlist):
        left = "(?:^|[^a-z0-9])" if _is_of_ascii(word[0]) else ""
        right = "(?:[^a-z0-9]|$)" if _is_of_ascii(word[-1]) else ""
        stands = text.str.contains(f"{left}{re.escape(word)}{right}")
        if own is not None:
            stands &= (own != word).fill_null(value=True)
        found = pl.when(stands.fill_null(value=False)).then(pl.lit(word)).otherwise(found)
    return found
