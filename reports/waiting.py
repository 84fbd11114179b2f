"""What waits for a person: each with its reason in figures, the most pressing first."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from reports.nights import nights
from reports.overview import overview
from reports.reading import Reading


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that somebody should do. ``tone``: act (now), warn (soon) or good (nothing to do)."""

    tone: Literal["act", "warn", "good"]
    pill: str
    title: str
    text: str


def tasks(reading: Reading) -> list[Task]:
    """What waits, by urgency; a single quiet entry if nothing does."""
    found = [task for task in (_unrun(reading), _pending(reading), _held(reading), _missing_nights(reading)) if task]
    found += [task for task in (_unposted(reading), _costs(reading), _access(reading)) if task]
    _ = reading.gettext
    if found:
        # stable: within a tone the order above stays
        return sorted(found, key=lambda task: task.tone != "act")
    return [Task("good", _("Nothing to do"), _("Nothing waits for you"), _("No gap and no open decision was found."))]


def _unrun(reading: Reading) -> Task | None:
    _, n_ = reading.gettext, reading.ngettext
    brief = overview(reading)
    found = nights(reading.figures, brief)
    if not found.unrun:
        return None
    number = len(found.unrun)
    return Task(
        "warn" if brief.is_over else "act",
        _("Check"),
        n_("%(num)s night was not run", "%(num)s nights were not run", number),
        _("Nothing was asked on these nights. Clicks and orders can be asked for later, counters cannot.")
        if brief.is_over
        else _(
            "Nothing was asked on these nights, and counters cannot be asked for later: see that every night is run."
        ),
    )


def _pending(reading: Reading) -> Task | None:
    _, n_ = reading.gettext, reading.ngettext
    number = reading.figures.pending.height
    if not number:
        return None
    return Task(
        "act",
        _("Decide"),
        n_("Confirm or reject %(num)s post", "Confirm or reject %(num)s posts", number),
        _("They may belong to the campaign. Until posts.csv says so, none of their figures count."),
    )


def _held(reading: Reading) -> Task | None:
    _, n_ = reading.gettext, reading.ngettext
    rows = reading.figures.rejected.filter(pl.col("severity") == "critical")["rows"].sum()
    if not rows:
        return None
    return Task(
        "warn",
        _("Check"),
        n_("%(num)s row was held back", "%(num)s rows were held back", int(rows)),
        _("They broke a rule and are in none of the figures. Their reasons stand under Data quality."),
    )


def _missing_nights(reading: Reading) -> Task | None:
    _, n_ = reading.gettext, reading.ngettext
    found = nights(reading.figures, overview(reading))
    if not found.gaps:
        return None
    sources = reading.formats.listed([reading.source(s) for s in found.gap_sources])
    return Task(
        "warn",
        _("Check"),
        n_("%(num)s night has a gap", "%(num)s nights have gaps", len(found.gaps)),
        _(
            "Not everything that was asked for came from: %(sources)s. Figures of those days are incomplete.",
            sources=sources,
        ),
    )


def _unposted(reading: Reading) -> Task | None:
    _, n_ = reading.gettext, reading.ngettext
    brief = overview(reading)
    open_posts = (brief.promised or 0) - brief.posts
    if open_posts <= 0:
        return None
    text = (
        _("The campaign is over: ask whether they went up unseen, or were not posted.")
        if brief.is_over
        else _("They have not been seen yet; the campaign runs until %(day)s.", day=reading.formats.day(brief.ends_on))
    )
    return Task(
        "act" if brief.is_over else "warn",
        _("Follow up"),
        n_("%(num)s promised post is open", "%(num)s promised posts are open", open_posts),
        text,
    )


def _costs(reading: Reading) -> Task | None:
    _, n_ = reading.gettext, reading.ngettext
    number = reading.figures.influencers["cost"].null_count()
    if not number:
        return None
    return Task(
        "warn",
        _("Fill in"),
        n_("The cost of %(num)s creator is not known", "The cost of %(num)s creators is not known", number),
        _("A cell of a cost column in roster.csv is empty. Unknown is not zero, so costs per result leave them out."),
    )


def _access(reading: Reading) -> Task | None:
    _, n_ = reading.gettext, reading.ngettext
    number = reading.figures.posts.filter(pl.col("missing").fill_null("").str.contains("=no_access")).height
    if not number:
        return None
    return Task(
        "warn",
        _("Ask for access"),
        n_("%(num)s post hides its reach from us", "%(num)s posts hide their reach from us", number),
        _("Their creators have given no access to insights, so reach and saves are unknown, not zero."),
    )
