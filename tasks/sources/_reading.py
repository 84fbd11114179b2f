"""Reading landed answers into staging: every value is typed or rejected by name, and no body raises."""

import re
import unicodedata
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import polars as pl

from tasks.documents import Json, NotJson, document, text_at, written
from tasks.sources import Landed, Refusal, Staged
from transforms.captions import clean
from transforms.contracts import Table
from transforms.tables import staging

RAW_LIMIT = 4_000
_INT64 = 1 << 63
_MOST_MONEY = Decimal(10) ** 14
_CENTS = Decimal("0.0001")
_WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
_AMOUNT = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_MANY = 10
_EPOCH_MILLIS = 100_000_000_000
_EPOCH = re.compile(r"[0-9]{9,13}")

Values = Mapping[str, object]


class Unreadable(Exception):
    """A value is not what its column holds. Caught where the row is read: the row is rejected, the rest goes on."""

    def __init__(self, pointer: str, column: str, value: Json, wanted: str) -> None:
        self.pointer = pointer
        shown = written(value, is_ascii=True)[:120]
        self.rule = "missing_value" if value is None else "unreadable_value"
        super().__init__(
            f"{column} is missing: {wanted} is needed" if value is None else f"{column} is {shown}: {wanted} would do"
        )


@dataclass(frozen=True, slots=True)
class Item:
    """A JSON object inside an answer, and where it stands there."""

    landed: Landed
    pointer: str
    values: dict[str, Json]

    def has(self, key: str) -> bool:
        """Whether the platform told this at all: JSON null tells nothing."""
        return self.values.get(key) is not None

    def child(self, key: str) -> "Item":
        """The object under a key; an empty one where there is none."""
        value = self.values.get(key)
        if value is None:
            return Item(self.landed, f"{self.pointer}/{key}", {})
        if not isinstance(value, dict):
            raise self.unreadable(key, "an object")
        return Item(self.landed, f"{self.pointer}/{key}", value)

    def text(self, key: str) -> str | None:
        """Text without control characters; None where there is none."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.unreadable(key, "text")
        return clean(value) or None

    def ident(self, key: str) -> str | None:
        """An id: text, or a whole number as its digits. A number with a point has lost digits already."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        found = clean(value).strip() if isinstance(value, str) else ""
        if not found or len(found) > 200:
            raise self.unreadable(key, "an id of 1 to 200 characters")
        return found

    def needed(self, key: str) -> str:
        """An id that must be there."""
        found = self.ident(key)
        if found is None:
            raise self.unreadable(key, "an id")
        return found

    def count(self, key: str) -> int | None:
        """A whole number, as number or digits. One below zero is passed on: the gate judges it."""
        value = self.values.get(key)
        if value is None:
            return None
        number = _number(value)
        if number is None or not -_INT64 <= number < _INT64:
            raise self.unreadable(key, "a whole number below 2^63")
        return number

    def instant(self, key: str) -> datetime | None:
        """An instant: ISO 8601 with an offset, or (milli)seconds since 1970. What has no zone is no instant."""
        value = self.values.get(key)
        if value is None:
            return None
        if (found := instant_of(value)) is not None:
            return found
        raise self.unreadable(key, "an instant such as 2026-06-01T09:00:00+09:00")

    def money(self, key: str) -> Decimal | None:
        """An amount, exact to four decimals."""
        value = self.values.get(key)
        if value is None:
            return None
        amount = _amount(value)
        if amount is None or abs(amount) >= _MOST_MONEY:
            raise self.unreadable(key, "an amount such as 1980.00")
        exact = amount.quantize(_CENTS)
        if exact != amount:
            raise self.unreadable(key, "an amount with at most four decimals")
        return exact

    def flag(self, key: str) -> bool | None:
        """Yes or no."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.unreadable(key, "true or false")
        return value

    def link(self, key: str) -> str | None:
        """A web address as told; None for anything that is no http(s) address, which a reader might click."""
        found = self.text(key)
        return found if found and found.startswith(("https://", "http://")) and " " not in found else None

    def unreadable(self, key: str, wanted: str) -> Unreadable:
        """The error that a value is not what it should be."""
        return Unreadable(f"{self.pointer}/{key}", key, self.values.get(key), wanted)


class Sheet:
    """Collects the rows that answers give, by table, and what could not be read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._rows: dict[str, list[tuple[object, ...]]] = {}
        self._tables: dict[str, Table] = {}

    def opened(self, landed: Landed, refusal: Callable[[httpx.Response], Refusal | None]) -> Item | Refusal | None:
        """The answer's document as an object, or what it was refused with; None where it is neither.

        What is no JSON, or no object, or refused in a way that nobody has described yet, becomes a reject.
        """
        answer = landed.answer
        if answer.status == 0:  # never answered: coverage tells it, there is nothing to read
            return None
        headers = {name: value for name, value in answer.headers.items() if value.isascii() and name.isascii()}
        refused = refusal(httpx.Response(max(answer.status, 100), headers=headers, content=answer.body))
        if refused:
            if refused.reason in {"not_json", "truncated"}:
                self.reject(landed, "", "not_json", refused.message, answer.body)
            elif refused.reason == "refused":
                self.reject(landed, "", "refused", refused.message, answer.body)
            return refused
        try:
            found = document(answer.body)
        except NotJson as error:
            self.reject(landed, "", "not_json", str(error), answer.body)
            return None
        if not isinstance(found, dict):
            wanted = f"the answer is a {type(found).__name__}: an object would do"
            self.reject(landed, "", "unreadable_shape", wanted, answer.body)
            return None
        return Item(landed, "", found)

    def items(self, parent: Item, key: str, *, required: bool = True) -> Generator[Item]:
        """The objects in the list under a key. What is no list, or no object in it, becomes a reject."""
        found = parent.values.get(key)
        where = f"{parent.pointer}/{key}"
        if found is None and not required:
            return
        if not isinstance(found, list):
            what = "missing" if found is None else f"a {type(found).__name__}"
            self.reject(parent.landed, where, "unreadable_shape", f"{key} is {what}: a list would do", parent.values)
            return
        for number, value in enumerate(found):
            if isinstance(value, dict):
                yield Item(parent.landed, f"{where}/{number}", value)
            else:
                wanted = f"{key} holds a {type(value).__name__}: an object would do"
                self.reject(parent.landed, f"{where}/{number}", "unreadable_shape", wanted, value)

    def read(
        self, table: Table, item: Item, reader: Callable[[Item], Values | None], raw: Json = None
    ) -> Values | None:
        """Add the row that ``reader`` makes of an item, or the reject that says why it could not; the row's values."""
        values = self.tried(table, item, reader, raw)
        if values is not None:
            self.row(table, item, values)
        return values

    def tried(
        self, table: Table, item: Item, reader: Callable[[Item], Values | None], raw: Json = None
    ) -> Values | None:
        """What ``reader`` makes of an item; None, and a reject, where a value is unreadable."""
        try:
            return reader(item)
        except Unreadable as error:
            shown = item.values if raw is None else raw
            self.reject(item.landed, error.pointer, error.rule, str(error), shown, table=table)
            return None

    def row(self, table: Table, item: Item, values: Values) -> None:
        """Add a row; where it came from is added to it."""
        at = item.landed.answer.received_at
        full: dict[str, object] = {
            "observed_at": at,
            "known_at": at,
            "source": self.source,
            "landed_id": item.landed.landed_id,
            "pointer": item.pointer,
            **values,
        }
        self._tables[table.name] = table
        self._rows.setdefault(table.name, []).append(tuple(full.get(c) for c in table.columns))

    def reject(
        self,
        landed: Landed,
        pointer: str,
        rule: str,
        reason: str,
        raw: Json | bytes,
        *,
        table: Table | None = None,
    ) -> None:
        """Note what could not be read, with at most 4,000 characters of it as received."""
        shown = raw[: RAW_LIMIT * 4].decode("utf-8", "replace") if isinstance(raw, bytes) else written(raw)
        values: Values = {
            "table_name": table.name if table else None,
            "rule": rule,
            "reason": clean(reason),
            "raw": _printable(shown)[:RAW_LIMIT],
        }
        self.row(staging.REJECTS, Item(landed, pointer, {}), values)

    def staged(self) -> Staged:
        """All rows, as frames that keep their table's promise."""
        frames = {
            name: pl.DataFrame(rows, schema=self._tables[name].schema, orient="row")
            for name, rows in sorted(self._rows.items())
        }
        rejects = frames.pop(staging.REJECTS.name, staging.REJECTS.empty())
        return Staged(frames, rejects.unique(staging.REJECTS.key, keep="first", maintain_order=True))


