"""The records of a JSON or JSON Lines file, whose numbers stay as they are written."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast

import polars as pl

from tasks.importing.mapping import Reading
from tasks.importing.pieces import RAW, ROW, Broken, Chunk, UnreadableFile


def columns_of(path: Path, reading: Reading) -> list[str]:
    """The names, and paths of nested names, in the first records. Errors: UnreadableFile."""
    records = (r for _, r in islice(_records(path, reading), 1000) if isinstance(r, dict))
    return list(dict.fromkeys(name for record in records for name in _paths(record, "")))


def _records(path: Path, reading: Reading) -> Iterator[tuple[int, Any]]:
    """Each record with its number; a line that is no JSON comes as a Broken."""
    if path.suffix.lower() == ".json":
        yield from enumerate(_json_list(path, reading), start=1)
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            plain = line.removeprefix(b"\xef\xbb\xbf").strip()
            if not plain:
                continue
            try:
                yield number, _loads(plain)
            except (ValueError, RecursionError) as error:
                raw = plain[:RAW].decode("utf-8", "replace")
                said = f"the line is not JSON ({error}); it may be cut short. Mend it and import the file again"
                yield number, Broken(number, "not_json", said, raw)


def _json_list(path: Path, reading: Reading) -> list[Any]:
    try:
        found = _loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{path.name} is not JSON: {error}") from error
    for name in (reading.records or "").split(".") if reading.records else ():
        found = cast("dict[str, Any]", found).get(name) if isinstance(found, dict) else None
    if isinstance(found, list):
        return cast("list[Any]", found)
    keys = ", ".join(cast("dict[str, Any]", found)) if isinstance(found, dict) else "none"
    raise UnreadableFile(
        f'{path.name} has no list of records here: set [read] records, e.g. "data.items" (keys: {keys})'
    )


def _loads(data: bytes) -> Any:
    """JSON whose numbers stay as they are written: ids of 19 digits do not survive a float."""
    return json.loads(data, parse_float=str, parse_int=str, parse_constant=lambda _: None)


def chunks(path: Path, reading: Reading, wanted: Sequence[str], rows: int) -> Iterator[Chunk]:
    """The records, ``rows`` at a time. Errors: UnreadableFile."""
    records = _records(path, reading)
    while piece := list(islice(records, rows)):
        good: list[tuple[int, list[str | None]]] = []
        broken: list[Broken] = []
        for number, record in piece:
            if isinstance(record, Broken):
                broken.append(record)
            elif isinstance(record, dict):
                good.append((number, [_at(cast("dict[str, Any]", record), name) for name in wanted]))
            else:
                said = 'the record is not an object with named values. Write {"name": value, …}'
                broken.append(Broken(number, "not_an_object", said, json.dumps(record, ensure_ascii=True)[:RAW]))
        columns = {
            name: pl.Series(name, [values[i] for _, values in good], dtype=pl.String()) for i, name in enumerate(wanted)
        }
        yield Chunk(pl.DataFrame({ROW: pl.Series(ROW, [n for n, _ in good], dtype=pl.Int64()), **columns}), broken)


def _at(record: dict[str, Any], name: str) -> str | None:
    """A value by its name, or by a path such as statistics.viewCount."""
    found: Any = record
    if name in record:
        found = record[name]
    else:
        for step in name.split("."):
            found = cast("dict[str, Any]", found).get(step) if isinstance(found, dict) else None
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, list) and all(isinstance(v, str) for v in cast("list[Any]", found)):
        found = " ".join(cast("list[str]", found))
    elif isinstance(found, dict | list):
        found = json.dumps(found, ensure_ascii=False)
    return None if found is None else _utf8(str(found))


def _paths(record: dict[str, Any], prefix: str) -> Iterator[str]:
    for name, value in record.items():
        yield f"{prefix}{name}"
        if isinstance(value, dict) and prefix.count(".") < 5:
            yield from _paths(cast("dict[str, Any]", value), f"{prefix}{name}.")


def _utf8(text: str) -> str:
    """JSON may carry half of a surrogate pair; UTF-8 may not."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
