"""A sheet for one creator about their own posts alone: thanks, what worked, what to try, what we would like to know."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from math import comb
from statistics import median

import polars as pl
from markupsafe import Markup

from reports.charts import dot, round_end
from reports.drawing import sheet
from reports.figures import Figures
from reports.fonts import Face
from reports.headlines import headline
from reports.links import safe_link
from reports.overview import overview
from reports.reading import Cell, Grid, Head, Reading, read, reasons_in, rows_of, said_in

USUAL = "paid_post_performance"
ABOVE, BELOW = 1.2, 0.8
"""From so far apart from 1 a figure is told as more or fewer than usual; between, it is about as usual."""
_SHOWN = ("views", "engagements", "link_clicks", "orders", "er_followers_public", USUAL)
"""Beside the rate that the brief names: no money, nothing of the campaign as a whole."""
_CHANCE = 10
"""Two kinds of posts are held apart only where chance alone would part so few in so many ways once: 1 of 10."""
_SATURDAY = 5
_TELLS_REACH = ("views", "reach", "impressions", "saves", "shares", "watch_seconds")


@dataclass(frozen=True, slots=True)
class Idea:
    """One thing to try: what, on which figures it rests, and how we shall both see whether it helped."""

    title: str
    text: str
    check: str


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
    worked: str
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
    return sheet(reading, "feedback.html.j2", face=face, s=facts(reading), other_file=other_file)


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
        worked=_worked(reading, str(person["influencer_id"])),
        posts=_posts(reading),
        ideas=tuple(_ideas(reading)) or (_no_idea(reading),),
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


def _usual(reading: Reading, row: Mapping[str, object]) -> float | None:
    found = reading.row(USUAL, "post", platform=str(row["platform"]), post_id=str(row["post_id"]))
    return found["value"] if found else None


def _worked(reading: Reading, who: str) -> str:
    """How the posts did beside the person's own usual ones, in a sentence."""
    _ = reading.gettext
    value = _known(reading, USUAL, who)
    if value is None:
        return _("How they did beside your usual posts cannot be told: too few of those are known to us.")
    times = reading.formats.decimal(value, 1)
    if value >= ABOVE:
        return _("Together they drew %(times)s times the reactions that your usual posts would have.", times=times)
    if value > BELOW:
        return _("Together they drew about as many reactions as your usual posts do (%(times)s times).", times=times)
    return _("Together they drew %(times)s times the reactions of your usual posts.", times=times)


def _posts(reading: Reading) -> Grid:
    _ = reading.gettext
    base = f"er_{reading.figures.campaign['engagement_base']}"
    kpis = [k for k in ("views", "engagements", base) if reading.has(k, "post")]
    rows_in = sorted(rows_of(reading.figures.posts), key=lambda r: (str(r["published_on"]), str(r["post_id"])))
    usual = [_usual(reading, row) for row in rows_in]
    end = round_end(max([1.5, *(u for u in usual if u is not None)]))
    rows: list[tuple[Cell, ...]] = []
    for row, beside in zip(rows_in, usual, strict=True):
        key = {"platform": str(row["platform"]), "post_id": str(row["post_id"])}
        rows.append(
            (
                reading.words(_name(reading, row), href=safe_link(row["permalink"])),
                *(reading.kpi(k, "post", platform=key["platform"], post_id=key["post_id"]) for k in kpis),
                _beside(reading, key, beside, end),
            )
        )
    return Grid(
        label=_("Your posts"),
        heads=(
            Head(_("Post")),
            *(Head(reading.label(kpi), numeric=True) for kpi in kpis),
            Head(_("Beside your usual posts"), note=_("line: as usual")),
        ),
        rows=tuple(rows),
        note=_("Yours alone: no figure of another creator is in this sheet, and none was used to judge yours."),
    )


def _beside(reading: Reading, key: Mapping[str, str], value: float | None, end: float) -> Cell:
    if value is None:
        row = reading.row(USUAL, "post", platform=key["platform"], post_id=key["post_id"])
        return replace(reading.unknown(row["reason"] if row else "too_few_posts"), numeric=False)
    said = reading.gettext("%(times)s times", times=reading.formats.decimal(value, 1))
    return Cell(said, value=value, unit="times", sort=repr(value), chart=dot(value, None, None, 1, end))


def _name(reading: Reading, row: Mapping[str, object]) -> str:
    day = row["published_on"]
    parts = [reading.platform(row["platform"]), reading.format(row["format"])]
    return " ".join([*parts, reading.formats.day(day)] if isinstance(day, date) else parts)


