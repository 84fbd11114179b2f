"""Landed answers are read once more, by the reader that read them first, and say what each figure was read as."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from tasks.errors import HibikiError
from tasks.readers import Stage, readers
from tasks.sources import Landed
from tasks.tracing.segments import Segment, opened

TABLES: Mapping[str, tuple[str, ...]] = {
    "post": ("staging.post_observations", "staging.posts", "staging.post_states"),
    "account": ("staging.accounts",),
    "contract": ("staging.roster",),
    "cost_row": ("staging.campaign_costs",),
    "campaign": ("staging.campaigns",),
    "order": ("staging.orders",),
    "link_day": ("staging.link_days",),
    "site_day": ("staging.site_days",),
}
"""Kind of thing → the staged tables that tell of it."""
_NAMES = ("post_id", "order_id")
"""Columns whose being there is the figure: a post or an order counts one."""
_DAY = re.compile(r"(?P<link>.+) (?P<day>\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Stood:
    """What a figure is read as today. ``is_found``: whether its row is still there."""

    is_found: bool
    value: float | None = None
    fault: str | None = None


@dataclass(slots=True)
class Rereading:
    """Landed files opened and read so far, each once."""

    root: Path
    stages: Mapping[str, Stage] = field(default_factory=readers)
    _segments: dict[str, Segment] = field(default_factory=dict[str, Segment])
    _staged: dict[str, Mapping[str, pl.DataFrame] | str] = field(
        default_factory=dict[str, "Mapping[str, pl.DataFrame] | str"]
    )

    def segment(self, name: str) -> Segment:
        """A landed file, opened."""
        if name not in self._segments:
            self._segments[name] = opened(self.root, name)
        return self._segments[name]

    def stood(self, landed_id: str, pointer: str, thing: str, thing_id: str, metric: str) -> Stood:
        """What a figure of a thing is read as today."""
        segment = landed_id.rpartition("#")[0]
        staged = self._read(segment)
        if isinstance(staged, str):
            return Stood(is_found=False, fault=staged)
        for name in TABLES.get(thing, ()):
            frame = staged.get(name)
            if frame is None or (metric not in frame.columns):
                continue
            rows = _rows(frame, landed_id, pointer, thing, thing_id)
            if rows.height:
                return Stood(is_found=True, value=_figure(rows, metric))
        return Stood(is_found=False)

    def _read(self, name: str) -> Mapping[str, pl.DataFrame] | str:
        if name not in self._staged:
            self._staged[name] = self._stage(name)
        return self._staged[name]

    def _stage(self, name: str) -> Mapping[str, pl.DataFrame] | str:
        answers: Sequence[Landed] = [a for _, a in sorted(self.segment(name).answers.items())]
        if not answers:
            return "nothing in the file can be read"
        stage = self.stages.get(answers[0].source)
        if stage is None:
            return f"no source is called {answers[0].source}"
        try:
            return stage(answers).tables
        except HibikiError as error:
            return str(error)


def _rows(frame: pl.DataFrame, landed_id: str, pointer: str, thing: str, thing_id: str) -> pl.DataFrame:
    """The rows of a thing in an answer. An answer with details tells of posts that another one lists."""
    told = pl.col("landed_id") == landed_id
    if "pointer" in frame.columns and thing != "campaign":
        told &= pl.col("pointer") == pointer
    if thing == "post" and "detail_landed_id" in frame.columns:
        told |= (pl.col("detail_landed_id") == landed_id).fill_null(value=False) & pl.lit(pointer == "")
    if thing == "post":
        told &= pl.col("post_id") == thing_id.partition("/")[2]
    if thing == "link_day" and (day := _DAY.fullmatch(thing_id)):
        told &= (pl.col("link_id") == day["link"]) & (pl.col("day") == date.fromisoformat(day["day"]))
    return frame.filter(told)


def _figure(rows: pl.DataFrame, metric: str) -> float | None:
    if metric in _NAMES:
        return 1.0
    value = rows[metric].cast(pl.Float64, strict=False)[0]
    return None if value is None else float(value)
