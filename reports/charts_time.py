"""Charts over time as SVG, drawn for a wide and for a narrow page, so that no text is ever scaled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from markupsafe import Markup

WIDE, NARROW = 880, 340
"""Widths for which a chart over time is drawn."""
_LINE = 16.0
"""Height of a line of words."""


class Scale(Protocol):
    """From a day or a value to a place: what :func:`_course` hands to its parts."""

    def __call__(self, value: float, /) -> float: ...


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected at the end of a campaign that still runs: the middle and both ends of its interval."""

    at: int
    middle: float
    lower: float
    upper: float
    text: str


@dataclass(frozen=True, slots=True)
class Course:
    """A total day by day against its plan. Days are counted from the campaign's first, 0.

    ``actual``: the total at the end of each day so far. ``plan``: corners of the plan's line. ``since``: the day from
    which on the total is on one side of the plan, with its words. ``settling``: the days after the end.
    """

    days: int
    actual: Sequence[float]
    end: float
    ticks: Sequence[tuple[float, str]]
    dates: Sequence[tuple[int, str]]
    label: str
    actual_text: str
    plan: Sequence[tuple[int, float]] = ()
    plan_text: str = ""
    since: tuple[int, str, str] | None = None
    settling: tuple[int, str] | None = None
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """A platform's week. ``tone``: best of all weeks drawn, part where not all of it is known, else rest."""

    number: str
    value: float | None
    text: str
    title: str
    tone: Literal["best", "rest", "part"]


def course(of: Course) -> Markup:
    """The chart twice, each for one width of page; a screen reader meets the one that is shown."""
    return _course(of, WIDE, "for-wide") + _course(of, NARROW, "for-narrow")


def _course(of: Course, width: int, classes: str) -> Markup:
    is_wide = width == WIDE
    left, right, top, height = 46.0, 112.0 if is_wide else 14.0, 26.0 if is_wide else 34.0, 236.0 if is_wide else 180.0
    inner = width - left - right
    last = max(of.days - 1, 1)

    def x(day: float) -> float:
        return left + day / last * inner

    def y(value: float) -> float:
        return top + (1 - value / of.end) * height

    floor = y(0)
    drawn: list[Markup] = []
    for value, said in of.ticks:
        drawn.append(_line(left, y(value), width - right, y(value), "base" if value == 0 else "rule"))
        drawn.append(_text(left - 8, y(value) + 4, said, "tick end"))
    if of.settling is not None:
        first, said = of.settling
        drawn.append(_box(x(first), top, x(last) - x(first), height, "settling"))
        if x(last) - x(first) > (60 if is_wide else 84):
            drawn.append(_text((x(first) + x(last)) / 2, top + 14, said, "tick mid"))
    drawn += _dates(of.dates, x, floor, most=8 if is_wide else 4)
    if of.plan:
        drawn.append(_path([(x(d), y(v)) for d, v in of.plan], "plan"))
    points = [(x(d), y(v)) for d, v in enumerate(of.actual)]
    if points:
        area = [*points, (points[-1][0], floor), (points[0][0], floor)]
        drawn += [_path(area, "area", closed=True), _path(points, "actual")]
        drawn.append(_dot(*points[-1], "end"))
    if of.expected is not None and points:
        drawn += _fan(of.expected, points[-1], x, y)
    drawn += _since(of, x, y, is_wide=is_wide)
    drawn += _ends(of, points, x, y) if is_wide else [_legend(of, left)]
    return Markup(
        '<svg class="ch course {}" viewBox="0 0 {} {:g}" width="100%" role="img" aria-label="{}" focusable="false">{}'
        "</svg>"
    ).format(classes, width, floor + 26, of.label, Markup("").join(drawn))


