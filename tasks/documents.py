"""JSON from outside, read exactly: no number passes through a float and no shape is taken for granted."""

import json
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from transforms.captions import clean

Json: TypeAlias = bool | int | Decimal | str | list["Json"] | dict[str, "Json"] | None

_LONGEST_NUMBER = 40


class NotJson(ValueError):
    """The bytes are not one whole JSON document; the message says where they stop being one."""


def document(body: bytes) -> Json:
    """The document that the bytes hold. Numbers stay exact; NaN, and numbers of absurd size, come back as text.

    Errors: NotJson, whatever the bytes are.
    """
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=_real, parse_int=_whole, parse_constant=str)
    except RecursionError as error:
        raise NotJson("the answer is nested too deeply to be read") from error
    except ValueError as error:
        raise NotJson(f"the answer is not JSON: {error}") from error


def at(value: Json, *path: str | int) -> Json:
    """What stands at a path of keys and positions; None where there is nothing or something of another shape."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def text_at(value: Json, *path: str | int) -> str | None:
    """The text at a path, cleaned, a whole number as its digits; None for anything else and for an empty text."""
    found = at(value, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str):
        return None
    return (found if found.isascii() and found.isprintable() else clean(found)) or None


def list_at(value: Json, *path: str | int) -> list[Json]:
    """The list at a path; empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def written(value: object, *, is_ascii: bool = False) -> str:
    """A value as JSON, to be shown to a person."""
    try:
        return json.dumps(value, ensure_ascii=is_ascii, default=str)
    except RecursionError:  # reading stands less deep in calls than we do here
        return "(nested too deeply to be shown)"


def _real(digits: str) -> Decimal | str:
    """A number with point or exponent; as text where reckoning with it would overflow."""
    try:
        number = Decimal(digits) if len(digits) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        return digits
    return digits if number is None or abs(number.adjusted()) > _LONGEST_NUMBER else number


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits
