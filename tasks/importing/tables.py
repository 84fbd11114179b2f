"""The rows of a file as they stand, in pieces, each row with its number; what is no row is told apart."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import polars as pl

from tasks.importing import csv_rows, excel_rows, json_rows
from tasks.importing.mapping import Reading
from tasks.importing.pieces import ROW, Broken, Chunk, UnreadableFile, place

CHUNK_ROWS = 100_000
SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson", ".json", ".xlsx", ".xlsm")


def columns_of(path: Path, reading: Reading) -> list[str]:
    """The names of the columns of a file. Errors: UnreadableFile, Unreadable."""
    match _family(path):
        case "csv":
            return csv_rows.columns_of(path, reading)
        case "parquet":
            return list(_parquet(path).collect_schema())
        case "excel":
            return excel_rows.columns_of(path, reading)
        case _:
            return json_rows.columns_of(path, reading)


def chunks(path: Path, reading: Reading, wanted: Sequence[str], rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
    """The rows of a file, ``rows`` at a time, in order. Errors: UnreadableFile, Unreadable."""
    match _family(path):
        case "csv":
            return csv_rows.chunks(path, reading, wanted, rows)
        case "parquet":
            return _parquet_chunks(path, wanted, rows)
        case "excel":
            return excel_rows.chunks(path, reading, wanted)
        case _:
            return json_rows.chunks(path, reading, wanted, rows)


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
        place(have, name)
    try:
        height = int(frame.select(pl.len()).collect().item())
        for start in range(0, height, rows):
            piece = frame.select(wanted).slice(start, rows).collect()
            numbers = pl.int_range(start + 1, start + 1 + piece.height, dtype=pl.Int64(), eager=True).alias(ROW)
            yield _plain_cells(piece.insert_column(0, numbers))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableFile(f"{path.name} is damaged: {str(error).splitlines()[0][:200]}") from error


def _plain_cells(piece: pl.DataFrame) -> Chunk:
    """Lists, objects, lengths of time and bytes as text, as JSON has them; rows whose bytes are no text are broken."""
    bad: set[int] = set()
    for name, dtype in piece.schema.items():
        if dtype.is_nested() or isinstance(dtype, pl.Duration | pl.Binary | pl.Object):
            texts: list[str | None] = []
            for row, value in zip(piece[ROW].to_list(), piece[name].to_list(), strict=True):
                try:
                    texts.append(_text_of(value))
                except UnicodeDecodeError:
                    texts.append(None)
                    bad.add(row)
            piece = piece.with_columns(pl.Series(name, texts, dtype=pl.String()))
    broken = [
        Broken(row, "not_text", "the row has bytes that are no text. Export the column as text", "") for row in bad
    ]
    return Chunk(piece.filter(~pl.col(ROW).is_in(bad)), sorted(broken, key=lambda b: b.row))


def _text_of(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list) and all(isinstance(v, str) for v in cast("list[object]", value)):
        return " ".join(cast("list[str]", value))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return None if value is None else str(value)
