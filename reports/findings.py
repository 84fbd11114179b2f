"""What the rules say of this campaign's posts, in readers' words: possible breach, please check, cannot be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

import polars as pl

from reports import kept
from reports.reading import Reading, rows_of, said_in

Level = Literal["fail", "warn", "unknown", "pass", "unchecked"]
LEVELS: tuple[Level, ...] = ("fail", "warn", "unknown", "pass", "unchecked")
_BY_NAME: Mapping[str, Level] = {level: level for level in LEVELS}
SIGNS: Mapping[Level, str] = {"fail": "!", "warn": "!", "unknown": "?", "pass": "✓", "unchecked": "·"}
AROUND = 24
"""Characters of a caption that are shown on either side of the words a finding points at."""
_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """One open finding. ``before``, ``quote``, ``after``: the words in their place, as far as the caption is known."""

    level: Level
    subject: str
    name: str
    about: str
    anchor: str
    title: str
    reason: str
    before: str
    quote: str
    after: str
    rule: str
    law: str
    source: str
    action: str
    who: str
    due_on: date | None
    influencer_id: str
    message_id: str


def word(reading: Reading, level: Level) -> str:
    """The level as it is said: never that something is illegal."""
    _ = reading.gettext
    return {
        "fail": _("Possible breach"),
        "warn": _("Please check"),
        "unknown": _("Cannot be told"),
        "pass": _("No concern"),
        "unchecked": _("Not checked"),
    }[level]


def levels(reading: Reading) -> list[Level]:
    """What is said of each post of the campaign, in the order of its posts."""
    checks = reading.figures.compliance_checks.filter(pl.col("is_current") & (pl.col("subject") == "post"))
    said = {(c["platform"], c["post_id"]): c["verdict"] for c in checks.iter_rows(named=True)}
    settled = _settled(reading)
    return [
        _level(said.get(key), key in settled) for key in reading.figures.posts.select("platform", "post_id").iter_rows()
    ]


def _settled(reading: Reading) -> set[tuple[str, str]]:
    """Posts of which every finding was resolved by a person."""
    findings = reading.figures.compliance_findings.filter(
        (pl.col("subject") == "post") & (pl.col("verdict") != "unknown")
    )
    open_ = findings.filter(pl.col("state") == "open")
    return set(findings.select("platform", "post_id").iter_rows()) - set(
        open_.select("platform", "post_id").iter_rows()
    )


def _level(verdict: str | None, is_settled: bool) -> Level:  # noqa: FBT001 - two facts of one post, never told apart
    if verdict is None:
        return "unchecked"
    if verdict in {"fail", "warn"} and is_settled:
        return "pass"
    return _BY_NAME.get(verdict, "unknown")


def open_findings(reading: Reading) -> list[Finding]:
    """Open findings that somebody should act on, the gravest and most pressing first."""
    figures = reading.figures
    posts = {(str(p["platform"]), str(p["post_id"])): (n, p) for n, p in enumerate(rows_of(figures.posts))}
    tasks: dict[str, dict[str, object]] = {}
    for task in rows_of(figures.compliance_tasks.sort("finding_id", "who")):
        tasks.setdefault(str(task["finding_id"]), task)
    links = kept.rows(figures)
    rows = rows_of(figures.compliance_findings.filter((pl.col("state") == "open") & (pl.col("verdict") != "unknown")))
    found = [
        (
            row["verdict"] != "fail",
            str((tasks.get(str(row["finding_id"])) or {}).get("due_on") or "9999"),
            posts.get((str(row["platform"]), str(row["post_id"])), (len(posts), None))[0],
            n,
        )
        for n, row in enumerate(rows)
    ]
    return [
        _finding(reading, rows[n], posts.get((str(rows[n]["platform"]), str(rows[n]["post_id"]))), tasks, links)
        for *_order, n in sorted(found)
    ]


def _finding(
    reading: Reading,
    row: Mapping[str, object],
    placed: tuple[int, dict[str, object]] | None,
    tasks: Mapping[str, Mapping[str, object]],
    links: Mapping[tuple[str, str], str],
) -> Finding:
    locale = reading.figures.locale
    task = tasks.get(str(row["finding_id"]))
    post = placed[1] if placed else None
    due = task["due_on"] if task else None
    action = said_in(task[f"what_{locale}"] if task else row[f"advice_{locale}"])
    before, quote, after = _in_place(row, post)
    return Finding(
        level="fail" if row["verdict"] == "fail" else "warn",
        subject=str(row["subject"]),
        name=_name(reading, row, post),
        about=_about(reading, row, post),
        anchor=links.get((str(row["platform"]), str(row["post_id"])), ""),
        title=said_in(row[f"title_{locale}"]),
        reason=said_in(row[f"reason_{locale}"]),
        before=before,
        quote=quote,
        after=after,
        rule=f"{said_in(row['rule'])} v{row['rule_version']}",
        law=said_in(row[f"law_{locale}"]),
        source=said_in(row["source"]),
        action=action,
        who=_who(reading, str(task["who"]) if task else ""),
        due_on=due if isinstance(due, date) else None,
        influencer_id=str(row["influencer_id"] or ""),
        message_id=str(task["message_id"] or "") if task else "",
    )


def _who(reading: Reading, who: str) -> str:
    _ = reading.gettext
    return {"influencer": _("Creator"), "brand": _("Brand"), "agency": _("Agency")}.get(who, "")


def _name(reading: Reading, row: Mapping[str, object], post: Mapping[str, object] | None) -> str:
    _ = reading.gettext
    if row["subject"] == "brief":
        return _("The brief itself")
    person = reading.person(row["influencer_id"])
    return person or (f"@{said_in(post['handle'])}" if post else said_in(row["post_id"]))


def _about(reading: Reading, row: Mapping[str, object], post: Mapping[str, object] | None) -> str:
    _ = reading.gettext
    if row["subject"] == "reuse":
        places = {
            "site": _("own site"),
            "lp": _("landing page"),
            "ad": _("advertisement"),
            "shop": _("shop"),
            "sns": _("own social account"),
        }
        place = places.get(str(row["place"]), _("another place"))
        return _("quoted: %(place)s, %(address)s", place=place, address=said_in(row["address"]))
    if post is None:
        return ""
    published = post["published_on"]
    parts = [reading.platform(post["platform"]), reading.format(post["format"])]
    if isinstance(published, date):
        parts.append(reading.formats.short_day(published))
    return " · ".join(parts)


def _in_place(row: Mapping[str, object], post: Mapping[str, object] | None) -> tuple[str, str, str]:
    """The words and what stands around them; only the words where the caption judged is not the one at hand."""
    quote = " ".join(said_in(row["quote"]).split())
    caption, start, end = (post or {}).get("caption"), row["span_start"], row["span_end"]
    same = (
        isinstance(caption, str)
        and sha256(caption.encode("utf-8", "surrogatepass")).hexdigest() == row["caption_sha256"]
    )
    if not quote:
        return (_cut(said_in(caption)), "", "") if same else ("", "", "")
    if not same or not isinstance(caption, str) or not isinstance(start, int) or not isinstance(end, int):
        return "", _cut(quote), ""
    before, after = _part(caption[max(start - AROUND, 0) : start]), _part(caption[end : end + AROUND])
    return (
        ("…" if start > AROUND else "") + before,
        _cut(quote),
        after + ("…" if end + AROUND < len(caption) else ""),
    )


def _part(text: str) -> str:
    """A part of a caption on one line; the space at its ends stays, as the words in between are apart from it."""
    inner = " ".join(said_in(text).split())
    return f"{' ' if text[:1].isspace() else ''}{inner}{' ' if inner and text[-1:].isspace() else ''}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTE else line[: _QUOTE - 1].rstrip("\u200d\ufe0f") + "…"
