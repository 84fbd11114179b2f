"""A small campaign, drawn, and every figure that it must give."""

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from transforms.contracts import ContractError
from transforms.days import on_day
from transforms.keys import surrogate
from transforms.marts import Inputs, compute
from transforms.tables import core, load, staging

AFTER = datetime(2026, 9, 1, tzinfo=UTC)
TOKYO = "Asia/Tokyo"
ACCOUNTS = {"1": ("instagram", "100"), "2": ("tiktok", "200"), "3": ("instagram", "300"), "4": ("youtube", "400")}


@pytest.fixture(scope="module")
def drawn(draw):
    """haru posts on Instagram and TikTok with one code for both; sora hides likes; umi has neither code nor link."""

    def keyed(text, table, **constants):
        """Accounts are drawn as 1 to 4, posts by their id."""
        frame = draw(text, table, **constants)
        if "account_key" in frame.columns:
            key = [None if a is None else surrogate(*ACCOUNTS[str(a)]) for a in frame["account_key"]]
            frame = frame.with_columns(pl.Series("account_key", key, pl.Int64))
        return frame

    posts = keyed(
        """
        post_id | account_key | published_at     | caption        | availability
        p1      | 1           | 2026-06-10 03:00 | 夏 #朝凪UV #PR | on
        p2      | 2           | 2026-06-11 03:00 | #朝凪UV        | on
        p3      | 3           | 2026-06-12 03:00 | #朝凪UV        | on
        p4      | 3           | 2026-06-13 03:00 | @minamodo      | on
        p5      | 1           | 2026-06-14 03:00 | #朝凪UV        | gone
        """,
        core.POSTS,
    ).with_columns(
        pl.Series("platform", ["instagram", "tiktok", "instagram", "instagram", "instagram"]),
        pl.col("published_at").alias("first_known_at"),
        on_day("published_at", TOKYO).alias("published_on"),
    )
    posts = posts.with_columns(
        pl.Series("post_key", [surrogate(*row) for row in posts.select("platform", "post_id").rows()])
    )
    observations = (
        draw(
            """
            post_key | observed_at      | views | reach | likes | comments | shares | saves | missing
            1        | 2026-06-11 03:00 | 900   | 700   | 80    | 9        | 4      | 7     | -
            1        | 2026-06-12 03:00 | 1000  | 800   | 90    | 10       | 5      | 8     | -
            1        | 2026-08-20 03:00 | 2000  | 1000  | 100   | 20       | 10     | 20    | -
            2        | 2026-06-12 03:00 | 5000  | -     | 300   | 30       | 20     | -     | saves=not_reported
            3        | 2026-06-13 03:00 | -     | -     | -     | 7        | -      | -     | likes=hidden;reach=expired
            """,
            core.POST_OBSERVATIONS,
        )
        .with_columns(
            pl.col("observed_at").alias("known_at"),
            on_day("observed_at", TOKYO).alias("observed_on"),
            pl.lit("a#2").alias("landed_id"),
        )
        .with_columns(pl.col("post_key").replace_strict({i + 1: posts["post_key"][i] for i in range(3)}))
    )
    accounts = keyed("account_key\n1\n2\n3\n4", core.ACCOUNTS).with_columns(
        pl.Series("platform", [p for p, _ in ACCOUNTS.values()]),
        pl.Series("account_id", [a for _, a in ACCOUNTS.values()]),
        pl.Series("handle", ["haru", "haru_tok", "sora", "umi"]),
    )
    seen = keyed(
        """
        account_key | observed_at      | followers
        1           | 2026-05-31 15:00 | 9900
        1           | 2026-06-10 00:00 | 10000
        1           | 2026-06-30 15:00 | 10890
        1           | 2026-08-30 15:00 | 20000
        2           | 2026-06-14 03:00 | 50000
        3           | 2026-06-30 03:00 | 70000
        4           | 2026-06-01 03:00 | 120000
        """,
        core.ACCOUNT_OBSERVATIONS,
    ).with_columns(pl.col("observed_at").alias("known_at"), pl.lit("a#2").alias("landed_id"))
    return {
        "core.campaigns": draw(
            """
            campaign_id | name | starts_on  | ends_on    | engagement_base | hashtags | mentions | margin_rate
            asanagi     | 夏   | 2026-06-01 | 2026-06-30 | followers       | #朝凪uv  | minamodo | 0.6
            empty       | 秋   | 2026-10-01 | 2026-10-31 | reach           | #秋      | -        | -
            """,
            core.CAMPAIGNS,
            settle_days=14,
            attribution_days=14,
            landed_id="b#2",
            currency="JPY",
        ),
        "core.campaign_goals": draw(
            """
            campaign_id | kpi     | target
            asanagi     | orders  | 4
            asanagi     | cpo     | 20000
            asanagi     | saves   | 100
            asanagi     | aov     | 5000
            empty       | orders  | 10
            """,
            core.CAMPAIGN_GOALS,
        ),
        "core.influencers": draw("influencer_id | name\nharu | はる\nsora | そら\numi | うみ", core.INFLUENCERS),
        "core.contracts": keyed(
            """
            influencer_id|platform |handle  |account_key|fee  |product_cost|promised_posts|code  |link
            haru         |instagram|haru    |1          |30000|10000       |2             |HARU10|bit.ly/3aB
            haru         |tiktok   |haru_tok|2          |20000|0           |2             |HARU10|-
            sora         |instagram|sora    |3          |70000|-           |1             |SORA10|bit.ly/3cD
            umi          |youtube  |umi     |4          |50000|10000       |1             |-     |-
            """,
            core.CONTRACTS,
            **dict.fromkeys(("shipping_cost", "agency_cost", "boost_cost"), Decimal(0)),
            campaign_id="asanagi",
            route="direct",
            currency="JPY",
        ),
        "core.accounts": accounts,
        "core.posts": posts,
        "core.post_observations": observations,
        "core.account_observations": seen,
        "core.links": draw("link_id | last_known_at\nbit.ly/3aB | 2026-06-01 00:00", core.LINKS),
        "core.link_days": draw(
            """
            link_id    | day        | clicks | known_at         | landed_id
            bit.ly/3aB | 2026-05-31 | 99     | 2026-06-01 00:00 | l#2
            bit.ly/3aB | 2026-06-10 | 40     | 2026-06-11 00:00 | l#2
            bit.ly/3aB | 2026-06-10 | 50     | 2026-06-12 00:00 | l#3
            bit.ly/3aB | 2026-07-14 | 10     | 2026-07-15 00:00 | l#2
            bit.ly/3aB | 2026-07-15 | 77     | 2026-07-16 00:00 | l#2
            """,
            core.LINK_DAYS,
        ),
        "core.orders": draw(
            """
            order_id | ordered_at       | code   | gross | net  | is_new_customer | known_at
            1        | 2026-06-10 05:00 | haru10 | 5000  | 5000 | yes             | 2026-06-10 06:00
            1        | 2026-06-10 05:00 | haru10 | 5000  | 2000 | yes             | 2026-08-01 06:00
            2        | 2026-06-11 05:00 | HARU10 | 7000  | 7000 | no              | 2026-06-11 06:00
            3        | 2026-06-11 05:00 | OTHER  | 9000  | 9000 | no              | 2026-06-11 06:00
            """,
            core.ORDERS,
            shop="shop",
            currency="JPY",
            landed_id="o#2",
        ),
    }


