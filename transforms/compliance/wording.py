"""What dictionaries say of texts: those in which one of their words stands are read one by one, the others never."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

import polars as pl

from transforms.compliance import VERDICTS, Entry, Rule, Verdict, Words
from transforms.compliance.context import lowered
from transforms.compliance.text import Folded, fold

FOUND = {
    "_row": pl.UInt32(),
    "rule": pl.String(),
    "nth": pl.Int64(),
    "verdict": pl.String(),
    "code": pl.String(),
    "lowered_by": pl.String(),
    "span_start": pl.Int64(),
    "span_end": pl.Int64(),
    "quote": pl.String(),
    "reason_en": pl.String(),
    "reason_ja": pl.String(),
    "advice_en": pl.String(),
    "advice_ja": pl.String(),
}
"""What is found, by the number of its text."""
_PLACES = 100
"""Places of one entry in one text that are looked at: nobody but a machine writes more."""
_CUT = (
    "The text is cut off or not known: nothing was found in the part that is.",
    "本文の一部しか取得できていません。取得できた範囲では該当する表現はありません。",
)
_CLEAN = ("No such wording stands there.", "該当する表現は見つかりませんでした。")


def worded(known: pl.DataFrame, rules: Sequence[Rule], bound: Mapping[str, pl.Expr], *, passes: bool) -> pl.DataFrame:
    """Rows of :data:`FOUND`: one per place found; else a pass, but a text that is cut off or not known is no pass.

    ``known``: texts as reading.read leaves them. ``bound``: by rule, whether it binds a text.
    """
    if not rules:
        return pl.DataFrame(schema=FOUND)
    found = pl.DataFrame(list(_places(_suspects(known, rules, bound), rules)), schema=FOUND, orient="row")
    cut = pl.col("text").is_null() | pl.col("text_is_truncated").fill_null(value=False)
    parts = [found]
    for rule in rules:
        asked = known.lazy().filter(bound[rule.rule] if passes else bound[rule.rule] & cut)
        others = asked.select("_row", cut.alias("_cut")).collect()
        mine = found.filter(pl.col("rule") == rule.rule).select("_row")
        parts.append(others.join(mine, on="_row", how="anti").select(_nothing(rule)))
    return pl.concat(parts)


def _nothing(rule: Rule) -> list[pl.Expr]:
    """Expressions: a row of :data:`FOUND` for a text in which nothing was found."""

    def told(cut: str, clean: str) -> pl.Expr:
        return pl.when("_cut").then(pl.lit(cut)).otherwise(pl.lit(clean))

    said = {
        "_row": pl.col("_row"),
        "rule": pl.lit(rule.rule),
        "nth": pl.lit(1),
        "verdict": told("unknown", "pass"),
        "code": told("cut", "clean"),
        "reason_en": told(_CUT[0], _CLEAN[0]),
        "reason_ja": told(_CUT[1], _CLEAN[1]),
    }
    return [said.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in FOUND.items()]


def _suspects(known: pl.DataFrame, rules: Sequence[Rule], bound: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """The texts in which a literal of a rule that binds them stands, with ``_literals``: which.

    Rules that bind the same texts are looked for together.
    """
    literals = sorted({literal for rule in rules for entry in _entries_of(rule) for literal in entry.literals})
    folded = pl.col("folded")
    asked = known.lazy().filter(pl.any_horizontal(bound[r.rule] for r in rules))
    return (
        asked.filter(folded.str.contains_any(literals).fill_null(value=False))
        .select("_row", "text", "folded", "permitted", *(bound[r.rule].alias(r.rule) for r in rules))
        .with_columns(folded.str.extract_many(literals, overlapping=True).list.unique().alias("_literals"))
        .collect()
    )


def _places(suspects: pl.DataFrame, rules: Sequence[Rule]) -> Iterator[tuple[object, ...]]:
    """Rows of :data:`FOUND`. Entry by entry: most texts that hold a literal are let go by one search."""
    folded, there = suspects["folded"].to_list(), _where(suspects)
    for rule in rules:
        binds, found = suspects[rule.rule].to_list(), dict[int, list[Entry]]()
        for entry in _entries_of(rule):
            matches = pattern(entry.pattern).search
            for place in {i for literal in entry.literals for i in there.get(literal, ())}:
                if binds[place] and matches(folded[place]):
                    found.setdefault(place, []).append(entry)
        for place, entries in found.items():
            row, written, permitted = suspects.select("_row", "text", "permitted").row(place)
            for nth, hit in enumerate(hits(written, entries, permitted), start=1):
                yield row, rule.rule, nth, *hit.values()


def _where(suspects: pl.DataFrame) -> dict[str, list[int]]:
    """In which of the texts each literal stands."""
    told = suspects.with_row_index("_place").select("_place", "_literals").explode("_literals")
    return dict(told.group_by("_literals").agg("_place").iter_rows())


def _entries_of(rule: Rule) -> tuple[Entry, ...]:
    return rule.check.entries if isinstance(rule.check, Words) else ()


@cache
def pattern(written: str) -> re.Pattern[str]:
    """A pattern, compiled once."""
    return re.compile(written)


def hits(written: str, entries: Sequence[Entry], permitted: str | None = None) -> list[dict[str, Any]]:
    """Every place of a text that an entry matches, in order, as columns of :data:`FOUND` from ``verdict`` on.

    Of matches that lie in one another only the gravest, longest is told. ``permitted``: wording that this product may
    use, one a line.
    """
    folded = fold(written)
    allowed = tuple(p for p in (fold(line).text.strip() for line in (permitted or "").splitlines()) if p)
    places = [
        (m.start(), m.end(), entry, lowered(folded.text, m.start(), m.end(), entry, allowed))
        for entry in entries
        if any(literal in folded.text for literal in entry.literals)
        for m in islice(pattern(entry.pattern).finditer(folded.text), _PLACES)
        if m.end() > m.start()
    ]
    places.sort(key=lambda p: (-VERDICTS.index(p[3][0]), p[0] - p[1], p[0], p[2].entry))
    kept: list[tuple[int, int, Entry, tuple[Verdict, str | None]]] = []
    for place in places:
        if not any(place[0] < end and start < place[1] for start, end, *_ in kept):
            kept.append(place)
    return [_hit(folded, *place) for place in sorted(kept, key=lambda p: p[:2])]


def _hit(folded: Folded, start: int, end: int, entry: Entry, told: tuple[Verdict, str | None]) -> dict[str, Any]:
    verdict, why = told
    at = folded.span(start, end)
    is_clear = verdict == "pass"
    return {
        "verdict": verdict,
        "code": entry.entry,
        "lowered_by": why,
        "span_start": at[0],
        "span_end": at[1],
        "quote": folded.original[slice(*at)],
        "reason_en": entry.reason.en,
        "reason_ja": entry.reason.ja,
        "advice_en": None if is_clear else entry.safer.en,
        "advice_ja": None if is_clear else entry.safer.ja,
    }
