"""What waits for a person: each with its reason in figures, the most pressing first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import polars as pl

from reports import anchors
from reports.duties import SOON, Role, due_on, owner
from reports.headlines import Tone, marked
from reports.nights import nights
from reports.overview import overview
from reports.reading import Reading, said_in


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that somebody should do. ``tone``: act (now), warn (soon) or good (nothing to do, or go on).

    ``owner`` and ``due`` are words, both empty where there is nothing to do; ``anchor``: where the page says more.
    """

    tone: Literal["act", "warn", "good"]
    pill: str
    title: str
    text: str
    owner: str = ""
    due: str = ""
    due_on: date | None = None
    anchor: str = ""


def tasks(reading: Reading) -> list[Task]:
    """What waits, by urgency; a single quiet entry if nothing does."""
    found = [assigned(reading, one, role, anchor) for find, role, anchor in _KINDS for one in (find(reading),) if one]
    _ = reading.gettext
    if found:
        # stable: within a tone the order above stays
        return sorted(found, key=lambda one: one.tone != "act")
    return [Task("good", _("Nothing to do"), _("Nothing waits for you"), _("No gap and no open decision was found."))]


def assigned(reading: Reading, one: Task, role: Role, anchor: str, *, later: int = SOON) -> Task:
    """A thing to do with who does it by when: what is urgent today, the rest so many working days later."""
    today = due_on(reading)
    day = one.due_on or (today if one.tone == "act" else due_on(reading, later))
    due = reading.formats.day(day)
    if day < today:
        due = reading.gettext("%(today)s (overdue since %(day)s)", today=reading.formats.day(today), day=due)
    return replace(one, owner=owner(reading, role), due=due, due_on=day, anchor=anchor)


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


def open_tasks(reading: Reading, verdict: str) -> pl.DataFrame:
    """Open tasks about findings of a verdict: fail (may be a breach) or warn (a person should look)."""
    tasks = reading.figures.compliance_tasks
    return tasks.filter((pl.col("state") == "open") & (pl.col("verdict") == verdict))


def subjects(reading: Reading, rows: pl.DataFrame, *, tone: Tone | None = None) -> str:
    """What tasks are about: posts, and places of the brand's own that quote posts; empty if there is none.

    ``tone``: the numbers are marked, for a headline.
    """
    _, n_ = reading.gettext, reading.ngettext
    found = reading.figures.compliance_findings.filter(pl.col("subject") == "reuse")["finding_id"].to_list()
    quoted = pl.col("finding_id").is_in(found)
    posts = rows.filter(~quoted).select("platform", "post_id").n_unique()
    places = rows.filter(quoted)["finding_id"].n_unique()

    def number(count: int) -> str:
        said = reading.formats.count(count)
        return said if tone is None else marked(said, tone)

    said = [n_("%(num)s post", "%(num)s posts", posts, num=number(posts))] if posts else []
    said += [n_("%(num)s reuse of a post", "%(num)s reuses of posts", places, num=number(places))] if places else []
    return _("%(first)s and %(second)s", first=said[0], second=said[1]) if len(said) == 2 else "".join(said)


def _breaches(reading: Reading) -> Task | None:
    """What may breach a rule: each has a text that asks for its correction."""
    _, rows = reading.gettext, open_tasks(reading, "fail")
    what = subjects(reading, rows)
    return _compliance(reading, rows, Task("act", _("Do today"), _("Have %(what)s put right", what=what), ""))


def _doubts(reading: Reading) -> Task | None:
    """What a person should look at: the rules cannot decide alone."""
    _, rows = reading.gettext, open_tasks(reading, "warn")
    what = subjects(reading, rows)
    return _compliance(reading, rows, Task("warn", _("Check"), _("Please check %(what)s", what=what), ""))


def _compliance(reading: Reading, rows: pl.DataFrame, made: Task) -> Task | None:
    """The task with what is to do first and the day on which that is due."""
    if rows.is_empty():
        return None
    _ = reading.gettext
    what = list(dict.fromkeys(said_in(w) for w in rows.sort("due_on", "finding_id")[f"what_{reading.figures.locale}"]))
    more = reading.formats.count(len(what) - 1)
    text = _("%(first)s And %(more)s more.", first=what[0], more=more) if len(what) > 1 else what[0]
    first = rows["due_on"].min()
    return replace(made, text=text, due_on=first if isinstance(first, date) else None)


_KINDS: tuple[tuple[Callable[[Reading], Task | None], Role, str], ...] = (
    (_breaches, "compliance", "compliance"),
    (_unrun, "data", "quality"),
    (_pending, "casting", "delivery"),
    (_doubts, "compliance", "compliance"),
    (_held, "data", "quality"),
    (_missing_nights, "data", "quality"),
    (_unposted, "casting", "delivery"),
    (_costs, "planning", anchors.CREATORS),
    (_access, "casting", "quality"),
)
"""What may wait, whose it is and where the page says more; of two that are as urgent, the first stands first."""