@pytest.fixture
def frames(drawn):
    """The frames, for a test to change."""
    return dict(drawn)


@pytest.fixture(scope="module")
def made(drawn):
    """Every mart, as known long after the end."""
    return compute(Inputs.of(drawn), AFTER, TOKYO, "jp_default")


def told(made: dict[str, pl.DataFrame], grain: str, kpi: str, **ids: str) -> tuple[object, ...]:
    rows = made["marts.kpi_values"].filter(pl.col("grain") == grain, pl.col("kpi") == kpi, campaign_id="asanagi", **ids)
    return rows.select("value", "posts_known", "posts_all", "reason").row(0)


def test_every_mart_keeps_its_promise(made):
    tables = load()
    for name, frame in made.items():
        assert frame.schema == tables[name].schema
        assert not frame.select(tables[name].key).is_duplicated().any(), name
        for field in tables[name].fields:
            if field.required:
                assert not frame[field.name].null_count(), (name, field.name)
            if field.among:
                assert frame[field.name].drop_nulls().is_in(field.among).all(), (name, field.name)


def test_the_same_expression_serves_every_grain(made):
    assert told(made, "post", "engagements", post_id="p1") == (150, 1, 1, None)
    assert told(made, "post", "er_followers", post_id="p1") == (150 / 10000, 1, 1, None)
    assert told(made, "post", "er_followers", post_id="p2") == (350 / 50000, 1, 1, None)
    assert told(made, "influencer", "er_followers", influencer_id="haru") == (500 / 60000, 2, 3, None)
    assert told(made, "campaign", "er_followers") == (500 / 60000, 2, 4, None)
    assert told(made, "campaign", "views") == (7000, 2, 4, None)
    assert told(made, "post", "er_reach", post_id="p2") == (None, 0, 1, "not_reported")
    assert told(made, "campaign", "er_reach") == (150 / 1000, 1, 4, None)


