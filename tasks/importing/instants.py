"""Instants and days are read as written; what could be two days is refused."""

import polars as pl

from tasks.importing.mapping import Reading

_INSTANT = pl.Datetime("us", "UTC")
_EXCEL_EPOCH = pl.date(1899, 12, 30)
_ZONED = r"T.*(?:Z|[+-]\d{2}:?(?:\d{2})?)$"
_FRACTIONS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M")
_LIMITS = (1990, 2200)
_AMBIGUOUS = (
    'could be day/month or month/day. Set [read] datetime_format = "%d/%m/%Y" or "%m/%d/%Y" (with %H:%M:%S for a time)'
)
_NUMBER = 'is a number where a time is asked. Set [read] epoch = "s", "ms" or "excel"'
_NO_TIME = 'is a day without a time. Set [read] day_is = "start" or "end", whichever the figures mean'
_NO_INSTANT = "is not a time. Write 2026-06-01T09:30:00+09:00, or set [read] datetime_format"
_NO_DAY = "is not a day. Write 2026-06-01, or set [read] datetime_format"
_SKIPPED = "does not exist in this timezone (clocks were put forward). Check [read] timezone"
_BOUNDS = f"is not between {_LIMITS[0]} and {_LIMITS[1]}. Check [read] epoch and datetime_format"


def instants(cells: pl.Series, reading: Reading, zone: str) -> tuple[pl.Series, pl.Series]:
    """UTC instants and problems. ``zone`` is that of instants written without one."""
    keys = cells.unique(maintain_order=True)  # a snapshot has one instant for thousands of rows
    values, problems = _instants(keys, reading, zone)
    table = pl.DataFrame({"c": keys, "v": values, "p": problems})
    found = cells.to_frame("c").join(table, on="c", how="left", maintain_order="left", nulls_equal=True)
    return found["v"], found["p"]


def _instants(cells: pl.Series, reading: Reading, zone: str) -> tuple[pl.Series, pl.Series]:
    frame = cells.to_frame("c")
    if isinstance(cells.dtype, pl.Datetime):
        aware = pl.col("c") if cells.dtype.time_zone else _placed(pl.col("c"), zone)
        return _checked(frame.select("c", aware.cast(_INSTANT).alias("v")), _SKIPPED)
    if isinstance(cells.dtype, pl.Date):
        return _of_days(frame.select("c", pl.col("c").alias("d")), reading, zone)
    if reading.epoch:
        return _of_numbers(frame, reading.epoch, zone)
    if cells.dtype.is_numeric():
        return _nothing(frame, _NUMBER)
    if reading.datetime_format:
        return _of_format(frame, reading, zone)
    return _of_texts(frame, reading, zone)


def days(cells: pl.Series, reading: Reading, zone: str) -> tuple[pl.Series, pl.Series]:
    """Calendar days and problems. A day is kept as said; an aware instant becomes its day in ``zone``."""
    frame = cells.to_frame("c")
    if isinstance(cells.dtype, pl.Date):
        return cells, pl.Series([None], dtype=pl.String()).new_from_index(0, len(cells))
    if isinstance(cells.dtype, pl.Datetime):
        said = pl.col("c").dt.convert_time_zone(zone) if cells.dtype.time_zone else pl.col("c")
        return _checked(frame.select("c", said.dt.date().alias("v")), _NO_DAY)
    if reading.epoch or cells.dtype.is_numeric():
        found, problems = instants(cells, reading, zone)
        return found.dt.convert_time_zone(zone).dt.date(), problems
    if reading.datetime_format:
        day = pl.col("c").str.strip_chars().str.to_date(reading.datetime_format, strict=False, exact=True)
        return _checked(frame.select("c", day.alias("v")), f"does not follow {reading.datetime_format}")
    day = _spelt(pl.col("c")).str.extract(r"^(\d{4}-\d{1,2}-\d{1,2})(?:T.*)?$").str.to_date("%Y-%m-%d", strict=False)
    return _explained(frame.select("c", day.alias("v")), _NO_DAY)


def _of_texts(frame: pl.DataFrame, reading: Reading, zone: str) -> tuple[pl.Series, pl.Series]:
    spelt = frame.select("c", _spelt(pl.col("c")).alias("t")).with_columns(
        pl.col("t").str.contains(_ZONED).alias("zoned"),
        pl.col("t").str.contains(r"^\d{4}-\d{1,2}-\d{1,2}$").alias("day"),
    )
    if spelt["day"].any():
        as_days = spelt.select("c", pl.when("day").then("t").str.to_date("%Y-%m-%d", strict=False).alias("d"))
        of_days, day_problems = _of_days(as_days, reading, zone)
    else:
        of_days = pl.Series([None], dtype=_INSTANT).new_from_index(0, len(spelt))
        day_problems = pl.Series([None], dtype=pl.String()).new_from_index(0, len(spelt))
    zoned, bare = pl.when("zoned").then("t"), pl.when(~pl.col("zoned") & ~pl.col("day")).then("t")
    found = spelt.select(
        "c",
        "day",
        pl.coalesce(zoned.str.to_datetime(f"{f}%#z", time_unit="us", strict=False) for f in _FRACTIONS).alias("z"),
        pl.coalesce(bare.str.to_datetime(f, time_unit="us", time_zone=None, strict=False) for f in _FRACTIONS).alias(
            "n"
        ),
    ).select(
        "c",
        "day",
        "n",
        pl.coalesce(pl.col("z"), _placed(pl.col("n"), zone).cast(_INSTANT), of_days).alias("v"),
    )
    values, problems = _explained(found, _NO_INSTANT)
    told = found.select(
        pl.when("day")
        .then(day_problems)
        .when(pl.col("n").is_not_null() & pl.col("v").is_null())
        .then(pl.lit(_SKIPPED))
        .otherwise(problems)
        .alias("p")
    )
    return values, told["p"]


