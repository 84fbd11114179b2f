"""Charts as SVG whose x-values are per cent of the width, so that nothing is scaled and text stays readable."""

from collections.abc import Sequence
from math import floor, log10

from markupsafe import Markup, escape


def _at(share: float) -> str:
    """A share of the width as a percentage, in few and stable characters."""
    return f"{round(share * 100, 2):g}%"


def _svg(inner: Sequence[Markup], height: float, *, label: str = "", classes: str = "") -> Markup:
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    opened = Markup('<svg class="ch {}" width="100%" height="{:g}" {} focusable="false">').format(classes, height, said)
    return opened + Markup("").join(inner) + Markup("</svg>")


def _rect(x: float, y: float, width: float, height: float, classes: str, *, title: str = "") -> Markup:
    inner = Markup("<title>{}</title>").format(title) if title else Markup("")
    return Markup('<rect class="{}" x="{}" y="{:g}" width="{}" height="{:g}" rx="1.5">{}</rect>').format(
        classes, _at(x), round(y, 2), _at(width), round(height, 2), inner
    )


def _line(x1: float, y1: float, x2: float, y2: float, classes: str) -> Markup:
    return Markup('<line class="{}" x1="{}" y1="{:g}" x2="{}" y2="{:g}"/>').format(
        classes, _at(x1), round(y1, 2), _at(x2), round(y2, 2)
    )


def _text(x: float, y: float, text: str, classes: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{:g}">{}</text>').format(classes, _at(x), y, escape(text))


BULLET_END = 1.3
"""The goals' common scale ends at 130 % of the goal; what is beyond is cut, and the number beside it says how far."""


def bullet(
    attained: float | None, tone: str, *, span: tuple[float, float] | None = None, before: float | None = None
) -> Markup:
    """A goal's bar: how much of it is reached, with the goal as a line. Unknown is an empty track.

    ``span``: the ends of the result's interval; ``before``: what the last campaign reached, as a diamond below.
    """
    parts = [_rect(0, 9, 1, 10, "track")]
    if attained is not None:
        parts.append(_rect(0, 9, _on_scale(attained), 10, f"fill {tone}"))
    if span is not None:
        low, high = (_on_scale(end) for end in span)
        parts += [_line(low, 14, high, 14, "whisker"), *(_line(end, 10, end, 18, "whisker") for end in (low, high))]
    parts.append(_line(1 / BULLET_END, 0, 1 / BULLET_END, 30, "mark"))
    if before is not None:
        parts.append(diamond(_on_scale(before), 25))
    return _svg(parts, 32)


def _on_scale(attained: float) -> float:
    return min(max(attained, 0), BULLET_END) / BULLET_END


def diamond(x: float, y: float) -> Markup:
    """A hollow diamond with its centre at a share of the width."""
    return Markup(
        '<svg x="{}" y="{:g}" overflow="visible"><path class="diamond" d="M0 -4.5L4.5 0L0 4.5L-4.5 0Z"/></svg>'
    ).format(_at(x), y)


def goal_axis(goal: str) -> Markup:
    """The heading of the goals' scale: 0, 50 and the goal."""
    ticks = [(0.0, "0", "tick"), (0.5 / BULLET_END, "50", "tick mid"), (1 / BULLET_END, goal, "tick mid strong")]
    return _svg([_text(x, 12, said, classes) for x, said, classes in ticks], 16)


def dot(value: float | None, lower: float | None, upper: float | None, reference: float | None, end: float) -> Markup:
    """One row of a dot plot from 0 to ``end``: the value, its interval if it has one, a reference line."""
    parts = [_line(0, 12, 1, 12, "rule")]
    if reference is not None and 0 <= reference <= end:
        parts.append(_line(reference / end, 0, reference / end, 24, "reference"))
    if value is not None:
        tone = tone_of(lower, upper, reference)
        if lower is not None and upper is not None:
            parts.append(_line(_inside(lower, end), 12, _inside(upper, end), 12, f"interval {tone}"))
        parts.append(
            Markup('<circle class="point {}" cx="{}" cy="12" r="4.5"/>').format(tone, _at(_inside(value, end)))
        )
    return _svg(parts, 24)


def _inside(value: float, end: float) -> float:
    return min(max(value / end, 0), 1) if end else 0


def tone_of(lower: float | None, upper: float | None, reference: float | None) -> str:
    """Whether an interval lies clear of a reference; ``same`` where it does not, or where there is none."""
    if lower is None or upper is None or reference is None:
        return "same"
    return "above" if lower > reference else "below" if upper < reference else "same"


def round_end(highest: float) -> float:
    """The next of 1, 2, 2.5, 5 × 10ⁿ at or above a value: where an axis may end."""
    if highest <= 0:
        return 1
    size = 10 ** floor(log10(highest))
    return next(step * size for step in (1, 2, 2.5, 5, 10) if step * size >= highest * (1 - 1e-12))


def strip(runs: Sequence[tuple[str, int, str]]) -> Markup:
    """Nights in a row: ``(tone, how many, title)`` for each run of nights of one tone."""
    every = max(sum(number for _tone, number, _title in runs), 1)
    parts: list[Markup] = []
    at = 0
    for tone, number, title in runs:
        parts.append(_rect(at / every, 3, max(number - 0.16, 0.84) / every, 14, f"night {tone}", title=title))
        at += number
    return _svg(parts, 20)
