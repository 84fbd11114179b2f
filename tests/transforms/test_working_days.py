"""Working days: never a weekend, one after the other, and the same however one counts them."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from transforms.days import working_day


def test_a_weekend_is_moved_to_monday_and_then_counted() -> None:
    friday = date(2026, 7, 31)
    assert working_day(friday) == friday
    assert working_day(friday, 1) == date(2026, 8, 3)
    assert working_day(friday + timedelta(days=1)) == date(2026, 8, 3)
    assert working_day(friday + timedelta(days=2), 1) == date(2026, 8, 4)
    assert working_day(date(2026, 7, 28), 10) == date(2026, 8, 11)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 60))
def test_so_many_working_days_later_is_what_counting_on_fingers_gives(day: date, later: int) -> None:
    expected = working_day(day)
    for _ in range(later):
        expected += timedelta(days=1)
        while expected.weekday() > 4:
            expected += timedelta(days=1)
    assert working_day(day, later) == expected
    assert expected.weekday() < 5
