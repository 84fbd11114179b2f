"""A sheet for one creator about their own posts alone: thanks, what worked, what to try, what we would like to know."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import polars as pl
from markupsafe import Markup

from reports.charts import dot, round_end
from reports.drawing import sheet
from reports.figures import Figures
from reports.fonts import Face
from reports.headlines import headline
from reports.ideas import Idea, ideas, no_idea
from reports.links import safe_link
from reports.overview import overview
from reports.own_posts import ABOVE, BELOW, USUAL, of_one_platform, of_post, post_name, usual
from reports.reading import Cell, Grid, Head, Reading, read, reasons_in, rows_of, said_in

_SHOWN = ("views", "engagements", "link_clicks", "orders", "er_followers_public", USUAL)
"""Beside the rate that the brief names: no money, nothing of the campaign as a whole."""
_FEWEST = 3
_TELLS_REACH = ("views", "reach", "impressions", "saves", "shares", "watch_seconds")


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that we ask for, of which post, and until when."""

    title: str
    text: str
    href: str
    due: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The sheet in order."""

    title: str
    brand: str
    kind: str
    finding: Markup
    lead: str
    thanks: tuple[str, ...]
    worked: Markup
    posts: Grid
    ideas: tuple[Idea, ...]
    asks: tuple[Ask, ...]
    unknown: tuple[str, ...]
    how: tuple[str, ...]


class NobodyOfThatName(Exception):
    """The campaign has no such creator; the message names those that it has."""


def page(figures: Figures, influencer_id: str, *, other_file: str = "", face: Face | None = None) -> str:
    """The sheet as one HTML file in the language of ``figures.locale``. Errors: NobodyOfThatName."""
    reading = read(alone(figures, influencer_id))
    return sheet(reading, "feedback.html.j2", face=face, s=facts(reading), other_file=other_file, wide=False)


def alone(figures: Figures, influencer_id: str) -> Figures:
    """The figures without anything of anybody else, of the campaign as a whole, or of money: none of it can be shown.

    Errors: NobodyOfThatName.
    """
    mine = pl.col("influencer_id") == influencer_id
    people = figures.influencers.filter(mine)
    if people.is_empty():
        known = ", ".join(sorted(str(i) for i in figures.influencers["influencer_id"]))
        raise NobodyOfThatName(f"{figures.campaign_id} has no creator {influencer_id!r}. It has: {known or 'none yet'}")
    posts = figures.posts.filter(mine)
    shown = figures.kpis.filter(pl.col("kpi").is_in([*_SHOWN, f"er_{figures.campaign['engagement_base']}"]))
    kpis = [
        shown.filter((pl.col("grain") == "influencer") & mine),
        shown.filter(pl.col("grain") == "post").join(posts, on=["platform", "post_id"], how="semi"),
    ]
    tasks = figures.compliance_tasks.filter(mine & (pl.col("who") == "influencer"))
    # whatever frame an edition comes to hold later is left out, unless it is named here
    frames = {f.name: getattr(figures, f.name) for f in fields(figures)}
    nothing = {name: frame.clear() for name, frame in frames.items() if isinstance(frame, pl.DataFrame)}
    own = {
        "influencers": people.with_columns(pl.lit(None, people.schema[c]).alias(c) for c in ("fee", "cost")),
        "posts": posts,
        "kpis": pl.concat(kpis),
        "compliance_checks": figures.compliance_checks.filter(mine),
        "compliance_tasks": tasks,
    }
    campaign = {**figures.campaign, "budget": None, "margin_rate": None, "recipients": None}
    return replace(figures, **(nothing | own), campaign=campaign, since=None, report_url="")


def facts(reading: Reading) -> Facts:
    """What the sheet says of the one person whose figures these are (:func:`alone`)."""
    _, n_ = reading.gettext, reading.ngettext
    figures = reading.figures
    brief = overview(reading)
    person = rows_of(figures.influencers)[0]
    name = reading.person(person["influencer_id"])
    number = figures.posts.height
    thanks = (
        n_("Thank you for %(num)s post, %(name)s.", "Thank you for %(num)s posts, %(name)s.", number, name=name)
        if number
        else _("Thank you for taking part, %(name)s.", name=name)
    )
    return Facts(
        title=f"{name} – {brief.name}",
        brand=brief.brand,
        kind=_("Feedback"),
        finding=headline(thanks, figures.locale),
        lead=_(
            "%(campaign)s, %(period)s. Figures as of %(instant)s.",
            campaign=brief.name,
            period=reading.formats.period(brief.starts_on, brief.ends_on),
            instant=reading.formats.instant(figures.as_of),
        ),
        thanks=tuple(_thanks(reading, person)),
        worked=headline(_worked(reading, str(person["influencer_id"])), figures.locale),
        posts=_posts(reading),
        ideas=tuple(ideas(reading)) or (no_idea(reading),),
        asks=tuple(_asks(reading, person)),
        unknown=tuple(_unknown(reading)),
        how=_how(reading),
    )


def _thanks(reading: Reading, person: Mapping[str, object]) -> Iterator[str]:
    """What was done and what it brought: each line only where its figures bear it."""
    _, n_, said = reading.gettext, reading.ngettext, reading.formats
    who, number, promised = str(person["influencer_id"]), reading.figures.posts.height, person["promised_posts"]
    if isinstance(promised, int) and number >= promised > 0:
        yield n_(
            "The one post that we had agreed on went up.", "All %(num)s posts that we had agreed on went up.", promised
        )
    views, reactions = (_known(reading, kpi, who) for kpi in ("views", "engagements"))
    if views:
        yield _("Your posts were viewed %(views)s times.", views=said.count(views))
    if reactions:
        yield _("They drew %(count)s reactions: likes, comments, shares and saves.", count=said.count(reactions))
    clicks, orders = (_known(reading, kpi, who) for kpi in ("link_clicks", "orders"))
    if clicks:
        yield n_("Your link was followed %(num)s time.", "Your link was followed %(num)s times.", round(clicks))
    if orders:
        yield n_(
            "%(num)s purchase came through your code or link.",
            "%(num)s purchases came through your code or link.",
            round(orders),
        )
    checked = reading.figures.compliance_checks.filter(pl.col("is_current") & (pl.col("subject") == "post"))
    told = checked["disclosure_verdict"].drop_nulls().to_list()
    if told and len(told) == number and set(told) == {"pass"}:
        yield _("Every one of your posts says clearly that it is advertising.")
    seen = reading.figures.posts.filter(pl.col("platform") == "instagram")
    if seen.height and not seen["reach"].null_count():
        yield _("You shared your insights with us, so that less has to be guessed.")


def _known(reading: Reading, kpi: str, who: str) -> float | None:
    row = reading.row(kpi, "influencer", influencer_id=who)
    return row["value"] if row else None


def _worked(reading: Reading, who: str) -> str:
    """How the posts did beside the person's own usual ones, in a sentence."""
    _ = reading.gettext
    value = _known(reading, USUAL, who)
    if value is None:
        return _most(reading) or _("How they did beside your usual posts cannot be told.")
    times = reading.formats.decimal(value, 1)
    if value >= ABOVE:
        return _("Together they drew %(times)s times the reactions that your usual posts would have.", times=times)
    if value > BELOW:
        return _("Together they drew about as many reactions as your usual posts do (%(times)s times).", times=times)
    return _("Together they drew %(times)s times the reactions of your usual posts.", times=times)


