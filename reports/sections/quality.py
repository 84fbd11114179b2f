"""What the figures lack: nights, metrics and rows, each with its reason, and what may still move."""

from collections import Counter
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from reports.charts import strip
from reports.headlines import headline, marked
from reports.overview import overview
from reports.reading import Cell, Grid, Head, Reading, reasons_in, rows_of, said_in

ORDER = 90


@dataclass(frozen=True, slots=True)
class Facts:
    """The gaps."""

    title: str
    finding: Markup
    lead: str
    nights: Grid
    missing: Grid
    rejected: Grid
    decisions: tuple[str, ...]
    nothing_missing: str
    nothing_rejected: str


def facts(reading: Reading) -> Facts:
    """Nights by source, unknown metrics by reason, rows held back by rule, decisions of the runs."""
    _ = reading.gettext
    brief = overview(reading)
    lead = (
        _("The figures are final.")
        if reading.figures.edition == "final"
        else _(
            "Provisional until %(day)s: platforms restate counts, and orders may be refunded.",
            day=reading.formats.full_day(brief.final_on),
        )
    )
    return Facts(
        title=_("Data quality"),
        finding=headline(_finding(reading), reading.figures.locale),
        lead=lead,
        nights=_nights(reading),
        missing=_missing(reading),
        rejected=_rejected(reading),
        decisions=tuple(said_in(row["message"]) for row in rows_of(reading.figures.decisions)),
        nothing_missing=_("Every confirmed post told every figure that was asked of it."),
        nothing_rejected=_("No row was held back."),
    )


def _finding(reading: Reading) -> str:
    _ = reading.gettext
    coverage = reading.figures.coverage
    if coverage.is_empty():
        return _("No night has been recorded for this campaign.")
    nights = coverage["day"].n_unique()
    lacking = coverage.filter(pl.col("state") != "complete")["day"].n_unique()
    said = reading.formats.count(nights)
    if not lacking:
        return _("All %(nights)s nights brought everything that was asked for.", nights=marked(said, "good"))
    return _(
        "%(lacking)s of %(nights)s nights did not bring everything that was asked for.",
        lacking=marked(reading.formats.count(lacking), "bad"),
        nights=said,
    )


def _nights(reading: Reading) -> Grid:
    _ = reading.gettext
    states = {"complete": _("complete"), "partial": _("partial"), "failed": _("failed")}
    rows: list[tuple[Cell, ...]] = []
    for source in reading.figures.coverage["source"].unique().sort():
        own = reading.figures.coverage.filter(pl.col("source") == source)
        by_day = own.group_by("day").agg(
            pl.col("state").replace_strict({"complete": 0, "partial": 1, "failed": 2}).max().alias("worst")
        )
        tones = [
            (("whole", "part", "lost")[worst], f"{reading.formats.day(day)}: {list(states.values())[worst]}")
            for day, worst in by_day.sort("day").rows()
        ]
        counts = Counter(tone for tone, _title in tones)
        expected, got = int(own["expected"].sum()), int(own["got"].sum())
        reasons = own["reason"].drop_nulls().unique().sort()
        rows.append(
            (
                reading.words(reading.source(str(source)), sub=shortened_reasons([said_in(r) for r in reasons])),
                Cell("", chart=strip(tones)),
                *(reading.number(counts[tone], "count") for tone in ("whole", "part", "lost")),
                Cell(
                    f"{reading.formats.count(got)} / {reading.formats.count(expected)}",
                    sort=repr(got),
                    value=float(got),
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
            reading.words(row["rule"], sub=row["reason"]),
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
