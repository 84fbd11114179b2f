"""The rows of a CSV or TSV file; one that is broken does not take the others with it."""

import csv
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

import polars as pl

from tasks.importing.encodings import delimiter_of, encoding_of_file
from tasks.importing.mapping import Reading
from tasks.importing.pieces import RAW, ROW, Broken, Chunk, UnreadableFile, named, place

_SAMPLE = 20_000

csv.field_size_limit(1 << 24)  # the default of 128 kB would end the file at one long caption


def columns_of(path: Path, reading: Reading) -> list[str]:
    """The names of the columns. Errors: UnreadableFile, Unreadable."""
    with _opened(path, reading) as file:
        return _header(_Lines([], file), reading, _delimiter(path, reading))[0]


class _Lines:
    """A block of lines and the file behind it, remembering those of the record being read, so that it can be shown."""

    def __init__(self, block: Sequence[str], file: Iterator[str]) -> None:
        self._block, self._at, self._file = block, 0, file
        self.record: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._at < len(self._block):
            line = self._block[self._at]
            self._at += 1
        else:  # a quoted cell runs on beyond the block
            line = next(self._file)
        self.record.append(line)
        return line

    @property
    def are_left(self) -> bool:
        """Whether the block has lines that are not read."""
        return self._at < len(self._block)


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


def _header(lines: _Lines, reading: Reading, delimiter: str) -> tuple[list[str], int]:
    """Column names and the row they stand in."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            is_here = number == reading.header_row if reading.header_row else any(c.strip() for c in cells)
            if is_here:
                return named(cells), number
    except csv.Error as error:
        raise UnreadableFile(f"row {number + 1} is not CSV: {error}. Save the file as CSV again") from error
    raise UnreadableFile("the file has no header row: its first row must name the columns")


def chunks(path: Path, reading: Reading, wanted: Sequence[str], rows: int) -> Iterator[Chunk]:
    """The rows, about ``rows`` at a time. Errors: UnreadableFile, Unreadable."""
    mark = _delimiter(path, reading)
    with _opened(path, reading) as file:
        header, number = _header(_Lines([], file), reading, mark)
        places = [place(header, name) for name in wanted]
        while block := list(islice(file, rows)):
            frame = _plain_block(block, number, header, mark)
            if frame is not None:
                number += len(block)
                yield Chunk(
                    frame.select(ROW, *(pl.col(f"field_{p}").alias(n) for n, p in zip(wanted, places, strict=True)))
                )
                continue
            lines = _Lines(block, file)
            kept, broken, number = _records(lines, number, len(header), mark)
            yield _chunk(kept, places, header, wanted, broken)


def _plain_block(block: list[str], number: int, header: Sequence[str], mark: str) -> pl.DataFrame | None:
    """The rows of lines in which nothing is quoted and every row is whole, at once; None where one is not."""
    if '"' in "".join(block):
        return None
    try:
        lines = pl.Series("line", block, dtype=pl.String())
    except UnicodeEncodeError:
        return None
    numbers = pl.int_range(number + 1, number + 1 + len(block), dtype=pl.Int64(), eager=True).alias(ROW)
    frame = pl.DataFrame([numbers, lines.str.strip_chars_end("\r\n")])
    is_blank = pl.col("line").str.replace_all(mark, "", literal=True).str.strip_chars() == ""
    frame = frame.filter(~is_blank)
    if (frame["line"].str.count_matches(mark, literal=True) != len(header) - 1).any():
        return None
    cells = frame["line"].str.split_exact(mark, len(header) - 1).struct.unnest()
    if (cells["field_0"].str.strip_chars() == header[0]).any():
        return None
    return cells.insert_column(0, frame[ROW])


def _records(
    lines: _Lines, number: int, width: int, mark: str
) -> tuple[list[tuple[int, list[str]]], list[Broken], int]:
    """The rows of a block one by one, those that are none, and the number of the last."""
    kept: list[tuple[int, list[str]]] = []
    broken: list[Broken] = []
    reader = csv.reader(lines, delimiter=mark, strict=True)
    while lines.are_left:
        lines.record.clear()
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            broken.append(_broken(number, "not_csv", f"the row is not CSV ({error})", lines.record))
            continue
        if not "".join(cells).strip():
            continue
        if len(cells) == width or (len(cells) > width and not "".join(cells[width:]).strip()):
            kept.append((number, cells))
        else:
            reason = f"the row has {len(cells)} cells and the header {width}"
            broken.append(_broken(number, "wrong_number_of_cells", reason, lines.record))
    return kept, broken, number


def _chunk(
    kept: list[tuple[int, list[str]]],
    places: Sequence[int],
    header: list[str],
    wanted: Sequence[str],
    broken: list[Broken],
) -> Chunk:
    good: list[tuple[int, list[str]]] = []
    for number, cells in kept:
        if cells[0].strip() == header[0] and named(cells[: len(header)]) == header:
            broken.append(_broken(number, "repeated_header", "the row is the header once more", [",".join(cells)]))
        else:
            good.append((number, cells))
    try:
        return Chunk(_texts(good, places, wanted), sorted(broken, key=lambda b: b.row))
    except UnicodeEncodeError:
        bad = [(n, c) for n, c in good if any("\ud800" <= x <= "\udfff" for cell in c for x in cell)]
        numbers = {n for n, _ in bad}
        broken += [_broken(n, "not_text", "the row has bytes that are no text", [",".join(c)]) for n, c in bad]
        good = [(n, c) for n, c in good if n not in numbers]
        return Chunk(_texts(good, places, wanted), sorted(broken, key=lambda b: b.row))


def _texts(rows: list[tuple[int, list[str]]], places: Sequence[int], wanted: Sequence[str]) -> pl.DataFrame:
    columns = {
        name: pl.Series(name, [cells[place] for _, cells in rows], dtype=pl.String())
        for name, place in zip(wanted, places, strict=True)
    }
    return pl.DataFrame({ROW: pl.Series(ROW, [n for n, _ in rows], dtype=pl.Int64()), **columns})


def _broken(number: int, rule: str, reason: str, record: Sequence[str]) -> Broken:
    raw = "".join(islice("".join(record[:200]), RAW)).encode("utf-8", "replace").decode("utf-8").rstrip("\r\n")
    more = f"; a quote that is never closed took {len(record)} lines with it" if len(record) > 200 else ""
    return Broken(number, rule, f"{reason}{more}. Mend the row in the file and import it again", raw)
