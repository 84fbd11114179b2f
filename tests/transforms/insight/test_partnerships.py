"""Collaborations: numbered within the brand, and compared by one rate of one definition, fairly to who is renewed."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from transforms.insight.partnerships import influencer_history, rates_of
from transforms.tables.marts import CAMPAIGN_KPIS, INFLUENCER_KPIS, KPI_VALUES
from transforms.tables.standings import STANDINGS

AS_OF = datetime(2026, 9, 1, tzinfo=UTC)


def campaign(name: str, starts: date, ends: date, brand: str = "ミナモ堂") -> dict[str, Any]:
    return {"campaign_id": name, "name": name.title(), "brand": brand, "starts_on": starts, "ends_on": ends,
            "state": "final", "as_of": AS_OF}  # fmt: skip


def person(campaign_id: str, who: str = "mina", **more: Any) -> dict[str, Any]:
    return {"campaign_id": campaign_id, "influencer_id": who, "state": "final", "as_of": AS_OF, **more}


def rate(campaign_id: str, value: float | None, half: float | None = 0.01, **more: Any) -> dict[str, Any]:
    ends = {} if value is None or half is None else {"lower": value - half, "upper": value + half}
    return {"grain": "influencer", "campaign_id": campaign_id, "influencer_id": "mina", "kpi": "er_reach",
            "value": value, "definition": 1, "state": "final", "as_of": AS_OF, **ends, **more}  # fmt: skip


def stood(campaign_id: str, pooled: float | None = None, half: float = 0.01, **more: Any) -> dict[str, Any]:
    ends = {} if pooled is None else {"pooled": pooled, "pooled_lower": pooled - half, "pooled_upper": pooled + half}
    return {"campaign_id": campaign_id, "influencer_id": "mina", "kpi": "er_reach", "comparison": "no_difference",
            "state": "final", "as_of": AS_OF, **ends, **more}  # fmt: skip


SPRING = campaign("spring", date(2026, 3, 1), date(2026, 3, 31))
SUMMER = campaign("summer", date(2026, 6, 1), date(2026, 6, 30))
BOTH = [person("spring"), person("summer")]


def history(
    people: list[dict[str, Any]],
    campaigns: list[dict[str, Any]],
    rates: list[dict[str, Any]] | None = None,
    standings: list[dict[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    frames = (
        table.conform_loosely(pl.DataFrame(rows, infer_schema_length=None)) if rows else table.empty()
        for table, rows in (
            (INFLUENCER_KPIS, people), (CAMPAIGN_KPIS, campaigns), (KPI_VALUES, rates), (STANDINGS, standings)
        )
    )  # fmt: skip
    who, what, told, places = frames
    return influencer_history(who, what, rates_of(told), places, as_of=AS_OF).to_dicts()


def test_collaborations_are_numbered_within_the_brand_by_their_first_day() -> None:
    other = campaign("ale", date(2026, 4, 1), date(2026, 6, 10), "ヨイマチ醸造所")
    found = history(
        [person("summer", cost=10), person("spring"), person("ale"), person("summer", "yuki")], [SUMMER, other, SPRING]
    )
    assert [(r["brand"], r["influencer_id"], r["nth"], r["campaign_id"], r["days_since_last"]) for r in found] == [
        ("ミナモ堂", "mina", 1, "spring", None),
        ("ミナモ堂", "mina", 2, "summer", 62),
        ("ミナモ堂", "yuki", 1, "summer", None),
        ("ヨイマチ醸造所", "mina", 1, "ale", None),
    ]
    assert [(r["campaign"], r["cost"], r["comparison"], r["reason"]) for r in found[:2]] == [
        ("Spring", None, "unknown", "first"),
        ("Summer", 10, "unknown", "no_common_rate"),
    ]


def test_campaigns_at_one_time_lie_below_zero_days_apart() -> None:
    found = history(BOTH, [SPRING, campaign("summer", date(2026, 3, 20), date(2026, 4, 30))])
    assert [r["days_since_last"] for r in found] == [None, -11]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(0.05, 0.08, "above"), (0.08, 0.05, "below"), (0.05, 0.06, "no_difference"), (0.05, 0.07, "no_difference")],
)
def test_a_change_is_told_only_where_the_intervals_lie_apart(before: float, after: float, said: str) -> None:
    rates = [rate("spring", before), rate("summer", after)]
    _, last = history(BOTH, [SPRING, SUMMER], rates, [stood("spring"), stood("summer")])
    assert (last["comparison"], last["reason"], last["rate_kpi"]) == (said, None, "er_reach")
    assert (last["rate_before"], last["rate"]) == (before, after)


def test_the_one_before_is_taken_pooled_and_this_one_as_it_is() -> None:
    rates = [rate("spring", 0.09), rate("summer", 0.06)]
    _, raw = history(BOTH, [SPRING, SUMMER], rates, [stood("spring"), stood("summer")])
    _, last = history(BOTH, [SPRING, SUMMER], rates, [stood("spring", 0.07), stood("summer", 0.01)])
    assert (raw["comparison"], last["comparison"]) == ("below", "no_difference")
    assert (last["rate"], last["rate_before"], last["rate_before_upper"]) == (0.06, 0.07, pytest.approx(0.08))


def test_rates_are_compared_only_by_one_definition_and_one_meaning() -> None:
    places = [stood("spring"), stood("summer")]
    for other in ({"definition": 2}, {"definition_changed": "instagram.views"}, {"value": None}):
        _, last = history(BOTH, [SPRING, SUMMER], [rate("spring", 0.05), rate("summer", 0.09) | other], places)
        assert (last["comparison"], last["reason"], last["rate"]) == ("unknown", "no_common_rate", None)
    _, last = history(BOTH, [SPRING, SUMMER], [rate("spring", 0.05, None), rate("summer", 0.09)], places)
    assert (last["comparison"], last["reason"], last["rate"]) == ("unknown", "too_little_known", 0.09)


def test_where_the_bases_differ_the_rate_that_needs_no_access_is_compared() -> None:
    public = [
        rate("spring", 0.02, 0.001, kpi="er_followers_public"),
        rate("summer", 0.03, 0.001, kpi="er_followers_public"),
    ]
    rates = [rate("spring", 0.05), rate("summer", 0.09), *public]
    _, same = history(BOTH, [SPRING, SUMMER], rates, [stood("spring"), stood("summer")])
    _, other = history(BOTH, [SPRING, SUMMER], rates, [stood("spring"), stood("summer", kpi="er_views")])
    assert (same["rate_kpi"], other["rate_kpi"], other["comparison"]) == ("er_reach", "er_followers_public", "above")


def test_nobody_looks_worse_the_second_time_for_having_been_lucky_the_first() -> None:
    """Of 5,000 equal creators the luckiest 100 are engaged again: by raw figures more than 5 % of them fall clearly."""
    random = np.random.default_rng(7)
    people, again, error = 5000, 100, 0.01
    first, second = random.normal(0.05, error, (2, people))
    best = np.argsort(first)[-again:]
    half, names = 1.96 * error, [f"p{n}" for n in range(people)]
    rates = [rate("spring", first[n], half, influencer_id=names[n]) for n in range(people)]
    rates += [rate("summer", second[n], half, influencer_id=names[n]) for n in best]
    engaged = [person("spring", names[n]) for n in range(people)] + [person("summer", names[n]) for n in best]
    fallen = {}
    for pooled in (None, 0.05):
        places = [stood(c, pooled, influencer_id=names[n]) for c in ("spring", "summer") for n in range(people)]
        seconds = [r for r in history(engaged, [SPRING, SUMMER], rates, places) if r["nth"] == 2]
        fallen[pooled] = sum(r["comparison"] == "below" for r in seconds) / again
    assert fallen[0.05] < 0.02
    assert fallen[None] > 0.05
