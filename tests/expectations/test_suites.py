"""Every rule of every suite has a row that passes and a row that breaks it, and says why it exists."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from expectations import gate
from expectations.rules import Rule, load, needed, rows, suite
from tests.tasks.synthetic import frame
from transforms import tables
from transforms.contracts import ContractError

AT = datetime(2026, 7, 1, 18, tzinfo=UTC)
TRACE = {
    "observed_at": AT,
    "known_at": AT,
    "source": "instagram",
    "landed_id": "instagram/2026-07-02/a#2",
    "pointer": "/0",
}
OLD, LATE = datetime(1970, 1, 21, tzinfo=UTC), AT + timedelta(hours=9)
GOOD: dict[str, dict] = {
    "accounts": {"platform": "instagram", "account_id": "17841400000000001", "handle": "hana", "followers": 10},
    "audience_observations": {
        "platform": "instagram",
        "account_id": "1",
        "dimension": "age",
        "bucket": "25-34",
        "persons": 3,
    },
    "campaign_costs": {
        "campaign_id": "natsu",
        "entry": "row 2",
        "spent_on": date(2026, 6, 1),
        "kind": "other",
        "amount": 5,
        "currency": "JPY",
    },
    "emv_rates": {
        "card": "house",
        "version": "1",
        "valid_from": date(2026, 6, 1),
        "platform": "instagram",
        "format": "all",
        "metric": "likes",
        "per": 1,
        "value": 5,
        "currency": "JPY",
        "multiplier": 1.0,
        "publisher": "ours",
    },
    "fx_rates": {
        "day": date(2026, 6, 1),
        "base": "USD",
        "quote": "JPY",
        "rate": 150.5,
        "method": "given",
        "good_for_days": 7,
        "publisher": "a bank",
    },
    "own_benchmarks": {
        "kpi": "er_reach",
        "platform": "instagram",
        "tier": "micro",
        "year": 2026,
        "value": 0.03,
        "lower": 0.02,
        "upper": 0.04,
        "definition": "engagements / reach",
        "publisher": "ours",
    },
    "reference_files": {"kind": "fx_rates", "is_there": True},
    "campaign_goals": {"campaign_id": "natsu", "kpi": "orders", "target": "800"},
    "campaigns": {
        "campaign_id": "natsu",
        "name": "夏",
        "brand": "ミナモ堂",
        "market": "JP",
        "objective": "sales",
        "locale": "ja",
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 6, 1),
        "settle_days": 14,
        "attribution_days": 14,
        "engagement_base": "reach",
        "currency": "JPY",
        "margin_rate": 0.6,
        "budget": 1,
    },
    "link_days": {"link_id": "bit.ly/3xYzAbc", "day": date(2026, 7, 2), "clicks": 0},
    "links": {"link_id": "bit.ly/3xYzAbc"},
    "site_days": {
        "property_id": "337700001",
        "day": date(2026, 7, 2),
        "utm_content": "hana",
        "sessions": 9,
        "new_users": 9,
        "conversions": 0.5,
    },
    "audience_overlaps": {
        "platform": "instagram",
        "account_id": "100",
        "other_platform": "instagram",
        "other_account_id": "200",
        "share_of_smaller": 1.0,
    },
    "orders": {
        "shop": "minamodo.myshopify.com",
        "order_id": "1",
        "ordered_at": AT,
        "currency": "JPY",
        "gross": 5,
        "refunded": 1,
        "net": 4,
    },
    "shops": {"shop": "minamodo.myshopify.com"},
    "order_touches": {"shop": "minamodo.myshopify.com", "order_id": "1", "touched_at": AT, "link_id": "bit.ly/3xYzAbc"},
    "post_decisions": {"campaign_id": "natsu", "platform": "instagram", "post_id": "1", "decision": "rejected"},
    "post_observations": {
        "platform": "instagram",
        "post_id": "1",
        "views": 9,
        "likes": 3,
        "missing": "saves=no_access",
    },
    "post_states": {"platform": "instagram", "post_id": "1", "availability": "gone"},
    "posts": {
        "platform": "instagram",
        "post_id": "1",
        "account_id": "2",
        "published_at": AT,
        "caption": "朝凪UV\n#PR",
        "permalink": "https://www.instagram.com/p/x/",
        "duration_seconds": 12.5,
    },
    "roster": {
        "campaign_id": "natsu",
        "influencer_id": "hana",
        "platform": "instagram",
        "handle": "hana",
        "route": "direct",
        "currency": "JPY",
        "fee": 0,
    },
}
BREACHES: list[tuple[str, dict, str]] = [
    *(
        (t, {"observed_at": LATE}, "observed_before_known")
        for t in ("accounts", "posts", "orders", "links", "link_days")
    ),
    *((t, {"observed_at": OLD}, "observed_after_2004") for t in ("post_observations", "post_states")),
    ("post_observations", {"known_at": None}, "is_traced"),
    *(("posts", {"post_id": bad}, "post_id_is_an_id") for bad in ("", "7.3E+18", "7.30123e+18", "12 3", "123.0")),
    ("post_states", {"post_id": "1e5"}, "post_id_is_an_id"),
    ("post_observations", {"post_id": "1\t2"}, "post_id_is_an_id"),
    ("accounts", {"account_id": "1 2"}, "account_id_is_an_id"),
    ("post_decisions", {"post_id": "1 2"}, "post_id_is_an_id"),
    ("posts", {"account_id": "1.0"}, "account_id_is_an_id"),
    ("audience_observations", {"account_id": ""}, "account_id_is_an_id"),
    ("accounts", {"account_id": None}, "account_id_is_known"),
    ("accounts", {"handle": "@hana"}, "handle_is_clean"),
    ("accounts", {"followers": 0}, "followers_are_not_zero"),
    ("accounts", {"missing": "followers=hidden"}, "missing_is_null"),
    ("post_observations", {"missing": "saves=no_access;likes=hidden"}, "missing_is_null"),
    ("post_observations", {"views": None, "likes": None, "missing": None}, "tells_something"),
    ("post_observations", {"likes": 10}, "views_covers_likes"),
    ("post_observations", {"engaged_views": 10}, "views_covers_engaged_views"),
    ("post_observations", {"impressions": 1, "reach": 2}, "impressions_covers_reach"),
    ("post_observations", {"views_paid": 10}, "views_covers_views_paid"),
    ("post_observations", {"reach": 1, "reach_paid": 2}, "reach_covers_reach_paid"),
    ("post_observations", {"views": 2**53 + 2}, "views_is_in_range"),
    ("post_observations", {"source": "manual", "likes": 10}, "typed_likes_fit_views"),
    ("post_observations", {"source": "manual", "comments": 10}, "typed_comments_fit_views"),
    ("post_observations", {"source": "manual", "saves": 4, "reach": 3, "missing": None}, "typed_saves_fit_reach"),
    ("post_observations", {"source": "manual", "impressions": 4, "reach": 5}, "typed_reach_fit_impressions"),
    ("post_observations", {"source": "manual", "views": 2 * 10**9}, "typed_figures_are_plausible"),
    ("posts", {"platform": "mixi"}, "platform_is_among"),
    ("posts", {"duration_seconds": float("nan")}, "duration_seconds_is_in_range"),
    ("posts", {"duration_seconds": float("inf")}, "duration_seconds_is_in_range"),
    ("posts", {"duration_seconds": -1.0}, "duration_seconds_is_in_range"),
    ("posts", {"published_at": OLD}, "published_after_2004"),
    ("posts", {"published_at": AT + timedelta(days=2)}, "published_before_observed"),
    ("posts", {"permalink": " JavaScript:alert(1)"}, "permalink_is_clean"),
    ("posts", {"caption": "a\x0bb"}, "caption_is_clean"),
    ("orders", {"currency": "yen"}, "currency_is_well_formed"),
    ("orders", {"gross": -1}, "gross_is_not_negative"),
    ("orders", {"refunded": -1}, "refunded_is_not_negative"),
    ("orders", {"net": 5}, "net_adds_up"),
    ("orders", {"refunded": 6, "net": -1}, "gross_covers_refunded"),
    ("orders", {"ordered_at": LATE}, "ordered_before_observed"),
    ("orders", {"ordered_at": OLD}, "ordered_after_2004"),
    ("orders", {"cancelled_at": AT - timedelta(days=1)}, "cancelled_at_covers_ordered_at"),
    ("links", {"link_id": "https://bit.ly/x"}, "link_id_is_clean"),
    ("order_touches", {"link_id": "https://bit.ly/x"}, "link_id_is_clean"),
    ("order_touches", {"touched_at": LATE}, "touched_before_known"),
    ("order_touches", {"touched_at": OLD}, "touched_after_2004"),
    ("link_days", {"link_id": ""}, "link_id_is_clean"),
    ("site_days", {"property_id": "3377 1"}, "property_id_is_clean"),
    ("site_days", {"day": date(2026, 7, 3)}, "day_has_begun"),
    ("site_days", {"day": date(1970, 1, 1)}, "day_is_recent"),
    ("site_days", {"new_users": 10}, "sessions_covers_new_users"),
    ("site_days", {"conversions": -0.5}, "conversions_is_not_negative"),
    ("site_days", {"sessions": -1, "new_users": None}, "sessions_is_in_range"),
    ("audience_overlaps", {"other_account_id": "100"}, "two_accounts"),
    ("audience_overlaps", {"share_of_smaller": 1.5}, "share_of_smaller_is_in_range"),
    ("link_days", {"day": date(2026, 7, 3)}, "day_has_begun"),
    ("link_days", {"day": date(1970, 1, 1)}, "day_is_recent"),
    ("link_days", {"clicks": -1}, "clicks_is_in_range"),
    ("campaigns", {"ends_on": date(2026, 5, 31)}, "ends_on_covers_starts_on"),
    ("campaigns", {"margin_rate": 60.0}, "margin_is_a_share"),
    ("campaigns", {"budget": -1}, "budget_is_not_negative"),
    ("campaigns", {"currency": "円"}, "currency_is_well_formed"),
    *(("campaign_goals", {"target": bad}, "target_is_a_number") for bad in ("0", "-1", "many", "nan", "inf")),
    ("campaign_costs", {"currency": "yen"}, "currency_is_well_formed"),
    ("campaign_costs", {"amount": -1}, "amount_is_not_negative"),
    ("campaign_costs", {"platform": "instagram"}, "whole_or_of_a_contract"),
    ("emv_rates", {"currency": "yen"}, "currency_is_well_formed"),
    ("emv_rates", {"value": -1}, "value_is_not_negative"),
    ("emv_rates", {"per": 100}, "per_is_one_or_thousand"),
    ("emv_rates", {"multiplier": 0.0}, "multiplier_is_above_zero"),
    ("fx_rates", {"base": "usd"}, "base_is_well_formed"),
    ("fx_rates", {"quote": "yen"}, "quote_is_well_formed"),
    ("fx_rates", {"rate": 0.0}, "rate_is_above_zero"),
    ("fx_rates", {"quote": "USD"}, "two_currencies"),
    ("own_benchmarks", {"upper": 0.01}, "upper_covers_lower"),
    ("roster", {"currency": "jpy"}, "currency_is_well_formed"),
    ("roster", {"handle": "@hana"}, "handle_is_clean"),
    *(
        ("roster", {c: -1}, f"{c}_is_not_negative")
        for c in ("fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost")
    ),
]


def one(table: str, n: int, **more: object) -> pl.DataFrame:
    where = {"landed_id": f"instagram/2026-07-02/{n}#2"}
    return frame(f"staging.{table}", [{**TRACE, **where, **GOOD[table], **more}])


@pytest.fixture(scope="module")
def broken() -> set[tuple[int, str]]:
    """Which rules each row breaks (by its place in BREACHES; -1: the good rows), all judged at once."""
    frames = {f"staging.{t}": [one(t, -1)] for t in GOOD}
    for n, (table, more, _) in enumerate(BREACHES):
        frames[f"staging.{table}"].append(one(table, n, **{k: v for k, v in more.items() if k != "landed_id"}))
    results = gate.check({t: pl.concat(f) for t, f in frames.items()}).results.filter(~pl.col("success"))
    return {(int(batch.rpartition("/")[2]), rule) for batch, rule in results.select("batch", "rule").rows()}


def test_good_rows_break_nothing(broken):
    assert {rule for n, rule in broken if n == -1} == set()


@pytest.mark.parametrize(
    ("n", "breach"), list(enumerate(BREACHES)), ids=lambda v: v[2] if isinstance(v, tuple) else str(v)
)
def test_a_breach_is_found(broken, n, breach):
    assert (n, breach[2]) in broken


def test_every_row_rule_of_every_suite_is_tried():
    tried = {(f"staging.{t}", rule) for t, _, rule in BREACHES}
    own = {
        (table, r.name)
        for table, rules in load(tables.load()).items()
        for r in rules
        if r.scope == "row" and not r.reason.startswith("Promised by") and r.name not in SHARED
    }
    assert own - tried == set()


SHARED = {"is_traced", "observed_after_2004", "observed_before_known"}
"""Rules about instants stand in all tables; trying them in some is enough."""


def test_every_suite_covers_a_table_and_every_rule_has_a_reason_and_no_brace():
    rules = load(tables.load())
    assert set(rules) == {name for name in tables.load() if name.startswith("staging.")}
    for rule in (r for of_table in rules.values() for r in of_table):
        assert rule.reason
        assert rule.law
        query = str(rule.kwargs.get("unexpected_rows_query", "")).replace("{batch}", "")
        assert "{" not in query


def test_a_rule_that_names_no_column_or_gives_no_reason_is_refused():
    posts = tables.load()["staging.posts"]

    def refused(rule: Rule, said: str) -> None:
        with pytest.raises(ContractError, match=said):
            suite(posts, [rule])

    refused(needed("likes", reason="x"), "lacks")
    refused(needed("caption", reason=" "), "no reason")
    refused(rows("platform_is_known", ["platform"], "FALSE", law="x", reason="x"), "two rules")