def _most(reading: Reading) -> str:
    """The one post with the most of a figure that all of them know; nothing where few are, or two have as much."""
    _ = reading.gettext
    for kpi in ("engagements", "views"):
        told = [(of_post(reading, kpi, row), row) for row in of_one_platform(reading)]
        values = sorted((value for value, _row in told if value is not None), reverse=True)
        if len(values) < max(len(told), _FEWEST) or values[0] == values[1]:
            continue
        row = next(row for value, row in told if value == values[0])
        count = reading.formats.value(values[0], reading.unit(kpi))
        return _(
            "%(post)s had the most: %(kpi)s %(count)s.",
            post=post_name(reading, row),
            kpi=reading.label(kpi),
            count=count,
        )
    return ""


def _posts(reading: Reading) -> Grid:
    _ = reading.gettext
    base = f"er_{reading.figures.campaign['engagement_base']}"
    rows_in = sorted(rows_of(reading.figures.posts), key=lambda r: (str(r["published_on"]), str(r["post_id"])))
    wanted = dict.fromkeys(("views", "engagements", base, "er_followers_public"))
    kpis = [k for k in wanted if any(of_post(reading, k, row) is not None for row in rows_in)][:3]
    besides = [usual(reading, row) for row in rows_in]
    is_compared = any(value is not None for value in besides)
    end = round_end(max([1.5, *(u for u in besides if u is not None)]))
    rows: list[tuple[Cell, ...]] = []
    for row, beside in zip(rows_in, besides, strict=True):
        key = {"platform": str(row["platform"]), "post_id": str(row["post_id"])}
        rows.append(
            (
                reading.words(post_name(reading, row), href=safe_link(row["permalink"])),
                *(reading.kpi(k, "post", platform=key["platform"], post_id=key["post_id"]) for k in kpis),
                *((_beside(reading, key, beside, end),) if is_compared else ()),
            )
        )
    return Grid(
        label=_("Your posts"),
        heads=(
            Head(_("Post")),
            *(Head(reading.label(kpi), numeric=True) for kpi in kpis),
            *((Head(_("Beside your usual posts"), note=_("line: as usual")),) if is_compared else ()),
        ),
        rows=tuple(rows),
        note=" ".join(_notes(reading, besides)),
    )


