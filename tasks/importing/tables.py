"""The rows of a file as they stand, in pieces, each row with its number; what is no row is told apart."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, cast

import fastexcel
import polars as pl

from tasks.errors import ConfigurationError
from tasks.importing.encodings import delimiter_of, encoding_of_file
from tasks.importing.mapping import Reading

ROW = "row number"
CHUNK_ROWS = 100_000
SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson", ".json", ".xlsx", ".xlsm")
_SAMPLE = 20_000
_RAW = 4000

csv.field_size_limit(1 << 24)  # the default of 128 kB would end the file at one long caption


class UnreadableFile(ConfigurationError):
    """The file is not what its ending says, or lacks what the mapping names."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that is none: cut short, not JSON, with too many cells."""

    row: int
    rule: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows: the wanted columns as they stand (text, or Parquet's own types) and ``ROW``."""

    frame: pl.DataFrame
    broken: Sequence[Broken] = field(default=())


def columns_of(path: Path, reading: Reading) -> list[str]:
    """The names of the columns of a file. Errors: UnreadableFile, Unreadable."""
    match _family(path):
        case "csv":
            with _opened(path, reading) as file:
                return _csv_header(_Lines(file), reading, _delimiter(path, reading))[0]
        case "parquet":
            return list(_parquet(path).collect_schema())
        case "excel":
            return _excel(path, reading)[0]
        case _:
            records = (r for _, r in islice(_records(path, reading), 1000) if isinstance(r, dict))
            return list(dict.fromkeys(name for record in records for name in _paths(record, "")))


def chunks(path: Path, reading: Reading, wanted: Sequence[str], rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
    """The rows of a file, ``rows`` at a time, in order. Errors: UnreadableFile, Unreadable."""
    match _family(path):
        case "csv":
            return _csv_chunks(path, reading, wanted, rows)
        case "parquet":
            return _parquet_chunks(path, wanted, rows)
        case "excel":
            return _excel_chunks(path, reading, wanted)
        case _:
            return _json_chunks(path, reading, wanted, rows)


def is_spreadsheet(path: Path) -> bool:
    """Whether numbers in the file went through a spreadsheet, which keeps 15 digits."""
    return _family(path) == "excel"


def _family(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        return "csv"
    if suffix in (".xlsx", ".xlsm"):
        return "excel"
    if suffix in (".parquet", ".jsonl", ".ndjson", ".json"):
        return suffix[1:]
    raise UnreadableFile(f"{path.name} ends in {suffix or 'nothing'}: known are {', '.join(SUFFIXES)}")


# A text file of rows.


class _Lines:
    """The lines of a file, remembering those of the record being read, so that a broken one can be shown."""

    def __init__(self, file: TextIOWrapper) -> None:
        self._file = file
        self.record: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._file)
        self.record.append(line)
        return line


def _opened(path: Path, reading: Reading) -> TextIOWrapper:
    encoding = reading.encoding or encoding_of_file(path)
    # Bytes that are none of this encoding come through as lone surrogates: their row is rejected, not the file.
    return path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="", errors="surrogateescape")


def _delimiter(path: Path, reading: Reading) -> str:
    if reading.delimiter:
        return reading.delimiter
    if path.suffix.lower() == ".tsv":
        return "\t"
    with _opened(path, reading) as file:
        lines = file.read(_SAMPLE).splitlines()
    return delimiter_of("\n".join(lines[(reading.header_row or 1) - 1 :]))


def _csv_header(lines: _Lines, reading: Reading, delimiter: str) -> tuple[list[str], int, Any]:
    """Column names, the row they stand in, and the reader behind them."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            is_here = number == reading.header_row if reading.header_row else any(c.strip() for c in cells)
            if is_here:
                return _named(cells), number, reader
    except csv.Error as error:
        raise UnreadableFile(f"row {number + 1} is not CSV: {error}. Save the file as CSV again") from error
    raise UnreadableFile("the file has no header row: its first row must name the columns")


def _csv_chunks(path: Path, reading: Reading, wanted: Sequence[str], rows: int) -> Iterator[Chunk]:
    delimiter = _delimiter(path, reading)
    with _opened(path, reading) as file:
        lines = _Lines(file)
        header, number, reader = _csv_header(lines, reading, delimiter)
        places = [_place(header, name) for name in wanted]
        width = len(header)
        kept: list[tuple[int, list[str]]] = []
        broken: list[Broken] = []
        while True:
            lines.record.clear()
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                broken.append(_broken_row(number, "not_csv", f"the row is not CSV ({error})", lines.record))
                continue
            if not "".join(cells).strip():
                continue
            if len(cells) == width or (len(cells) > width and not "".join(cells[width:]).strip()):
                kept.append((number, cells))
            else:
                reason = f"the row has {len(cells)} cells and the header {width}"
                broken.append(_broken_row(number, "wrong_number_of_cells", reason, lines.record))
            if len(kept) + len(broken) >= rows:
                yield _csv_chunk(kept, places, header, wanted, broken)
                kept, broken = [], []
        if kept or broken:
            yield _csv_chunk(kept, places, header, wanted, broken)


def _csv_chunk(
    kept: list[tuple[int, list[str]]],
    places: Sequence[int],
    header: list[str],
    wanted: Sequence[str],
    broken: list[Broken],
) -> Chunk:
    good: list[tuple[int, list[str]]] = []
    for number, cells in kept:
        if cells[0].strip() == header[0] and _named(cells[: len(header)]) == header:
            broken.append(_broken_row(number, "repeated_header", "the row is the header once more", [",".join(cells)]))
        else:
            good.append((number, cells))
    try:
        return Chunk(_texts(good, places, wanted), sorted(broken, key=lambda b: b.row))
    except UnicodeEncodeError:
        bad = [(n, c) for n, c in good if any("\ud800" <= x <= "\udfff" for cell in c for x in cell)]
        numbers = {n for n, _ in bad}
        broken += [_broken_row(n, "not_text", "the row has bytes that are no text", [",".join(c)]) for n, c in bad]
        good = [(n, c) for n, c in good if n not in numbers]
        return Chunk(_texts(good, places, wanted), sorted(broken, key=lambda b: b.row))


def _texts(rows: list[tuple[int, list[str]]], places: Sequence[int], wanted: Sequence[str]) -> pl.DataFrame:
    columns = {
        name: pl.Series(name, [cells[place] for _, cells in rows], dtype=pl.String())
        for name, place in zip(wanted, places, strict=True)
    }
    return pl.DataFrame({ROW: pl.Series(ROW, [n for n, _ in rows], dtype=pl.Int64()), **columns})


def _broken_row(number: int, rule: str, reason: str, record: Sequence[str]) -> Broken:
    raw = "".join(islice("".join(record[:200]), _RAW)).encode("utf-8", "replace").decode("utf-8").rstrip("\r\n")
    more = f"; a quote that is never closed took {len(record)} lines with it" if len(record) > 200 else ""
    return Broken(number, rule, f"{reason}{more}. Mend the row in the file and import it again", raw)


# Excel.


def _excel(path: Path, reading: Reading) -> tuple[list[str], int, pl.DataFrame]:
    """Column names, the row they stand in, and the rows below as text."""
    try:
        book = fastexcel.read_excel(path)
        sheet = reading.sheet if reading.sheet is not None else 0
        if isinstance(sheet, int) and reading.sheet is not None:
            sheet -= 1
        if isinstance(sheet, str) and sheet not in book.sheet_names:
            names = ", ".join(book.sheet_names)
            raise UnreadableFile(f"{path.name} has no sheet {sheet!r}: it has {names}; set [read] sheet")
        # Every cell as text, and from row 1 of the sheet, so that row numbers are those that a person sees.
        frame = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise UnreadableFile(f"{path.name} is not an Excel workbook that can be read: {error}") from error
    rows = frame.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    filled = rows.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
    if reading.header_row:
        filled = filled.filter(pl.col(ROW) >= reading.header_row)
    if filled.is_empty():
        raise UnreadableFile(f"{path.name} has no header row in this sheet: its first row must name the columns")
    number, *cells = filled.row(0)
    return _named(["" if c is None else str(c) for c in cells]), number, filled[1:]


def _excel_chunks(path: Path, reading: Reading, wanted: Sequence[str]) -> Iterator[Chunk]:
    header, _, rows = _excel(path, reading)
    cells = rows.drop(ROW).columns
    picked = {name: rows[cells[_place(header, name)]].alias(name) for name in wanted}
    yield Chunk(pl.DataFrame({ROW: rows[ROW], **picked}))


# Parquet.


def _parquet(path: Path) -> pl.LazyFrame:
    try:
        frame = pl.scan_parquet(path, glob=False)
        frame.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableFile(f"{path.name} is not a Parquet file: {str(error).splitlines()[0][:200]}") from error
    return frame


def _parquet_chunks(path: Path, wanted: Sequence[str], rows: int) -> Iterator[Chunk]:
    frame = _parquet(path)
    have = frame.collect_schema().names()
    for name in wanted:
        _place(have, name)
    try:
        height = int(frame.select(pl.len()).collect().item())
        for start in range(0, height, rows):
            piece = frame.select(wanted).slice(start, rows).collect()
            numbers = pl.int_range(start + 1, start + 1 + piece.height, dtype=pl.Int64(), eager=True).alias(ROW)
            yield Chunk(piece.insert_column(0, numbers))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableFile(f"{path.name} is damaged: {str(error).splitlines()[0][:200]}") from error


# JSON.


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
                raw = plain[:_RAW].decode("utf-8", "replace")
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


def _json_chunks(path: Path, reading: Reading, wanted: Sequence[str], rows: int) -> Iterator[Chunk]:
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
                broken.append(Broken(number, "not_an_object", said, json.dumps(record, ensure_ascii=True)[:_RAW]))
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


def _named(cells: Sequence[str]) -> list[str]:
    return [c.strip(" \t\r\n\u3000\u00a0\ufeff") for c in cells]


def _place(header: Sequence[str], name: str) -> int:
    """Where a wanted column stands. Errors: UnreadableFile where it is missing or stands twice."""
    if (count := header.count(name)) != 1:
        said = "is missing" if count == 0 else "stands twice"
        raise UnreadableFile(f"the column {name!r} {said}: the file has {', '.join(header[:60])}")
    return header.index(name)