def _ideas(reading: Reading) -> Iterator[Idea]:
    """At most three, each from the person's own posts, each with the figure by which it can be checked."""
    _ = reading.gettext
    posts = rows_of(reading.figures.posts)
    told = [(value, row) for row in posts if (value := _usual(reading, row)) is not None and value >= ABOVE]
    if told:
        value, row = max(told, key=lambda t: (t[0], str(t[1]["post_id"])))
        yield Idea(
            _("Another one like %(post)s", post=_name(reading, row)),
            _(
                "It drew %(times)s times the reactions of your usual posts. That its theme and opening suit your"
                " followers is a guess, which one more post would test.",
                times=reading.formats.decimal(value, 1),
            ),
            _("We shall see it by the same figure: reactions beside those of your usual posts."),
        )
    kpi, values = _measured(reading, posts)
    yield from _parted(reading, kpi, values, {str(r["post_id"]): reading.format(r["format"]) for r in posts})
    days = [(str(r["post_id"]), r["published_on"]) for r in posts]
    ends = {
        post: _("posts at the weekend") if day.weekday() >= _SATURDAY else _("posts on weekdays")
        for post, day in days
        if isinstance(day, date)
    }
    yield from _parted(reading, kpi, values, ends)


def _measured(reading: Reading, posts: list[dict[str, object]]) -> tuple[str, dict[str, float]]:
    """The rate (else the views) that most of the posts know, by post id."""
    base = f"er_{reading.figures.campaign['engagement_base']}"
    best: tuple[str, dict[str, float]] = ("", {})
    for kpi in (base, "er_followers_public", "views"):
        found = {
            str(p["post_id"]): row["value"]
            for p in posts
            if (row := reading.row(kpi, "post", platform=str(p["platform"]), post_id=str(p["post_id"])))
            and row["value"] is not None
        }
        if len(found) > len(best[1]):
            best = (kpi, found)
    return best


def _parted(reading: Reading, kpi: str, values: Mapping[str, float], kinds: Mapping[str, str]) -> Iterator[Idea]:
    """Two kinds of one's own posts of which every one of the first lies above every one of the second."""
    _ = reading.gettext
    groups: dict[str, list[float]] = {}
    for post, value in values.items():
        if post in kinds:
            groups.setdefault(kinds[post], []).append(value)
    for high, above in sorted(groups.items()):
        below = [v for kind, told in groups.items() if kind != high for v in told]
        if min(len(above), len(below)) < 2 or comb(len(above) + len(below), len(above)) < _CHANCE:
            continue
        if min(above) <= max(below):
            continue
        unit = reading.unit(kpi)
        yield Idea(
            _("More of this kind: %(kind)s", kind=high),
            _(
                "%(kpi)s was higher for each of these %(high)s posts than for each of your %(low)s others in this"
                " campaign (medians %(upper)s and %(lower)s). With so few posts this is a guess.",
                kpi=reading.label(kpi),
                high=reading.formats.count(len(above)),
                low=reading.formats.count(len(below)),
                upper=reading.formats.value(median(above), unit),
                lower=reading.formats.value(median(below), unit),
            ),
            _("We shall see it by %(kpi)s of the next two of them.", kpi=reading.label(kpi)),
        )


def _no_idea(reading: Reading) -> Idea:
    _ = reading.gettext
    return Idea(
        _("Keep to your own way"),
        _("Nothing in these figures sets one kind of your posts clearly apart, so we suggest no change."),
        "",
    )


def _asks(reading: Reading, person: Mapping[str, object]) -> Iterator[Ask]:
    """What we ask for: open findings of their posts, posts not seen yet, insights not shared."""
    _, n_ = reading.gettext, reading.ngettext
    posts = {(str(r["platform"]), str(r["post_id"])): r for r in rows_of(reading.figures.posts)}
    open_tasks = reading.figures.compliance_tasks.filter(pl.col("state") == "open").sort("due_on", "finding_id")
    for task in rows_of(open_tasks):
        post = posts.get((str(task["platform"]), str(task["post_id"])))
        due = task["due_on"]
        yield Ask(
            _name(reading, post) if post else _("Your posts"),
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
    if known is not None:
        said = (known.description_ja or known.description) if reading.figures.locale == "ja" else known.description
        lines.append(_("%(kpi)s: %(meaning)s", kpi=_("Beside your usual posts"), meaning=said))
    return tuple(lines)
