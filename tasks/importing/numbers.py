"""A number is read as people write it: ¥50,000, ５０,０００円, 4.5万, ▲300; what could mean two things is refused."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_CURRENCIES = {"¥": "JPY", "円": "JPY", "\\": "JPY", "$": "USD", "€": "EUR", "£": "GBP", "₩": "KRW"}
_SCALES = {"千": Decimal(1000), "万": Decimal(10_000), "億": Decimal(100_000_000)}
_SYMBOLS = "".join(re.escape(s) for s in _CURRENCIES)
_SHAPE = re.compile(
    rf"([{_SYMBOLS}]|[A-Z]{{3}})?([-+]?)([{_SYMBOLS}])?([0-9.,' ]*[0-9][0-9.,' ]*)([千万億])?([{_SYMBOLS}]|[A-Z]{{3}})?"
)
_MINUS = str.maketrans({"−": "-", "‐": "-", "–": "-", "▲": "-", "△": "-", "’": "'", "￥": "¥"})
_EXPONENT = re.compile(r"[-+]?\d+(?:[.,]\d+)?E[-+]?\d+")


class NotANumber(ValueError):
    """What stands here is no number, or could be two; ``remedy`` says what would be right."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what}. {remedy}")


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number and the currency that was written beside it, if any."""

    value: Decimal
    currency: str | None = None


def read(text: str, *, decimal: str = ".") -> Number:
    """The number in a text. ``decimal`` is the mark before the fraction; the other one groups thousands.

    Errors: NotANumber.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).strip().upper()
    if plain.startswith("(") and plain.endswith(")"):  # an accountant's minus
        plain = "-" + plain[1:-1].strip()
    if plain.endswith("%"):
        raise NotANumber("is a percentage where an amount is asked", "Write the plain number")
    if _EXPONENT.fullmatch(plain):
        raise NotANumber(
            "was shortened by a spreadsheet", "Format the column as a number without exponent (ids: as text)"
        )
    found = _SHAPE.fullmatch(re.sub(r"\s+(?=\D)|(?<=\D)\s+", "", plain))
    if not found:
        raise NotANumber("is not a number", "Write digits, such as 50000")
    before, sign, inner, digits, scale, after = found.groups()
    marks = {m for m in (before, inner, after) if m}
    currencies = {_CURRENCIES.get(m, m) for m in marks}
    if len(currencies) > 1:
        raise NotANumber(f"names two currencies ({', '.join(sorted(currencies))})", "Write one amount in one currency")
    try:
        value = Decimal(sign + _ungrouped(digits, decimal)) * _SCALES.get(scale, Decimal(1))
    except InvalidOperation as error:
        raise NotANumber("is not a number", "Write digits, such as 50000") from error
    return Number(value, next(iter(currencies), None))


def _ungrouped(digits: str, decimal: str) -> str:
    """Digits with a point and without thousands separators, which must stand where thousands end."""
    whole, point, fraction = digits.partition(decimal)
    group = "," if decimal == "." else "."
    for mark in (group, " ", "'"):
        if mark in whole:
            head, *groups = whole.split(mark)
            if not 1 <= len(head) <= 3 or any(len(g) != 3 or not g.isdigit() for g in groups):
                other = digits.replace(mark, "")
                raise NotANumber("has a separator where no thousand ends", f"Write {other}, or set the decimal mark")
            whole = "".join((head, *groups))
    if not fraction.isdigit() and fraction:
        raise NotANumber("has two decimal marks", "Write thousands without separators")
    return f"{whole or '0'}.{fraction}" if point and fraction else whole or "0"