def _dates(dates: Sequence[tuple[int, str]], x: Scale, floor: float, *, most: int) -> list[Markup]:
    step = -(-len(dates) // most) or 1
    return [_text(x(day), floor + 18, said, "tick" if i == 0 else "tick mid") for i, (day, said) in
            enumerate(dates) if i % step == 0]  # fmt: skip


def _fan(expected: Expected, origin: tuple[float, float], x: Scale, y: Scale) -> list[Markup]:
    at = x(expected.at)
    return [
        _path([origin, (at, y(expected.upper)), (at, y(expected.lower))], "fan", closed=True),
        _path([origin, (at, y(expected.middle))], "expected"),
        _line(at, y(expected.lower), at, y(expected.upper), "whisker"),
    ]


def _since(of: Course, x: Scale, y: Scale, *, is_wide: bool) -> list[Markup]:
    """The day from which on the total is on one side of the plan, with two short lines of words above it."""
    if of.since is None:
        return []
    day, first, second = of.since
    at, level = x(day), y(of.actual[day])
    is_left = at < (130 if is_wide else 90)
    above = level - 62 > 16
    near, far = (level - 8, level - 30) if above else (level + 8, level + 30)
    words = (far - 18, far - 4) if above else (far + 12, far + 26)
    align = "note" if is_left else "note mid"
    start = at - 4 if is_left else at
    return [
        _line(at, near, at, far, "lead-line"),
        _dot(at, level, "since"),
        _text(start, words[0], first, align),
        _text(start, words[1], second, align),
    ]


def _ends(of: Course, points: Sequence[tuple[float, float]], x: Scale, y: Scale) -> list[Markup]:
    """What each line is, at its right end; words that would overlap are moved apart."""
    words: list[tuple[float, float, str, str]] = []
    if points:
        words.append((points[-1][0], points[-1][1], of.actual_text, "said strong"))
    if of.plan:
        words.append((x(of.plan[-1][0]), y(of.plan[-1][1]), of.plan_text, "said"))
    if of.expected is not None and points:
        words.append((x(of.expected.at), y(of.expected.middle), of.expected.text, "said"))
    drawn: list[Markup] = []
    taken: dict[float, float] = {}
    for at, level, said, classes in sorted(words, key=lambda word: word[1]):
        place = max(level, taken.get(at, level - _LINE) + _LINE)
        taken[at] = place
        drawn.append(_text(at + 10, place + 4, said, classes))
    return drawn


def _legend(of: Course, left: float) -> Markup:
    """What the lines are, in a row above a narrow chart, where at their ends there is no room for words."""
    words = [(of.actual_text, "said strong")]
    words += [(of.plan_text, "said")] if of.plan else []
    words += [(of.expected.text, "said")] if of.expected is not None else []
    spans = Markup("").join(
        Markup('<tspan class="{}" dx="{}">{}</tspan>').format(classes, 12 if n else 0, said)
        for n, (said, classes) in enumerate(words)
    )
    return Markup('<text class="said" x="{}" y="12">{}</text>').format(_n(left), spans)


def weeks(bars: Sequence[Week], *, end: float, low: float, label: str) -> Markup:
    """A platform's weeks as columns from ``low`` to ``end``, the same for all platforms; a dash is an unknown week."""
    top, height, wide = 18.0, 84.0, 1 / max(len(bars), 1)
    span = (end - low) or 1
    every = max(-(-len(bars) // 9), 1)

    def y(value: float) -> float:
        return top + (end - value) / span * height

    drawn: list[Markup] = [_across(y(0))]
    for i, bar in enumerate(bars):
        middle = f"{round((i + 0.5) * wide * 100, 2):g}%"
        if bar.value is None:
            drawn.append(_mid(middle, y(0) - 5, "–", "tick mid"))
        else:
            upper, lower = max(bar.value, 0), min(bar.value, 0)
            drawn.append(
                Markup(
                    '<rect class="week {}" x="{}" y="{}" width="{}" height="{}" rx="1.5"><title>{}</title></rect>'
                ).format(
                    bar.tone,
                    f"{round((i + 0.1) * wide * 100, 2):g}%",
                    _n(y(upper)),
                    f"{round(wide * 80, 2):g}%",
                    _n(max(y(lower) - y(upper), 1)),
                    bar.title,
                )
            )
            if bar.tone == "best" or len(bars) <= 8:
                drawn.append(
                    _mid(middle, y(upper) - 5, bar.text, "tick mid strong" if bar.tone == "best" else "tick mid")
                )
        if i % every == 0:
            drawn.append(_mid(middle, top + height + 15, bar.number, "tick mid"))
    return Markup(
        '<svg class="ch weeks" width="100%" height="{:g}" role="img" aria-label="{}" focusable="false">{}</svg>'
    ).format(top + height + 20, label, Markup("").join(drawn))


def _n(value: float) -> str:
    return f"{round(value, 1):g}"


def _across(y: float) -> Markup:
    return Markup('<line class="base" x1="0" y1="{}" x2="100%" y2="{}"/>').format(_n(y), _n(y))


def _line(x1: float, y1: float, x2: float, y2: float, classes: str) -> Markup:
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(classes, _n(x1), _n(y1), _n(x2), _n(y2))


def _box(x: float, y: float, width: float, height: float, classes: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        classes, _n(x), _n(y), _n(max(width, 0)), _n(height)
    )


def _path(points: Sequence[tuple[float, float]], classes: str, *, closed: bool = False) -> Markup:
    way = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    return Markup('<path class="{}" d="M{}{}"/>').format(classes, way, "Z" if closed else "")


def _dot(x: float, y: float, classes: str) -> Markup:
    return Markup('<circle class="{}" cx="{}" cy="{}" r="4.5"/>').format(classes, _n(x), _n(y))


def _text(x: float, y: float, text: str, classes: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(classes, _n(x), _n(y), text)


def _mid(x: str, y: float, text: str, classes: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(classes, x, _n(y), text)
