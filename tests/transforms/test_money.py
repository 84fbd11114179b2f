"""Costs, currencies, tax, rate cards, routes and levels of one drawn campaign."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from transforms.inputs import Inputs
from transforms.keys import surrogate
from transforms.marts import compute
from transforms.tables import core, money

AFTER = datetime(2026, 9, 1, tzinfo=UTC)
TOKYO = "Asia/Tokyo"
KNOWN = datetime(2026, 5, 1, tzinfo=UTC)
BRIEF = "brief/2026-05-01/natsu#2"


@pytest.fixture
def frames(draw) -> dict[str, pl.DataFrame]:
    """haru is paid in yen on Instagram and in dollars on YouTube, sora in yen by an agency; a card in yen."""
    accounts = {"haru": ("instagram", "1"), "haru_tube": ("youtube", "2"), "sora": ("instagram", "3")}

    def keyed(text, table, **constants):
        frame = draw(text, table, **constants)
        keys = [surrogate(*accounts[h]) for h in frame["handle"]]
        return frame.with_columns(pl.Series("account_key", keys, pl.Int64))

    posts = draw(
        """
        post_id | platform  | account_id | published_at     | published_on | format | caption
        p1      | instagram | 1          | 2026-06-10 03:00 | 2026-06-10   | reel   | #natsu
        p2      | instagram | 1          | 2026-07-02 03:00 | 2026-07-02   | image  | #natsu
        p3      | youtube   | 2          | 2026-06-12 03:00 | 2026-06-12   | video  | #natsu
        p4      | instagram | 3          | 2026-06-13 03:00 | 2026-06-13   | image  | #natsu
        """,
        core.POSTS,
        availability="on",
        paid_label="unknown",
        hashtags="natsu",
        caption_is_truncated=False,
        first_known_at=KNOWN,
        last_known_at=KNOWN,
    )
    keys = {p: surrogate(platform, p) for p, platform in posts.select("post_id", "platform").rows()}
    account_of = [surrogate(*row) for row in posts.select("platform", "account_id").rows()]
    posts = posts.with_columns(
        pl.Series("post_key", [keys[p] for p in posts["post_id"]]), pl.Series("account_key", account_of)
    )
    observed = draw(
        """
        source | views | impressions | likes | comments | reach | observed_at
        p1        | 9000  | 50000       | 5000  | 500      | 8000  | 2026-08-01 00:00
        p2        | 100   | 1000        | 10    | 1        | 90    | 2026-08-01 00:00
        p3        | 200   | 2000        | 20    | 2        | -     | 2026-08-01 00:00
        p4        | 300   | 3000        | -     | 3        | 70    | 2026-08-01 00:00
        """,
        core.POST_OBSERVATIONS,
        known_at=datetime(2026, 8, 1, tzinfo=UTC),
        landed_id="x#2",
    ).with_columns(
        pl.col("source").replace_strict(keys).alias("post_key"),
        pl.when(pl.col("likes").is_null()).then(pl.lit("likes=hidden")).alias("missing"),
        pl.lit(date(2026, 8, 1)).alias("observed_on"),
    )
    return {
        "core.campaigns": draw(
            "campaign_id | starts_on  | ends_on    | settle_days | attribution_days\n"
            "natsu       | 2026-06-08 | 2026-07-10 | 14          | 14",
            core.CAMPAIGNS,
            name="夏",
            brand="b",
            currency="JPY",
            engagement_base="views",
            hashtags="natsu",
            margin_rate=0.5,
            landed_id=BRIEF,
            known_at=KNOWN,
        ),
        "core.contracts": keyed(
            """
            influencer_id | platform  | handle    | route           | fee    | product_cost | currency | code
            haru          | instagram | haru      | direct          | 300000 | 5000         | JPY      | H10
            haru          | youtube   | haru_tube | direct          | 100    | 10           | USD      | H10
            sora          | instagram | sora      | agency_directed | 50000  | 0            | JPY      | S10
            """,
            core.CONTRACTS,
            campaign_id="natsu",
            landed_id=BRIEF,
            known_at=KNOWN,
            **dict.fromkeys(("shipping_cost", "agency_cost", "boost_cost"), Decimal(0)),
        ),
        "core.influencers": draw("influencer_id | name\nharu | はる\nsora | そら", core.INFLUENCERS),
        "core.accounts": pl.DataFrame(
            {"handle": list(accounts), "platform": [p for p, _ in accounts.values()], "account_id": list("123")}
        ).with_columns(
            pl.Series("account_key", [surrogate(*a) for a in accounts.values()]),
            pl.lit(KNOWN).alias("first_known_at"),
            pl.lit(KNOWN).alias("last_known_at"),
        ),
        "core.account_observations": pl.DataFrame(
            {
                "account_key": [surrogate(*a) for a in accounts.values()],
                "followers": [100_000, 20_000, 30_000],
                "observed_at": [KNOWN + timedelta(days=30)] * 3,
                "known_at": [KNOWN + timedelta(days=30)] * 3,
                "landed_id": ["a#2"] * 3,
            }
        ),
        "core.posts": posts,
        "core.post_observations": observed,
        "core.orders": draw(
            """
            order_id | ordered_at       | code | gross | net  | currency | is_new_customer | known_at
            1        | 2026-06-15 05:00 | H10  | 3300  | 3300 | JPY      | yes             | 2026-06-16 06:00
            2        | 2026-06-15 16:00 | H10  | 22    | 11   | USD      | no              | 2026-06-16 06:00
            3        | 2026-06-20 05:00 | S10  | 5500  | 5500 | JPY      | no              | 2026-06-20 06:00
            """,
            core.ORDERS,
            shop="shop",
            landed_id="o#2",
        ),
    }


def rates(draw, text: str) -> dict[str, pl.DataFrame]:
    told = draw(
        text, money.CORE_FX_RATES, method="given", good_for_days=7, publisher="a bank", landed_id="f#2", known_at=KNOWN
    )
    return {"core.fx_rates": told, "core.reference_files": files("fx_rates", "f#2")}


def files(kind: str, landed_id: str, known_at: datetime = KNOWN) -> pl.DataFrame:
    row = {"kind": [kind], "is_there": [True], "known_at": [known_at], "landed_id": [landed_id]}
    return money.CORE_REFERENCE_FILES.conform(pl.DataFrame(row))


USD = """
    day        | base | quote | rate
    2026-06-05 | USD  | JPY   | 150
    2026-06-15 | USD  | JPY   | 200
    2026-06-16 | USD  | JPY   | 160
