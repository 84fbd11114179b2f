"""What the figures lack: nights, metrics and rows, each with its reason, and what may still move."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from reports import changes, signs
from reports.charts import strip
from reports.headlines import headline, marked
from reports.nights import Nights, State, nights
from reports.overview import overview
from reports.reading import Cell, Grid, Head, Reading, reasons_in, rows_of, said_in
from reports.sections.verdict import not_run
from reports.wording import refused, rule

ORDER = 120
PART_OF = "method"


@dataclass(frozen=True, slots=True)
class Facts:
    """The gaps."""

    title: str
    finding: Markup
    lead: str
    nights: Grid
    standing: tuple[str, ...]
    missing: Grid
    rejected: Grid
    decisions: tuple[str, ...]
    changes: tuple[str, ...]
    by_hand: str
    two_ways: str
    nothing_missing: str
    nothing_rejected: str


def facts(reading: Reading) -> Facts:
    """Nights by source, unknown metrics by reason, rows held back by rule, decisions of the runs."""
    _ = reading.gettext
    found = nights(reading.figures, overview(reading))
    return Facts(
        title=_("Data quality"),
        finding=headline(_finding(reading, found), reading.figures.locale),
        lead=_lead(reading, found),
        nights=_nights(reading, found),
        standing=_standing(reading, found),
        missing=_missing(reading),
        rejected=_rejected(reading),
        decisions=tuple(said_in(row["message"]) for row in rows_of(reading.figures.decisions)),
        changes=changes.said(reading),
        by_hand=signs.by_hand(reading),
        two_ways=signs.two_ways(reading),
        nothing_missing=_("Every confirmed post told every figure that was asked of it."),
        nothing_rejected=_("No row was held back."),
    )


def _finding(reading: Reading, found: Nights) -> str:
    _ = reading.gettext
    if not found.every:
        return _("No night has been recorded for this campaign.")
    said = reading.formats.count(len(found.every))
    lacking = marked(reading.formats.count(len(found.gaps)), "bad")
    if found.unrun:
        first = not_run(reading, found, marked(reading.formats.count(len(found.unrun)), "bad"))
        if not found.gaps:
            return first
        gap = "" if reading.figures.locale == "ja" else " "
        return first + gap + _("%(lacking)s more did not bring everything.", lacking=lacking)
    if not found.gaps and not found.standing and not found.unborn:
        return _("All %(nights)s nights brought everything that was asked for.", nights=marked(said, "good"))
    if not found.gaps:
        return _("No night failed: all %(nights)s brought what could be had.", nights=marked(said, "good"))
    return _(
        "%(lacking)s of %(nights)s nights did not bring everything that was asked for.", lacking=lacking, nights=said
    )


def _lead(reading: Reading, found: Nights) -> str:
    _ = reading.gettext
    if reading.figures.edition != "final":
        day = reading.formats.full_day(overview(reading).final_on)
        return _("Provisional until %(day)s: platforms restate counts, and orders may be refunded.", day=day)
    if found.unrun:
        return _("No more figures are awaited, but those of nights that were not run are missing for good.")
    return _("The figures are final.")


def _standing(reading: Reading, found: Nights) -> tuple[str, ...]:
    """What no night could bring: said once, with its nights, and not held against them."""
    said: list[str] = []
    for one in found.standing:
        source = reading.source(one.source)
        number = reading.ngettext("%(num)s account", "%(num)s accounts", one.number)
        is_throughout = one.nights >= len(found.every) - len(found.unrun)
        said.append(
            reading.gettext(
                "%(source)s: no access to %(number)s, or no longer there. The figures are unknown on all nights.",
                source=source,
                number=number,
            )
            if is_throughout
            else reading.gettext(
                "%(source)s: no access to %(number)s, or no longer there, on %(nights)s nights from %(first)s to"
                " %(last)s. The figures of those nights are unknown.",
                source=source,
                number=number,
                nights=reading.formats.count(one.nights),
                first=reading.formats.day(one.first),
                last=reading.formats.day(one.last),
            )
        )
    said += [
        reading.gettext(
            "%(source)s: %(number)s links or accounts were not found on %(nights)s nights from %(first)s to %(last)s,"
            " and found later: they did not exist yet.",
            source=reading.source(one.source),
            number=reading.formats.count(one.number),
            nights=reading.formats.count(one.nights),
            first=reading.formats.day(one.first),
            last=reading.formats.day(one.last),
        )
        for one in found.unborn
    ]
    if said:
        said.append(reading.gettext("Links and accounts are counted over all campaigns that are asked together."))
    return tuple(said)


def _nights(reading: Reading, found: Nights) -> Grid:
    _ = reading.gettext
    states: dict[State, str] = {
        "whole": _("complete"),
        "part": _("partial"),
        "lost": _("failed"),
        "unrun": _("not run"),
    }
    rows: list[tuple[Cell, ...]] = []
    for own in sorted(found.sources, key=lambda s: s.source):
        runs: list[tuple[str, int, str]] = []
        for _state, together in groupby(own.states.items(), key=lambda night: night[1]):
            (first, state), *others = together
            days = [reading.formats.day(day) for day in (first, *(day for day, _same in others))]
            span = days[0] if len(days) == 1 else reading.formats.span(days[0], days[-1])
            runs.append((state, len(days), f"{span}: {states[state]}"))
        counts = Counter(own.states.values())
        reasons = [refused(reading, reason) for reason in own.reasons]
        rows.append(
            (
                reading.words(
                    reading.source(own.source),
                    sub=shortened_reasons(list(dict.fromkeys(r.text for r in reasons if r.text))),
                    quoted=shortened_reasons([r.quoted for r in reasons if r.quoted]),
                ),
                Cell("", chart=strip(runs)),
                *(reading.number(counts[state], "count") for state in states),
                Cell(
                    f"{reading.formats.count(own.got)} / {reading.formats.count(own.expected)}",
                    sort=repr(own.got),
                    value=float(own.got),
                    numeric=True,
                ),
            )
        )
    return Grid(
        label=_("Nights by source"),
        heads=(
            Head(_("Source")),
            Head(_("Nights")),
            Head(_("Complete"), numeric=True),
            Head(_("Partial"), numeric=True),
            Head(_("Failed"), numeric=True),
            Head(_("Not run"), numeric=True),
            Head(_("Answered / asked"), numeric=True),
        ),
        rows=tuple(rows),
    )


def shortened_reasons(reasons: list[str], most: int = 2) -> str:
    """The first reasons, and a sign that there are more."""
    return " / ".join(reasons[:most]) + (" …" if len(reasons) > most else "")


def _missing(reading: Reading) -> Grid:
    _ = reading.gettext
    found: Counter[tuple[str, str, str]] = Counter()
    every: Counter[str] = Counter()
    for platform, missing in reading.figures.posts.select("platform", "missing").rows():
        every[platform] += 1
        for metric, reason in reasons_in(missing).items():
            found[(platform, metric, reason)] += 1
    rows = tuple(
        (
            reading.words(reading.platform(platform)),
            reading.words(reading.metric(metric)),
            reading.words(reading.reason(reason)),
            Cell(
                _(
                    "%(known)s of %(all)s posts",
                    known=reading.formats.count(n),
                    all=reading.formats.count(every[platform]),
                ),
                sort=repr(n),
                value=float(n),
                numeric=True,
            ),
        )
        for (platform, metric, reason), n in sorted(found.items())
    )
    return Grid(
        label=_("Figures that are missing, and why"),
        heads=(Head(_("Platform")), Head(_("Figure")), Head(_("Reason")), Head(_("Posts"), numeric=True)),
        rows=rows,
    )


def _rejected(reading: Reading) -> Grid:
    _ = reading.gettext
    rows = tuple(
        (
            reading.words(reading.source(str(row["source"]))),
            reading.words(rule(reading, row["rule"]) or row["rule"], sub=row["rule"], quoted=row["reason"]),
            reading.words(_("fault") if row["severity"] == "critical" else _("harmless")),
            reading.number(int(str(row["rows"])), "count"),
        )
        for row in rows_of(reading.figures.rejected)
    )
    return Grid(
        label=_("Rows held back"),
        heads=(Head(_("Source")), Head(_("Rule")), Head(_("Kind")), Head(_("Rows"), numeric=True)),
        rows=rows,
    )
