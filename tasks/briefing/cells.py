"""The cells of a row are read one by one, and what is wrong with each is noted, not raised."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.briefing import days, sheet
from tasks.briefing.addresses import BadAddress, platform_of
from tasks.errors import Mistake
from tasks.importing import numbers
from tasks.toml_places import suggestion
from transforms.captions import clean

WHOLE_UNITS = frozenset({"JPY", "KRW", "VND", "CLP"})
"""Currencies without a smaller unit in use: a fraction in them is a misread thousand."""
TAX_NAMES = {
    "excluded": "excluded",
    "included": "included",
    "none": "none",
    "税抜": "excluded",
    "税抜き": "excluded",
    "税別": "excluded",
    "外税": "excluded",
    "税込": "included",
    "税込み": "included",
    "内税": "included",
    "非課税": "none",
    "不課税": "none",
    "免税": "none",
}
_CURRENCY_NAMES = {
    "円": "JPY",
    "YEN": "JPY",
    "¥": "JPY",
    "ドル": "USD",
    "$": "USD",
    "米ドル": "USD",
    "€": "EUR",
    "ユーロ": "EUR",
}
_ANSWERS = {
    **dict.fromkeys(("yes", "true", "1", "y", "はい", "あり", "有", "有り", "○", "〇", "✓", "済"), "yes"),
    **dict.fromkeys(("no", "false", "0", "n", "いいえ", "なし", "無", "無し", "×", "✕", "未"), "no"),
}
_MOST = Decimal(10) ** 14


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of a file; ``mistakes`` grows."""

    file: str
    row: sheet.Row
    mistakes: list[Mistake]

    def wrong(self, column: str, what: str, remedy: str, *, warning: bool = False) -> None:
        """Note what is wrong with a cell."""
        at, value = self.row.number, self.row[column]
        self.mistakes.append(Mistake(self.file, what, remedy, row=at, column=column, value=value, warning=warning))

    def text(self, column: str, *, otherwise: str | None = None) -> str | None:
        """The text in a cell, on one line."""
        return " ".join(clean(self.row[column] or "").split()) or otherwise

    def needed(self, column: str, remedy: str) -> str | None:
        """The text in a cell that may not be empty."""
        text = self.text(column)
        if text is None:
            self.wrong(column, "is empty", remedy)
        return text

    def among(self, column: str, names: Mapping[str, str], *, otherwise: str | None = None) -> str | None:
        """What a cell's text is called here, one of ``names``' values."""
        text = self.text(column)
        if text is None:
            if otherwise is None:
                self.wrong(column, "is empty", f"Write one of: {', '.join(dict.fromkeys(names.values()))}")
            return otherwise
        plain = unicodedata.normalize("NFKC", text).casefold().strip()
        folded = {unicodedata.normalize("NFKC", name).casefold(): value for name, value in names.items()}
        if plain not in folded:
            self.wrong(column, "is not known here", suggestion(plain, list(dict.fromkeys(names.values()))))
        return folded.get(plain)

    def yes_or_no(self, column: str) -> bool | None:
        """Yes, no, or None where the cell is empty."""
        return self.among(column, _ANSWERS) == "yes" if self.text(column) else None

    def tax(self, column: str = "tax") -> str | None:
        """Whether an amount is without or with consumption tax, or bears none; None where it does not say."""
        return self.among(column, TAX_NAMES) if self.text(column) else None

    def day(self, column: str, *, is_needed: bool) -> date | None:
        """A day of the calendar."""
        text = self.needed(column, "Write it as 2026-06-01") if is_needed else self.text(column)
        if text is None:
            return None
        try:
            return days.read(text)
        except days.NotADay as error:
            self.wrong(column, error.what, error.remedy)
            return None

    def platform(self, column: str = "platform") -> str | None:
        """A platform by any of its names; None where the cell is empty."""
        if (text := self.text(column)) is None:
            return None
        try:
            return platform_of(text)
        except BadAddress as error:
            self.wrong(column, error.what, error.remedy)
            return None

    def currency(self, column: str, expected: str | None) -> str | None:
        """A currency code; ``expected`` where the cell is empty."""
        text = self.text(column)
        if text is None:
            if expected is None:
                self.wrong(column, "is empty", "Write its three capitals, such as JPY")
            return expected
        plain = unicodedata.normalize("NFKC", text).upper()
        code = _CURRENCY_NAMES.get(plain, plain)
        if not re.fullmatch("[A-Z]{3}", code):
            self.wrong(column, "is not a currency code", "Write its three capitals, such as JPY")
            return None
        return code

    def number(self, column: str, *, share: bool = False) -> Decimal | None:
        """A number of 0 or more; ``share``: it may be a percentage."""
        text = self.text(column)
        if text is None:
            return None
        plain = unicodedata.normalize("NFKC", text).strip()
        is_percent = share and plain.endswith("%")
        try:
            value = numbers.read(plain[:-1] if is_percent else plain).value
        except numbers.NotANumber as error:
            self.wrong(column, error.what, error.remedy)
            return None
        if value < 0 or value >= _MOST:
            self.wrong(column, "is out of range", "Write a number of 0 or more")
            return None
        return value / 100 if is_percent else value

    def amount(self, column: str, currency: str | None) -> Decimal | None:
        """An amount of money of 0 or more in ``currency``, with at most 4 decimals."""
        text = self.text(column)
        if text is None:
            return None
        try:
            number = numbers.read(text)
        except numbers.NotANumber as error:
            self.wrong(column, error.what, error.remedy)
            return None
        value = number.value
        if currency is not None and number.currency not in (None, currency):
            self.wrong(column, f"is in {number.currency}, and the row says {currency}", "Mend one of the two")
        elif value < 0:
            self.wrong(column, "is below 0", "Write what was paid as a positive number")
        elif value != value.to_integral_value() and currency in WHOLE_UNITS:
            remedy = "Write thousands with a comma or without separator, such as 1500"
            self.wrong(column, f"has decimals, which {currency} has not", remedy)
        elif value >= _MOST or value != round(value, 4):
            self.wrong(column, "is too large or has more than 4 decimals", "Write the amount in whole units")
        else:
            return value
        return None


def whole(mistakes: Sequence[Mistake]) -> bool:
    """Whether nothing but warnings was noted."""
    return all(m.warning for m in mistakes)
