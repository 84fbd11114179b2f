"""Working days: never a weekend or a holiday, one after the other, and the same however one counts them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.workdays import WEEKDAYS, Workdays

JAPAN = Workdays("JP")


def test_a_weekend_is_moved_to_monday_and_then_counted() -> None:
    friday = date(2026, 7, 31)
    assert WEEKDAYS.after(friday) == friday
    assert WEEKDAYS.after(friday, 1) == date(2026, 8, 3)
    assert WEEKDAYS.after(friday + timedelta(days=1)) == date(2026, 8, 3)
    assert WEEKDAYS.after(friday + timedelta(days=2), 1) == date(2026, 8, 4)
    assert WEEKDAYS.after(date(2026, 7, 28), 10) == date(2026, 8, 11)


def test_public_holidays_of_the_country_are_free() -> None:
    # 2026: 4 and 5 May are holidays, 6 May stands in for 3 May, a Sunday; 22 September lies between two holidays
    assert JAPAN.after(date(2026, 5, 1), 1) == date(2026, 5, 7)
    assert JAPAN.after(date(2026, 9, 18), 1) == date(2026, 9, 24)
    assert JAPAN.after(date(2026, 5, 4)) == date(2026, 5, 7)
    assert Workdays("US").after(date(2026, 5, 1), 1) == date(2026, 5, 4)
    assert Workdays("US").after(date(2026, 7, 2), 1) == date(2026, 7, 6)  # 4 July is a Saturday: the Friday is free


def test_parts_of_a_country_have_holidays_of_their_own() -> None:
    epiphany = date(2026, 1, 6)
    assert Workdays("DE").after(epiphany) == epiphany
    assert Workdays("DE-BY").after(epiphany) == date(2026, 1, 7)
    assert Workdays("DE-BY").country == "DE"
    assert WEEKDAYS.country == ""


@pytest.mark.parametrize("name", ["XX", "jp", "Japan", "JPN", "JP-", "DE-ZZ", "JP-99", "-", " JP"])
def test_a_country_of_which_no_holidays_are_known_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no public holidays are known"):
        Workdays(name)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 60), st.sampled_from([WEEKDAYS, JAPAN]))
def test_so_many_working_days_later_is_what_counting_one_by_one_gives(day: date, later: int, days: Workdays) -> None:
    expected = days.after(day)
    for _ in range(later):
        expected = days.after(expected + timedelta(days=1))
    assert days.after(day, later) == expected
    assert expected.weekday() < 5