"""
CARD = """
    card  | version | valid_from | platform  | format | metric      | per  | value
    house | 1       | 2026-01-01 | instagram | all    | likes       | 1    | 0.30
    house | 1       | 2026-01-01 | instagram | all    | comments    | 1    | 0.50
    house | 1       | 2026-01-01 | instagram | all    | impressions | 1000 | 0.05
    house | 2       | 2026-07-01 | instagram | all    | likes       | 1    | 9
    house | 2       | 2026-07-01 | instagram | image  | likes       | 1    | 3
"""


def card(draw, text: str = CARD, currency: str = "JPY", multiplier: float = 1.0) -> dict[str, pl.DataFrame]:
    told = draw(
        text,
        money.CORE_EMV_RATES,
        currency=currency,
        multiplier=multiplier,
        publisher="invented",
        landed_id="e#2",
        known_at=KNOWN,
    )
    return {"core.emv_rates": told, "core.reference_files": files("emv_rates", "e#2")}


def made(frames: dict[str, pl.DataFrame], **more: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return compute(Inputs.of({**frames, **more}), AFTER, TOKYO, "jp_default")


def with_files(*given: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    found: dict[str, pl.DataFrame] = {}
    for frames_ in given:
        found |= {k: v for k, v in frames_.items() if k != "core.reference_files"}
    return found | {"core.reference_files": pl.concat([g["core.reference_files"] for g in given])}


def told(marts: dict[str, pl.DataFrame], grain: str, kpi: str, **ids: str) -> tuple[float | None, str | None]:
    rows = marts["marts.kpi_values"].filter(grain=grain, kpi=kpi, **ids)
    assert rows.height == 1, rows
    return rows.select("value", "reason").row(0)


def cost_of(marts: dict[str, pl.DataFrame], **where: str | None) -> list[Decimal | None]:
    rows = marts["marts.costs"]
    for column, value in where.items():
        rows = rows.filter(pl.col(column).eq_missing(pl.lit(value)))
    return rows["converted"].to_list()


def test_without_a_rate_a_cost_of_another_currency_is_unknown_and_says_why(frames):
    marts = made(frames)
    assert told(marts, "platform", "cpp", platform="youtube") == (None, "no_rate")
    assert told(marts, "influencer", "cpo", influencer_id="haru") == (None, "no_rate")
    assert told(marts, "influencer", "cpo", influencer_id="sora") == (50000.0, None)
    assert told(marts, "influencer", "revenue_net", influencer_id="haru") == (None, "no_rate")
    row = marts["marts.costs"].filter(platform="youtube", kind="fee").row(0, named=True)
    assert (row["amount"], row["currency"], row["converted"], row["reason"]) == (100, "USD", None, "no_rate")


def test_a_cost_is_converted_at_the_rate_of_the_first_day_and_keeps_its_own_amount(frames, draw):
    marts = made(frames, **rates(draw, USD))
    row = marts["marts.costs"].filter(platform="youtube", kind="fee").row(0, named=True)
    assert (row["amount"], row["currency"], row["spent_on"]) == (100, "USD", date(2026, 6, 8))
    assert (row["converted"], row["fx_rate"], row["fx_on"], row["fx_source"]) == (
        15000,
        150.0,
        date(2026, 6, 5),
        "a bank",
    )
    assert told(marts, "platform", "cpp", platform="youtube") == (110 * 150.0, None)


def test_an_invoice_has_the_rate_of_its_own_day(frames, draw):
    frames["core.contracts"] = frames["core.contracts"].with_columns(
        pl.when(pl.col("platform") == "youtube").then(pl.date(2026, 6, 16)).alias("invoiced_on")
    )
    assert cost_of(made(frames, **rates(draw, USD)), platform="youtube", kind="fee") == [16000]


def test_an_order_has_the_rate_of_its_business_day_also_for_what_comes_back_later(frames, draw):
    """16:00 UTC on the 15th is the 16th in Tokyo."""
    marts = made(frames, **rates(draw, USD))
    assert told(marts, "influencer", "revenue_gross", influencer_id="haru") == (3300 + 22 * 160.0, None)
    assert told(marts, "influencer", "revenue_net", influencer_id="haru") == (3300 + 11 * 160.0, None)
    assert told(marts, "influencer", "orders", influencer_id="haru") == (2.0, None)


def test_a_rate_that_was_not_known_yet_changes_no_earlier_report(frames, draw):
    late = rates(draw, USD) | {"core.reference_files": files("fx_rates", "f#2", AFTER + timedelta(days=1))}
    assert told(made(frames, **late), "influencer", "cpo", influencer_id="haru") == (None, "no_rate")


def test_nothing_is_nothing_in_any_currency(frames, draw):
    assert cost_of(made(frames), platform="youtube", kind="shipping") == [0]
    back = frames["core.orders"].with_columns(
        pl.when(pl.col("currency") == "USD").then(Decimal(0)).otherwise("net").cast(pl.Decimal(18, 4)).alias("net")
    )
    given = made(frames, **{"core.orders": back})
    assert told(given, "influencer", "revenue_net", influencer_id="haru") == (3300.0, None)
    assert told(given, "influencer", "revenue_gross", influencer_id="haru") == (None, "no_rate")
    models = given["marts.attribution_models"].filter(influencer_id="haru", model="code_then_last_link")
    assert models.select("revenue_net", "revenue_gross").rows() == [(Decimal(3300), None)]
    unseen = frames["core.post_observations"].with_columns(pl.lit(0).alias(c) for c in ("likes", "comments"))
    foreign = card(draw, CARD, "USD")
    valued = made(frames, **{"core.post_observations": unseen}, **foreign)
    assert told(valued, "post", "emv", post_id="p2") == (0.0, None)  # the card of July values likes alone
    assert told(valued, "post", "emv", post_id="p1") == (None, "no_rate")


@pytest.mark.parametrize(
    ("tax", "basis", "haru", "revenue"),
    [
        ("excluded", "as_given", 305_000, 5_500),
        ("excluded", "excluded", 305_000, 5_000),
        ("excluded", "included", 335_500, 5_500),
        ("included", "excluded", 305_000 / 1.1, 5_000),
        ("included", "included", 305_000, 5_500),
    ],
)
def test_amounts_stand_on_one_stated_tax_basis(frames, tax, basis, haru, revenue):
    frames["core.campaigns"] = frames["core.campaigns"].with_columns(
        tax=pl.lit(tax),
        tax_rate=pl.lit(0.1),
        orders_tax=pl.lit("included"),
        orders_tax_rate=pl.lit(0.1),
        tax_basis=pl.lit(basis),
    )
    marts = made(frames)
    spent = sum(cost_of(marts, influencer_id="haru", platform="instagram"))
    assert float(spent) == pytest.approx(haru, abs=1e-3)
    assert told(marts, "influencer", "revenue_net", influencer_id="sora")[0] == pytest.approx(revenue, abs=1e-3)
    values = marts["marts.kpi_values"].filter(grain="campaign", kpi="cpo")
    assert values["basis"].to_list() == [f"tax {basis}"]


def test_a_cost_that_bears_no_tax_is_the_same_on_every_basis(frames):
    frames["core.campaigns"] = frames["core.campaigns"].with_columns(
        tax=pl.lit("excluded"), tax_rate=pl.lit(0.1), orders_tax=pl.lit("included"), tax_basis=pl.lit("included")
    )
    frames["core.contracts"] = frames["core.contracts"].with_columns(tax=pl.lit("none"))
    assert cost_of(made(frames), influencer_id="sora", kind="fee") == [50000]


EXTRA = """
    spent_on   | kind   | influencer_id | platform  | amount | currency | entry
    2026-06-20 | other  | sora          | instagram | 9000   | JPY      | row 2
    2026-06-16 | agency | -             | -         | 1000   | USD      | row 3
