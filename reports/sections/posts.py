"""The posts that did best by a stated measure, one of each format; why they did is a hypothesis, and labelled so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from reports.headlines import headline, marked
from reports.hypotheses import Field, field_of, hypotheses
from reports.kept import rows
from reports.links import safe_link
from reports.measures import objective, results
from reports.reading import Cell, Reading, rows_of, said_in
from reports.sources import Source, sources

ORDER = 80
SHOWN = 4
CAPTION = 140
_PER_MONEY = {
    "awareness": ("cpv", "cpm_views", "cpe"),
    "engagement": ("cpe", "cpv"),
    "traffic": ("cpe", "cpv"),
    "sales": ("cpe", "cpv"),
}
"""What a post's share of the cost bought, by objective. Orders and clicks belong to people, so no post has them."""


@dataclass(frozen=True, slots=True)
class Card:
    """One post: what is known of it, why it may have done well, and in one line what is not known, and why."""

    name: str
    about: str
    caption: str
    href: str
    figures: tuple[tuple[str, Cell], ...]
    untold: str
    why: tuple[str, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The top posts."""

    title: str
    finding: Markup
    lead: str
    measure: str
    cards: tuple[Card, ...]
    note: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The posts that know the measure, best first."""

    measure: str
    lower_is_better: bool
    posts: list[dict[str, object]]
    field: Field
    per_money: bool
    rows: dict[tuple[str, str], str]


def facts(reading: Reading) -> Facts:
    """The best post of each format by results per money, or by results where the money is not known."""
    _ = reading.gettext
    posts = rows_of(reading.figures.posts)
    ranked = _ranked(reading, posts)
    if ranked is None:
        return Facts(
            title=_("Top posts"),
            finding=headline(_("No post can be placed yet."), reading.figures.locale),
            lead=_("No measure is known for any post."),
            measure="",
            cards=(),
            note="",
        )
    label = reading.label(ranked.measure)
    shown = varied(ranked.posts)
    return Facts(
        title=_("Top posts"),
        finding=headline(_finding(reading, ranked, shown), reading.figures.locale),
        lead=_lead(reading, ranked, len(posts)),
        measure=label,
        cards=tuple(_card(reading, post, ranked) for post in shown),
        note=_note(reading, ranked, len(posts)),
        sources=sources(reading, [ranked.measure]),
    )


def _ranked(reading: Reading, posts: list[dict[str, object]]) -> _Ranked | None:
    """By what money bought where at least half of the posts tell it; else by the first measure that any post knows."""
    money = [k for k in _PER_MONEY.get(objective(reading), ()) if reading.has(k, "post")]
    plain = [*results(reading, "post"), "engagements", "likes"]
    for measure in [*money, *plain]:
        values = [_value(reading, measure, post) for post in posts]
        known = sum(value is not None for value in values)
        is_cost = measure in money
        if not known or (is_cost and known * 2 < len(posts)):
            continue
        told = [(value, post) for value, post in zip(values, posts, strict=True) if value is not None]
        sign = 1 if is_cost else -1
        told.sort(key=lambda found: (sign * found[0], str(found[1]["platform"]), str(found[1]["post_id"])))
        field = field_of(reading, posts, values, lower=is_cost)
        return _Ranked(measure, is_cost, [post for _, post in told], field, is_cost, rows(reading.figures))
    return None


def _value(reading: Reading, measure: str, post: dict[str, object]) -> float | None:
    row = reading.row(measure, "post", platform=str(post["platform"]), post_id=str(post["post_id"]))
    return row["value"] if row else None


def varied(posts: Sequence[dict[str, object]], most: int = SHOWN) -> list[dict[str, object]]:
    """The first of each format, then of each creator not shown yet, then what follows; in the order given."""
    chosen: list[int] = []
    for column in ("format", "influencer_id", None):
        seen = {str(posts[i][column]) for i in chosen} if column else set[str]()
        for i, post in enumerate(posts):
            if len(chosen) == most:
                break
            if i in chosen or (column and str(post[column]) in seen):
                continue
            chosen.append(i)
            if column:
                seen.add(str(post[column]))
    return [posts[i] for i in sorted(chosen)]


def _finding(reading: Reading, ranked: _Ranked, shown: Sequence[dict[str, object]]) -> str:
    """What the posts shown have in common, if it is so and says something; else only by what they were chosen."""
    _ = reading.gettext
    tiers = {str(p["tier"] or "") for p in shown}
    every = {str(p["tier"] or "") for p in ranked.posts}
    is_one_each = len({str(p["format"]) for p in ranked.posts}) == len(shown) > 1
    is_one_each &= len({str(p["format"]) for p in shown}) == len(shown)
    if is_one_each and len(tiers) == 1 and "" not in tiers and len(every) > 1:
        return _(
            "By %(measure)s, the best post of each format came from a creator of one size: %(tier)s.",
            measure=reading.label(ranked.measure),
            tier=marked(reading.tier(next(iter(tiers)))),
        )
    if is_one_each:
        return _("The best post of each format, by %(measure)s", measure=marked(reading.label(ranked.measure)))
    return _("The posts that did best by %(measure)s", measure=marked(reading.label(ranked.measure)))


def _lead(reading: Reading, ranked: _Ranked, every: int) -> str:
    _ = reading.gettext
    said = {
        "measure": reading.label(ranked.measure),
        "known": reading.formats.count(len(ranked.posts)),
        "all": reading.formats.count(every),
    }
    if ranked.per_money:
        return _(
            "By %(measure)s, known for %(known)s of %(all)s posts; a post bears an equal share of its contract's cost."
            " Hypotheses are for the next test, not causes.",
            **said,
        )
    return _(
        "By %(measure)s, known for %(known)s of %(all)s posts; results per money are known for fewer than half."
        " Hypotheses are for the next test, not causes.",
        **said,
    )


def _note(reading: Reading, ranked: _Ranked, every: int) -> str:
    _ = reading.gettext
    unknown = every - len(ranked.posts)
    parts = [
        reading.ngettext(
            "%(num)s post has no known figure for it and may belong here.",
            "%(num)s posts have no known figure for it and may belong here.",
            unknown,
        )
        if unknown
        else "",
        _("Orders and link clicks belong to creators, so they are not told per post.")
        if objective(reading) in {"sales", "traffic"}
        else "",
    ]
    return ("" if reading.figures.locale == "ja" else " ").join(part for part in parts if part)


def _card(reading: Reading, post: dict[str, object], ranked: _Ranked) -> Card:
    said = reading.formats
    platform, post_id = str(post["platform"]), str(post["post_id"])
    base = f"er_{reading.figures.campaign['engagement_base']}"
    wanted = dict.fromkeys((ranked.measure, "engagements", base, "reach", "views", "saves"))
    kpis = [k for k in wanted if reading.has(k, "post")]
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
        why=hypotheses(reading, ranked.field, (platform, post_id)),
        anchor=ranked.rows.get((platform, post_id), ""),
    )


def shortened(caption: str, most: int = CAPTION) -> str:
    """The caption's beginning, on one line."""
    line = " ".join(caption.split())
    return line if len(line) <= most else line[: most - 1].rstrip("\u200d\ufe0f") + "…"
