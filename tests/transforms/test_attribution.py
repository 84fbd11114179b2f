"""Which influencer an order is credited to."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.attribution import countable, credited
from transforms.tables import core
from transforms.tables.marts import ATTRIBUTION

NOW = datetime(2026, 9, 1, tzinfo=UTC)
POSTS = {"campaign_id": pl.String, "influencer_id": pl.String, "platform": pl.String, "published_on": pl.Date}
NO_POSTS = pl.DataFrame(schema=POSTS)


@pytest.fixture
def campaigns(draw):
    return draw(
        """
        campaign_id | starts_on  | ends_on    | attribution_days
        june        | 2026-06-01 | 2026-06-30 | 14
        july        | 2026-07-01 | 2026-07-31 | 14
        """,
        core.CAMPAIGNS,
    )


@pytest.fixture
def contracts(draw):
    return draw(
        """
        campaign_id | influencer_id | platform  | code
        june        | haru          | instagram | HARU10
        june        | haru          | tiktok    | HARU10
        june        | sora          | instagram | SORA10
        july        | sora          | instagram | SORA10
        june        | umi           | youtube   | -
        june        | twin-a        | instagram | TWIN
        june        | twin-b        | instagram | TWIN
        """,
        core.CONTRACTS,
    )


@pytest.fixture
def claimed(draw, campaigns, contracts):
    def claimed(text: str, *, confirmed: pl.DataFrame = NO_POSTS, as_of: datetime = NOW):
        orders = draw(text, core.ORDERS).with_columns(
            pl.col("known_at").fill_null(pl.col("ordered_at")),
            pl.col("landed_id").fill_null("o#2"),
            pl.lit("shop").alias("shop"),
        )
        return credited(orders, campaigns, contracts, confirmed, as_of=as_of, zone="Asia/Tokyo")

    return claimed


@pytest.mark.parametrize(
    ("row", "credit"),
    [
        ("2026-06-10 00:00 | HARU10 | - | - | -", ("june", "haru", None, "code")),
        ("2026-06-10 00:00 | ｈａｒｕ１０  | - | - | -", ("june", "haru", None, "code")),
        ("2026-06-10 00:00 | \u200bHARU\u00ad10\ufeff | - | - | -", ("june", "haru", None, "code")),
        ("2026-06-10 00:00 | - | haru\u200b | june | tiktok", ("june", "haru", "tiktok", "link")),
        ("2026-06-10 00:00 | HARU10 | - | - | tiktok", ("june", "haru", "tiktok", "code")),
        ("2026-06-10 00:00 | WELCOME, HARU10 | - | - | -", ("june", "haru", None, "code")),
        ("2026-06-10 00:00 | HARU10 | sora | june | -", ("june", "haru", None, "code")),
        ("2026-06-10 00:00 | OTHER | sora | june | -", ("june", "sora", "instagram", "link")),
        ("2026-06-10 00:00 | - | umi | june | youtube", ("june", "umi", "youtube", "link")),
        ("2026-06-10 00:00 | - | sora10 | - | -", ("june", "sora", "instagram", "link")),
        ("2026-06-10 00:00 | - | - | umi | -", ("june", "umi", "youtube", "link")),
        ("2026-06-10 00:00 | - | - | - | newsletter", None),
        ("2026-06-10 00:00 | TWIN | - | - | -", None),
        ("2026-05-31 14:59 | HARU10 | - | - | -", None),
        ("2026-05-31 15:00 | HARU10 | - | - | -", ("june", "haru", None, "code")),
        ("2026-07-14 14:59 | HARU10 | - | - | -", ("june", "haru", None, "code")),
        ("2026-07-14 15:00 | HARU10 | - | - | -", None),
        ("2026-07-05 00:00 | SORA10 | - | - | -", ("july", "sora", "instagram", "code")),
        ("2026-07-05 00:00 | SORA10 | sora | june | -", ("june", "sora", "instagram", "code")),
        ("2026-07-20 00:00 | HARU10 | sora | july | -", ("july", "sora", "instagram", "link")),
    ],
)
def test_the_code_decides_then_the_link(claimed, row, credit):
    found = claimed(f"""
        order_id | ordered_at | code | utm_content | utm_campaign | utm_source | gross | net
        1        | {row} | 5000 | 5000
    """)
    rows = found.select("campaign_id", "influencer_id", "platform", "matched_by").rows()
    assert rows == ([credit] if credit else [])
    ATTRIBUTION.conform(found)


def test_a_late_post_extends_its_influencers_window(claimed):
    order = """
        order_id | ordered_at       | code   | gross
        1        | 2026-07-16 00:00 | HARU10 | 5000
    """
    late = pl.DataFrame({"campaign_id": ["june"], "influencer_id": ["haru"], "published_on": [date(2026, 7, 3)]})
    assert claimed(order).is_empty()
    assert claimed(order, confirmed=late).height == 1


def test_test_orders_and_cancelled_ones_are_not_credited_and_refunded_ones_are(claimed):
    found = claimed("""
        order_id | ordered_at       | code   | gross | net  | is_test | cancelled_at
        1        | 2026-06-10 00:00 | HARU10 | 5000  | 5000 | yes     | -
        2        | 2026-06-10 00:00 | HARU10 | 5000  | 0    | no      | 2026-06-11 00:00
        3        | 2026-06-10 00:00 | HARU10 | 5000  | 0    | no      | -
    """)
    assert found.select("order_id", "gross", "net").rows() == [("3", Decimal(5000), Decimal(0))]


def test_an_order_counts_as_it_stood(claimed):
    text = """
        order_id | ordered_at       | code   | gross | net  | known_at
        1        | 2026-06-10 00:00 | HARU10 | 5000  | 5000 | 2026-06-10 01:00
        1        | 2026-06-10 00:00 | HARU10 | 5000  | 2000 | 2026-06-20 01:00
    """
    assert claimed(text)["net"].to_list() == [Decimal(2000)]
    assert claimed(text, as_of=datetime(2026, 6, 15, tzinfo=UTC))["net"].to_list() == [Decimal(5000)]
    assert claimed(text, as_of=datetime(2026, 6, 9, tzinfo=UTC)).is_empty()


@pytest.mark.parametrize(
    ("told", "is_new"),
    [(("yes", "no"), True), (("no", "no"), False), (("-", "no"), False), (("no", "-"), False), (("-", "-"), None)],
)
def test_an_order_once_told_to_be_its_buyers_first_stays_that(claimed, told, is_new):
    """Shops tell how many orders a buyer has made by now: after the second one, a refund of the first says two."""
    found = claimed(f"""
        order_id | ordered_at       | code   | gross | net  | is_new_customer | known_at
        1        | 2026-06-10 00:00 | HARU10 | 5000  | 5000 | {told[0]}       | 2026-06-10 01:00
        1        | 2026-06-10 00:00 | HARU10 | 5000  | 2000 | {told[1]}       | 2026-06-20 01:00
    """)
    assert found.select("net", "is_new_customer").rows() == [(Decimal(2000), is_new)]


labels = st.sampled_from([None, "haru", "sora", "umi", "HARU10", "SORA10", "TWIN", "june", "july", "tiktok", "x"])
order = st.tuples(st.integers(0, 9), st.integers(-5, 60), labels, labels, labels, labels, st.integers(0, 3))


@settings(max_examples=25, deadline=None)
@given(st.lists(order, max_size=20))
def test_credits_of_an_order_sum_to_one_or_none(rows):
    start = datetime(2026, 6, 1, tzinfo=UTC)
    orders = pl.DataFrame(
        [
            {
                "shop": "s",
                "order_id": str(n),
                "ordered_at": start + timedelta(days=day),
                "code": code,
                "utm_content": content,
                "utm_campaign": campaign,
                "utm_source": source,
                "known_at": start + timedelta(days=70 + late),
                "landed_id": f"o#{i}",
            }
            for i, (n, day, code, content, campaign, source, late) in enumerate(rows)
        ]
    )
    orders = core.ORDERS.conform_loosely(orders)
    who = [
        ("june", "haru", "instagram", "HARU10"),
        ("june", "haru", "tiktok", "HARU10"),
        ("june", "sora", "instagram", "SORA10"),
        ("july", "sora", "instagram", "SORA10"),
        ("june", "a", "instagram", "TWIN"),
        ("june", "b", "instagram", "TWIN"),
    ]
    contracts = pl.DataFrame(who, schema=["campaign_id", "influencer_id", "platform", "code"], orient="row")
    contracts = core.CONTRACTS.conform_loosely(contracts)
    windows = [("june", date(2026, 6, 1), date(2026, 6, 30), 14), ("july", date(2026, 7, 1), date(2026, 7, 31), 14)]
    campaigns = pl.DataFrame(windows, schema=["campaign_id", "starts_on", "ends_on", "attribution_days"], orient="row")
    campaigns = core.CAMPAIGNS.conform_loosely(campaigns)
    found = credited(orders, campaigns, contracts, NO_POSTS, as_of=NOW, zone="Asia/Tokyo")
    assert found.group_by("order_id").agg(pl.col("credit").sum())["credit"].is_in([1.0]).all()
    assert set(found["order_id"]) <= set(countable(orders, NOW)["order_id"])
