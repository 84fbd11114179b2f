"""Where in an answer a stored figure stands: JSON pointers, resolved as RFC 6901 says."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tasks.documents import Json


@dataclass(frozen=True, slots=True)
class Place:
    """A value in an answer: its JSON pointer, and how many of its units make one of ours (1000 for milliseconds)."""

    pointer: str
    per: int = 1


def below(pointer: str, keys: Mapping[str, str], column: str) -> tuple[Place, ...]:
    """The place of a column that stands in the object at ``pointer``; none where the object never tells it."""
    return (Place(f"{pointer}/{keys[column]}"),) if column in keys else ()


def value_at(document: Json, pointer: str) -> Json:
    """What stands at a JSON pointer; None where nothing does."""
    found = document
    for step in pointer.split("/")[1:] if pointer else ():
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found.get(key)
        elif isinstance(found, list) and key.isascii() and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found


def number_of(raw: Json, per: int = 1) -> Decimal | None:
    """A raw value as the number that readers make of it; None where it is none."""
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
        return None
    try:
        number = Decimal(raw)
    except ArithmeticError:
        return None
    return number if per == 1 else number // per
