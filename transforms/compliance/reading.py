"""What the rules of disclosure look at: each post's text folded and read once, for all rules."""

import unicodedata
from functools import cache

import polars as pl

from transforms.compliance import words
from transforms.compliance.text import BREAKS, SAME, UNSEEN

FOLD_AT = {"instagram": 125, "tiktok": 100, "youtube": 100}
"""Characters shown before "more": Instagram from a secondary text, the others our own reading of their apps. X shows all."""


def fold_expr(text: pl.Expr) -> pl.Expr:
    """Expression: text.fold without the way back."""
    plain = text.str.replace_all(BREAKS, "\n").str.replace_all(UNSEEN, "")
    return plain.str.normalize("NFKC").str.replace_many(_cases())


_CASED_UNTIL = 0x1E944
"""No character from here on has two cases."""


@cache
def _cases() -> dict[str, str]:
    """Every character that folds to another, and what to: many times faster than Polars' own lower case."""
    cased = {c: c.casefold() for c in map(chr, range(_CASED_UNTIL)) if c.casefold() != c}
    return {c: unicodedata.normalize("NFKC", folded) for c, folded in cased.items()} | SAME


def _until(at: str) -> pl.Expr:
    """Expression: the folded text before the byte that column ``at`` names; null where it names none."""
    cut = pl.col("_shown").cast(pl.Binary).bin.slice(0, pl.col(at).fill_null(0)).cast(pl.String)
    return pl.when(pl.col(at).is_not_null()).then(cut)


def searched(pattern: str) -> str:
    """The pattern as Polars reads it: what follows a match is part of it there, which moves no beginning."""
    return pattern.replace("(?=", "(?:").replace(r"(?a:\b)", r"(?-u:\b)")


FORMS = {
    "ja": words.JA_CLEAR,
    "en": words.EN_CLEAR,
    "ja_tag": words.JA_HASHTAG,
    "en_tag": words.EN_HASHTAG,
    "weak": words.WEAK,
    "denied": words.DENIED,
    "doubted": words.DOUBTED,
    "lookalike": words.LOOKALIKE,
    "employed": words.EMPLOYED,
    "unclear": words.UNCLEAR,
}
"""What is looked for in each text, by the name of its column ``<name>_at``: where it first stands."""


def only_where(posts: pl.DataFrame, holds: pl.Expr, **columns: pl.Expr) -> pl.DataFrame:
    """The posts with columns that cost much, computed where the condition holds and null elsewhere."""
    part = posts.lazy().filter(holds.fill_null(value=False)).select("_row", **columns).collect()
    told = posts.select("_row").join(part, on="_row", how="left", validate="1:1", maintain_order="left")
    return posts.hstack(told.drop("_row"))


def read(posts: pl.DataFrame) -> pl.DataFrame:
    """The posts, numbered by ``_row``, with what was read of their text; null where there is no text.

    ``folded``; for each of :data:`FORMS` ``<name>_at``, characters before it (null: it is not there), and
    ``<name>_tags``, hashtags before it; ``en_lines``, line breaks before it; ``is_unclear``: a word of disclosure
    stands there in a form that may mean something else; ``length``: characters; ``tags``: hashtags; ``fold_at``: characters shown before "more", null where
    all are.
    """
    found = posts.with_columns(fold_expr(pl.col("text")).alias("folded"))
    text = pl.col("_shown")
    found = found.with_columns(pl.col("folded").str.replace_many(words.OTHER).alias("_shown")).with_columns(
        *(text.str.find(searched(form)).alias(f"_{name}") for name, form in FORMS.items() if name != "ja"),
        text.str.len_chars().cast(pl.Int64).alias("length"),
        text.str.count_matches(words.HASHTAG).cast(pl.Int64).alias("tags"),
        pl.col("platform").replace_strict(FOLD_AT, default=None, return_dtype=pl.Int64()).alias("fold_at"),
    )
    found = only_where(found, text.str.contains_any(words.JA_NEEDS), _ja=text.str.find(searched(words.JA_CLEAR)))
    return found.with_columns(
        *(_until(f"_{name}").str.len_chars().cast(pl.Int64).alias(f"{name}_at") for name in FORMS),
        pl.when(pl.col("folded").is_not_null()).then(pl.col("_unclear").is_not_null()).alias("is_unclear"),
        *(
            _until(f"_{name}").str.count_matches(words.HASHTAG).cast(pl.Int64).alias(f"{name}_tags")
            for name in ("ja", "en", "weak")
        ),
        _until("_en").str.count_matches("\n").cast(pl.Int64).alias("en_lines"),
    ).drop("_shown", *(f"_{name}" for name in FORMS))


def discloses(text: pl.Expr) -> pl.Expr:
    """Expression: the text says clearly, in Japanese or English, that it is advertising; null where there is none."""
    shown = fold_expr(text).str.replace_many(words.OTHER)
    return shown.str.contains(searched(f"(?:{words.JA_CLEAR})|(?:{words.EN_CLEAR})"))
