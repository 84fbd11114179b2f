"""How values are written, drawn as tables: value, Japanese, English."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.formats import DASH, Formats

JA, EN = Formats("ja", "Asia/Tokyo", "JPY"), Formats("en", "Asia/Tokyo", "JPY")


@pytest.mark.parametrize(("value", "ja", "en"), [
    (0, "0", "0"), (9_999, "9,999", "9,999"), (12_345, "1.2万", "12.3K"), (1_342_000, "134.2万", "1.34M"),
    (1_440_000, "144万", "1.44M"), (120_000_000, "1.2億", "120M"),
    (999_999, "100万", "1M"), (99_999_999, "1億", "100M"),
    (-1_342_000, "-134.2万", "-1.34M"), (None, DASH, DASH),
])  # fmt: skip
def test_large_numbers_are_written_as_one_says_them(value: float | None, ja: str, en: str) -> None:
    assert (JA.compact(value), EN.compact(value)) == (ja, en)


@pytest.mark.parametrize(("value", "ja", "en"), [
    (5408.16, "¥5,408", "¥5,408"), (Decimal("2.854"), "¥2.85", "¥2.85"), (0.0456, "¥0.046", "¥0.046"), (0, "¥0", "¥0"),
    (-5408, "-¥5,408", "-¥5,408"), (None, DASH, DASH),
])  # fmt: skip
def test_money_keeps_the_decimals_that_matter(value: float | None, ja: str, en: str) -> None:
    assert (JA.money(value), EN.money(value)) == (ja, en)


def test_yen_in_ten_thousands_is_never_written_with_a_yen_sign() -> None:
    assert JA.compact_money(1_440_000) == "144万円"
    assert EN.compact_money(1_440_000) == "¥1.44M"
    assert Formats("ja", "Asia/Tokyo", "USD").compact_money(1_440_000) == "$1,440,000.00"


@pytest.mark.parametrize(("value", "said"), [
    (0.042, "4.2%"), (0.0456, "4.6%"), (0.00456, "0.46%"), (0.5, "50%"), (3.2, "320%"), (0, "0%"), (None, DASH)
])  # fmt: skip
def test_a_rate_is_per_cent(value: float | None, said: str) -> None:
    assert JA.rate(value) == EN.rate(value) == said


@given(st.floats(0, 0.9999999))
def test_a_share_below_the_goal_is_never_written_as_the_goal(share: float) -> None:
    assert int(EN.attainment(share).removesuffix("%")) < 100


def test_a_span_in_japanese_has_no_dash_which_is_the_sign_of_the_unknown() -> None:
    assert JA.span("¥672", "¥2,204") == "¥672〜¥2,204"
    assert EN.span("¥672", "¥2,204") == "¥672–¥2,204"


def test_dates_and_instants_name_their_year_and_zone() -> None:
    first, last = date(2026, 6, 1), date(2026, 7, 12)
    assert JA.period(first, last) == "2026年6月1日〜7月12日"
    assert EN.period(first, last) == "Jun 1 – Jul 12, 2026"
    assert EN.period(date(2025, 12, 30), date(2026, 1, 2)) == "Dec 30, 2025 – Jan 2, 2026"
    at = datetime(2026, 7, 26, 15, 30, tzinfo=UTC)
    assert JA.instant(at) == "2026年7月27日 00:30 JST"
    assert EN.instant(at) == "Jul 27, 2026 00:30 JST"


@given(
    st.one_of(st.none(), st.floats(-1e12, 1e12), st.decimals(-(10**9), 10**9, allow_nan=False)),
    st.sampled_from(["count", "money / click", "ratio", "seconds", "odd"]),
)
def test_every_value_can_be_written_and_only_unknown_is_a_dash(value: float | Decimal | None, unit: str) -> None:
    for formats in (JA, EN):
        for short in (True, False):
            said = formats.value(value, unit, short=short)
            assert (said == DASH) == (value is None)
            assert "￥" not in said
