"""What a person sees in the terminal: bars while work runs, one line when it is done; plain lines elsewhere."""

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from tasks.progress import Event, heard_by

_AS_WIDE_AS_IT_IS = 4000
"""Columns where nobody looks at a window: nothing is folded."""


class Screen:
    """Shows steps. ``as_json`` silences them, so that standard output is one JSON document."""

    def __init__(self, *, as_json: bool = False, console: Console | None = None) -> None:
        self.as_json = as_json
        self.console = console or Console(stderr=as_json, highlight=False, soft_wrap=True)
        self._bars: Progress | None = None
        self._ids: dict[str, TaskID] = {}
        self._hearing: AbstractContextManager[None] | None = None

    def __enter__(self) -> Self:
        if self.console.is_terminal and not self.as_json:
            self._bars = Progress(
                SpinnerColumn(style="cyan"),
                TextColumn("{task.description}"),
                BarColumn(bar_width=24, complete_style="cyan", finished_style="cyan"),
                MofNCompleteColumn(),
                TextColumn("[dim]{task.fields[note]}"),
                console=self.console,
                transient=True,
            )
            self._bars.start()
        self._hearing = heard_by(self._hear)
        self._hearing.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._hearing:
            self._hearing.__exit__(kind, error, trace)
        if self._bars:
            self._bars.stop()

    @property
    def width(self) -> int:
        """Columns that a drawn table may take: the window's, or as many as a page has where nobody looks at one."""
        return self.console.width if self.console.is_terminal else 200

    def say(self, *lines: str) -> None:
        """Plain words, without mark-up."""
        if not self.as_json:
            for line in lines:
                self.console.print(Text(line))

    def heading(self, line: str) -> None:
        """A line that starts a group."""
        if not self.as_json:
            self.console.print(Text(line, style="bold"))

    def pairs(self, rows: Mapping[str, str], *, indent: int = 2) -> None:
        """Aligned label and value."""
        width = max((_width(label) for label in rows), default=0)
        for label, value in rows.items():
            pad = " " * (width - _width(label))
            self.say(f"{' ' * indent}{label}{pad}  {value}")

    def faults(self, lines: Sequence[str]) -> None:
        """What must be mended, on standard error."""
        self._marked("✗ ", "red", lines)

    def warnings(self, lines: Sequence[str]) -> None:
        """What a person should know, on standard error."""
        self._marked("! ", "yellow", lines)

    def _marked(self, mark: str, style: str, lines: Sequence[str]) -> None:
        console = self.console if self.console.stderr else Console(stderr=True, highlight=False, soft_wrap=True)
        for line in lines if not self.as_json else ():
            console.print(Text(mark, style=style).append(line, style="default"))

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows under a head in a terminal, where long cells wrap; lines of cells between tabs elsewhere."""
        if self.as_json:
            return
        if not self.console.is_terminal:
            self.say(*("\t".join(" ".join(cell.split()) for cell in row) for row in (head, *rows)))
            return
        shown = Table(box=SIMPLE_HEAD, pad_edge=False)
        for n, name in enumerate(head):
            shown.add_column(name, overflow="fold", no_wrap=n == 0)
        for row in rows:
            shown.add_row(*map(Text, row))
        self.console.print(shown)

    def draw(self, tree: Tree) -> None:
        """A tree, drawn with lines; its labels are Text and bear no mark-up."""
        if self.as_json:
            return
        shown = self.console
        if not shown.is_terminal:
            shown = Console(file=shown.file, width=_AS_WIDE_AS_IT_IS, highlight=False, color_system=None)
        shown.print(tree, soft_wrap=False)

    def document(self, what: object) -> None:
        """The JSON document of ``--json``."""
        if self.as_json:
            sys.stdout.write(json.dumps(what, ensure_ascii=False, indent=2, default=str) + "\n")

    def _hear(self, event: Event) -> None:
        if self.as_json:
            return
        if event.state in {"started", "advanced"}:
            if self._bars is not None:
                if event.step not in self._ids:
                    self._ids[event.step] = self._bars.add_task(_escaped(event.step), total=event.total, note="")
                self._bars.update(
                    self._ids[event.step], completed=event.done, total=event.total, note=_escaped(event.message)
                )
            return
        if self._bars is not None and event.step in self._ids:
            self._bars.remove_task(self._ids.pop(event.step))
        good = event.state == "done"
        line = Text("✓ " if good else "✗ ", style="green" if good else "red")
        pad = " " * max(1, 22 - _width(event.step))
        line.append(event.step + pad, style="default")
        line.append(event.message, style="dim" if good else "red")
        line.append(f"  {event.seconds:.1f} s", style="dim")
        self.console.print(line)


def plain(text: str) -> str:
    """Text that a terminal takes as text: what would move its cursor, colour it or turn it round is written out."""
    return "".join(c if c.isprintable() or c == "\u3000" else c.encode("unicode_escape").decode() for c in text)


def _escaped(text: str) -> str:
    return text.replace("[", "\\[")


def _width(text: str) -> int:
    return Text(text).cell_len
