"""Rank correlation: as the books have it, the same under any rising change, and silent where little is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.insight.correlation import FEWEST, correlation

NUMBERS = st.lists(st.integers(-1000, 1000), min_size=FEWEST, max_size=20, unique=True)


def test_a_worked_example() -> None:
    """Ten pairs, Σd² = 194: ρ = 1 - 6 × 194 / 990 = -29/165."""
    iq = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17]
    found = correlation(iq, hours)
    assert found is not None
    assert found.rank == pytest.approx(-29 / 165)
    assert found.lower < found.rank < found.upper


@settings(max_examples=40, deadline=None)
@given(NUMBERS, st.randoms(use_true_random=False))
def test_only_the_order_counts_and_turning_one_side_turns_the_sign(x: list[int], chance: object) -> None:
    y = list(x)
    chance.shuffle(y)
    plain, bent = correlation(x, y), correlation([v**3 for v in x], y)
    turned = correlation(x, [-v for v in y])
    assert plain is not None
    assert bent is not None
    assert turned is not None
    assert bent.rank == pytest.approx(plain.rank)
    assert (turned.rank, turned.lower, turned.upper) == pytest.approx((-plain.rank, -plain.upper, -plain.lower))


@pytest.mark.parametrize(("x", "y"), [([1.0] * 9, list(range(9))), (list(range(7)), list(range(7)))])
def test_nothing_is_told_of_few_or_of_what_does_not_differ(x: list[float], y: list[float]) -> None:
    assert correlation(x, y) is None


def test_where_nothing_is_related_the_interval_holds_zero_in_about_95_of_100_cases() -> None:
    chance = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        found = correlation(chance.normal(size=20).tolist(), chance.normal(size=20).tolist())
        assert found is not None
        held += found.lower <= 0 <= found.upper
    assert 0.92 <= held / 400 <= 0.98
