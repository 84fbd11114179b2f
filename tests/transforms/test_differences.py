"""The parts of a difference sum to it, each cause is told its own, and what is as it was is not listed."""

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms import kpis
from transforms.days import on_day
from transforms.differences import CAUSES, CHANGES, Printed, differences, stages, threshold
from transforms.inputs import Inputs
from transforms.keys import surrogate
from transforms.marts import campaign_values
from transforms.tables import core

TOKYO = "Asia/Tokyo"
THEN, NOW = datetime(2026, 6, 20, tzinfo=UTC), datetime(2026, 6, 27, tzinfo=UTC)
REGISTRY = kpis.load()


def evaluate(inputs: Inputs, at: datetime) -> pl.DataFrame:
    return campaign_values(inputs, at, TOKYO, "jp_default")


@pytest.fixture(scope="module")
def world(draw):
    """haru posts twice on TikTok for a fee of 30,000 and sells with a code; each table as known at THEN or NOW."""

    def made(
        *,
        fee: int = 30000,
        posts: tuple[str, ...] = ("p1", "p2"),
        views: str = "",
        orders: str = "",
        decisions: str = "",
        platform: str = "tiktok",
    ) -> Inputs:
        keys = {p: surrogate(platform, p) for p in ("p1", "p2", "p3")}
        account = surrogate(platform, "100")
        dated = {"landed_id": "a#2", "source": platform}
        told = draw(
            "post_id | published_at | caption\n"
            + "\n".join(f"{p} | 2026-06-1{n} 03:00 | #朝凪UV" for n, p in enumerate(posts)),
            core.POSTS,
            platform=platform,
            account_id="100",
            availability="on",
            format="video",
            paid_label="on",
            landed_id="a#2",
        ).with_columns(
            pl.Series("post_key", [keys[p] for p in posts], pl.Int64),
            pl.lit(account).alias("account_key"),
            on_day("published_at", TOKYO).alias("published_on"),
            pl.col("published_at").alias("first_known_at"),
        )
        return Inputs.of(
            {
                "core.campaigns": draw(
                    "campaign_id | name | starts_on | ends_on | engagement_base | hashtags\n"
                    "asanagi | 夏 | 2026-06-01 | 2026-06-30 | views | #朝凪uv",
                    core.CAMPAIGNS,
                    settle_days=14,
                    attribution_days=14,
                    landed_id="brief/x#2",
                    currency="JPY",
                ),
                "core.contracts": draw(
                    f"influencer_id | handle | fee | code\nharu | haru | {fee} | HARU10",
                    core.CONTRACTS,
                    platform=platform,
                    campaign_id="asanagi",
                    route="direct",
                    currency="JPY",
                    promised_posts=2,
                    account_key=account,
                    **dict.fromkeys(("product_cost", "shipping_cost", "agency_cost", "boost_cost"), Decimal(0)),
                ),
                "core.accounts": draw(
                    "account_id | handle\n100 | haru", core.ACCOUNTS, platform=platform, account_key=account
                ),
                "core.posts": told,
                "core.post_observations": _observed(draw, views, keys),
                "core.post_decisions": draw(
                    "post_id | decision\n" + decisions,
                    core.POST_DECISIONS,
                    campaign_id="asanagi",
                    platform=platform,
                    known_at=THEN,
                    landed_id="brief/x#3",
                ),
                "core.orders": draw(
                    "order_id | ordered_at | known_at | net\n" + orders,
                    core.ORDERS,
                    shop="s",
                    code="HARU10",
                    currency="JPY",
                    **dated,
                ),
            }
        )

    return made


def _observed(draw, views: str, keys: dict[str, int]) -> pl.DataFrame:
    frame = draw("post_key | observed_at | known_at | views | likes\n" + views, core.POST_OBSERVATIONS)
    return frame.with_columns(
        pl.col("post_key").replace_strict({n: keys[f"p{n}"] for n in (1, 2, 3)}),
        on_day("observed_at", TOKYO).alias("observed_on"),
        pl.lit("a#2").alias("landed_id"),
        pl.lit("tiktok").alias("source"),
    )


