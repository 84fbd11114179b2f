"""An amount of another currency is worth what a rate in force says for its day, and unknown without one."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.fx import expanded, rated, rates_in_force
from transforms.tables import money

JUNE, JULY = datetime(2026, 6, 30, tzinfo=UTC), datetime(2026, 7, 30, tzinfo=UTC)


@pytest.fixture
def rates(draw) -> pl.DataFrame:
    return draw(
        """
        day        | base | quote | rate
        2026-06-05 | USD  | JPY   | 150
        2026-06-08 | USD  | JPY   | 152
        2026-06-08 | EUR  | USD   | 1.1
        """,
        money.CORE_FX_RATES,
        method="given",
        good_for_days=3,
        publisher="a bank",
        landed_id="reference/a#2",
    )


def asked(*rows: tuple[str, str, date | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"currency": pl.String, "theirs": pl.String, "on": pl.Date}, orient="row")


def told(rates: pl.DataFrame, *rows: tuple[str, str, date | None]) -> list[tuple[float | None, date | None]]:
    found = rated(asked(*rows), rates, source="currency", target="theirs", day="on")
    return found.select("fx_rate", "fx_on").rows()


def test_the_rate_of_the_day_counts_and_over_a_weekend_the_last_one_before_it(rates):
    friday, sunday, monday = date(2026, 6, 5), date(2026, 6, 7), date(2026, 6, 8)
    assert told(rates, ("USD", "JPY", friday), ("USD", "JPY", sunday), ("USD", "JPY", monday)) == [
        (150.0, friday),
        (150.0, friday),
        (152.0, monday),
    ]


def test_a_later_rate_never_stands_in_and_an_old_one_only_so_long(rates):
    assert told(rates, ("USD", "JPY", date(2026, 6, 4)), ("USD", "JPY", date(2026, 6, 11))) == [
        (None, None),
        (152.0, date(2026, 6, 8)),
    ]
    assert told(rates, ("USD", "JPY", date(2026, 6, 12))) == [(None, None)]


def test_one_currency_needs_no_rate_and_an_unknown_day_has_none(rates):
    assert told(rates, ("JPY", "JPY", None), ("USD", "JPY", None), ("USD", "USD", date(2026, 6, 1))) == [
        (1.0, None),
        (None, None),
        (1.0, None),
    ]


def test_a_rate_is_not_read_backwards_or_by_way_of_another_currency_unless_that_is_declared(rates):
    day = date(2026, 6, 8)
    assert told(rates, ("JPY", "USD", day), ("EUR", "JPY", day)) == [(None, None), (None, None)]
    pairs = {(day, "USD", "JPY"): 152.0, (day, "EUR", "USD"): 1.1}
    assert expanded(pairs, inverse=False, pivot=None) == {k: (v, "given") for k, v in pairs.items()}
    assert expanded(pairs, inverse=True, pivot=None)[day, "JPY", "USD"] == (1 / 152.0, "inverse")
    assert expanded(pairs, inverse=False, pivot="USD")[day, "EUR", "JPY"] == (1.1 * 152.0, "cross")
    assert (day, "JPY", "EUR") not in expanded(pairs, inverse=False, pivot="USD")
    assert expanded(pairs, inverse=True, pivot="USD")[day, "JPY", "EUR"] == (1 / 152.0 * (1 / 1.1), "cross")


def test_two_rates_of_different_days_make_no_third():
    pairs = {(date(2026, 6, 8), "USD", "JPY"): 152.0, (date(2026, 6, 9), "EUR", "USD"): 1.1}
    assert set(expanded(pairs, inverse=True, pivot="USD")) == {
        (date(2026, 6, 8), "USD", "JPY"),
        (date(2026, 6, 8), "JPY", "USD"),
        (date(2026, 6, 9), "EUR", "USD"),
        (date(2026, 6, 9), "USD", "EUR"),
    }


currencies = st.sampled_from(["JPY", "USD", "EUR", "KRW"])
pairs = st.tuples(currencies, currencies).filter(lambda p: p[0] != p[1])


@given(st.dictionaries(pairs, st.floats(0.001, 1000), max_size=8), st.booleans(), st.none() | currencies)
def test_what_is_given_always_wins(quoted, inverse, pivot):
    day = date(2026, 6, 8)
    given_ = {(day, *pair): rate for pair, rate in quoted.items()}
    found = expanded(given_, inverse=inverse, pivot=pivot)
    assert {k: v for k, v in found.items() if k in given_} == {k: (v, "given") for k, v in given_.items()}
    assert all(base != quote and rate > 0 for (_, base, quote), (rate, _) in found.items())


def test_the_file_that_was_known_then_is_in_force_whole(draw, rates):
    newer = rates.head(1).with_columns(pl.lit("reference/b#2").alias("landed_id"), pl.lit(99.0).alias("rate"))
    files = draw(
        """
        kind     | is_there | known_at         | landed_id
        fx_rates | yes      | 2026-06-10 00:00 | reference/a#2
        fx_rates | yes      | 2026-07-10 00:00 | reference/b#2
        fx_rates | no       | 2026-08-10 00:00 | reference/c#2
        """,
        money.CORE_REFERENCE_FILES,
    )
    every = pl.concat([rates, newer])
    assert rates_in_force(every, files, datetime(2026, 6, 1, tzinfo=UTC)).is_empty()
    assert rates_in_force(every, files, JUNE)["rate"].to_list() == [150.0, 152.0, 1.1]
    assert rates_in_force(every, files, JULY)["rate"].to_list() == [99.0]
    assert rates_in_force(every, files, datetime(2026, 9, 1, tzinfo=UTC)).is_empty()
