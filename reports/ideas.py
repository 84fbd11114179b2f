"""What one creator might try next: from their own posts alone, each with the figure by which it can be checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import comb
from statistics import median

from reports.own_posts import ABOVE, of_one_platform, post_name, usual
from reports.reading import Reading, rows_of

_SATURDAY = 5
_CHANCE = 10
"""Two kinds of posts are held apart only where chance alone would part so few in so many ways once: 1 of 10."""


@dataclass(frozen=True, slots=True)
class Idea:
    """One thing to try: what, on which figures it rests, and how we shall both see whether it helped."""

    title: str
    text: str
    check: str


def ideas(reading: Reading) -> Iterator[Idea]:
    """At most three, each from the person's own posts, each with the figure by which it can be checked."""
    _ = reading.gettext
    told = [
        (value, row)
        for row in rows_of(reading.figures.posts)
        if (value := usual(reading, row)) is not None and value >= ABOVE
    ]
    if told:
        value, row = max(told, key=lambda t: (t[0], str(t[1]["post_id"])))
        yield Idea(
            _("Another one like %(post)s", post=post_name(reading, row)),
            _(
                "It drew %(times)s times the reactions of your usual posts. That its theme and opening suit your"
                " followers is a guess, which one more post would test.",
                times=reading.formats.decimal(value, 1),
            ),
            _("We shall see it by the same figure: reactions beside those of your usual posts."),
        )
    posts = of_one_platform(reading)
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


def no_idea(reading: Reading) -> Idea:
    _ = reading.gettext
    return Idea(
        _("Keep to your own way"),
        _("Nothing in these figures sets one kind of your posts clearly apart, so we suggest no change."),
        "",
    )
