"""The rows of an Excel sheet, every cell as text, numbered as a person sees them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import fastexcel
import polars as pl

from tasks.importing.mapping import Reading
from tasks.importing.pieces import ROW, Chunk, UnreadableFile, named, place


def columns_of(path: Path, reading: Reading) -> list[str]:
    """The names of the columns. Errors: UnreadableFile."""
    return _sheet(path, reading)[0]


def _sheet(path: Path, reading: Reading) -> tuple[list[str], int, pl.DataFrame]:
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
    return named(["" if c is None else str(c) for c in cells]), number, filled[1:]


def chunks(path: Path, reading: Reading, wanted: Sequence[str]) -> Iterator[Chunk]:
    """The rows of the sheet, in one piece. Errors: UnreadableFile."""
    header, _, rows = _sheet(path, reading)
    cells = rows.drop(ROW).columns
    picked = {name: rows[cells[place(header, name)]].alias(name) for name in wanted}
    yield Chunk(pl.DataFrame({ROW: rows[ROW], **picked}))
