"""The platforms side by side; their counts mean different things, so no sum and no rank is made of them."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.headlines import headline, marked
from reports.measures import chief, told
from reports.reading import Cell, Grid, Head, Reading, rows_of

ORDER = 55
PART_OF = "cost"


@dataclass(frozen=True, slots=True)
class Facts:
    """The platforms."""

    title: str
    finding: Markup
    lead: str
    grid: Grid


def facts(reading: Reading) -> Facts:
    """One row per platform."""
    _ = reading.gettext
    rows = rows_of(reading.figures.platforms)
    kpis = chief(reading, "platform")
    said: list[tuple[list[Cell], list[Cell]]] = []
    for row in rows:
        platform = str(row["platform"])
        posts = reading.number(_int(row["posts"]), "count", reason="no_posts")
        before = [
            reading.words(reading.platform(platform)),
            reading.number(_int(row["influencers"]), "persons"),
            posts,
            reading.number(None if row["cost"] is None else float(str(row["cost"])), "money", reason="no_cost"),
        ]
        said.append((before, [reading.kpi(kpi, "platform", platform=platform) for kpi in kpis]))
    return Facts(
        title=_("Platforms"),
        finding=headline(_finding(reading, rows), reading.figures.locale),
        lead=_("A view or a like is not the same thing on two platforms: compare within a row before across rows."),
        grid=told(
            reading,
            [
                Head(_("Platform")),
                Head(_("Number of creators"), numeric=True),
                Head(_("Posts"), numeric=True),
                Head(_("Cost"), numeric=True),
            ],
            said,
            kpis,
            _("Platforms and their figures"),
        ),
    )


def _int(value: object) -> int | None:
    return None if value is None else int(str(value))


def _finding(reading: Reading, rows: list[dict[str, object]]) -> str:
    """Where most posts stand, if one platform has more than all others together."""
    _ = reading.gettext
    counts = {str(row["platform"]): _int(row["posts"]) or 0 for row in rows}
    every = sum(counts.values())
    if not every:
        return _("No posts have been confirmed on any platform yet.")
    most = max(counts, key=lambda p: (counts[p], p))
    if counts[most] * 2 > every and len(counts) > 1:
        return _(
            "%(posts)s of %(all)s posts stand on %(platform)s.",
            posts=marked(reading.formats.count(counts[most])),
            all=reading.formats.count(every),
            platform=reading.platform(most),
        )
    number = marked(reading.formats.count(len(counts)))
    return reading.ngettext(
        "Posts stand on %(num)s platform.", "Posts stand on %(num)s platforms.", len(counts), num=number
    )
