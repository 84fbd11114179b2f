"""One square per post and a line per finding: what may break a rule, by which rule, and who mends it by when."""

from collections import Counter
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from reports.charts_people import stack
from reports.findings import LEVELS, SIGNS, Finding, Level, levels, open_findings, word
from reports.headlines import headline, marked
from reports.reading import Reading, rows_of, said_in
from reports.sources import Source, sources

ORDER = 90
MANY = 300
"""With more posts than this a bar per platform takes the place of a square per post."""
SHOWN = 8
FOLDED = 200
TEXTS = 30
_TONES: dict[Level, str] = {"fail": "fail", "warn": "warn", "unknown": "unknown", "pass": "pass", "unchecked": "none"}


@dataclass(frozen=True, slots=True)
class Count:
    """How many posts are at a level."""

    level: Level
    sign: str
    word: str
    number: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A platform's posts by level."""

    name: str
    said: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Line:
    """One finding, ready to be shown."""

    tone: str
    word: str
    due: str
    late: str
    it: Finding


@dataclass(frozen=True, slots=True)
class Letter:
    """A text to send."""

    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Guidelines and disclosure."""

    title: str
    finding: Markup
    lead: str
    squares: tuple[tuple[Level, str], ...]
    squares_label: str
    bars: tuple[Bar, ...]
    counts: tuple[Count, ...]
    lines: tuple[Line, ...]
    more: tuple[Line, ...]
    more_title: str
    letters: tuple[Letter, ...]
    letters_title: str
    laws: tuple[tuple[str, str], ...]
    sources: tuple[Source, ...]
    statement: str
    note: str


def facts(reading: Reading) -> Facts:
    """Posts in the order of publication; findings by gravity, then by when they are due."""
    _ = reading.gettext
    found = levels(reading)
    counts = Counter(found)
    lines = [_line(reading, finding) for finding in open_findings(reading)]
    is_long = len(found) > MANY
    told = tuple(
        Count(level, SIGNS[level], word(reading, level), reading.formats.count(counts[level]))
        for level in ("pass", "fail", "warn", "unknown", "unchecked")
        if counts[level]
    )
    letters = _letters(reading)
    more = len(lines) - SHOWN
    return Facts(
        title=_("Compliance"),
        finding=headline(_finding(reading, counts, lines), reading.figures.locale),
        lead=_lead(reading, is_long=is_long, is_checked=len(found) > counts["unchecked"]),
        squares=() if is_long or len(found) == counts["unchecked"] else tuple((level, SIGNS[level]) for level in found),
        squares_label=reading.formats.listed([f"{c.word} {c.number}" for c in told]),
        bars=_bars(reading, found) if is_long else (),
        counts=told,
        lines=tuple(lines[:SHOWN]),
        more=tuple(lines[SHOWN : SHOWN + FOLDED]),
        more_title=reading.ngettext("%(num)s further finding", "%(num)s further findings", more) if more > 0 else "",
        letters=letters,
        letters_title=reading.ngettext("%(num)s text to send", "%(num)s texts to send", len(letters)),
        sources=sources(reading, ("disclosure_rate", "guideline_rate")),
        laws=tuple(sorted({(f"{x.it.rule} {x.it.law}", x.it.source) for x in lines})),
        statement=_(
            "An aid, not legal advice. “No concern” means that no rule found anything, not that all is in order."
        ),
        note=_note(reading, max(more - FOLDED, 0)),
    )


def _finding(reading: Reading, counts: Counter[Level], lines: list[Line]) -> str:
    """What was found, the bad news in it; a level that no post is at is not named."""
    _, n_ = reading.gettext, reading.ngettext
    said = reading.formats.count
    every = sum(counts.values())
    judged = every - counts["unchecked"]
    elsewhere = sum(line.it.subject != "post" and line.it.level == "fail" for line in lines)
    if not every and not lines:
        return _("There is no post to check yet.")
    if not judged and not lines:
        return _("The posts were not checked against guidelines.")
    parts: list[str] = []
    if judged and counts["pass"] == judged:
        parts.append(
            n_(
                "No concern was found in %(num)s post checked.",
                "No concern was found in any of the %(num)s posts checked.",
                judged,
                num=marked(said(judged), "good"),
            )
        )
    elif judged:
        parts.append(_("%(ok)s of %(all)s posts raise no concern.", ok=said(counts["pass"]), all=said(judged)))
    if counts["fail"]:
        parts.append(_("%(num)s may break a rule.", num=marked(said(counts["fail"]), "bad")))
    if counts["warn"]:
        parts.append(_("%(num)s should be looked at.", num=marked(said(counts["warn"]))))
    if counts["unknown"]:
        parts.append(_("Of %(num)s it cannot be told.", num=said(counts["unknown"])))
    if elsewhere:
        number = marked(said(elsewhere), "bad")
        parts.append(
            n_(
                "Outside the posts, %(num)s place or agreement may break a rule.",
                "Outside the posts, %(num)s places or agreements may break a rule.",
                elsewhere,
                num=number,
            )
        )
    return ("" if reading.figures.locale == "ja" else " ").join(parts)


def _lead(reading: Reading, *, is_long: bool, is_checked: bool) -> str:
    _ = reading.gettext
    if not is_checked:
        return _("No rule was in force for these posts, or none of them has been read yet.")
    if is_long:
        return _("One bar per platform: its posts by what the rules say of their captions in force.")
    return _("One square per post, by day of publication: what the rules say of its caption in force.")


def _bars(reading: Reading, found: list[Level]) -> tuple[Bar, ...]:
    platforms: dict[str, list[Level]] = {}
    for platform, level in zip(reading.figures.posts["platform"], found, strict=True):
        platforms.setdefault(str(platform), []).append(level)
    return tuple(
        Bar(
            reading.platform(platform),
            reading.formats.listed(
                [f"{SIGNS[x]} {word(reading, x)} {reading.formats.count(own.count(x))}" for x in LEVELS if x in own]
            ),
            stack([(own.count(x) / len(own), _TONES[x]) for x in LEVELS]),
        )
        for platform, own in sorted(platforms.items())
    )


def _line(reading: Reading, finding: Finding) -> Line:
    due = reading.formats.short_day(finding.due_on) if finding.due_on else ""
    late = reading.gettext("overdue") if finding.due_on and finding.due_on < reading.figures.today else ""
    return Line("bad" if finding.level == "fail" else "warn", word(reading, finding.level), due, late, finding)


def _letters(reading: Reading) -> tuple[Letter, ...]:
    """Texts to send, one per message, in the reader's language; whom nobody writes to is left out."""
    locale = reading.figures.locale
    tasks = reading.figures.compliance_tasks.filter(
        (pl.col("state") == "open") & pl.col(f"text_{locale}").is_not_null()
    )
    found: dict[str, Letter] = {}
    for task in rows_of(tasks.sort("due_on", "finding_id", nulls_last=True)):
        key = str(task["message_id"] or task["finding_id"])
        to = reading.person(task["influencer_id"]) if task["influencer_id"] else ""
        found.setdefault(key, Letter(to, said_in(task[f"text_{locale}"])))
    return tuple(list(found.values())[:TEXTS])


def _note(reading: Reading, left_out: int) -> str:
    _ = reading.gettext
    checks = reading.figures.compliance_checks.filter("is_current")
    resolved = reading.figures.compliance_findings.filter(pl.col("state") == "resolved").height
    parts: list[str] = []
    if checks.height:
        most = checks.select(pl.col("rules_checked").max()).item()
        named = sorted({p for said in checks["profiles"] for p in str(said).split()})
        parts.append(
            _(
                "Checked by rule: up to %(rules)s rules per post (%(profiles)s). What was checked, under which version,"
                " is kept in marts.compliance_checks.",
                rules=reading.formats.count(most),
                profiles=reading.formats.listed(named),
            )
        )
    if resolved:
        parts.append(
            reading.ngettext(
                "%(num)s finding was resolved by a person.", "%(num)s findings were resolved by a person.", resolved
            )
        )
    if left_out:
        parts.append(
            reading.ngettext(
                "%(num)s more finding is in marts.compliance_findings.",
                "%(num)s more findings are in marts.compliance_findings.",
                left_out,
            )
        )
    return ("" if reading.figures.locale == "ja" else " ").join(parts)
