"""What was promised and what went up, and the posts that wait to be confirmed or rejected."""

from dataclasses import dataclass
from datetime import date

import polars as pl
from markupsafe import Markup

from reports.headlines import headline, marked
from reports.links import safe_link
from reports.overview import overview
from reports.reading import Cell, Grid, Head, Reading, rows_of, said_in
from reports.sections.posts import shortened

ORDER = 80


@dataclass(frozen=True, slots=True)
class Facts:
    """Delivery and pending posts."""

    title: str
    finding: Markup
    lead: str
    open_posts: Grid
    pending: Grid
    pending_title: str
    note: str


def facts(reading: Reading) -> Facts:
    """Creators with open posts, and posts with an open decision."""
    _ = reading.gettext
    pending = rows_of(reading.figures.pending)
    rejected = reading.figures.posts.filter(pl.col("availability") != "on").height
    return Facts(
        title=_("Delivery"),
        finding=headline(_finding(reading), reading.figures.locale),
        lead=_(
            "A post counts once its address, hashtag, mention or code ties it to the campaign, or a person says so."
        ),
        open_posts=_open_posts(reading),
        pending=Grid(
            label=_("Posts that wait for a decision"),
            heads=(Head(_("Creator")), Head(_("Post")), Head(_("Tied by")), Head(_("Caption"))),
            rows=tuple(_pending_row(reading, post) for post in pending),
        ),
        pending_title=reading.ngettext(
            "%(num)s post waits for a decision", "%(num)s posts wait for a decision", len(pending)
        )
        if pending
        else "",
        note=reading.ngettext(
            "%(num)s confirmed post is no longer online; its last known figures count.",
            "%(num)s confirmed posts are no longer online; their last known figures count.",
            rejected,
        )
        if rejected
        else "",
    )


def _finding(reading: Reading) -> str:
    _ = reading.gettext
    brief = overview(reading)
    posts = reading.formats.count(brief.posts)
    if brief.promised is None:
        return reading.ngettext(
            "%(num)s post is confirmed.", "%(num)s posts are confirmed.", brief.posts, num=marked(posts)
        )
    tone = "good" if brief.posts >= brief.promised else "bad" if brief.is_over else "plain"
    return _(
        "%(posts)s of %(promised)s promised posts are confirmed.",
        posts=marked(posts, tone),
        promised=reading.formats.count(brief.promised),
    )


def _open_posts(reading: Reading) -> Grid:
    _ = reading.gettext
    short = reading.figures.influencers.filter(pl.col("posts").fill_null(0) < pl.col("promised_posts"))
    rows = tuple(
        (
            reading.words(row["name"] or row["influencer_id"], sub=reading.handles(row["handles"])),
            reading.number(int(str(row["posts"] or 0)), "count"),
            reading.number(int(str(row["promised_posts"])), "count"),
        )
        for row in rows_of(short)
    )
    return Grid(
        label=_("Creators with open posts"),
        heads=(Head(_("Creator")), Head(_("Confirmed"), numeric=True), Head(_("Promised"), numeric=True)),
        rows=rows,
    )


def _pending_row(reading: Reading, post: dict[str, object]) -> tuple[Cell, ...]:
    _ = reading.gettext
    published = post["published_on"]
    when = reading.formats.day(published) if isinstance(published, date) else ""
    tied = {
        "url": _("address"),
        "hashtag": _("hashtag"),
        "mention": _("mention"),
        "code": _("code"),
        "manual": _("hand"),
    }.get(str(post["matched_by"]), "")
    handle = said_in(post["handle"])
    return (
        reading.words(reading.person(post["influencer_id"]) or (f"@{handle}" if handle else "")),
        reading.words(
            post["post_id"], sub=f"{reading.platform(post['platform'])} {when}", href=safe_link(post["permalink"])
        ),
        reading.words(tied),
        reading.words(shortened(said_in(post["caption"]), 90)),
    )
