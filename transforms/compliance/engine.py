"""Every post against every rule that binds it: one verdict each, with the words it points at and what would be right.

Columns are judged by expressions; only texts in which a dictionary's word stands are read one by one.
"""

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import islice

import polars as pl

from transforms.compliance import VERDICTS, Entry, Predicate, Rule, Verdict, Words
from transforms.compliance.brief import place_of, with_brief
from transforms.compliance.context import lowered
from transforms.compliance.reading import FORMS, read
from transforms.compliance.text import Folded, fold
from transforms.compliance.words import OTHER
from transforms.contracts import Table, count, date, flag, pick, real, text
from transforms.tables.fields import FIELDS

POSTS = Table(
    name="staging.judged_posts",
    grain="campaign × thing judged",
    description="What the rules look at: a post, a draft or a place that quotes a post.",
    key=("campaign_id", "thing"),
    fields=(
        text("campaign_id", "Campaign; null for a draft that belongs to none."),
        text("thing", "What is judged: a post's key, a place of reuse, a draft's name.").needed(),
        text("kind", "What it is.", among=("post", "draft", "reuse", "brief")).needed(),
        *pick(FIELDS, "platform", "format", "published_on", "paid_label", "duration_seconds"),
        text("text", "Caption, or the text as shown at the place; null if not known."),
        flag("text_is_truncated", "The text may be cut off."),
        text("relation", "What ties the author to the brand.", among=("paid", "gift", "employee", "none")),
        text("profiles", "Profiles in force, separated by spaces.").needed(),
        text("category", "Product category."),
        text("brand", "Brand."),
        text("names", "Names of the product, one a line."),
        text("hashtags", "Designated hashtags, separated by spaces."),
        text("mentions", "Accounts to name, separated by spaces."),
        text("code", "The influencer's code."),
        text("codes", "All codes of the campaign, one a line."),
        text("link", "The influencer's link."),
        date("starts_on", "First day on which a post counts."),
        date("ends_on", "Last day on which a post counts."),
        text("forbidden", "Words that must not stand there, one a line."),
        text("rivals", "Names of rivals, one a line."),
        text("permitted", "Effects that this product may claim, one a line (notified or approved wording)."),
        count("min_age", "Age that must be stated; null if none.", unit="years"),
        flag("rewards_praise", "The brief ties the reward to a rating or forbids criticism."),
        flag("is_shown_in_video", "Somebody saw the disclosure in the video; null if nobody looked."),
        flag("is_kept_in_view", "And it stays in view."),
        flag("is_disclosed_there", "The place of reuse says that it is advertising; null if not noted."),
        flag("was_disclosed", "An earlier version of the text said so."),
    ),
)
"""The shape that :func:`judge` reads; columns that a frame lacks are unknown."""

FINDINGS = Table(
    name="staging.findings",
    grain="campaign × thing judged × rule × nth",
    description="What the rules say: at least one row per rule that binds.",
    key=("campaign_id", "thing", "rule", "nth"),
    fields=(
        text("campaign_id", "Campaign."),
        text("thing", "What was judged.").needed(),
        text("rule", "Rule.").needed(),
        count("nth", "Number of the finding, from 1.").needed(),
        text("verdict", "What is said.", among=("pass", "unknown", "warn", "fail")).needed(),
        text("code", "Which outcome of the rule, or entry of the dictionary.").needed(),
        text("lowered_by", "Why a wording finding is milder than its entry: negation, quotation, question, permitted."),
        count("span_start", "First character of the words it points at, from 0; null if none."),
        count("span_end", "The character after the last."),
        text("quote", "The words it points at."),
        text("reason_en", "Why, in English.").needed(),
        text("reason_ja", "Why, in Japanese.").needed(),
        text("advice_en", "What would be right, in English; null where nothing is to do."),
        text("advice_ja", "What would be right, in Japanese."),
        text("wanted", "What should stand there and does not: a name, hashtags, accounts, a code."),
        count("rule_version", "Version of the rule.", unit="version").needed(),
        real("share", "Place of the words in the text: 0 at its start, 1 at its end.", unit="ratio"),
    ),
)


