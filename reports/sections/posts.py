"""The posts with most of a stated measure; of those whose measure is unknown nothing is said."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from reports.headlines import headline, marked
from reports.links import safe_link
from reports.measures import results
from reports.reading import Cell, Reading, rows_of, said_in

ORDER = 70
SHOWN = 4
CAPTION = 140


@dataclass(frozen=True, slots=True)
class Card:
    """One post: what is known of it, and in one line what is not, and why."""

    name: str
    about: str
    caption: str
    href: str
    figures: tuple[tuple[str, Cell], ...]
    untold: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The top posts."""

    title: str
    finding: Markup
    lead: str
    measure: str
    cards: tuple[Card, ...]
    note: str


def facts(reading: Reading) -> Facts:
    """The posts that lead by the objective's measure, in order; ties by post id."""
    _ = reading.gettext
    posts = rows_of(reading.figures.posts)
    measure, ranked = _ranked(reading, posts)
    label = reading.label(measure)
    if not ranked:
        return Facts(
            title=_("Top posts"),
            finding=headline(_("No post can be placed yet."), reading.figures.locale),
            lead=_("No measure is known for any post."),
            measure="",
            cards=(),
            note="",
        )
    known, every = reading.formats.count(len(ranked)), reading.formats.count(len(posts))
    unknown = len(posts) - len(ranked)
    note = (
        reading.ngettext(
            "%(num)s post has no known figure for it and may belong here.",
            "%(num)s posts have no known figure for it and may belong here.",
            unknown,
        )
        if unknown
        else ""
    )
    return Facts(
        title=_("Top posts"),
        finding=headline(_("The posts with the most: %(measure)s", measure=marked(label)), reading.figures.locale),
        lead=_(
            "By %(measure)s as of the report, among the %(known)s of %(all)s posts that know it.",
            measure=label,
            known=known,
            all=every,
        ),
        measure=label,
        cards=tuple(_card(reading, post, measure) for post in ranked[:SHOWN]),
        note=note,
    )


def _ranked(reading: Reading, posts: list[dict[str, object]]) -> tuple[str, list[dict[str, object]]]:
    """The measure, and the posts that know it, most first. The first measure that any post knows is taken."""
    for measure in [*results(reading, "post"), "engagements", "likes"]:
        known = [(value, post) for post in posts if (value := _value(reading, measure, post)) is not None]
        if known:
            known.sort(key=lambda found: (-found[0], str(found[1]["platform"]), str(found[1]["post_id"])))
            return measure, [post for _, post in known]
    return "", []


def _value(reading: Reading, measure: str, post: dict[str, object]) -> float | None:
    row = reading.row(measure, "post", platform=str(post["platform"]), post_id=str(post["post_id"]))
    return row["value"] if row else None


def _card(reading: Reading, post: dict[str, object], measure: str) -> Card:
    said = reading.formats
    platform, post_id = str(post["platform"]), str(post["post_id"])
    base = f"er_{reading.figures.campaign['engagement_base']}"
    kpis = [k for k in dict.fromkeys((measure, "views", "reach", "engagements", base)) if reading.has(k, "post")]
    cells = [(reading.label(k), reading.kpi(k, "post", platform=platform, post_id=post_id, short=True)) for k in kpis]
    lacking: dict[str, list[str]] = {}
    for label, cell in cells:
        if not cell.is_known:
            lacking.setdefault(cell.why, []).append(label)
    untold = [
        reading.gettext("%(kpis)s: %(reason)s", kpis=said.listed(labels), reason=why) for why, labels in lacking.items()
    ]
    published = post["published_on"]
    about = [reading.platform(post["platform"]), reading.format(post["format"])]
    if isinstance(published, date):
        about.append(said.day(published))
    if post["tier"]:
        about.append(reading.tier(post["tier"]))
    return Card(
        name=reading.person(post["influencer_id"]) or f"@{said_in(post['handle'])}",
        about=" · ".join(about),
        caption=shortened(said_in(post["caption"])),
        href=safe_link(post["permalink"]),
        figures=tuple((label, cell) for label, cell in cells if cell.is_known)[:4],
        untold=" / ".join(untold),
    )


def shortened(caption: str, most: int = CAPTION) -> str:
    """The caption's beginning, on one line."""
    line = " ".join(caption.split())
    return line if len(line) <= most else line[: most - 1].rstrip("\u200d\ufe0f") + "…"
