"""What is to be done about findings: by whom, until when, and what to write to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, Literal

import polars as pl

from transforms.compliance import Said
from transforms.compliance.letters import Letter, Point, one_line
from transforms.days import business_day, working_day
from transforms.inputs import Inputs
from transforms.labels import NAMES
from transforms.tables.compliance import TASKS

ONLY_THE_BRAND = frozenset({"BR-04", "ST-13"})
"""Rules whose findings no author can mend: the days that were agreed, and what the brief itself asks."""
_ROUTES = {"direct": "influencer", "agency_directed": "agency", "agency_platform": "agency"}


@dataclass(frozen=True, slots=True)
class Due:
    """Working days until a finding should be mended, by how grave it is."""

    fail: int = 1
    warn: int = 3

    def days(self, verdict: str) -> int:
        """Working days for a verdict."""
        return self.fail if verdict == "fail" else self.warn


AT_ONCE = Due()


def tasks(findings: pl.DataFrame, inputs: Inputs, *, as_of: datetime, zone: str, due: Due = AT_ONCE) -> pl.DataFrame:
    """marts.compliance_tasks: a row per finding that is ``warn`` or ``fail``, sorted by its key.

    ``findings``: marts.compliance_findings; where they have ``wanted``, that is asked for by name. Open findings of one
    post share one letter; what is resolved is in none. Due dates count from the day on which the finding's cause was
    learnt; letters name working days from their being read, so that they can be sent at any time.
    """
    found = _with_terms(findings.filter(pl.col("verdict").is_in(["warn", "fail"])), inputs)
    rows: list[dict[str, Any]] = []
    order = (*_OF_LETTER, pl.col("verdict") != "fail", "rule", "nth")
    for of, group in groupby(found.sort(order).iter_rows(named=True), key=lambda r: tuple(r[c] for c in _OF_LETTER)):
        members = list(group)
        message_id = sha256("\x1f".join(str(part) for part in of).encode()).hexdigest()[:16]
        still_open = [r for r in members if r["state"] == "open"]
        letter = _letter(still_open, due) if still_open else None
        for r in members:
            written = letter if r["state"] == "open" else None
            rows.append(_task(r, message_id, written, _due_on(r, zone, due), as_of))
    return pl.DataFrame(rows, schema=TASKS.schema).pipe(TASKS.conform).sort(TASKS.key)


_OF_LETTER = ("campaign_id", "subject", "subject_id", "who")
"""What one letter is about, and who reads it."""


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


def _task(
    row: Mapping[str, Any], message_id: str, letter: Said | None, due_on: date | None, as_of: datetime
) -> dict[str, Any]:
    about = _about(row)
    return {
        **{c: row[c] for c in ("campaign_id", "finding_id", "who", "influencer_id", "platform", "post_id", "verdict")},
        "what_en": f"{row['advice_en'] or row['reason_en']}{f' ({about.en})' if about else ''}",
        "what_ja": f"{row['advice_ja'] or row['reason_ja']}{f'({about.ja})' if about else ''}",
        "due_on": due_on,
        "message_id": message_id if letter else None,
        "text_en": letter.en if letter else None,
        "text_ja": letter.ja if letter else None,
        "state": row["state"],
        "as_of": as_of,
    }


def _due_on(row: Mapping[str, Any], zone: str, due: Due) -> date | None:
    since: datetime | None = row["first_known_at"]
    return working_day(business_day(since, zone), due.days(row["verdict"])) if since else None


def _about(row: Mapping[str, Any]) -> Said | None:
    """Which words, which lack or which place."""
    if row["quote"]:
        return Said(en=f"“{one_line(row['quote'])}”", ja=f"該当箇所:「{one_line(row['quote'])}」")
    if row["wanted"]:
        return Said(en=f"missing: {one_line(row['wanted'])}", ja=f"不足:{one_line(row['wanted'])}")
    if row["subject"] == "reuse" and row["address"]:
        return Said(en=one_line(row["address"]), ja=one_line(row["address"]))
    return None


def _letter(rows: list[dict[str, Any]], due: Due) -> Said | None:
    """One letter that names all open findings of a post; None where the brand itself has to act."""
    first = rows[0]
    who: Literal["influencer", "agency", "brand"] = first["who"]
    if who == "brand":
        return None
    platform = NAMES["platform"].get(first["platform"])
    return Letter(
        to=who,
        name=_named(first["name"]),
        handle=_named(first["handle"]),
        campaign=_named(first["campaign"]) or first["campaign_id"],
        brand=_named(first["brand"]) or first["campaign_id"],
        platform=platform.en if platform else None,
        posted_on=first["published_on"],
        link=_safe(first["permalink"]),
        days=min(due.days(r["verdict"]) for r in rows),
        points=_points(rows),
    ).write()


def _points(rows: list[dict[str, Any]]) -> list[Point]:
    """The findings, those that ask for the same thing as one."""
    asked: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        asked.setdefault(row["advice_ja"] or row["title_ja"], []).append(row)
    return [
        Point(
            Said(en=same[0]["advice_en"] or same[0]["title_en"], ja=advice),
            tuple(dict.fromkeys(Said(en=r["reason_en"], ja=r["reason_ja"]) for r in same)),
            tuple(dict.fromkeys(r["quote"] for r in same if r["quote"])),
            tuple(dict.fromkeys(r["wanted"] for r in same if r["wanted"])),
        )
        for advice, same in asked.items()
    ]


def _named(text: str | None) -> str | None:
    return one_line(text).lstrip("@") or None if text else None


def _safe(link: str | None) -> str | None:
    """An address that a letter may carry."""
    is_safe = link is not None and link.startswith("https://") and not any(c.isspace() for c in link)
    return link if is_safe else None
