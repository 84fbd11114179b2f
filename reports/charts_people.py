"""People on one scale: a dot and its interval for each, or all of a group in one row where there are many."""

from collections.abc import Sequence
from math import floor, log10

from markupsafe import Markup

from reports.svg import circle, drawn, line, rect, words

ROW = 28.0
_OVER = 18.0
_FAR = 1.6
"""An interval may reach so many times as far as the furthest dot; beyond, it is cut, and an arrow says so."""
_STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def scale_end(values: Sequence[float], uppers: Sequence[float]) -> float:
    """Where the common scale ends: a round number that holds every value, and of the intervals what is of use."""
    furthest = max(values, default=0.0)
    wanted = max(furthest * 1.04, min(max(uppers, default=0.0), furthest * _FAR))
    if wanted <= 0:
        return 1.0
    size = 10.0 ** floor(log10(wanted))
    return next(step * size for step in _STEPS if step * size >= wanted * (1 - 1e-12))


def axis(end: float, ticks: Sequence[tuple[float, str]], reference: tuple[float, str] | None) -> Markup:
    """The head of the scale: its ends in numbers, and what the dashed line is."""
    parts = [
        words(value / end, 34, said, f"tick {'start' if value == 0 else 'end' if value == end else 'mid'}")
        for value, said in ticks
    ]
    if reference is not None and 0 <= reference[0] <= end:
        place = reference[0] / end
        parts.append(words(place, 14, reference[1], f"key {_side(place)}"))
        parts.append(line(place, 38, place, 44, "mean"))
    return drawn(parts, 42)


def _side(place: float) -> str:
    return "start" if place < 0.2 else "end" if place > 0.8 else "mid"


def dot_row(
    value: float | None,
    lower: float | None,
    upper: float | None,
    *,
    end: float,
    reference: float | None,
    tone: str,
    height: float = ROW,
) -> Markup:
    """One person's row: dot, interval (with an arrow where it is cut), and the line that all are held against."""
    middle = height / 2
    parts: list[Markup] = []
    if reference is not None and 0 <= reference <= end:
        # beyond its own row, so that the rows' lines make one, however tall a row becomes
        parts.append(line(reference / end, -_OVER, reference / end, height + _OVER, "mean"))
    if lower is not None and upper is not None:
        parts.append(line(_inside(lower, end), middle, _inside(upper, end), middle, f"interval {tone}"))
        if upper > end:
            parts.append(words(1, middle + 4, "▸", f"cut {tone} end"))
    if value is not None and value > end:
        parts.append(words(1, middle + 4, "▸", f"cut {tone} end"))
    elif value is not None:
        parts.append(circle(_inside(value, end), middle, 4.5, f"point {tone}"))
    return drawn(parts, height)


def _inside(value: float, end: float) -> float:
    return min(max(value / end, 0.0), 1.0)


_LANES = 7
_APART = 7.0
_BINS = 110


def swarm(dots: Sequence[tuple[float, str]], *, end: float, reference: float | None, label: str = "") -> Markup:
    """Everybody of a group in one row: ``(value, tone)``; who would lie on another moves up or down."""
    taken: dict[int, int] = {}
    parts: list[Markup] = []
    height = _LANES * _APART + 8
    if reference is not None and 0 <= reference <= end:
        parts.append(line(reference / end, 0, reference / end, height, "mean"))
    for value, tone in sorted(dots):
        place = _inside(value, end)
        column = round(place * _BINS)
        nth = taken.get(column, 0)
        taken[column] = nth + 1
        lane = ((nth + 1) // 2) * (1 if nth % 2 else -1)
        limit = _LANES // 2
        parts.append(circle(place, height / 2 + max(min(lane, limit), -limit) * _APART, 3.2, f"point {tone}"))
    return drawn(parts, height, label=label)


def stack(shares: Sequence[tuple[float, str]]) -> Markup:
    """Shares of a whole side by side in one bar: ``(share, tone)``."""
    parts: list[Markup] = []
    left = 0.0
    for share, tone in shares:
        if share > 0:
            parts.append(rect(left, 4, share, 12, f"share {tone}"))
        left += share
    return drawn(parts, 20)


def span(low: float, middle: float, high: float, now: float, *, texts: tuple[str, str]) -> Markup:
    """A range to come with its middle, and a ring where things stand; ``texts``: what the middle and the ring are.

    The scale is cut to what is told: dots and bands have no foot that a zero would be needed for.
    """
    first, last = min(low, now), max(high, now)
    room = (last - first or last or 1.0) * 0.35
    first, last = max(first - room, 0.0), last + room

    def place(value: float) -> float:
        return (value - first) / (last - first)

    parts = [
        line(0, 34, 1, 34, "rule"),
        line(place(low), 34, place(high), 34, "interval thick above"),
        circle(place(now), 34, 6, "ring"),
        circle(place(middle), 34, 7, "point above"),
        words(place(middle), 16, texts[0], f"key above {_side(place(middle))}"),
        words(place(now), 58, texts[1], f"tick {_side(place(now))}"),
    ]
    return drawn(parts, 64)


_TALL = 200.0
_TOP = 12.0
_LEFT = 0.1


def cloud(
    dots: Sequence[tuple[float, float, str]],
    *,
    end: float,
    ticks: Sequence[tuple[float, str]],
    below: tuple[str, str],
    label: str,
) -> Markup:
    """Dots of two measures: ``(share across, value up to end, tone)``; ``below``: the ends of the lower scale."""
    parts: list[Markup] = []
    for value, said in ticks:
        y = _TOP + (1 - value / end) * _TALL
        parts += [line(_LEFT, y, 1, y, "rule"), words(_LEFT - 0.015, y + 4, said, "tick end")]
    parts.append(line(_LEFT + 0.5 * (1 - _LEFT), _TOP, _LEFT + 0.5 * (1 - _LEFT), _TOP + _TALL, "mean"))
    parts += [
        circle(_LEFT + x * (1 - _LEFT) * 0.99, _TOP + (1 - _inside(value, end)) * _TALL, 5, f"point {tone}")
        for x, value, tone in dots
    ]
    foot = _TOP + _TALL + 18
    parts += [words(_LEFT, foot, below[0], "tick start"), words(1, foot, below[1], "tick end")]
    return drawn(parts, foot + 6, label=label)