"""


def extra(draw, text: str = EXTRA, brief: str = "brief/2026-05-01/natsu#3") -> dict[str, pl.DataFrame]:
    rows = draw(text, money.CORE_CAMPAIGN_COSTS, campaign_id="natsu", landed_id=brief, known_at=KNOWN)
    return {"core.campaign_costs": rows}


def test_a_cost_of_the_campaign_is_in_its_figures_and_spread_over_nobody(frames, draw):
    plain, more = (made(frames, **rates(draw, USD), **e) for e in ({}, extra(draw)))
    whole, haru, sora = 305_000 + 110 * 150 + 50_000, 305_000 + 110 * 150, 50_000
    assert plain["marts.campaign_kpis"]["cost"].to_list() == [whole]
    assert more["marts.campaign_kpis"]["cost"].to_list() == [whole + 9_000 + 160_000]
    assert more["marts.influencer_kpis"].sort("influencer_id")["cost"].to_list() == [haru, sora + 9_000]
    assert more["marts.campaign_platform_kpis"]["platform"].to_list() == ["instagram", "youtube"]
    assert told(more, "campaign", "cpo") == ((whole + 169_000) / 3, None)
    assert told(more, "campaign", "cpp") == ((whole + 169_000) / 4, None)
    assert told(more, "influencer", "cpo", influencer_id="sora") == (59_000.0, None)
    assert told(more, "campaign", "cpe")[0] == pytest.approx((whole + 9_000) / (5500 + 11 + 22 + 3))
    assert more["marts.campaign_kpis"]["influencers"].to_list() == [2]
    assert cost_of(more, influencer_id=None) == [160_000]


def test_only_the_costs_landed_with_the_brief_in_force_count(frames, draw):
    older = extra(draw, EXTRA, "brief/2026-04-01/natsu#3")
    assert made(frames, **rates(draw, USD), **older)["marts.campaign_kpis"]["cost"].to_list() == [371_500]


def test_an_unknown_cost_of_the_campaign_makes_its_cost_unknown_and_nobody_elses(frames, draw):
    marts = made(frames, **rates(draw, USD), **extra(draw, EXTRA.replace("1000 ", "-    ")))
    assert marts["marts.campaign_kpis"]["cost"].to_list() == [None]
    assert told(marts, "influencer", "cpo", influencer_id="sora") == (59_000.0, None)


def test_routes_stand_side_by_side(frames, draw):
    routes = made(frames, **rates(draw, USD), **extra(draw))["marts.route_kpis"].rows_by_key("route", named=True)
    (direct,), (agency,) = routes["direct"], routes["agency_directed"]
    assert (direct["cost"], direct["influencers"], direct["posts"], direct["orders"]) == (321_500, 1, 3, 2)
    assert (agency["cost"], agency["cpo"], agency["cpe"]) == (59_000, 59_000.0, 59_000 / 3)
    assert direct["cpo"] == 321_500 / 2


def test_orders_of_a_person_on_two_routes_are_told_apart_or_not_at_all(frames, draw):
    frames["core.contracts"] = frames["core.contracts"].with_columns(
        pl.when(pl.col("platform") == "youtube").then(pl.lit("agency_platform")).otherwise("route").alias("route")
    )
    routes = made(frames, **rates(draw, USD))["marts.route_kpis"]
    assert dict(routes.select("route", "orders").rows()) == {
        "agency_directed": 1.0,
        "agency_platform": None,
        "direct": None,
    }


def test_earned_media_value_is_figures_times_the_card(frames, draw):
    """Golden: 5,000·0.30 + 500·0.50 + 50,000/1000·0.05 = 1,752.50."""
    marts = made(frames, **card(draw))
    assert told(marts, "post", "emv", post_id="p1") == (pytest.approx(1752.50, rel=1e-12), None)
    parts = marts["marts.emv_parts"].filter(post_id="p1").select("metric", "emv").rows()
    assert dict(parts) == pytest.approx({"likes": 1500.0, "comments": 250.0, "impressions": 2.5})


def test_the_version_in_force_at_posting_counts_and_a_formats_own_rate_wins(frames, draw):
    marts = made(frames, **card(draw))
    assert told(marts, "post", "emv", post_id="p2") == (30.0, None)
    cards = dict(marts["marts.post_kpis"].select("post_id", "emv_card").rows())
    assert (cards["p1"], cards["p2"], cards["p3"]) == ("house 1", "house 2", None)
    basis = marts["marts.kpi_values"].filter(grain="campaign", kpi="roi_emv")["basis"].to_list()
    assert basis == ["tax as_given, card house 1; house 2"]


def test_what_is_hidden_is_worth_unknown_and_not_nothing(frames, draw):
    marts = made(frames, **card(draw))
    assert told(marts, "post", "emv", post_id="p4") == (None, "hidden")
    assert told(marts, "influencer", "roi_emv", influencer_id="sora") == (None, "hidden")


def test_a_platform_or_day_without_a_rate_and_a_workspace_without_a_card_have_none(frames, draw):
    assert told(made(frames), "campaign", "emv") == (None, "no_rate_card")
    assert told(made(frames), "campaign", "roi_emv") == (None, "no_rate_card")
    marts = made(frames, **card(draw))
    assert told(marts, "post", "emv", post_id="p3") == (None, "no_rate_card")
    later = card(draw, "\n".join(line for line in CARD.splitlines() if " 1       |" not in line))
    assert told(made(frames, **later), "post", "emv", post_id="p1") == (None, "no_rate_card")


def test_of_several_cards_the_brief_names_one_or_none_counts(frames, draw):
    two = card(draw, CARD + "    other | 1       | 2026-01-01 | instagram | all    | likes       | 1    | 7\n")
    assert told(made(frames, **two), "post", "emv", post_id="p1") == (None, "no_rate_card")
    frames["core.campaigns"] = frames["core.campaigns"].with_columns(pl.lit("other").alias("emv_card"))
    assert told(made(frames, **two), "post", "emv", post_id="p1") == (35_000.0, None)


def test_a_card_of_another_currency_has_the_rate_of_the_day_of_posting_and_its_multiplier_apart(frames, draw):
    usd = card(draw, currency="USD", multiplier=2.0)
    assert told(made(frames, **usd), "post", "emv", post_id="p1") == (None, "no_rate")
    marts = made(frames, **with_files(usd, rates(draw, USD)))
    assert told(marts, "post", "emv", post_id="p1")[0] == pytest.approx(1752.50 * 150 * 2)
    assert marts["marts.emv_parts"].filter(post_id="p1")["amount"].sum() == pytest.approx(1752.50 * 150)
    assert marts["marts.post_kpis"].filter(post_id="p1")["emv_multiplier"].to_list() == [2.0]


def test_earned_media_value_is_in_no_revenue(frames, draw):
    plain, valued = (made(frames, **e) for e in ({}, card(draw)))
    for kpi in ("revenue_net", "revenue_gross", "roas_net", "roi_profit"):
        assert told(plain, "influencer", kpi, influencer_id="sora") == told(
            valued, "influencer", kpi, influencer_id="sora"
        )


def test_a_contract_without_posts_costs_and_has_earned_nothing(frames, draw):
    frames["core.posts"] = frames["core.posts"].filter(pl.col("post_id") != "p4")
    marts = made(frames, **card(draw))
    assert told(marts, "influencer", "roi_emv", influencer_id="sora") == (0.0, None)


def test_a_price_per_follower_is_three_yen(frames):
    """Golden: followers 100,000 × ¥3 = ¥300,000."""
    frames["core.contracts"] = frames["core.contracts"].filter(pl.col("handle") == "haru")
    assert told(made(frames), "influencer", "price_per_follower", influencer_id="haru") == (3.0, None)


LEVELS = """
    kpi                | platform  | tier   | year | value | lower | upper | currency | publisher
    er_views           | instagram | middle | 2026 | 0.05  | -     | -     | -        | same
    er_views           | instagram | all    | 2026 | 9     | -     | -     | -        | all sizes
    er_views           | instagram | middle | 2025 | 0.05  | -     | -     | -        | other year
    er_views           | instagram | mega   | 2026 | 0.05  | -     | -     | -        | other tier
    unknown            | instagram | middle | 2026 | 0.05  | -     | -     | -        | no definition
    price_per_follower | instagram | middle | 2026 | 3     | 2     | 4     | JPY      | band
    price_per_follower | instagram | middle | 2026 | 3     | 2     | 4     | USD      | dollars
