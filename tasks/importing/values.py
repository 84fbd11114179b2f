"""A column of a file becomes ours: each cell is read, not told, hidden, or says why it cannot be read."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from tasks.briefing.addresses import BadAddress, account_of, link_of, platform_of
from tasks.importing import instants, numbers
from tasks.importing.mapping import Reading
from transforms.attribution.coupon_sites import host_of
from transforms.captions import clean, hashtags_of
from transforms.contracts import Field, Type

_EXACT = 2**53
"""Beyond it a float cannot count: neighbours are 2 apart."""
_LARGEST = 2**63 - 1
_LARGEST_MONEY = Decimal(10) ** 14
_FREE_TEXT = ("caption", "display_name")
"""Text in which nothing stands for "hidden": a dash is a dash."""
_LOWER = ("format", "paid_label", "dimension", "shop", "availability")
_SHORTENED = r"^[+-]?\d(?:[.,]\d+)?[eE]\+?\d+$"
_YES = ("true", "1", "yes", "y", "はい", "○", "on")
_NO = ("false", "0", "no", "n", "いいえ", "×", "off")
_AS_TEXT = "format the column as text in the spreadsheet, and export it from its source again"


class CannotRead(ValueError):
    """Why one value cannot be read, and what would be right."""


@dataclass(frozen=True, slots=True)
class Column:
    """Our column, row by row: the value, whether it is hidden or not told, and what is wrong with it (else null)."""

    values: pl.Series
    is_hidden: pl.Series
    is_blank: pl.Series
    problems: pl.Series


def read(cells: pl.Series, field: Field, reading: Reading, zone: str, *, is_spreadsheet: bool = False) -> Column:
    """``cells`` as ``field`` promises them. ``zone`` is that of instants written without one."""
    cells = _plain(cells)
    is_hidden, is_blank = _untold(cells, field, reading)
    open_cells = cells.to_frame("c").select(pl.when(~(is_hidden | is_blank)).then("c")).to_series()
    match field.type:
        case Type.INSTANT:
            values, problems = instants.instants(open_cells, reading, zone)
        case Type.DATE:
            values, problems = instants.days(open_cells, reading, zone)
        case Type.COUNT if field.name in reading.multiply:
            values, problems = _scaled(open_cells, reading, reading.multiply[field.name])
        case Type.COUNT:
            values, problems = _counts(open_cells, reading)
        case Type.MONEY:
            values, problems = _money(open_cells, reading, reading.multiply.get(field.name))
        case Type.REAL:
            values, problems = _reals(open_cells, reading, reading.multiply.get(field.name, 1.0))
        case Type.FLAG:
            values, problems = by_text(open_cells, _flag, pl.Boolean())
        case Type.TEXT:
            values, problems = _texts(open_cells, field, is_spreadsheet=is_spreadsheet)
    return Column(values, is_hidden, is_blank, problems)


def by_text(
    cells: pl.Series, parse: Callable[[str], Any], dtype: pl.DataType, keep: pl.Series | None = None
) -> tuple[pl.Series, pl.Series]:
    """Each distinct text is parsed once; values (``keep`` where it is set already) and problems."""
    texts = cells.cast(pl.String())
    todo = texts if keep is None else texts.to_frame("t").select(pl.when(keep.is_null()).then("t")).to_series()
    keys = todo.drop_nulls().unique(maintain_order=True)
    values: list[Any] = []
    problems: list[str | None] = []
    for key in keys:
        value, problem = None, None
        try:
            value = parse(key)
        except (numbers.NotANumber, BadAddress, CannotRead) as error:
            problem = str(error)
        values.append(value)
        problems.append(problem)
    table = pl.DataFrame(
        {"t": keys, "v": pl.Series(values, dtype=dtype, strict=True), "p": pl.Series(problems, dtype=pl.String())}
    )
    found = pl.DataFrame({"t": todo}).join(table, on="t", how="left", maintain_order="left")
    parsed = found["v"] if keep is None else keep.zip_with(keep.is_not_null(), found["v"])
    return parsed, found["p"]


def _plain(cells: pl.Series) -> pl.Series:
    """The same cells in one of few types: text, whole number, float, yes/no, instant, day."""
    dtype = cells.dtype
    if isinstance(dtype, pl.Float32):
        return cells.cast(pl.Float64())
    if dtype.is_integer() and not isinstance(dtype, pl.UInt64 | pl.Int128 | pl.UInt128):
        return cells.cast(pl.Int64())
    kept = (pl.String, pl.Int64, pl.Float64, pl.Boolean, pl.Datetime, pl.Date)
    return cells if isinstance(dtype, kept) else cells.cast(pl.String(), strict=False)


def _untold(cells: pl.Series, field: Field, reading: Reading) -> tuple[pl.Series, pl.Series]:
    """Which cells say that the creator hides it, and which say nothing."""
    if isinstance(cells.dtype, pl.Float64):
        nothing = cells.is_null() | cells.is_nan()
    elif isinstance(cells.dtype, pl.String):
        nothing = cells.is_null() | (cells.str.strip_chars() == "").fill_null(value=True)
    else:
        nothing = cells.is_null()
    if field.name in _FREE_TEXT or not (reading.hidden or reading.unknown):
        return pl.Series([False]).new_from_index(0, len(cells)), nothing
    said = cells.cast(pl.String()).str.strip_chars().fill_null("")
    if isinstance(cells.dtype, pl.Float64):
        said = said.str.strip_suffix(".0")
    said = said.zip_with(~nothing, pl.Series([""]).new_from_index(0, len(cells)))
    hidden = said.is_in([h.strip() for h in reading.hidden])
    return hidden, (nothing | said.is_in([u.strip() for u in reading.unknown])) & ~hidden


def _counts(cells: pl.Series, reading: Reading) -> tuple[pl.Series, pl.Series]:
    if isinstance(cells.dtype, pl.Int64):
        return cells, _no_problems(cells)
    if isinstance(cells.dtype, pl.Float64):
        frame = cells.to_frame("c").select(
            pl.when((pl.col("c").round() == pl.col("c")) & (pl.col("c").abs() < _EXACT)).then("c").cast(pl.Int64()),
            pl.when(pl.col("c").abs() >= _EXACT)
            .then(pl.lit(f"is too large for the number type of the file (beyond 2^53): {_AS_TEXT}"))
            .when(pl.col("c").round() != pl.col("c"))
            .then(pl.lit("is not a whole number. Write one without fraction"))
            .alias("p"),
        )
        return frame["c"], frame["p"]
    quick = cells.cast(pl.String()).str.strip_chars().cast(pl.Int64(), strict=False)

    def parse(text: str) -> int:
        number = numbers.read(text, decimal=reading.decimal).value
        if number != number.to_integral_value():
            mark = "," if reading.decimal == "." else "."
            raise CannotRead(
                f"is not a whole number. Where {reading.decimal} groups thousands, set [read] decimal = {mark!r}"
            )
        if abs(number) > _LARGEST:
            raise CannotRead("is beyond 2^63. Check the export")
        return int(number)

    return by_text(cells, parse, pl.Int64(), quick)


def _scaled(cells: pl.Series, reading: Reading, factor: float) -> tuple[pl.Series, pl.Series]:
    values, problems = _reals(cells, reading, factor)
    is_large = values.abs() >= _EXACT
    told = problems.to_frame("p").select(
        pl.when(is_large.fill_null(value=False))
        .then(pl.lit("is too large. Check the factor"))
        .otherwise("p")
        .alias("p")
    )["p"]
    kept = values.to_frame("v").select(pl.when(~is_large).then("v"))["v"]
    return kept.round(mode="half_to_even").cast(pl.Int64()), told


def _reals(cells: pl.Series, reading: Reading, factor: float) -> tuple[pl.Series, pl.Series]:
    if cells.dtype.is_numeric():
        values = cells.cast(pl.Float64())
        frame = (
            (values * factor)
            .to_frame("v")
            .select(
                pl.when(pl.col("v").is_finite()).then("v"),
                pl.when(~pl.col("v").is_finite()).then(pl.lit("is no finite number. Leave the cell empty")).alias("p"),
            )
        )
        return frame["v"], frame["p"]

    def parse(text: str) -> float:
        return float(numbers.read(text, decimal=reading.decimal).value)

    values, problems = by_text(cells, parse, pl.Float64())
    return values * factor, problems


def _money(cells: pl.Series, reading: Reading, factor: float | None) -> tuple[pl.Series, pl.Series]:
    dtype = pl.Decimal(18, 4)
    by = Decimal(str(factor)) if factor is not None else Decimal(1)

    def parse(text: str) -> Decimal:
        # A float column prints as 57.23 or 1e+20; both are what the file holds.
        number = Decimal(text) if is_float else numbers.read(text, decimal=reading.decimal).value
        amount = (number * by).quantize(Decimal("0.0001")) if abs(number * by) < _LARGEST_MONEY else None
        if amount is None:
            raise CannotRead("is too large for an amount. Check the export")
        if factor is None and amount != number:
            raise CannotRead("has more than 4 decimals. Round it in the export")
        return amount

    is_float = isinstance(cells.dtype, pl.Float64)
    if is_float:
        cells = cells.round(6)
    return by_text(cells, parse, dtype)


def _flag(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise CannotRead("is neither yes nor no. Write true or false")


def _texts(cells: pl.Series, field: Field, *, is_spreadsheet: bool) -> tuple[pl.Series, pl.Series]:
    if field.name.endswith("_id") and field.name != "link_id":
        return _ids(cells, is_spreadsheet=is_spreadsheet)
    if (parse := _PARSERS.get(field.name)) is not None:
        return by_text(cells, parse, pl.String())
    texts = cells.cast(pl.String()).str.replace_all(r"[\x00-\x1f\x7f]", "").str.strip_chars()
    if field.name in _LOWER:
        texts = texts.str.to_lowercase()
    if field.name == "currency":
        texts = texts.str.to_uppercase()
    return texts, _no_problems(cells)


def _ids(cells: pl.Series, *, is_spreadsheet: bool) -> tuple[pl.Series, pl.Series]:
    """Ids digit by digit: what a float or a spreadsheet has rounded is refused, for it is another id."""
    if isinstance(cells.dtype, pl.Float64):
        frame = cells.to_frame("c").select(
            pl.when((pl.col("c").round() == pl.col("c")) & (pl.col("c").abs() < _EXACT))
            .then("c")
            .cast(pl.Int64())
            .cast(pl.String()),
            pl.when((pl.col("c").abs() >= _EXACT) | (pl.col("c").round() != pl.col("c")))
            .then(pl.lit(f"went through a number with decimals and lost digits: {_AS_TEXT}"))
            .alias("p"),
        )
        return frame["c"], frame["p"]
    texts = cells.cast(pl.String()).str.replace_all(r"[\x00-\x1f\x7f]", "").str.strip_chars().str.strip_prefix("'")
    lost = texts.str.contains(_SHORTENED)
    if is_spreadsheet:
        lost = lost | _rounded(texts)
    frame = texts.to_frame("t").select(
        pl.when(~lost).then("t"),
        pl.when(lost).then(pl.lit(f"was shortened by a spreadsheet and lost digits: {_AS_TEXT}")).alias("p"),
    )
    return frame["t"], frame["p"]


def _rounded(ids: pl.Series) -> pl.Series:
    """Ids that a spreadsheet kept as numbers: every one equals its own float, as one true id in a thousand does."""
    distinct = ids.filter(ids.str.contains(r"^\d{16,19}$").fill_null(value=False)).unique()
    suspects = [i for i in distinct if int(i) > _EXACT and int(float(i)) == int(i)]
    if len(suspects) * 50 < len(distinct):
        suspects = []
    return ids.is_in(suspects)


def _code(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("\0", "").strip()


def _tags(text: str) -> str:
    words = re.split(r"[\s,;、]+", text.strip(" []")) if "#" not in text and "＃" not in text else [text]
    return hashtags_of(" ".join(w if w.lstrip().startswith(("#", "＃")) or len(words) == 1 else f"#{w}" for w in words))


def _handle(text: str) -> str:
    return account_of(text, None).handle


def _host(text: str) -> str:
    host = host_of(text)
    if host is None:
        raise CannotRead("is no web address. Write a host such as www.example.jp, or leave the cell empty")
    return host


_PARSERS: dict[str, Callable[[str], str]] = {
    "caption": clean,
    "display_name": lambda text: " ".join(clean(text).split()),
    "hashtags": _tags,
    "platform": platform_of,
    "handle": _handle,
    "code": _code,
    "link_id": link_of,
    "referrer": _host,
}


def _no_problems(cells: pl.Series) -> pl.Series:
    return pl.Series([None], dtype=pl.String()).new_from_index(0, len(cells))
