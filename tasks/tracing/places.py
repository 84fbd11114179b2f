"""Where in a landed answer or file a figure stands, and what stands there."""

import csv
import json
import re
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from tasks import sources
from tasks.briefing import costs, roster, sheet
from tasks.documents import Json, NotJson, document
from tasks.errors import ConfigurationError
from tasks.importing import tables
from tasks.importing.encodings import Unreadable, decode, delimiter_of
from tasks.importing.mapping import Mapping
from tasks.importing.pieces import ROW
from tasks.sources import Landed
from tasks.sources._places import value_at
from tasks.toml_places import Document, parse

_ROW = re.compile(r"row (\d+)$")
_LONGEST = 200
_SHEETS = {"brief_roster": roster.COLUMNS, "brief_costs": costs.COLUMNS}
"""Tables that people write, and what their columns may be called."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A place, as a person or a program would look it up, and the value as it is written there; None: not written."""

    place: str
    raw: str | None


def shown(landed: Landed, pointer: str, metric: str) -> tuple[Shown, ...]:
    """Where a figure stands in an answer that is whole. Of a figure made of two, both."""
    if landed.blob is not None:
        return (_of_import(landed, landed.blob, pointer, metric),)
    if landed.source in sources.load():
        return _of_answer(landed, pointer, metric)
    return (_of_file(landed, pointer, metric),)


def _of_answer(landed: Landed, pointer: str, metric: str) -> tuple[Shown, ...]:
    found = sources.load()[landed.source].places(landed, pointer, metric)
    try:
        body = document(landed.answer.body)
    except NotJson:
        body = None
    if not found:
        return (Shown(pointer or "/", None),)
    return tuple(Shown(p.pointer, _literal(value_at(body, p.pointer))) for p in found)


def _of_file(landed: Landed, pointer: str, metric: str) -> Shown:
    """A cell of a table, or a key of a TOML file, that people write."""
    name = landed.answer.url.rpartition("/")[2]
    row = _ROW.search(pointer)
    if row is None:
        parsed = parse(landed.answer.body, name)
        if not isinstance(parsed, Document):
            return Shown(name, None)
        value, line = parsed.data.get(metric), parsed.line((metric,))
        return Shown(f"{name}, {metric}" + (f", line {line}" if line else ""), None if value is None else str(value))
    number = int(row[1])
    if (columns := _SHEETS.get(landed.answer.kind)) is not None:
        read = sheet.read(landed.answer.body, name, columns, ())
        if metric not in read.columns:
            return Shown(f"{name} has no column {metric}", None)
        cells = next((r for r in read.rows if r.number == number), None)
        return Shown(f"{name}, row {number}, {metric}", cells[metric] if cells else None)
    return Shown(f"{name}, row {number}", _line(landed.answer.body, number))


def _line(body: bytes, number: int) -> str | None:
    """A row of a table as it is written, its cells between bars."""
    try:
        text = decode(body).text
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text[:20_000])))
    except (Unreadable, csv.Error):
        return None
    return " | ".join(rows[number - 1])[:_LONGEST] if number <= len(rows) else None


def _of_import(landed: Landed, path: Path, pointer: str, metric: str) -> Shown:
    """A cell of an imported file, under the name that the file has for it."""
    name = landed.answer.about.get("name", path.name)
    mapping = Mapping.model_validate_json(landed.answer.about["mapping"])
    theirs, row = mapping.columns.get(metric), _ROW.search(pointer)
    if theirs is None or row is None:
        constant = mapping.constants.get(metric)
        return Shown(f"{name}, {pointer}" if constant is None else f"{name}, the mapping's constant", constant)
    number, cell = int(row[1]), None
    try:
        for chunk in tables.chunks(path, mapping.read, [theirs]):
            if chunk.frame.height and number <= chunk.frame[ROW].max():  # type: ignore[operator]  # row numbers are integers
                found = chunk.frame.filter(chunk.frame[ROW] == number)[theirs].to_list()
                cell = _text(found[0]) if found else None
                break
    except ConfigurationError:
        return Shown(f"{name} cannot be read any more", None)
    return Shown(f"{name}, {pointer}, column {theirs}", cell)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:_LONGEST]


def _literal(value: Json) -> str | None:
    """A value as JSON writes it."""
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)[:_LONGEST]
