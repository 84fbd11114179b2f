"""Why a post may have done well: facts that anybody can check, told as hypotheses and never as causes."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from reports.reading import Reading, said_in

MOST = 2
"""Hypotheses per post: more would explain anything."""
ENOUGH = 4
"""Posts on either side before one kind is held against another."""
APART = 1.25
"""So far must two medians be apart to be worth a word."""
USUAL = 1.2
_OPENING = 40
_HOOKS: Mapping[str, re.Pattern[str]] = {
    "question": re.compile(r"[?\uff1f]"),
    "comparison": re.compile(r"比べ|比較|\bvs\b|\bversus\b|\bcompar", re.IGNORECASE),
    "number": re.compile(r"[0-9\uff10-\uff19]"),
}
"""What an opening may do that makes people stay, and how to see it."""
_EVENING = range(19, 23)


@dataclass(frozen=True, slots=True)
class Seen:
    """One post with its measure, where it is known, and what can be checked of it."""

    key: tuple[str, str]
    value: float | None
    format: str
    length: int
    hooks: frozenset[str]
    is_evening: bool | None


@dataclass(frozen=True, slots=True)
class Field:
    """All posts of the campaign by one measure."""

    posts: Mapping[tuple[str, str], Seen]
    lower_is_better: bool

    def apart(self, is_in: Callable[[Seen], bool]) -> float | None:
        """How many times better the median of some posts is than that of the others; None where few tell."""
        inside = [p.value for p in self.posts.values() if p.value is not None and is_in(p)]
        outside = [p.value for p in self.posts.values() if p.value is not None and not is_in(p)]
        if len(inside) < ENOUGH or len(outside) < ENOUGH:
            return None
        here, there = median(inside), median(outside)
        if here <= 0 or there <= 0:
            return None
        return there / here if self.lower_is_better else here / there


def field_of(
    reading: Reading, posts: Sequence[dict[str, object]], values: Sequence[float | None], *, lower: bool
) -> Field:
    """The posts with the value of the measure of each, in the same order."""
    zone = ZoneInfo(reading.figures.zone)
    seen = [_seen(post, value, zone) for post, value in zip(posts, values, strict=True)]
    return Field({p.key: p for p in seen}, lower)


def _seen(post: dict[str, object], value: float | None, zone: ZoneInfo) -> Seen:
    caption = said_in(post["caption"])
    at = post.get("published_at")
    return Seen(
        (str(post["platform"]), str(post["post_id"])),
        value,
        str(post["format"]),
        len(caption),
        frozenset(name for name, pattern in _HOOKS.items() if pattern.search(caption[:_OPENING])),
        at.astimezone(zone).hour in _EVENING if isinstance(at, datetime) else None,
    )


def hypotheses(reading: Reading, field: Field, key: tuple[str, str]) -> tuple[str, ...]:
    """At most :data:`MOST` sentences about a post; empty where nothing that can be checked sets it apart."""
    found: list[str] = []
    for sentence in _found(reading, field, field.posts[key]):
        found.append(sentence)
        if len(found) == MOST:
            break
    return tuple(found)


def _found(reading: Reading, field: Field, post: Seen) -> Iterator[str]:
    _ = reading.gettext
    times = reading.formats.decimal
    own = reading.row("paid_post_performance", "post", platform=post.key[0], post_id=post.key[1])
    if own and own["value"] is not None and own["value"] >= USUAL:
        yield _(
            "Reactions were %(times)s times those of the creator's own posts without advertising.",
            times=times(own["value"], 1),
        )
    yield from _by_format(reading, field, post)
    yield from _by_opening(reading, field, post)
    yield from _by_length(reading, field, post)
    gap = field.apart(lambda p: bool(p.is_evening)) if post.is_evening else None
    if gap is not None and gap >= APART:
        yield _("It went up between 19 and 23 o'clock; such posts did %(times)s times as well.", times=times(gap, 1))


def _by_format(reading: Reading, field: Field, post: Seen) -> Iterator[str]:
    gap = field.apart(lambda p: p.format == post.format)
    if gap is not None and gap >= APART:
        yield reading.gettext(
            "Posts of this format did %(times)s times as well as the others (medians).",
            times=reading.formats.decimal(gap, 1),
        )


def _by_opening(reading: Reading, field: Field, post: Seen) -> Iterator[str]:
    """What the first words do, told only where most other posts do not."""
    _ = reading.gettext
    every = len(field.posts)
    for hook in _HOOKS:
        some = sum(hook in p.hooks for p in field.posts.values())
        if hook not in post.hooks or some * 2 > every:
            continue
        said = {"some": reading.formats.count(some), "all": reading.formats.count(every)}
        yield {
            "question": _("It opens with a question, as %(some)s of %(all)s posts do.", **said),
            "comparison": _("It opens with a comparison, as %(some)s of %(all)s posts do.", **said),
            "number": _("It opens with a number, as %(some)s of %(all)s posts do.", **said),
        }[hook]


def _by_length(reading: Reading, field: Field, post: Seen) -> Iterator[str]:
    _ = reading.gettext
    lengths = [p.length for p in field.posts.values() if p.length]
    if not post.length or len(lengths) < 2 * ENOUGH:
        return
    usual = median(lengths)
    said = {"length": reading.formats.count(post.length), "usual": reading.formats.count(round(usual))}
    if post.length <= usual * 0.6:
        yield _("Its caption is short: %(length)s characters, half of all posts have %(usual)s or more.", **said)
    elif post.length >= usual * 1.7:
        yield _("Its caption is long: %(length)s characters, half of all posts have %(usual)s or less.", **said)