def test_unknown_is_not_zero_and_says_why(made):
    assert told(made, "post", "likes", post_id="p3") == (None, 0, 1, "hidden")
    assert told(made, "post", "er_followers", post_id="p3") == (None, 0, 1, "no_followers")
    assert told(made, "post", "reach", post_id="p3") == (None, 0, 1, "expired")
    assert told(made, "post", "cpv", post_id="p3") == (None, 0, 1, "no_cost")
    assert told(made, "influencer", "views", influencer_id="umi") == (None, 0, 0, "no_posts")
    assert told(made, "influencer", "orders", influencer_id="umi") == (None, 0, 0, "not_tracked")
    assert told(made, "influencer", "link_clicks", influencer_id="umi") == (None, 0, 0, "not_tracked")
    assert told(made, "influencer", "link_clicks", influencer_id="sora") == (None, 0, 1, "not_reported")
    assert told(made, "influencer", "cpo", influencer_id="sora") == (None, 0, 1, "no_cost")
    assert told(made, "influencer", "cpp", influencer_id="umi") == (None, 0, 0, "zero_denominator")


def test_a_tracked_influencer_without_orders_has_sold_nothing(made, frames):
    assert told(made, "influencer", "orders", influencer_id="sora") == (0, 1, 1, None)
    del frames["core.orders"]
    unasked = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(unasked, "influencer", "orders", influencer_id="sora") == (None, 0, 1, "not_reported")


@pytest.mark.parametrize(("day", "value"), [(10, (0, None)), (12, (None, "not_reported"))])
def test_a_shop_that_answered_and_had_no_order_ever_has_sold_nothing(frames, draw, day, value):
    del frames["core.orders"]
    frames["core.shops"] = draw(f"shop | known_at\nshop | 2026-06-{day} 06:00", core.SHOPS)
    made = compute(Inputs.of(frames), datetime(2026, 6, 11, tzinfo=UTC), TOKYO, "jp_default")
    for kpi in ("orders", "new_customers", "revenue_gross", "revenue_net"):
        assert told(made, "influencer", kpi, influencer_id="sora")[::3] == value
        assert told(made, "influencer", kpi, influencer_id="umi")[::3] == (None, "not_tracked")


def test_an_order_named_by_its_labels_counts_without_code_or_link(made, frames):
    """The KPI and the credits that it sums say the same of somebody who was given neither."""
    named = frames["core.orders"].head(1).with_columns(order_id=pl.lit("by label"), code=pl.lit(None, pl.String()))
    frames["core.orders"] = pl.concat([frames["core.orders"], named.with_columns(utm_content=pl.lit("umi"))])
    more = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(more, "influencer", "orders", influencer_id="umi") == (1, 0, 0, None)
    assert told(more, "influencer", "link_clicks", influencer_id="umi") == (None, 0, 0, "not_tracked")
    credited = more["marts.attribution"].filter("is_deciding")["credit"].sum()
    assert told(more, "campaign", "orders")[0] == credited == told(made, "campaign", "orders")[0] + 1