VIEWS = """1 | 2026-06-15 03:00 | 2026-06-15 03:00 | 1000 | 90
2 | 2026-06-15 03:00 | 2026-06-15 03:00 | 2000 | 100
"""
ORDERS = """1 | 2026-06-14 03:00 | 2026-06-15 03:00 | 5000
2 | 2026-06-15 03:00 | 2026-06-15 04:00 | 3000
"""


def changed(before: Inputs, after: Inputs, printed: dict[str, Printed] | None = None) -> pl.DataFrame:
    return differences(
        before, after, THEN, NOW, campaign_id="asanagi", evaluate=evaluate, kpis=REGISTRY, printed=printed
    )


def parts(found: pl.DataFrame, kpi: str) -> dict[str, float | None]:
    return dict(found.filter(pl.col("kpi") == kpi).select("cause", "part").rows())


def test_each_cause_has_its_part(world):
    before = world(views=VIEWS, orders=ORDERS)
    after = world(
        fee=36000,
        posts=("p1", "p2", "p3"),
        views=VIEWS
        + "1 | 2026-06-14 03:00 | 2026-06-22 03:00 | 900 | 80\n"
        + "1 | 2026-06-15 03:00 | 2026-06-21 03:00 | 1100 | 90\n"
        + "1 | 2026-06-25 03:00 | 2026-06-25 03:00 | 4000 | 300\n"
        + "3 | 2026-06-25 03:00 | 2026-06-25 03:00 | 500 | 50\n",
        orders=ORDERS
        + "2 | 2026-06-15 03:00 | 2026-06-22 04:00 | 0\n"
        + "3 | 2026-06-18 03:00 | 2026-06-23 04:00 | 2000\n"
        + "4 | 2026-06-24 03:00 | 2026-06-24 04:00 | 7000\n",
    )
    found = changed(before, after)
    assert parts(found, "views") == {"new_post": 500.0, "restated": 100.0, "growth": 2900.0}
    assert parts(found, "revenue_net") == {"refund": -3000.0, "late_order": 2000.0, "new_order": 7000.0}
    assert parts(found, "orders") == {"late_order": 1.0, "new_order": 1.0}
    assert parts(found, "posts") == {"new_post": 1.0}
    assert parts(found, "cpo")["cost"] == pytest.approx(3000.0)
    assert found.filter(pl.col("kpi") == "cpp").row(0, named=True)["difference"] == pytest.approx(-3000.0)
    assert sum(parts(found, "cpp").values()) == pytest.approx(-3000.0)


def test_what_is_as_it_was_is_not_listed(world):
    same = world(views=VIEWS, orders=ORDERS)
    assert changed(same, same).is_empty()
    assert changed(same, same).columns == CHANGES.columns


def test_a_decision_by_hand_is_a_cause(world):
    found = changed(world(views=VIEWS), world(views=VIEWS, decisions="p2 | rejected\n"))
    assert parts(found, "views") == {"decision": -2000.0}
    assert parts(found, "likes") == {"decision": -100.0}


def test_a_figure_that_becomes_known_names_what_made_it_known(world):
    found = changed(world(views=VIEWS), world(views=VIEWS, orders=ORDERS))
    (row,) = found.filter(pl.col("kpi") == "revenue_net").iter_rows(named=True)
    assert (row["cause"], row["part"], row["before"], row["after"]) == ("new_source", None, None, 8000.0)
    assert row["is_material"]


def test_a_figure_printed_otherwise_is_told_apart(world):
    same = world(views=VIEWS)
    assert REGISTRY["views"].definition_version == 1
    found = changed(same, same, {"views": Printed(2500.0, 1), "likes": Printed(150.0, 0)})
    assert parts(found, "views") == {"recalculated": 500.0}
    assert parts(found, "likes") == {"definition": 40.0}


def test_what_matters_comes_first(world):
    found = changed(world(views=VIEWS), world(views=VIEWS + "1 | 2026-06-25 03:00 | 2026-06-25 03:00 | 1001 | 190\n"))
    places = dict(found.select("kpi", "place").unique().rows())
    assert places["likes"] < places["views"]
    assert found.filter(pl.col("kpi") == "views")["is_material"].to_list() == [False]


def test_thresholds_are_in_the_unit_of_the_kpi():
    assert threshold(REGISTRY["views"], 100.0) == 1.0
    assert threshold(REGISTRY["views"], 10000.0) == 50.0
    assert threshold(REGISTRY["er_views"], 0.04) == 0.001
    assert threshold(REGISTRY["cpo"], 4000.0) == 20.0


