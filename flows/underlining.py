"""A text as a terminal can show it, with the words that are meant underlined and numbered."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from flows.screen import plain

_MOST_LINES = 60
"""Lines of a text that are shown whole; of a longer one those with something underlined."""
_LEFT_OUT = "…"


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters ``start`` to ``end`` of a text, and the number under them."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A line as shown, and what stands below it; empty where nothing is meant."""

    shown: str
    below: str


def underlined(text: str, marks: Sequence[Mark], width: int) -> list[str]:
    """The text in lines of at most ``width`` cells, below each what is meant in it. Nothing in it moves a cursor."""
    rows: list[_Row] = []
    at = 0
    for line in text.split("\n"):
        rows += _rows(line, at, marks, width)
        at += len(line) + 1
    if len(rows) > _MOST_LINES:
        rows = _only_marked(rows)
    return [said for row in rows for said in ((row.shown, row.below) if row.below else (row.shown,))]


def _rows(line: str, at: int, marks: Sequence[Mark], width: int) -> list[_Row]:
    """One line of the text, folded where it is too wide."""
    rows: list[_Row] = []
    shown, below, numbers, taken = "", "", list[int](), 0
    for place, c in enumerate(line, start=at):
        piece = plain(c)
        cells = cell_len(piece)
        if shown and taken + cells > width:
            rows.append(_row(shown, below, numbers))
            shown, below, numbers, taken = "", "", [], 0
        inside = [m for m in marks if m.start <= place < m.end]
        shown += piece
        below += ("~" if inside else " ") * cells
        taken += cells
        numbers += [m.number for m in inside if place == m.end - 1]
    return [*rows, _row(shown, below, numbers)]


def _row(shown: str, below: str, numbers: Sequence[int]) -> _Row:
    told = " ".join(str(n) for n in dict.fromkeys(numbers))
    return _Row(shown, f"{below.rstrip()} {told}".rstrip() if below.strip() else "")


def _only_marked(rows: Sequence[_Row]) -> list[_Row]:
    """The rows under which something stands, and one where rows are left out."""
    kept: list[_Row] = []
    for row in rows:
        if row.below:
            kept.append(row)
        elif not kept or kept[-1].shown != _LEFT_OUT:
            kept.append(_Row(_LEFT_OUT, ""))
    return kept
