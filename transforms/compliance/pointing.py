"""Where the words stand that a rule over columns speaks of, in the text as it was written."""

import re
from collections.abc import Iterator

import polars as pl

from transforms.compliance.brief import place_of
from transforms.compliance.reading import FORMS
from transforms.compliance.text import fold
from transforms.compliance.wording import pattern
from transforms.compliance.words import OTHER

_SPANS = {"_row": pl.UInt32(), "_form": pl.String(), "_word": pl.String()}
_PLACES = {**_SPANS, "_s": pl.Int64(), "_e": pl.Int64(), "_q": pl.String()}
_other = re.compile("|".join(re.escape(name) for name in OTHER))


def pointed(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The findings (with ``_row``, ``_form`` and ``_word``) with the place that they point at, and its ``share``.

    ``known``: texts as reading.read leaves them.
    """
    asked = rows.filter(pl.any_horizontal(pl.col("_form", "_word").is_not_null())).select(*_SPANS).unique()
    texts = known.lazy().select("_row", "text", *(pl.col(f"{form}_at").alias(form) for form in FORMS))
    there = (
        asked.lazy()
        .join(texts, on="_row", how="left", validate="m:1")
        .select(
            *_SPANS, "text", pl.coalesce(pl.when(pl.col("_form") == form).then(form) for form in FORMS).alias("_at")
        )
        .filter(pl.any_horizontal(pl.col("_at", "_word").is_not_null()) & pl.col("text").is_not_null())
        .sort("_row")
        .collect()
    )
    lengths = known.select("_row", pl.col("text").str.len_chars().alias("_length"))
    found = pl.DataFrame(list(_places(there)), schema=_PLACES, orient="row")
    return (
        rows.join(found, on=list(_SPANS), how="left", validate="m:1", nulls_equal=True, maintain_order="left")
        .with_columns(
            pl.coalesce(told, place).alias(told)
            for told, place in (("span_start", "_s"), ("span_end", "_e"), ("quote", "_q"))
        )
        .join(lengths, on="_row", how="left", validate="m:1", maintain_order="left")
        .with_columns((pl.col("span_start") / pl.when(pl.col("_length") > 0).then("_length")).alias("share"))
    )


def _places(there: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    for row, form, word, written, at in there.iter_rows():
        place = _place(written, form, word, at)
        if place is not None:
            yield row, form, word, *place


def _place(written: str, form: str | None, word: str | None, at: int | None) -> tuple[int, int, str] | None:
    """Where a word, else a form stands in the text as written; ``at`` is where the form begins in the folded text."""
    folded = fold(written)
    if word is not None and (place := place_of(word, folded.text)) is not None:
        span = folded.span(*place)
        return *span, folded.original[slice(*span)]
    if form is None or at is None:
        return None
    shown = _other.sub(lambda m: OTHER[m.group()], folded.text)
    match = pattern(FORMS[form]).match(shown, at) or pattern(FORMS[form]).search(shown)
    if match is None:
        return None
    span = folded.span(*match.span())
    return *span, folded.original[slice(*span)]
