"""An edition's tables as files that Excel opens right: one workbook a language, and CSV in UTF-8 with its mark."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO

from reports.drawing import OTHER
from reports.figures import Figures
from reports.neutral import neutral
from reports.sheets import sheets
from reports.sheets.shape import Measured, Sheet, Value
from reports.workbook import workbook

FOLDER = "csv"


def exports(figures: Figures) -> Mapping[str, bytes]:
    """Name below the edition's folder to bytes: ``csv/summary.csv`` …, in the language of ``figures.locale``."""
    return _files(sheets(figures))


def spreadsheets(figures: Figures) -> Mapping[str, bytes]:
    """What an edition's folder holds for spreadsheets: report.xlsx, that of the other language, and the CSV files."""

    other = replace(figures, locale=OTHER[figures.locale])
    own = sheets(figures)
    return {
        "report.xlsx": workbook(figures, own),
        f"report.{other.locale}.xlsx": workbook(other, sheets(other)),
        **_files(own),
    }


def _files(tables: Sequence[Sheet]) -> dict[str, bytes]:
    return {f"{FOLDER}/{sheet.stem}.csv": table(sheet) for sheet in tables}


def table(sheet: Sheet) -> bytes:
    """One table. Numbers are plain (0.042, no separators), days ISO 8601, what is unknown is empty."""
    into = StringIO(newline="")
    writer = csv.writer(into, lineterminator="\r\n")
    writer.writerow([neutral(column.head) for column in sheet.columns])
    writer.writerows([_written(value) for value in row] for row in sheet.rows)
    return into.getvalue().encode("utf-8-sig")


def _written(value: Value) -> str:
    bare = value.value if isinstance(value, Measured) else value
    if bare is None:
        return ""
    if isinstance(bare, str):
        return neutral(bare)
    if isinstance(bare, date):
        return bare.isoformat()
    return _plain(bare)


def _plain(value: float | Decimal) -> str:
    """A number without zeros that say nothing, and never as 1E+3."""
    said = f"{Decimal(repr(value) if isinstance(value, float) else value):f}"
    return said.rstrip("0").rstrip(".") if "." in said else said