def _of_format(frame: pl.DataFrame, reading: Reading, zone: str) -> tuple[pl.Series, pl.Series]:
    form = reading.datetime_format or ""
    problem = f"does not follow datetime_format {form!r}. Mend the format, or the value in the file"
    text = pl.col("c").cast(pl.String()).str.strip_chars()
    if "%z" in form or "%Z" in form or "%:z" in form or "%#z" in form:
        read = text.str.to_datetime(form, time_unit="us", strict=False)
        return _checked(frame.select("c", read.cast(_INSTANT).alias("v")), problem)
    if not any(mark in form for mark in ("%H", "%I", "%T", "%R", "%X", "%k", "%l")):
        return _of_days(frame.select("c", text.str.to_date(form, strict=False).alias("d")), reading, zone, problem)
    read = _placed(text.str.to_datetime(form, time_unit="us", time_zone=None, strict=False), zone)
    return _checked(frame.select("c", read.cast(_INSTANT).alias("v")), problem)


def _of_days(
    frame: pl.DataFrame, reading: Reading, zone: str, problem: str = _NO_INSTANT
) -> tuple[pl.Series, pl.Series]:
    """Instants of the days in ``d``: their first one, or their last second."""
    if reading.day_is is None:
        return _nothing(frame, _NO_TIME)
    day = pl.col("d") if reading.day_is == "start" else pl.col("d").dt.offset_by("1d")
    start = day.cast(pl.Datetime("us")).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    instant = start if reading.day_is == "start" else start.dt.offset_by("-1s")
    return _checked(frame.select("c", instant.cast(_INSTANT).alias("v")), problem)


def _of_numbers(frame: pl.DataFrame, epoch: str, zone: str) -> tuple[pl.Series, pl.Series]:
    number = pl.col("c").cast(pl.String()).str.strip_chars().cast(pl.Float64(), strict=False)
    limits = {"s": 7.3e9, "ms": 7.3e12, "excel": 110_000}  # the year 2201 and beyond, which no counter has reached
    kept = frame.select("c", pl.when(number.abs() < limits[epoch]).then(number).alias("n"))
    micros = {"s": 1e6, "ms": 1e3, "excel": 86_400e6}[epoch]
    whole = (pl.col("n") * micros).round().cast(pl.Int64())
    if epoch == "excel":
        naive = _EXCEL_EPOCH.cast(pl.Datetime("us")) + whole.cast(pl.Duration("us"))
        instant = _placed(naive, zone).cast(_INSTANT)
    else:
        instant = whole.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return _checked(
        kept.select("c", instant.alias("v")), f'is no number of epoch = "{epoch}" of our time. Mend [read] epoch'
    )


def _placed(naive: pl.Expr, zone: str) -> pl.Expr:
    """A wall-clock time in its zone; of an hour that a clock shows twice, the first."""
    return naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")


def _spelt(text: pl.Expr) -> pl.Expr:
    """The usual spellings as one: 2026/5/1 9:30, 2026年5月1日 9:30, 2026-05-01 09:30:00 +0900, … UTC."""
    return (
        text.cast(pl.String())
        .str.strip_chars(" \t\r\n\u3000'")
        .str.replace(r"^(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?", "${1}-${2}-${3}")
        .str.replace(r"\s*(?:UTC|GMT)$", "Z")
        .str.replace(r"\s+([+-]\d{2}:?\d{2})$", "$1")
        .str.replace(r"^(\d{4}-\d{1,2}-\d{1,2})(?:[\sT]+|t)", "${1}T")
        .str.replace("z$", "Z")
    )


def _explained(frame: pl.DataFrame, otherwise: str) -> tuple[pl.Series, pl.Series]:
    """As :func:`_checked`, for texts whose look tells what is wrong with them."""
    values, problems = _checked(frame, otherwise)
    text = pl.col("c").cast(pl.String()).str.strip_chars()
    told = frame.select(
        pl.when(problems.is_null() | (problems != otherwise))
        .then(problems)
        .when(text.str.contains(r"^\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2})(?:\D|$)"))
        .then(pl.lit(_AMBIGUOUS))
        .when(text.str.contains(r"^\d+(?:\.\d+)?$"))
        .then(pl.lit(_NUMBER))
        .otherwise(problems)
        .alias("p")
    )
    return values, told["p"]


def _checked(frame: pl.DataFrame, problem: str) -> tuple[pl.Series, pl.Series]:
    """Values ``v`` of cells ``c``, and the problem of each cell that gave none or one out of bounds."""
    is_far = ~pl.col("v").dt.year().is_between(*_LIMITS)
    found = frame.select(
        pl.when(~is_far).then("v").alias("v"),
        pl.when(is_far)
        .then(pl.lit(_BOUNDS))
        .when(pl.col("c").is_not_null() & pl.col("v").is_null())
        .then(pl.lit(problem))
        .alias("p"),
    )
    return found["v"], found["p"]


def _nothing(frame: pl.DataFrame, problem: str) -> tuple[pl.Series, pl.Series]:
    found = frame.select(
        pl.lit(None, dtype=_INSTANT).alias("v"), pl.when(pl.col("c").is_not_null()).then(pl.lit(problem)).alias("p")
    )
    return found["v"], found["p"]