def judge(posts: pl.DataFrame, rules: Iterable[Rule], *, passes: bool = True) -> pl.DataFrame:
    """Shape of :data:`FINDINGS`, sorted by its key. ``posts`` have the shape of :data:`POSTS` or part of it.

    ``passes``: also say which rules found nothing; without, only what is worse than a pass.
    """
    laws = tuple(rules)
    shaped = POSTS.conform_loosely(posts).with_columns(pl.col("relation").fill_null("paid"))
    slices = list(shaped.iter_slices(_AT_ONCE))
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        parts = list(pool.map(partial(_found, rules=laws, passes=passes), slices))
    return pl.concat([FINDINGS.empty(), *parts]).sort(FINDINGS.key)


_AT_ONCE, _SIDE_BY_SIDE = 50_000, 2
"""Posts that are read together, as what is read of a text takes several times its own memory; and how many such parts
at a time, as folding and searching one column keep one core busy."""


def _found(posts: pl.DataFrame, rules: tuple[Rule, ...], *, passes: bool) -> pl.DataFrame:
    known = with_brief(read(posts.with_row_index("_row")))
    profiles = set(" ".join(posts["profiles"].unique()).split())
    places = {c: set(posts[c].unique()) for c in ("kind", "category")}
    asked = [r for r in rules if r.profile in profiles and all(_concerns(r, c, there) for c, there in places.items())]
    parts = [(rule, bound) for rule in asked if (bound := known.filter(binds(rule))).height]
    found = [_judged(bound, rule, passes=passes) for rule, bound in parts]
    rows = pl.concat([FINDINGS.empty().with_columns(pl.lit(None, pl.UInt32).alias("_row")), *found], how="diagonal")
    return FINDINGS.conform(_pointed(rows, known))


def _concerns(rule: Rule, column: str, there: set[str | None]) -> bool:
    """Whether a rule can bind one of the kinds or categories that are there: asking costs more than looking."""
    allowed = {"kind": rule.kinds, "category": rule.categories}[column]
    return allowed is None or not there.isdisjoint(allowed)


def binds(rule: Rule) -> pl.Expr:
    """Expression: the rule binds the post: by profile, kind, platform, format, category and day."""
    on = pl.col("published_on")
    holds = pl.col("kind").is_in(sorted(rule.kinds)) & pl.col("profiles").str.split(" ").list.contains(rule.profile)
    holds &= (on >= rule.valid_from).fill_null(value=True)
    if rule.valid_until is not None:
        holds &= (on <= rule.valid_until).fill_null(value=True)
    for column, allowed in (("platform", rule.platforms), ("format", rule.formats), ("category", rule.categories)):
        if allowed is not None:
            holds &= pl.col(column).is_in(sorted(allowed)).fill_null(value=False)
    return holds


def _judged(known: pl.DataFrame, rule: Rule, *, passes: bool) -> pl.DataFrame:
    if isinstance(rule.check, Words):
        return _worded(known, rule, rule.check, passes=passes)
    return _decided(known, rule, rule.check, passes=passes)


def _decided(known: pl.DataFrame, rule: Rule, check: Predicate, *, passes: bool) -> pl.DataFrame:
    """A rule over columns: its outcome per row."""
    outcomes = pl.DataFrame(
        [
            (
                code,
                verdict,
                said.en,
                said.ja,
                *((rule.advice.en, rule.advice.ja) if verdict != "pass" else (None, None)),
            )
            for code, (verdict, said) in check.outcomes.items()
        ],
        schema=["code", "verdict", "reason_en", "reason_ja", "advice_en", "advice_ja"],
        schema_overrides=dict.fromkeys(("advice_en", "advice_ja"), pl.String),
        orient="row",
    )
    named = {f"_{n}": getattr(check, n) for n in ("word", "wanted")}
    about = [(pl.col(c) if c else pl.lit(None)).cast(pl.String()).alias(n) for n, c in named.items()]
    told = known.select("_row", "campaign_id", "thing", check.code().alias("code"), *about).join(
        outcomes, on="code", how="left", validate="m:1", maintain_order="left"
    )
    if not passes:
        told = told.filter(pl.col("verdict") != "pass")
    is_worse = pl.col("verdict").is_in(["warn", "fail"])
    return told.with_columns(
        pl.lit(rule.rule).alias("rule"),
        pl.lit(1, pl.Int64).alias("nth"),
        pl.lit(rule.version, pl.Int64).alias("rule_version"),
        pl.when(pl.col("verdict") != "pass").then(pl.lit(check.form, pl.String)).alias("_form"),
        pl.when(is_worse).then("_word").alias("_word"),
        pl.when(is_worse).then(pl.col("_wanted").str.extract(r"^([^\n]*)")).alias("wanted"),
    ).drop("_wanted")


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _by_literal(entries: tuple[Entry, ...]) -> dict[str, list[int]]:
    """Which entries, by their place, each literal may lead to."""
    found: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        for literal in entry.literals:
            found.setdefault(literal, []).append(place)
    return found