def _notes(reading: Reading, besides: Sequence[float | None]) -> Iterator[str]:
    _ = reading.gettext
    if None in besides:
        yield _("Where nothing is said beside your usual posts, too few of those are known to us.")
    yield _("Yours alone: no figure of another creator is in this sheet, and none was used to judge yours.")


def _beside(reading: Reading, key: Mapping[str, str], value: float | None, end: float) -> Cell:
    if value is None:
        row = reading.row(USUAL, "post", platform=key["platform"], post_id=key["post_id"])
        return replace(reading.unknown(row["reason"] if row else "too_few_posts"), numeric=False)
    said = f"×{reading.formats.decimal(value)}"
    return Cell(said, value=value, unit="times", sort=repr(value), chart=dot(value, None, None, 1, end))


def _asks(reading: Reading, person: Mapping[str, object]) -> Iterator[Ask]:
    """What we ask for: open findings of their posts, posts not seen yet, insights not shared."""
    _, n_ = reading.gettext, reading.ngettext
    posts = {(str(r["platform"]), str(r["post_id"])): r for r in rows_of(reading.figures.posts)}
    open_tasks = reading.figures.compliance_tasks.filter(pl.col("state") == "open").sort("due_on", "finding_id")
    for task in rows_of(open_tasks):
        post = posts.get((str(task["platform"]), str(task["post_id"])))
        due = task["due_on"]
        yield Ask(
            post_name(reading, post) if post else _("Your posts"),
            said_in(task[f"what_{reading.figures.locale}"]),
            safe_link(post["permalink"]) if post else "",
            _("by %(day)s, please", day=reading.formats.day(due)) if isinstance(due, date) else "",
        )
    promised = person["promised_posts"]
    number = reading.figures.posts.height
    if isinstance(promised, int) and promised > number:
        yield Ask(
            n_(
                "%(num)s post that we have not found yet", "%(num)s posts that we have not found yet", promised - number
            ),
            _("If it is up already, please send us its address: we may have overlooked it."),
            "",
            "",
        )
    shut = [r for r in posts.values() if "no_access" in reasons_in(r["missing"]).values()]
    if shut:
        yield Ask(
            n_("Insights of %(num)s post", "Insights of %(num)s posts", len(shut)),
            _(
                "Only you can see how many people a post reached. A screenshot of the post's insights is enough; so is"
                " access for our tool, which reads figures and can post nothing."
            ),
            "",
            "",
        )


def _unknown(reading: Reading) -> Iterator[str]:
    """Which figures nobody told us, and why, over all of their posts."""
    _ = reading.gettext
    why: dict[str, Counter[str]] = {}
    for row in rows_of(reading.figures.posts):
        for metric, code in reasons_in(row["missing"]).items():
            if metric in _TELLS_REACH or code == "hidden":
                why.setdefault(code, Counter())[metric] += 1
    for code, metrics in sorted(why.items()):
        named = [
            _("%(metric)s (%(count)s)", metric=reading.metric(m), count=reading.formats.count(n))
            for m, n in sorted(metrics.items())
        ]
        yield _("%(kpis)s: %(reason)s", kpis=reading.formats.listed(named), reason=reading.reason(code))


def _how(reading: Reading) -> tuple[str, ...]:
    _ = reading.gettext
    lines = [
        _("Figures are the platforms' own, as told to us on the day named above; they go on counting after it."),
        _("A dash is unknown, not zero."),
    ]
    known = reading.figures.registry.get(USUAL)
    if known is not None and any(usual(reading, row) is not None for row in rows_of(reading.figures.posts)):
        said = (known.description_ja or known.description) if reading.figures.locale == "ja" else known.description
        lines.append(_("%(kpi)s: %(meaning)s", kpi=_("Beside your usual posts"), meaning=said))
    return tuple(lines)
