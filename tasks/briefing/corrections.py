"""corrections.csv: single values that a person set right."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import blake2b

from tasks.briefing import sheet
from tasks.briefing.addresses import BadAddress, platform_of
from tasks.errors import Mistake
from tasks.toml_places import suggestion
from transforms.captions import clean
from transforms.contracts import Field, Type
from transforms.corrections import field_of, names_of, written
from transforms.tables.corrections import CORRECTABLE, UNKNOWN

FILE = "corrections.csv"
COLUMNS: dict[str, tuple[str, ...]] = {
    "table": ("テーブル", "表"),
    "platform": ("プラットフォーム", "媒体", "SNS"),
    "post_id": ("投稿ID",),
    "account_id": ("アカウントID",),
    "shop": ("ショップ",),
    "order_id": ("注文ID", "注文番号"),
    "link_id": ("リンク", "link"),
    "day": ("日付", "対象日", "observed_on"),
    "column": ("項目", "列", "指標"),
    "expected": ("誤", "元の値", "old"),
    "value": ("正", "正しい値", "new"),
    "reason": ("理由",),
    "author": ("担当", "記入者"),
}
NEEDED = ("table", "column", "expected", "value", "reason", "author")
_UNKNOWN = (UNKNOWN, "不明")
_FLAGS = {"true": "true", "yes": "true", "はい": "true", "false": "false", "no": "false", "いいえ": "false"}
_LARGEST = 2**53
Wrong = Callable[[str, str, str], None]


@dataclass(frozen=True, slots=True)
class Correction:
    """One value set right. ``expected`` and ``value`` are as transforms.corrections.written writes them."""

    row: int
    table_name: str
    column_name: str
    key: Mapping[str, str | date]
    expected: str | None
    value: str | None
    reason: str
    author: str

    @property
    def correction_id(self) -> str:
        """The same for the same value of the same row."""
        said = "\x1f".join([self.table_name, self.column_name, *(str(self.key[k]) for k in sorted(self.key))])
        return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def read(data: bytes, file: str) -> tuple[list[Correction], list[Mistake]]:
    """The rows that are right, and every mistake."""
    table = sheet.read(data, file, COLUMNS, NEEDED)
    mistakes = list(table.mistakes)
    found: list[Correction] = []
    seen: dict[str, Correction] = {}
    for row in table.rows:
        wrong: list[Mistake] = []
        correction = _correction(row, file, wrong)
        if correction is not None:
            first = seen.setdefault(correction.correction_id, correction)
            if first is not correction:
                what, remedy = f"sets right what row {first.row} does", "Keep one of the two rows"
                wrong.append(Mistake(file, what, remedy, row=row.number, column="column"))
            elif not wrong:
                found.append(correction)
        mistakes += wrong
    return found, mistakes


def _correction(row: sheet.Row, file: str, mistakes: list[Mistake]) -> Correction | None:
    def wrong(column: str, what: str, remedy: str) -> None:
        mistakes.append(Mistake(file, what, remedy, row=row.number, column=column, value=row[column]))

    for name in NEEDED:
        if row[name] is None:
            remedy = f"Write it; {UNKNOWN} where it is not known" if name in {"expected", "value"} else "Write it"
            wrong(name, "is empty", remedy)
    table, column = row["table"], row["column"]
    if table is None or column is None:
        return None
    table = table.removeprefix("core.")
    if table not in CORRECTABLE:
        wrong("table", "is not a table that can be corrected", suggestion(table, list(CORRECTABLE)))
        return None
    key = _key(row, table, wrong)
    field = field_of(table, column)
    if field is None:
        wrong("column", f"is not a value of {table} that can be corrected", suggestion(column, CORRECTABLE[table]))
        return None
    told = {name: _value(row[name], field, name, wrong) for name in ("expected", "value")}
    if told["expected"] == told["value"] and not mistakes:
        wrong("value", "is what it replaces", "Write what is right, or remove the row")
    if mistakes or key is None:
        return None
    reason, author = clean(row["reason"] or ""), clean(row["author"] or "")
    return Correction(row.number, table, column, key, told["expected"], told["value"], reason, author)


def _key(row: sheet.Row, table: str, wrong: Wrong) -> dict[str, str | date] | None:
    """What names the row, or None with its mistakes told."""
    found: dict[str, str | date] = {}
    names = names_of(table)
    for name in names:
        said = row[name]
        if said is None:
            wrong(name, "is empty", f"{table} is named by {', '.join(names)}")
        elif name == "platform":
            try:
                found[name] = platform_of(said)
            except BadAddress as error:
                wrong(name, error.what, error.remedy)
        elif name == "day":
            day = _day(said)
            if day is None:
                wrong(name, "is no day", "Write it as 2026-07-28")
            else:
                found[name] = day
        else:
            found[name] = said
    beyond = [n for n in ("platform", "post_id", "account_id", "shop", "order_id", "link_id", "day") if n not in names]
    for name in (n for n in beyond if row[n] is not None):
        wrong(name, f"says nothing of {table}", f"Leave it empty: {table} is named by {', '.join(names)}")
    return found if len(found) == len(names) else None


def _value(said: str | None, field: Field, column: str, wrong: Wrong) -> str | None:
    """A cell as its column has it, written out; None for unknown, or with its mistake told."""
    plain = unicodedata.normalize("NFKC", said or "").strip()
    if not plain:
        return None
    if plain.casefold() in _UNKNOWN:
        if column == "value" and field.required:
            wrong(column, f"cannot be unknown in {field.name}", "Write a value")
        return None
    if field.type is Type.FLAG:
        if plain.casefold() not in _FLAGS:
            wrong(column, "is neither true nor false", "Write true or false")
        return _FLAGS.get(plain.casefold())
    if field.type is Type.TEXT:
        if field.among and said not in field.among:
            wrong(column, f"is no {field.name}", suggestion(plain, field.among))
        return clean(said or "")
    return _number(plain, field, column, wrong)


def _number(plain: str, field: Field, column: str, wrong: Wrong) -> str | None:
    try:
        number = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        wrong(column, "is no number", f"Write a number, or {UNKNOWN}")
        return None
    if not number.is_finite() or not 0 <= number < _LARGEST:
        wrong(column, "is no amount that can be", "Write a number that is not below 0")
    elif field.type is Type.COUNT and number != int(number):
        wrong(column, "is no whole number", "Counts are whole")
    elif field.type is Type.MONEY and number != round(number, 4):
        wrong(column, "has more than four decimals", "Write at most four")
    else:
        return written(field, number if field.type is Type.MONEY else int(number))
    return None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(unicodedata.normalize("NFKC", said).strip().replace("/", "-"))
    except ValueError:
        return None