def _suspects(known: pl.DataFrame, leads: dict[str, list[int]]) -> pl.DataFrame:
    """The texts in which a literal of an entry stands, with ``_literals``: which."""
    literals = sorted(leads)
    if not literals:
        return known.clear().with_columns(pl.lit(None, pl.List(pl.String)).alias("_literals"))
    folded = pl.col("folded")
    return (
        known.filter(folded.str.contains_any(literals).fill_null(value=False))
        .select("_row", "campaign_id", "thing", "text", "folded", "permitted")
        .with_columns(folded.str.extract_many(literals, overlapping=True).list.unique().alias("_literals"))
    )


def _entries(entries: tuple[Entry, ...], leads: dict[str, list[int]], literals: list[str], folded: str) -> list[Entry]:
    """The entries, in their order, whose pattern matches a text that holds these literals."""
    places = sorted({place for literal in literals for place in leads[literal]})
    return [entries[place] for place in places if _pattern(entries[place].pattern).search(folded)]


def _worded(known: pl.DataFrame, rule: Rule, check: Words, *, passes: bool) -> pl.DataFrame:
    """A rule by dictionary: a row per place found, else a pass; a text that is cut off or not known is no pass."""
    rows: list[dict[str, object]] = []
    leads = _by_literal(check.entries)
    for row in _suspects(known, leads).iter_rows(named=True):
        entries = _entries(check.entries, leads, row["_literals"], row["folded"])
        for nth, hit in enumerate(hits(row["text"], entries, row["permitted"]) if entries else (), start=1):
            rows.append(
                {**hit, "_row": row["_row"], "campaign_id": row["campaign_id"], "thing": row["thing"], "nth": nth}
            )
    found = pl.DataFrame(
        rows,
        schema={
            "_row": pl.UInt32,
            **{c: FINDINGS[c].type.dtype for c in FINDINGS.columns if c not in ("rule", "rule_version", "share")},
        },
    )
    parts = [found]
    cut = pl.col("text").is_null() | pl.col("text_is_truncated").fill_null(value=False)
    others = known.select("_row", "campaign_id", "thing", cut.alias("_cut")).join(found, on="_row", how="anti")
    if not passes:
        others = others.filter("_cut")
    parts.append(
        others.select(
            "_row",
            "campaign_id",
            "thing",
            pl.lit(1, pl.Int64).alias("nth"),
            pl.when("_cut").then(pl.lit("unknown")).otherwise(pl.lit("pass")).alias("verdict"),
            pl.when("_cut").then(pl.lit("cut")).otherwise(pl.lit("clean")).alias("code"),
            pl.when("_cut").then(pl.lit(_CUT[0])).otherwise(pl.lit(_CLEAN[0])).alias("reason_en"),
            pl.when("_cut").then(pl.lit(_CUT[1])).otherwise(pl.lit(_CLEAN[1])).alias("reason_ja"),
        )
    )
    return pl.concat(parts, how="diagonal").with_columns(
        pl.lit(rule.rule).alias("rule"), pl.lit(rule.version, pl.Int64).alias("rule_version")
    )


_CUT = (
    "The text is cut off or not known: nothing was found in the part that is.",
    "本文の一部しか取得できていません。取得できた範囲では該当する表現はありません。",
)
_CLEAN = ("No such wording stands there.", "該当する表現は見つかりませんでした。")