"""


def test_no_verdict_is_given_where_the_platform_counted_the_posts_in_two_ways(frames, draw, monkeypatch):
    rows = draw(LEVELS, money.CORE_OWN_BENCHMARKS, definition="d", landed_id="b#2", known_at=KNOWN)
    mark = pl.when(pl.col("kpi") == "er_views").then(pl.lit("instagram.views")).alias("definition_changed")
    monkeypatch.setattr("transforms.marts.with_mixed_meanings", lambda values, *_: values.with_columns(mark))
    marts = made(frames, **{"core.own_benchmarks": rows, "core.reference_files": files("benchmarks", "b#2")})
    found = marts["marts.benchmark_positions"].filter(platform="instagram")
    own = {s: (v, m) for s, v, m in found.select("source", "verdict", "mismatch").rows() if "/" not in s}
    assert own["same"] == ("not_comparable", "definition")
    assert own["band"] == ("within", None), "what reads no views"


def test_a_verdict_needs_definition_platform_tier_and_year(frames, draw):
    rows = draw(LEVELS, money.CORE_OWN_BENCHMARKS, definition="d", landed_id="b#2", known_at=KNOWN)
    marts = made(frames, **{"core.own_benchmarks": rows, "core.reference_files": files("benchmarks", "b#2")})
    found = marts["marts.benchmark_positions"].filter(platform="instagram")
    own = {s: (v, m) for s, v, m in found.select("source", "verdict", "mismatch").rows() if "/" not in s}
    assert own["same"] == ("above", None)
    assert own["all sizes"] == ("below", None)
    assert own["other year"] == ("not_comparable", "year")
    assert own["other tier"] == ("not_comparable", "tier")
    assert own["no definition"] == ("not_comparable", "definition")
    assert own["band"] == ("within", None)
    assert own["dollars"] == ("not_comparable", "currency")
    values = dict(found.select("source", "value").rows())
    assert values["same"] == pytest.approx(5511 / 9100)
    assert values["other year"] is None
    assert values["band"] == 3.0


def test_a_contract_without_posts_is_compared_in_the_year_in_which_its_campaign_begins(frames, draw):
    frames["core.posts"] = frames["core.posts"].filter(pl.col("post_id") != "p4")
    level = """
        kpi | platform  | tier | year | value | currency | publisher
        cpp | instagram | all  | 2026 | 1     | JPY      | ours
    """
    rows = draw(level, money.CORE_OWN_BENCHMARKS, definition="d", landed_id="b#2", known_at=KNOWN)
    marts = made(frames, **{"core.own_benchmarks": rows, "core.reference_files": files("benchmarks", "b#2")})
    found = marts["marts.benchmark_positions"].filter(source="ours")
    assert found.select("value", "mismatch").rows() == [((305_000 + 50_000) / 2, None)]
    assert told(marts, "platform", "cpp", platform="instagram") == ((305_000 + 50_000) / 2, None)


def test_no_published_level_is_ever_comparable(frames):
    found = made(frames)["marts.benchmark_positions"]
    assert found.height > 10
    assert found["verdict"].unique().to_list() == ["not_comparable"]
    seed = found.filter(benchmark=0.0167)
    assert seed["mismatch"].to_list() == ["definition tier year"]