def test_a_first_order_that_is_restated_after_a_second_one_is_led_back_to_the_answer_that_told_it(made, frames):
    restated = frames["core.orders"].filter(is_new_customer=True).head(1)
    again = restated.with_columns(
        pl.lit(Decimal(0), pl.Decimal(18, 4)).alias("net"),
        pl.lit(value=False).alias("is_new_customer"),
        pl.lit(datetime(2026, 8, 20, tzinfo=UTC)).cast(restated.schema["known_at"]).alias("known_at"),
        pl.lit("later#2").alias("landed_id"),
    )
    frames["core.orders"] = pl.concat([frames["core.orders"], again])
    more = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(more, "campaign", "new_customers") == told(made, "campaign", "new_customers")
    assert told(more, "campaign", "revenue_net")[0] == told(made, "campaign", "revenue_net")[0] - 2000
    order = f"{restated['shop'].item()}/{restated['order_id'].item()}"
    leaves = more["marts.lineage"].filter(facts="person", thing_id=order).select("input", "landed_id").rows()
    of_last = dict.fromkeys(("orders", "revenue_gross", "revenue_net"), "later#2")
    assert dict(leaves) == of_last | {"new_customers": restated["landed_id"].item()}


def test_costs_orders_and_clicks_are_counted_once(made):
    haru = {"influencer_id": "haru"}
    assert told(made, "influencer", "orders", **haru) == (2, 3, 3, None)
    assert told(made, "influencer", "revenue_net", **haru) == (9000, 3, 3, None)
    assert told(made, "influencer", "new_customers", **haru) == (1, 3, 3, None)
    assert told(made, "influencer", "cpo", **haru) == (30000, 3, 3, None)
    assert told(made, "influencer", "link_clicks", **haru) == (60, 3, 3, None)
    assert told(made, "influencer", "cpc", **haru) == (1000, 3, 3, None)
    assert told(made, "influencer", "roi_profit", **haru)[0] == pytest.approx((0.6 * 9000 - 60000) / 60000)
    assert told(made, "campaign", "orders") == (2, 4, 4, None)
    assert told(made, "campaign", "cpo") == (30000, 3, 4, None)
    assert told(made, "campaign", "aov") == (6000, 4, 4, None)
    assert told(made, "campaign", "delivery_rate") == (4 / 6, 4, 4, None)


def test_a_code_shared_by_two_platforms_is_told_apart_on_neither(made, frames):
    assert told(made, "platform", "orders", platform="tiktok") == (None, 0, 1, "not_tracked")
    assert told(made, "platform", "orders", platform="instagram")[0] == 0
    frames["core.contracts"] = frames["core.contracts"].with_columns(
        pl.when(pl.col("platform") == "tiktok").then(pl.lit("TOK10")).otherwise("code").alias("code")
    )
    apart = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(apart, "platform", "orders", platform="tiktok") == (0, 1, 1, None)
    assert told(apart, "platform", "orders", platform="instagram") == (2, 3, 3, None)


def test_a_post_bears_its_share_of_the_cost(made):
    assert told(made, "post", "cpv", post_id="p1") == (20000 / 2000, 1, 1, None)
    assert told(made, "influencer", "cpv", influencer_id="haru") == (40000 / 7000, 2, 3, None)


def test_price_per_follower_is_the_fee_over_followers_at_the_first_post(made):
    assert told(made, "platform", "price_per_follower", platform="tiktok") == (20000 / 50000, 1, 1, None)
    assert told(made, "influencer", "price_per_follower", influencer_id="haru") == (50000 / 60000, 3, 3, None)