_PLACES = 100
"""Places of one entry in one text that are looked at: nobody but a machine writes more."""


def hits(written: str, entries: Sequence[Entry], permitted: str | None = None) -> list[dict[str, object]]:
    """Every place of a text that an entry matches, in order, as columns of :data:`FINDINGS`.

    Of matches that lie in one another only the gravest, longest is told. ``permitted``: wording that this product may
    use, one a line.
    """
    folded = fold(written)
    allowed = tuple(p for p in (fold(line).text.strip() for line in (permitted or "").splitlines()) if p)
    places = [
        (m.start(), m.end(), entry, lowered(folded.text, m.start(), m.end(), entry, allowed))
        for entry in entries
        if any(literal in folded.text for literal in entry.literals)
        for m in islice(_pattern(entry.pattern).finditer(folded.text), _PLACES)
        if m.end() > m.start()
    ]
    places.sort(key=lambda p: (-VERDICTS.index(p[3][0]), p[0] - p[1], p[0], p[2].entry))
    kept: list[tuple[int, int, Entry, tuple[Verdict, str | None]]] = []
    for place in places:
        if not any(place[0] < end and start < place[1] for start, end, *_ in kept):
            kept.append(place)
    return [_hit(folded, *place) for place in sorted(kept, key=lambda p: p[:2])]


def _hit(folded: Folded, start: int, end: int, entry: Entry, told: tuple[Verdict, str | None]) -> dict[str, object]:
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


def _pointed(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The findings of column rules with the place that they point at, where the text has one."""
    if "_form" not in rows.columns:
        return rows
    asked = rows.filter(pl.any_horizontal(pl.col("_form", "_word").is_not_null())).select("_row", "_form", "_word")
    begins = known.select("_row", "text", *(pl.col(f"{form}_at").alias(form) for form in FORMS))
    texts = (
        asked.unique()
        .join(begins, on="_row", how="left", validate="m:1")
        .with_columns(pl.coalesce(pl.when(pl.col("_form") == form).then(form) for form in FORMS).alias("_at"))
    )
    there = texts.filter(pl.any_horizontal(pl.col("_at", "_word").is_not_null()) & pl.col("text").is_not_null())
    places = [
        (row, form, word, *place)
        for row, form, word, written, at in there.select("_row", "_form", "_word", "text", "_at").iter_rows()
        if (place := _place(written, form, word, at)) is not None
    ]
    found = pl.DataFrame(
        places,
        schema={
            "_row": pl.UInt32,
            "_form": pl.String,
            "_word": pl.String,
            "_s": pl.Int64,
            "_e": pl.Int64,
            "_q": pl.String,
        },
        orient="row",
    )
    return (
        rows.join(
            found,
            on=["_row", "_form", "_word"],
            how="left",
            validate="m:1",
            nulls_equal=True,
            maintain_order="left",
        )
        .with_columns(
            pl.coalesce("span_start", "_s").alias("span_start"),
            pl.coalesce("span_end", "_e").alias("span_end"),
            pl.coalesce("quote", "_q").alias("quote"),
        )
        .join(known.select("_row", "length"), on="_row", how="left", validate="m:1", maintain_order="left")
        .with_columns((pl.col("span_start") / pl.when(pl.col("length") > 0).then("length")).alias("share"))
    )


_other = re.compile("|".join(re.escape(name) for name in OTHER))


def _place(written: str, form: str | None, word: str | None, at: int | None) -> tuple[int, int, str] | None:
    """Where a word, else a form stands in the text as written; ``at`` is where the form begins in the folded text."""
    folded = fold(written)
    if word is not None and (place := place_of(word, folded.text)) is not None:
        span = folded.span(*place)
        return *span, folded.original[slice(*span)]
    if form is None or at is None:
        return None
    shown = _other.sub(lambda m: OTHER[m.group()], folded.text)
    match = _pattern(FORMS[form]).match(shown, at) or _pattern(FORMS[form]).search(shown)
    if match is None:
        return None
    span = folded.span(*match.span())
    return *span, folded.original[slice(*span)]