def instant_of(value: Json) -> datetime | None:
    """An instant (UTC) from ISO 8601 with an offset, or (milli)seconds since 1970; None for anything else."""
    if isinstance(value, str) and _EPOCH.fullmatch(value):
        value = int(value)
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) >= _EPOCH_MILLIS else value, UTC)
        if isinstance(value, str) and (said := datetime.fromisoformat(value)).tzinfo:
            return said.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def name_of_account(name: str | None) -> str | None:
    """An account's name as it is stored and compared: without @, NFKC, lower case."""
    return unicodedata.normalize("NFKC", name).strip().lstrip("@").lower() or None if name else None


def missing(reasons: Mapping[str, str]) -> str | None:
    """Metrics that an answer does not tell, and why, as ``likes=hidden;saves=not_reported``."""
    return ";".join(f"{metric}={reason}" for metric, reason in sorted(reasons.items())) or None


def told_ids(landed: Landed, key: str = "ids") -> list[str]:
    """Ids that the request named, as noted beside the answer."""
    return landed.answer.about.get(key, "").split()


def gone(sheet: Sheet, platform: str, landed: Landed, post_ids: Iterable[str], availability: str = "gone") -> None:
    """Note posts that were asked for by id and not returned."""
    for post_id in dict.fromkeys(post_ids):
        sheet.row(
            staging.POST_STATES,
            Item(landed, f"/asked/{post_id}", {}),
            {"platform": platform, "post_id": post_id, "availability": availability},
        )


def not_returned(sheet: Sheet, landed: Landed, found: Json) -> None:
    """Note which posts that were asked for by id (``about["ids"]``) an answer does not return in its list ``found``.

    Where the list is none, or holds something whose id cannot be read, it may be any of them: none is taken to be gone.
    An answer that returns none of many is an answer gone wrong rather than so many posts gone in one night.
    """
    if not isinstance(found, list):
        return
    asked, back = told_ids(landed), {text_at(item, "id") for item in found}
    if None in back:
        return
    if len(asked) >= _MANY and back.isdisjoint(asked):
        wanted = f"none of {len(asked)} posts was returned: some would do, so none is taken to be gone"
        sheet.reject(landed, "", "empty_answer", wanted, landed.answer.body)
        return
    gone(sheet, sheet.source, landed, (i for i in asked if i not in back))


def _number(value: Json) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal) and abs(value) < _INT64 and value == value.to_integral_value():
        return int(value)
    return int(value) if isinstance(value, int) or (isinstance(value, str) and _WHOLE.fullmatch(value)) else None


def _amount(value: Json) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal) or (isinstance(value, str) and _AMOUNT.fullmatch(value)):
        return Decimal(value)
    return None


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