def test_three_posts_of_one_account_are_followers_once_in_a_price_and_thrice_in_a_rate(frames, draw):
    """The golden 3円: 300,000円 for 100,000 followers, however many posts they bought."""
    haru = surrogate("instagram", "100")
    posts = draw("post_id | published_at\na | 2026-06-10 03:00\nb | 2026-06-12 03:00\nc | 2026-06-14 03:00", core.POSTS)
    keys = [surrogate("instagram", post_id) for post_id in posts["post_id"]]
    frames["core.contracts"] = frames["core.contracts"].filter(handle="haru").with_columns(fee=pl.lit(300_000))
    frames["core.posts"] = posts.with_columns(
        pl.Series("post_key", keys),
        pl.lit("instagram").alias("platform"),
        pl.lit(haru).alias("account_key"),
        pl.lit("#朝凪UV").alias("caption"),
        pl.lit("on").alias("availability"),
        pl.col("published_at").alias("first_known_at"),
        on_day("published_at", TOKYO).alias("published_on"),
    )
    seen = frames["core.account_observations"].head(3)
    instants = pl.Series([datetime(2026, 6, day, tzinfo=UTC) for day in (9, 11, 13)], dtype=seen["observed_at"].dtype)
    frames["core.account_observations"] = seen.with_columns(
        pl.lit(haru).alias("account_key"),
        instants.alias("observed_at"),
        instants.alias("known_at"),
        pl.Series("followers", [100_000, 110_000, 190_000]),
    )
    frames["core.post_observations"] = (
        frames["core.post_observations"]
        .head(3)
        .with_columns(pl.Series("post_key", keys), pl.lit(None, pl.String).alias("missing"))
        .with_columns(likes=pl.lit(4000), comments=pl.lit(0), shares=pl.lit(0), saves=pl.lit(0))
    )
    made = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    for grain in ("influencer", "platform", "campaign"):
        assert told(made, grain, "price_per_follower") == (3, 3, 3, None)
        assert told(made, grain, "er_followers") == (12_000 / 400_000, 3, 3, None)
        assert told(made, grain, "posts") == (3, 3, 3, None)
    assert told(made, "post", "er_followers", post_id="c") == (4000 / 190_000, 1, 1, None)
    assert made["marts.post_kpis"].sort("post_id")["followers"].to_list() == [100_000, 110_000, 190_000]
    assert made["marts.influencer_kpis"]["followers"].to_list() == [100_000]


def test_a_platform_without_posts_does_not_take_the_price_of_the_other(frames):
    frames["core.posts"] = frames["core.posts"].filter(pl.col("platform") != "tiktok")
    made = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(made, "influencer", "price_per_follower", influencer_id="haru") == (30000 / 10000, 2, 2, None)


def test_one_unknown_cost_leaves_out_that_contract_and_not_the_campaign(made, frames):
    assert made["marts.campaign_kpis"].filter(campaign_id="asanagi")["cost"].to_list() == [None]
    assert told(made, "campaign", "cpo") == (60000 / 2, 3, 4, None)
    assert told(made, "campaign", "cpa") == (60000 / 1, 3, 4, None)
    assert told(made, "campaign", "cpc") == (60000 / 60, 3, 4, None)
    assert told(made, "campaign", "roas_gross") == (12000 / 60000, 3, 4, None)
    assert told(made, "campaign", "roas_net") == (9000 / 60000, 3, 4, None)
    assert told(made, "campaign", "roi_profit")[1:] == (3, 4, None)
    assert told(made, "campaign", "cpp") == (120000 / 3, 3, 4, None)
    assert told(made, "campaign", "cpv")[1:] == (2, 4, None)
    frames["core.contracts"] = frames["core.contracts"].with_columns(
        pl.when(pl.col("platform") != "tiktok").then("product_cost").alias("product_cost")
    )
    less = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(less, "influencer", "cpp", influencer_id="haru") == (40000 / 2, 2, 3, None)
    assert told(less, "influencer", "cpo", influencer_id="haru") == (None, 0, 3, "no_cost")
    assert told(less, "campaign", "cpp") == (100000 / 2, 2, 4, None)
    assert told(less, "campaign", "cpo") == (None, 0, 4, "no_cost")


def test_orders_of_somebody_whose_cost_is_unknown_lower_no_price(frames):
    code = pl.when(pl.col("order_id") == "3").then(pl.lit("SORA10")).otherwise("code")
    frames["core.orders"] = frames["core.orders"].with_columns(code.alias("code"))
    made = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(made, "campaign", "orders") == (3, 4, 4, None)
    assert told(made, "campaign", "cpo") == (60000 / 2, 3, 4, None)
    assert told(made, "campaign", "roas_net") == (9000 / 60000, 3, 4, None)


