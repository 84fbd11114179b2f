"""A budget moved from some people to others: a range that widens with doubt and never promises more than was seen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.insight.shifts import KEEPS, Paid, shift

SURE = Paid(cost=100.0, rate=0.2, lower=0.199, upper=0.201)


def test_what_is_moved_brings_only_a_part_of_what_the_receivers_own_money_brought() -> None:
    found = shift(50.0, 5.0, 100.0, [SURE])
    assert found is not None
    assert found.middle == pytest.approx(50 - 5 + 100 * 0.2 * KEEPS)
    assert found.moved == 100.0
    assert found.low < found.middle < found.high


def test_no_more_is_moved_than_the_receivers_cost_and_the_rest_stays_as_it_was() -> None:
    found = shift(50.0, 8.0, 400.0, [SURE])
    assert found is not None
    assert found.moved == 100.0
    assert found.middle == pytest.approx(50 - 8 * 100 / 400 + 100 * 0.2 * KEEPS)


@pytest.mark.parametrize("receivers", [
    [], [Paid(0.0, 0.2, 0.1, 0.3)], [Paid(100.0, 0.2, 0.0, 0.3)], [SURE, Paid(50.0, 0.2, 0.3, 0.4)],
])  # fmt: skip
def test_nothing_is_told_where_a_receiver_s_interval_is_none(receivers: list[Paid]) -> None:
    assert shift(50.0, 5.0, 100.0, receivers) is None


def test_nothing_is_told_where_no_money_is_freed() -> None:
    assert shift(50.0, 0.0, 0.0, [SURE]) is None


@settings(max_examples=60, deadline=None)
@given(st.floats(1.05, 4.0), st.floats(1.05, 4.0))
def test_the_less_is_known_of_the_receivers_the_wider_the_range(one: float, other: float) -> None:
    narrow, wide = sorted((one, other))
    found = [shift(500.0, 50.0, 900.0, [Paid(1000.0, 0.2, 0.2 / f, 0.2 * f)]) for f in (narrow, wide)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[1].high - found[1].low >= found[0].high - found[0].low - 1e-9
    assert found[0].middle == pytest.approx(found[1].middle)
