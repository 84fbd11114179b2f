"""Working days: Monday to Friday, without the public holidays of a country."""

import contextlib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays import HolidayBase, country_holidays

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Workdays:
    """``holidays``: whose public holidays are free, ISO 3166 (``JP``, ``US-CA``); empty: no holiday is known.

    Errors: ValueError if no holidays are known of that name.
    """

    holidays: str = ""

    def __post_init__(self) -> None:
        if self.holidays:
            _calendar(self.holidays)

    @property
    def country(self) -> str:
        """The country's code, without its part; empty if no holiday is known."""
        return self.holidays.partition("-")[0]

    def after(self, day: date, later: int = 0) -> date:
        """The working day ``later`` working days after a day; the day itself, or the next one, for 0."""
        day = self._from(day)
        for _ in range(later):
            day = self._from(day + timedelta(days=1))
        return day

    def _from(self, day: date) -> date:
        free = _calendar(self.holidays) if self.holidays else ()
        while day.weekday() >= _SATURDAY or day in free:
            day += timedelta(days=1)
        return day


@lru_cache(maxsize=8)
def _calendar(name: str) -> HolidayBase:
    """The holidays of a country or of a part of it: of each year that is asked for."""
    said = re.fullmatch(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?", name)
    with contextlib.suppress(NotImplementedError):  # said below
        if said:
            return country_holidays(said[1], subdiv=said[2])
    raise ValueError(f"no public holidays are known of {name!r}: give a country's code (JP, US) or a part's (US-CA)")


WEEKDAYS = Workdays()
"""Monday to Friday, all year."""