def test_a_promise_of_unknown_size_leaves_out_that_contract(frames):
    promised = pl.when(pl.col("platform") != "tiktok").then("promised_posts").alias("promised_posts")
    frames["core.contracts"] = frames["core.contracts"].with_columns(promised)
    made = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(made, "influencer", "delivery_rate", influencer_id="haru") == (2 / 2, 2, 3, None)
    assert told(made, "campaign", "delivery_rate") == (3 / 4, 3, 4, None)


def test_a_post_that_reached_nobody_has_no_rate_of_its_own_and_stays_in_the_sums(frames):
    zero = pl.when(pl.col("reach").is_not_null()).then(0).alias("reach")
    frames["core.post_observations"] = frames["core.post_observations"].with_columns(zero)
    none = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(none, "post", "reach", post_id="p1") == (0, 1, 1, None)
    for kpi in ("er_reach", "cpm_reach"):
        assert told(none, "post", kpi, post_id="p1") == (None, 1, 1, "zero_denominator")
        assert told(none, "campaign", kpi) == (None, 1, 4, "zero_denominator")
    second = pl.when(pl.col("views") == 5000).then(2500).otherwise("reach").alias("reach")
    frames["core.post_observations"] = frames["core.post_observations"].with_columns(second)
    some = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(some, "campaign", "er_reach") == ((150 + 350) / (0 + 2500), 2, 4, None)


def test_followers_grow_from_the_start_of_the_campaign_to_its_end(made, frames):
    assert told(made, "platform", "follower_growth", platform="instagram")[0] == pytest.approx(0.1)
    early = compute(Inputs.of(frames), datetime(2026, 5, 1, tzinfo=UTC), TOKYO, "jp_default")
    assert told(early, "campaign", "follower_growth")[3] == "not_yet"


def test_wide_marts_say_what_the_long_one_says(made):
    haru = made["marts.influencer_kpis"].filter(influencer_id="haru").row(0, named=True)
    assert haru["platforms"] == "instagram tiktok"
    assert haru["name"] == "はる"
    assert (haru["posts"], haru["promised_posts"], haru["followers"], haru["tier"]) == (3, 4, 50000, "micro")
    assert (haru["fee"], haru["cost"], haru["orders"]) == (Decimal(50000), Decimal(60000), 2)
    assert made["marts.campaign_kpis"].filter(campaign_id="asanagi")["cost"].to_list() == [None]
    assert made["marts.campaign_kpis"].filter(campaign_id="empty")["posts"].to_list() == [0]
    platform = made["marts.campaign_platform_kpis"].filter(platform="tiktok").row(0, named=True)
    assert (platform["influencers"], platform["views"], platform["cost"]) == (1, 5000, Decimal(20000))
    post = made["marts.post_kpis"].filter(post_id="p2").row(0, named=True)
    assert post["engagement_parts"] == "likes comments shares"
    assert (post["followers"], post["tier"], post["views"], post["saves"]) == (50000, "micro", 5000, None)


def test_later_knowledge_does_not_leak_into_an_earlier_report(frames):
    then = datetime(2026, 6, 12, 12, tzinfo=UTC)
    earlier = {
        name: frame.filter(pl.col("known_at") <= then) if "known_at" in frame.columns and "landed_id" in frame.columns
        and name in ("core.post_observations", "core.account_observations", "core.orders", "core.link_days")
        else frame
        for name, frame in frames.items()
    }  # fmt: skip
    now = compute(Inputs.of(frames), then, TOKYO, "jp_default")
    for name, frame in compute(Inputs.of(earlier), then, TOKYO, "jp_default").items():
        assert_frame_equal(frame, now[name])
    assert told(now, "post", "views", post_id="p1") == (1000, 1, 1, None)
    assert told(now, "influencer", "revenue_net", influencer_id="haru")[0] == 12000


def test_figures_are_provisional_until_the_campaign_has_settled(frames):
    def state(as_of: datetime) -> list[str]:
        made = compute(Inputs.of(frames), as_of, TOKYO, "jp_default")
        return made["marts.campaign_kpis"].filter(campaign_id="asanagi")["state"].to_list()

    assert state(datetime(2026, 7, 14, 14, 59, tzinfo=UTC)) == ["provisional"]
    assert state(datetime(2026, 7, 14, 15, 0, tzinfo=UTC)) == ["final"]


