"""What was promised and what went up, and the posts that wait to be confirmed or rejected."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from io import StringIO

import polars as pl
from markupsafe import Markup

from reports.headlines import headline, marked
from reports.links import safe_link
from reports.overview import overview
from reports.reading import Cell, Grid, Head, Reading, rows_of, said_in
from reports.sections.posts import shortened

ORDER = 125
PART_OF = "method"
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Facts:
    """Delivery and pending posts."""

    title: str
    finding: Markup
    lead: str
    open_posts: Grid
    pending: Grid
    pending_title: str
    paste: str
    paste_lead: str
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
            heads=(Head(_("Creator")), Head(_("Post")), Head(_("Why it waits")), Head(_("Caption"))),
            rows=tuple(_pending_row(reading, post) for post in pending),
        ),
        pending_title=reading.ngettext(
            "%(num)s post waits for a decision", "%(num)s posts wait for a decision", len(pending)
        )
        if pending
        else "",
        paste=to_paste(pending) if pending else "",
        paste_lead=_(
            "To decide, put these lines into campaigns/%(campaign)s/posts.csv (the first line only if the file is new),"
            " and write rejected instead of confirmed for a post that does not belong.",
            campaign=reading.figures.campaign_id,
        ),
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
    published = post["published_on"]
    when = reading.formats.day(published) if isinstance(published, date) else ""
    handle = said_in(post["handle"])
    return (
        reading.words(reading.person(post["influencer_id"]) or (f"@{handle}" if handle else "")),
        reading.words(
            post["post_id"], sub=f"{reading.platform(post['platform'])} {when}", href=safe_link(post["permalink"])
        ),
        reading.words(_why_it_waits(reading, post)),
        reading.words(shortened(said_in(post["caption"]), 90)),
    )


def _why_it_waits(reading: Reading, post: dict[str, object]) -> str:
    """What speaks for the post, and what keeps it from being counted unasked."""
    _ = reading.gettext
    tied = {
        "hashtag": _("It carries the campaign's hashtag."),
        "mention": _("It names the brand or the product, but not the campaign's hashtag."),
        "code": _("It names the creator's code, but not the campaign's hashtag."),
        "account": _("It went up in the campaign's days, but its caption is missing or cut off."),
        "url": _("Its address is in posts.csv."),
        "manual": _("It is in posts.csv."),
    }.get(str(post["matched_by"]), _("Why is not known."))
    published = post["published_on"]
    if not isinstance(published, date):
        return tied + _gap(reading) + _("Its day is not known.")
    ends_on = overview(reading).ends_on
    if published > ends_on:
        late = (published - ends_on).days
        return (
            tied
            + _gap(reading)
            + reading.ngettext(
                "It went up %(num)s day after the campaign's last day.",
                "It went up %(num)s days after the campaign's last day.",
                late,
            )
        )
    return tied


def _gap(reading: Reading) -> str:
    return "" if reading.figures.locale == "ja" else " "


def to_paste(pending: list[dict[str, object]]) -> str:
    """posts.csv with a line for each waiting post that can be named: by its address, else by platform and id.

    Ids come from outside: one that is not plain is left out, and so is an address that is not the platform's own.
    """
    out = StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(("url", "platform", "post_id", "decision"))
    for post in pending:
        url, post_id = safe_link(post["permalink"]), said_in(post["post_id"])
        if url:
            lines.writerow((url, "", "", "confirmed"))
        elif _PLAIN.fullmatch(post_id):
            lines.writerow(("", post["platform"], post_id, "confirmed"))
    return out.getvalue()
