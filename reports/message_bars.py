"""A mail's charts are rows of table cells: whole per cents and a colour each, so that no picture can be blocked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.charts import BULLET_END

COLOURS: Mapping[str, str] = {
    "k-blank": "#ffffff",
    "k-track": "#eceeed",
    "k-line": "#14212b",
    "k-ref": "#8d9a9c",
    "k-good": "#0f6e73",
    "k-bad": "#b93a22",
    "k-warn": "#b57600",
    "k-none": "#8d9a9c",
    "k-dot-above": "#0f6e73",
    "k-dot-below": "#b93a22",
    "k-dot-same": "#56646d",
    "k-dot-untold": "#8d9a9c",
    "k-band-above": "#d6e8e5",
    "k-band-below": "#fbe5df",
    "k-band-same": "#e2e7e5",
    "k-band-untold": "#eceeed",
}
"""By CSS class, which the dark rules know: the colour in the light, said twice, as Outlook reads only ``bgcolor``."""
THIN = {"k-line": "2", "k-ref": "1", "k-dot-above": "4", "k-dot-below": "4", "k-dot-same": "4", "k-dot-untold": "4"}
"""Cells of so many pixels, whatever the width of the row."""


@dataclass(frozen=True, slots=True)
class Part:
    """One cell: its width, in per cent or pixels, its class and its colour."""

    width: str
    kind: str

    @property
    def colour(self) -> str:
        """As ``bgcolor`` has it."""
        return COLOURS[self.kind]


def bar(attained: float | None, tone: str) -> tuple[Part, ...]:
    """A goal's bar, its value as a share of the target: cells of whole per cents that sum to 100, and the line."""
    goal = round(100 / BULLET_END)
    filled = 0 if attained is None else round(min(max(attained, 0), BULLET_END) / BULLET_END * 100)
    # rounding must not carry a bar across the line that it does not reach
    if attained is not None:
        filled = min(filled, goal - 1) if attained < 1 else max(filled, goal)
    before = (min(filled, goal), f"k-{tone}"), (max(goal - filled, 0), "k-track")
    after = (max(filled - goal, 0), f"k-{tone}"), (100 - max(filled, goal), "k-track")
    return tuple(_cells([*before, (0, "k-line"), *after]))


def dot(
    value: float | None, lower: float | None, upper: float | None, *, reference: float | None, end: float, tone: str
) -> tuple[Part, ...]:
    """One person on a scale from 0 to ``end``: interval, estimate, and the line that all are held against."""
    if end <= 0:
        return (Part("100%", "k-blank"),)
    events: list[tuple[float, int, str]] = []
    if reference is not None and 0 <= reference <= end:
        events.append((reference, 1, "k-ref"))
    if lower is not None and upper is not None:
        events += [(_inside(lower, end), 0, "open"), (_inside(upper, end), 2, "close")]
    if value is not None:
        events.append((_inside(value, end), 1, f"k-dot-{tone}"))
    # sorted by the values themselves: after rounding, an interval that ends before the line must still be drawn so
    found: list[tuple[int, str]] = []
    ground, at = "k-blank", 0
    for place, _order, what in sorted(events):
        until = round(place / end * 100)
        found.append((until - at, ground))
        at = until
        if what in {"open", "close"}:
            ground = f"k-band-{tone}" if what == "open" else "k-blank"
        else:
            found.append((0, what))
    found.append((100 - at, ground))
    return tuple(_cells(found))


def _inside(value: float, end: float) -> float:
    return min(max(value, 0.0), end)


def _cells(parts: Sequence[tuple[int, str]]) -> list[Part]:
    return [Part(THIN.get(kind, f"{width}%"), kind) for width, kind in parts if width > 0 or kind in THIN]
