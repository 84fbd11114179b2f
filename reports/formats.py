"""Numbers, money, dates and instants as a reader of each language says them; unknown is a dash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale as Words
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_precision, get_currency_symbol

from reports.figures import Locale

DASH = "–"
Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Formats:
    """How one report writes values: language, timezone (IANA) and currency (ISO 4217)."""

    locale: Locale
    zone: str
    currency: str

    def country(self, code: str) -> str:
        """A country by its ISO 3166 code: 日本, Japan; the code itself where it has no name."""
        return str(_territories(self.locale).get(code, code))

    def count(self, value: Number | None) -> str:
        """A whole number in full: 16,478."""
        return DASH if value is None else f"{value if isinstance(value, int) else _rounded(value, 0):,}"

    def compact(self, value: Number | None) -> str:
        """A number as one says it: 134.2万, 1.34M; below 10,000 in full."""
        if value is None:
            return DASH
        exact = Decimal(str(value))
        if abs(exact) < 10_000:
            return self.count(exact) if exact == exact.to_integral_value() else self.decimal(exact)
        steps = ((10**4, "万"), (10**8, "億")) if self.locale == "ja" else ((10**3, "K"), (10**6, "M"), (10**9, "B"))
        for (size, name), (larger, _) in zip(steps, (*steps[1:], (10**15, "")), strict=True):
            scaled = exact / size
            digits = 1 if self.locale == "ja" or abs(scaled) >= 10 else 2
            rounded = _rounded(scaled, 0 if self.locale == "en" and abs(scaled) >= 100 else digits)
            # 999,999 rounds into the next step: 1M, not 1,000K
            if abs(rounded) * size < larger:
                return f"{_decimal(rounded, '#,##0.##', self.locale)}{name}"
        return self.count(exact)

    def decimal(self, value: Number | None, digits: int = 2) -> str:
        """A number with at most ``digits`` decimals."""
        if value is None:
            return DASH
        return _decimal(_rounded(value, digits), f"#,##0.{'#' * digits}", self.locale)

    def money(self, value: Number | None) -> str:
        """An amount: ¥5,408. Small amounts keep the decimals that tell them apart: ¥2.85."""
        if value is None:
            return DASH
        exact = Decimal(str(value))
        digits = get_currency_precision(self.currency)
        if abs(exact) < 100 and exact != exact.to_integral_value():
            digits = max(digits, 2 if abs(exact) >= 1 else 3)
        before, after = _around(self.currency, self.locale)
        rounded = _rounded(exact, digits)
        return f"{'-' if rounded < 0 else ''}{before}{abs(rounded):,.{digits}f}{after}"

    def compact_money(self, value: Number | None) -> str:
        """An amount as one says it: 144万円, ¥1.44M. Never ¥144万."""
        if value is None or abs(Decimal(str(value))) < 10_000:
            return self.money(value)
        if self.locale == "ja" and self.currency == "JPY":
            return f"{self.compact(value)}円"
        if self.locale == "ja":
            return self.money(value)
        sign, symbol = ("-" if value < 0 else ""), get_currency_symbol(self.currency, self.locale)
        return f"{sign}{symbol}{self.compact(abs(value))}"

    def rate(self, value: Number | None) -> str:
        """A ratio as per cent: 0.042 is 4.2%. Below 1 % two decimals, from 100 % none."""
        if value is None:
            return DASH
        percent = Decimal(str(value)) * 100
        digits = 2 if abs(percent) < 1 else 1 if abs(percent) < 100 else 0
        return _decimal(_rounded(percent, digits), f"#,##0.{'#' * digits}", self.locale) + "%"

    def attainment(self, value: Number | None) -> str:
        """A share of a goal in whole per cent, rounded down: 99.6 % of a goal is not 100 %."""
        if value is None:
            return DASH
        percent = (Decimal(str(value)) * 100).quantize(Decimal(1), ROUND_DOWN)
        return _decimal(percent, "#,##0", self.locale) + "%"

    def value(self, value: Number | None, unit: str, *, short: bool = False) -> str:
        """A value by its unit, as a KPI states it: ``count``, ``money / click``, ``ratio``, ``seconds`` …"""
        if unit.startswith("money"):
            return self.compact_money(value) if short else self.money(value)
        if unit == "ratio":
            return self.rate(value)
        if unit in {"count", "persons", "posts", "orders"}:
            return self.compact(value) if short else self.count(value)
        if unit == "seconds":
            return self.compact(value) if short else self.decimal(value, 1)
        return self.decimal(value)

    def day(self, value: date | None) -> str:
        """A day without its year: 6月1日, Jun 1."""
        return DASH if value is None else format_date(value, "M月d日" if self.locale == "ja" else "MMM d", self.locale)

    def full_day(self, value: date | None) -> str:
        """A day with its year: 2026年6月1日, Jun 1, 2026."""
        pattern = "y年M月d日" if self.locale == "ja" else "MMM d, y"
        return DASH if value is None else format_date(value, pattern, self.locale)

    def short_day(self, value: date) -> str:
        """A day for axes and tables: 6/1."""
        return f"{value.month}/{value.day}"

    def period(self, first: date, last: date) -> str:
        """A span of days: 2026年6月1日〜7月12日, Jun 1 – Jul 12, 2026."""
        same = first.year == last.year
        if self.locale == "ja":
            return f"{self.full_day(first)}〜{self.day(last) if same else self.full_day(last)}"
        return f"{self.day(first) if same else self.full_day(first)} – {self.full_day(last)}"

    def span(self, low: str, high: str) -> str:
        """From one value to another, both in words: ¥672〜¥2,204, ¥672–¥2,204. In Japanese a dash alone is unknown."""
        return f"{low}{'〜' if self.locale == 'ja' else '–'}{high}"

    def instant(self, value: datetime | None) -> str:
        """An instant in the report's zone, which is named: 2026年7月26日 12:04 JST."""
        if value is None:
            return DASH
        local = value.astimezone(ZoneInfo(self.zone))
        return f"{self.full_day(local.date())} {local:%H:%M} {local.tzname() or self.zone}"

    def listed(self, names: list[str]) -> str:
        """Names in a row, as the language strings them."""
        return ("、" if self.locale == "ja" else ", ").join(names)


@cache
def _around(currency: str, locale: str) -> tuple[str, str]:
    """What a currency's amounts are written between. Both languages group by commas and have a point."""
    said = format_currency(Decimal(0), currency, "¤#,##0", locale=locale, currency_digits=False)
    # CLDR writes the yen sign full-width in Japanese, which stands apart from its digits
    before, _, after = said.replace("\uffe5", "¥").partition("0")
    return before, after


@lru_cache(maxsize=16_384)
def _decimal(value: Decimal, pattern: str, locale: str) -> str:
    # a page writes the same small numbers hundreds of times, and Babel takes 100 µs for each
    return format_decimal(value, pattern, locale=locale)


@cache
def _territories(locale: Locale) -> Mapping[str, str]:
    return dict(Words(locale).territories)


def _rounded(value: Number, digits: int) -> Decimal:
    """Rounded half to even on the decimal that is written, not on its binary neighbour; never minus zero."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN) + 0