def test_the_order_of_rows_changes_nothing(made, frames):
    turned = compute(Inputs.of({n: f.reverse() for n, f in frames.items()}), AFTER, TOKYO, "jp_default")
    for name, frame in made.items():
        assert_frame_equal(frame, turned[name])


def test_goals_are_met_missed_or_on_the_way(frames):
    def verdicts(as_of: datetime) -> dict[str, tuple[object, ...]]:
        made = compute(Inputs.of(frames), as_of, TOKYO, "jp_default")["marts.goal_progress"]
        rows = made.filter(campaign_id="asanagi").select("kpi", "verdict", "attainment", "reason").rows()
        return {row[0]: row[1:] for row in rows}

    over = verdicts(AFTER)
    assert over["orders"] == ("missed", 0.5, None)
    assert over["cpo"] == ("missed", pytest.approx(2 / 3), None)
    assert over["aov"] == ("met", 1.2, None)
    assert verdicts(datetime(2026, 6, 15, tzinfo=UTC))["orders"] == ("ahead", 0.5, None)
    assert verdicts(datetime(2026, 6, 20, tzinfo=UTC))["orders"] == ("behind", 0.5, None)
    assert verdicts(datetime(2026, 5, 20, tzinfo=UTC))["saves"] == ("unknown", None, "no_posts")


def test_pending_and_rejected_posts_are_kept_and_not_counted(made):
    states = made["core.campaign_posts"].sort("post_id").select("post_id", "state").rows()
    assert states == [(p, "pending" if p == "p4" else "confirmed") for p in ("p1", "p2", "p3", "p4", "p5")]
    assert "p4" not in made["marts.post_kpis"]["post_id"]


def test_a_post_confirmed_by_hand_without_a_contract_has_no_cost(frames, draw):
    frames["core.post_decisions"] = draw(
        """
        campaign_id | platform | post_id | decision  | known_at         | landed_id
        asanagi     | x        | 77      | confirmed | 2026-06-20 00:00 | b#4
        """,
        staging.POST_DECISIONS,
    )
    made = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(made, "campaign", "posts") == (5, 5, 5, None)
    assert told(made, "platform", "cpp", platform="x") == (None, 0, 1, "no_cost")
    assert told(made, "post", "views", post_id="77") == (None, 0, 1, "not_reported")
    unseen = made["core.campaign_posts"].filter(~pl.col("is_seen"))
    assert unseen.select("platform", "post_id", "state").rows() == [("x", "77", "confirmed")]


def test_another_currency_is_not_added(frames):
    frames["core.orders"] = frames["core.orders"].with_columns(pl.lit("USD").alias("currency"))
    made = compute(Inputs.of(frames), AFTER, TOKYO, "jp_default")
    assert told(made, "influencer", "revenue_gross", influencer_id="haru") == (None, 0, 3, "no_rate")
    assert told(made, "influencer", "orders", influencer_id="haru")[0] == 2


def test_nothing_gives_nothing():
    for name, frame in compute(Inputs.of({}), AFTER, TOKYO, "jp_default").items():
        assert frame.is_empty(), name
        assert frame.schema == load()[name].schema


def test_a_frame_that_is_no_input_is_refused():
    with pytest.raises(ContractError, match=r"core\.sales"):
        Inputs.of({"core.sales": pl.DataFrame()})


def test_profiles_say_size_growth_and_reactions(frames):
    as_of = datetime(2026, 6, 29, 0, tzinfo=UTC)
    made = compute(Inputs.of(frames), as_of, TOKYO, "jp_default")["marts.account_profiles"]
    haru = made.filter(platform="instagram", account_id="100").row(0, named=True)
    assert (haru["followers"], haru["tier"], haru["posts_28d"]) == (10000, "micro", 2)
    assert haru["followers_gained_28d"] is None
    assert haru["er_followers_public_28d"] == pytest.approx(100 / 10000)