@pytest.mark.parametrize(
    ("platform", "views"),
    [("youtube", {"meaning": 2950.0, "growth": 2.0, "new_post": 7.0}), ("tiktok", {"growth": 2952.0, "new_post": 7.0})],
)
def test_what_a_platform_counts_in_another_way_by_now_is_not_told_as_growth(world, platform, views):
    """YouTube counts every start from 2026-08-24 on. The second post is not asked again, likes grow as ever."""
    then, now = datetime(2026, 8, 20, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
    earlier = VIEWS + "1 | 2026-08-15 03:00 | 2026-08-15 03:00 | 1050 | 95\n"
    later = (
        "1 | 2026-08-30 03:00 | 2026-08-30 03:00 | 4000 | 100\n"
        "2 | 2026-08-22 03:00 | 2026-08-22 03:00 | 2002 | 100\n"
        "3 | 2026-08-30 03:00 | 2026-08-30 03:00 | 7 | 1\n"
    )
    before = world(views=earlier, platform=platform)
    after = world(views=earlier + later, posts=("p1", "p2", "p3"), platform=platform)
    found = differences(before, after, then, now, campaign_id="asanagi", evaluate=evaluate, kpis=REGISTRY)
    assert parts(found, "views") == views
    assert parts(found, "likes") == {"growth": 5.0, "new_post": 1.0}


ROWS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(13, 26),
        st.integers(0, 5),
        st.integers(0, 5000) | st.none(),
        st.integers(0, 300) | st.none(),
    ),
    max_size=8,
)
SALES = st.lists(st.tuples(st.integers(1, 5), st.integers(11, 26), st.integers(0, 5), st.integers(0, 9000)), max_size=6)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, sales=SALES, fee=st.integers(0, 90000), decided=st.sampled_from(["", "p1 | rejected\n"]))
def test_the_parts_sum_to_the_difference_and_the_last_stage_is_what_is_known_now(world, rows, sales, fee, decided):
    def cell(value: int | None) -> str:
        return "-" if value is None else str(value)

    views = [
        (
            day + late,
            f"{post} | 2026-06-{day} 03:00 | 2026-06-{min(day + late, 28)} 0{n}:00 | {cell(v)} | {cell(likes)}\n",
        )
        for n, (post, day, late, v, likes) in enumerate(rows)
    ]
    orders = [
        (day + late, f"{order} | 2026-06-{day} 03:00 | 2026-06-{min(day + late, 28)} 0{n}:00 | {net}\n")
        for n, (order, day, late, net) in enumerate(sales)
    ]
    before = world(
        views="".join(row for day, row in views if day < 20), orders="".join(row for day, row in orders if day < 20)
    )
    after = world(
        fee=fee,
        posts=("p1", "p2", "p3"),
        views="".join(row for day, row in views if day < 27),
        orders="".join(row for day, row in orders if day < 27),
        decisions=decided,
    )
    found = changed(before, after)
    was = dict(evaluate(before, THEN).select("kpi", "value").rows())
    now = dict(evaluate(after, NOW).select("kpi", "value").rows())
    for kpi, rows_ in found.group_by("kpi"):
        row = rows_.row(0, named=True)
        assert (row["before"], row["after"]) == (was[kpi[0]], now[kpi[0]])
        if row["difference"] is not None:
            assert sum(rows_["part"]) == pytest.approx(now[kpi[0]] - was[kpi[0]], rel=1e-9, abs=1e-9)
    assert {k for k in now if now[k] != was[k]} == set(found["kpi"])
    assert found.select("kpi", "cause").is_unique().all()


def test_stages_come_in_the_stated_order_and_end_with_what_is_known_now(world):
    before, after = world(views=VIEWS), world(fee=1, views=VIEWS, orders=ORDERS)
    told = stages(before, after, THEN)
    order = [CAUSES.index(cause) for cause, _ in told if cause != "new_source"]
    assert order == sorted(order)
    for name in Inputs.__slots__:
        last, wanted = getattr(told[-1][1], name), getattr(after, name)
        assert last.lazy().collect().sort(pl.all()).equals(wanted.lazy().collect().sort(pl.all())), name
