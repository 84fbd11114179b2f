"""What is to be done about findings: by whom, until when, and what to write to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from typing import Literal, NamedTuple

import polars as pl

from transforms.compliance import Said
from transforms.compliance.letters import Letter, Point, one_line
from transforms.days import on_day
from transforms.inputs import Inputs
from transforms.labels import NAMES
from transforms.tables.compliance import TASKS
from transforms.workdays import WEEKDAYS, Workdays

ONLY_THE_BRAND = frozenset({"BR-04", "ST-13"})
"""Rules whose findings no author can mend: the days that were agreed, and what the brief itself asks."""
_ROUTES = {"direct": "influencer", "agency_directed": "agency", "agency_platform": "agency"}


@dataclass(frozen=True, slots=True)
class Due:
    """Working days until a finding should be mended, by how grave it is."""

    fail: int = 1
    warn: int = 3
    workdays: Workdays = WEEKDAYS

    def days(self, verdict: str) -> int:
        """Working days for a verdict."""
        return self.fail if verdict == "fail" else self.warn

    def on(self, since: date, verdict: str) -> date:
        """The day until which a finding whose cause was learnt on a day should be mended."""
        return self.workdays.after(since, self.days(verdict))


AT_ONCE = Due()


def tasks(findings: pl.DataFrame, inputs: Inputs, *, as_of: datetime, zone: str, due: Due = AT_ONCE) -> pl.DataFrame:
    """marts.compliance_tasks: a row per finding that is ``warn`` or ``fail``, sorted by its key.

    ``findings``: marts.compliance_findings; where they have ``wanted``, that is asked for by name. Open findings of one
    post share one letter; what is resolved is in none. Due dates count from the day on which the finding's cause was
    learnt; letters name working days from their being read, so that they can be sent at any time.
    """
    found = _with_terms(findings.filter(pl.col("verdict").is_in(["warn", "fail"])), inputs)
    asked = found.filter((pl.col("state") == "open") & (pl.col("who") != "brand"))
    letters = pl.DataFrame(list(_letters(asked, due)), schema=_LETTERS, orient="row")
    return (
        _dated(found, zone, due)
        .join(letters, on=[*_OF_LETTER, "state"], how="left", validate="m:1", nulls_equal=True)
        .with_columns(*_what(found), pl.lit(as_of).alias("as_of"))
        .sort(TASKS.key)
        .pipe(TASKS.conform)
    )


_OF_LETTER = ("campaign_id", "subject", "subject_id", "who")
"""What one letter is about, and who reads it."""
_LETTERS: dict[str, pl.DataType] = dict.fromkeys(
    (*_OF_LETTER, "state", "message_id", "text_en", "text_ja"), pl.String()
)


def _with_terms(findings: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """The findings with ``who`` must act and what a letter names: author, handle, campaign and brand."""
    by = ["campaign_id", "influencer_id", "platform"]
    terms = inputs.contracts.sort(*by, "handle").unique(by, keep="first", maintain_order=True)
    author = pl.col("subject") == "post"
    told = findings if "wanted" in findings.columns else findings.with_columns(wanted=pl.lit(None, pl.String()))
    return (
        told.join(terms.select(*by, "route", "handle"), on=by, how="left", validate="m:1")
        .join(inputs.influencers.select("influencer_id", "name"), on="influencer_id", how="left", validate="m:1")
        .join(
            inputs.campaigns.select("campaign_id", pl.col("name").alias("campaign"), "brand"),
            on="campaign_id",
            how="left",
            validate="m:1",
        )
        .with_columns(
            pl.when(author & ~pl.col("rule").is_in(sorted(ONLY_THE_BRAND)))
            .then(pl.col("route").replace_strict(_ROUTES, default="brand", return_dtype=pl.String()))
            .otherwise(pl.lit("brand"))
            .alias("who")
        )
    )


def _dated(found: pl.DataFrame, zone: str, due: Due) -> pl.DataFrame:
    """The findings with ``due_on``, worked out once for each day on which causes were learnt."""
    rows = found.with_columns(on_day("first_known_at", zone).alias("_since"))
    days = rows.select("_since", "verdict").drop_nulls().unique()
    ends = [due.on(since, verdict) for since, verdict in days.rows()]
    return rows.join(
        days.with_columns(pl.Series("due_on", ends, pl.Date())), on=["_since", "verdict"], how="left", validate="m:1"
    )


def _what(found: pl.DataFrame) -> Iterator[pl.Expr]:
    """Expressions: what is to do in both languages, and at which words, for which lack or in which place."""
    quote, wanted, address = (_in_one_line(found[c]) for c in ("quote", "wanted", "address"))
    for language, at_words, missing, in_place in (
        ("en", " (“{}”)", " (missing: {})", " ({})"),
        ("ja", "(該当箇所:「{}」)", "(不足:{})", "({})"),
    ):
        about = (
            pl.when(_is_said("quote"))
            .then(pl.format(at_words, quote))
            .when(_is_said("wanted"))
            .then(pl.format(missing, wanted))
            .when((pl.col("subject") == "reuse") & _is_said("address"))
            .then(pl.format(in_place, address))
            .otherwise(pl.lit(""))
        )
        advice, why = f"advice_{language}", f"reason_{language}"
        yield (pl.when(_is_said(advice)).then(advice).otherwise(why) + about).alias(f"what_{language}")


def _is_said(column: str) -> pl.Expr:
    return pl.col(column).str.len_bytes() > 0


def _in_one_line(texts: pl.Series) -> pl.Expr:
    shown = {text: one_line(text) for text in texts.unique().drop_nulls()}
    return pl.col(texts.name).replace_strict(shown, default=None, return_dtype=pl.String())


class _About(NamedTuple):
    """What a letter says at its beginning."""

    campaign_id: str
    subject: str
    subject_id: str
    who: Literal["influencer", "agency"]
    name: str | None
    handle: str | None
    campaign: str | None
    brand: str | None
    platform: str
    published_on: date | None
    permalink: str | None


class _Asked(NamedTuple):
    """What it says of a finding."""

    verdict: str
    title_en: str
    title_ja: str
    advice_en: str | None
    advice_ja: str | None
    reason_en: str
    reason_ja: str
    quote: str | None
    wanted: str | None


def _letters(found: pl.DataFrame, due: Due) -> Iterator[tuple[object, ...]]:
    """Rows of :data:`_LETTERS`: a letter per post and reader, which names all findings."""
    rows = found.sort(*_OF_LETTER, pl.col("verdict") != "fail", "rule", "nth")
    said = zip(
        map(_About._make, rows.select(_About._fields).iter_rows()),
        map(_Asked._make, rows.select(_Asked._fields).iter_rows()),
        strict=True,
    )
    for of, group in groupby(said, key=lambda row: row[0][: len(_OF_LETTER)]):
        members = list(group)
        letter = _letter(members[0][0], tuple(asked for _, asked in members), due)
        yield *of, "open", sha256("\x1f".join(map(str, of)).encode()).hexdigest()[:16], letter.en, letter.ja


def _letter(about: _About, findings: tuple[_Asked, ...], due: Due) -> Said:
    platform = NAMES["platform"].get(about.platform)
    return Letter(
        to=about.who,
        name=_named(about.name),
        handle=_named(about.handle),
        campaign=_named(about.campaign) or about.campaign_id,
        brand=_named(about.brand) or about.campaign_id,
        platform=platform.en if platform else None,
        posted_on=about.published_on,
        link=_safe(about.permalink),
        days=min(due.days(asked.verdict) for asked in findings),
        points=_points(findings),
    ).write()


@lru_cache(maxsize=4096)
def _points(findings: tuple[_Asked, ...]) -> tuple[Point, ...]:
    """The findings, those that ask for the same thing as one."""
    asked: dict[str, list[_Asked]] = {}
    for finding in findings:
        asked.setdefault(finding.advice_ja or finding.title_ja, []).append(finding)
    return tuple(
        Point(
            Said(en=same[0].advice_en or same[0].title_en, ja=advice),
            tuple(dict.fromkeys(Said(en=f.reason_en, ja=f.reason_ja) for f in same)),
            tuple(dict.fromkeys(f.quote for f in same if f.quote)),
            tuple(dict.fromkeys(f.wanted for f in same if f.wanted)),
        )
        for advice, same in asked.items()
    )


@lru_cache(maxsize=4096)
def _named(text: str | None) -> str | None:
    return one_line(text).lstrip("@") or None if text else None


def _safe(link: str | None) -> str | None:
    """An address that a letter may carry."""
    is_safe = link is not None and link.startswith("https://") and not any(c.isspace() for c in link)
    return link if is_safe else None
