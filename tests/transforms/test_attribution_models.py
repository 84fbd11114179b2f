"""How models share an order among all that led to it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from math import factorial

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.attribution import Attributed, attributed
from transforms.attribution.models import ENOUGH_PATHS
from transforms.attribution.removal import LOST, ORDERED, START, removal_effects
from transforms.contracts import Table
from transforms.tables import attribution, core
from transforms.tables.attribution import DATA_DRIVEN, MODELS

NOW = datetime(2026, 9, 1, tzinfo=UTC)
NO_POSTS = pl.DataFrame(
    schema={"campaign_id": pl.String, "influencer_id": pl.String, "platform": pl.String, "published_on": pl.Date}
)
CAMPAIGNS = """
    campaign_id | starts_on  | ends_on    | attribution_days | currency | attribution_model | attribution_window
    june        | 2026-06-01 | 2026-06-30 | 14               | JPY      | {model}           | {window}
    july        | 2026-07-01 | 2026-07-31 | 14               | JPY      | -                 | -
"""
CONTRACTS = """
    campaign_id | influencer_id | platform  | code   | link
    june        | haru          | instagram | HARU10 | https://bit.ly/haru1
    june        | sora          | tiktok    | SORA10 | bit.ly/sora1
    june        | umi           | youtube   | UMI10  | -
    july        | riku          | instagram | RIKU10 | -
    june        | twin-a        | instagram | TWIN   | -
    june        | twin-b        | instagram | TWIN   | -
"""
ORDERS = """
    order_id | ordered_at | code | utm_content | utm_campaign | utm_source | gross | net | is_new_customer | known_at
"""
TOUCHES = """
    order_id | touched_at       | utm_content | link_id | utm_source | known_at
"""


@pytest.fixture
def told(draw):
    """Orders and visits as drawn, credited."""

    def told(
        orders: str,
        touches: str = "",
        *,
        model: str = "-",
        window: str = "-",
        posts: pl.DataFrame = NO_POSTS,
        as_of: datetime = NOW,
    ) -> Attributed:
        def drawn(head: str, rows: str, table: Table) -> pl.DataFrame:
            frame = draw(head + rows, table) if rows.strip() else table.empty()
            return frame.with_columns(
                pl.lit("shop").alias("shop"),
                pl.col("landed_id").fill_null("o#2"),
                pl.format("/{}", pl.int_range(pl.len())).alias("pointer"),
            )

        bought = drawn(ORDERS, orders, core.ORDERS).with_columns(
            pl.col("known_at").fill_null(pl.col("ordered_at")), pl.lit("JPY").alias("currency")
        )
        seen = drawn(TOUCHES, touches, attribution.ORDER_TOUCHES).with_columns(
            pl.col("known_at").fill_null(pl.col("touched_at"))
        )
        return attributed(
            bought,
            seen,
            draw(CAMPAIGNS.format(model=model, window=window), core.CAMPAIGNS),
            draw(CONTRACTS, core.CONTRACTS),
            posts,
            as_of=as_of,
            zone="Asia/Tokyo",
        )

    return told


def credits_of(found: Attributed, model: str) -> dict[str, float]:
    rows = found.credits.filter(model=model).select("influencer_id", "credit").rows()
    return {who: pytest.approx(credit, abs=1e-8) for who, credit in rows}


ONE = "1 | 2026-06-20 00:00 | UMI10 | - | - | - | 9000 | 8000 | yes | -\n"
JOURNEY = """
    1 | 2026-06-10 00:00 | haru | - | instagram | -
    1 | 2026-06-12 00:00 | sora | - | tiktok    | -
    1 | 2026-06-14 00:00 | haru | - | instagram | -
"""


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ("code_then_last_link", {"umi": 1.0}),
        ("last_touch", {"umi": 1.0}),
        ("first_touch", {"haru": 1.0}),
        ("linear", {"haru": 0.5, "sora": 0.25, "umi": 0.25}),
        ("position_based", {"haru": 0.5, "sora": 0.1, "umi": 0.4}),
        ("shapley", {}),
        ("markov", {}),
    ],
)
def test_a_path_of_four_steps_is_shared_as_each_model_says(told, model, wanted):
    assert credits_of(told(ONE, JOURNEY), model) == wanted


def test_two_steps_share_alike_and_one_has_all(told):
    two = told(ONE, "1 | 2026-06-12 00:00 | sora | - | tiktok | -")
    assert credits_of(two, "position_based") == {"sora": 0.5, "umi": 0.5}
    alone = told(ONE)
    for model in MODELS:
        assert credits_of(alone, model) == ({} if model in DATA_DRIVEN else {"umi": 1.0})


def test_amounts_are_shared_and_add_up_to_the_order(told):
    odd = "1 | 2026-06-20 00:00 | UMI10 | - | - | - | 100 | 99.99 | yes | -\n"
    three = "1 | 2026-06-12 00:00 | sora | - | - | -\n1 | 2026-06-13 00:00 | haru | - | - | -\n"
    rows = told(odd, three).credits.filter(model="linear")
    assert rows["revenue_gross"].sum() == Decimal(100)
    assert rows["revenue_net"].sum() == Decimal("99.99")
    assert sorted(rows["revenue_gross"].to_list()) == [Decimal("33.3333"), Decimal("33.3333"), Decimal("33.3334")]


@pytest.mark.parametrize(
    ("touch", "credited"),
    [
        ("1 | 2026-06-06 00:00 | sora | - | - | -", {"sora": 1.0}),  # 14 days before
        ("1 | 2026-06-05 23:59 | sora | - | - | -", {}),  # longer ago than that
        ("1 | 2026-05-31 14:59 | sora | - | - | -", {}),  # before the campaign
        ("1 | 2026-06-20 00:01 | sora | - | - | -", {}),  # after the order
        ("1 | 2026-06-10 00:00 | - | bit.ly/sora1 | - | -", {"sora": 1.0}),
        ("1 | 2026-06-10 00:00 | - | bit.ly/haru1 | - | -", {"haru": 1.0}),
        ("1 | 2026-06-10 00:00 | newsletter | - | email | -", {}),
        ("2 | 2026-06-10 00:00 | sora | - | - | -", {}),  # of an order that nobody knows
    ],
)
def test_without_a_code_the_last_visit_in_the_window_decides(told, touch, credited):
    found = told("1 | 2026-06-20 00:00 | - | - | - | - | 9000 | 8000 | yes | -", touch)
    assert credits_of(found, "code_then_last_link") == credited


def test_a_landing_page_is_a_visit_of_its_own_unless_the_last_visit_says_the_same(told):
    order = "1 | 2026-06-20 00:00 | - | sora | - | tiktok | 9000 | 8000 | yes | -"
    same = told(order, "1 | 2026-06-19 00:00 | sora | - | tiktok | -\n1 | 2026-06-18 00:00 | haru | - | - | -")
    assert credits_of(same, "linear") == {"haru": 0.5, "sora": 0.5}
    other = told(order, "1 | 2026-06-19 00:00 | haru | - | - | -\n1 | 2026-06-18 00:00 | haru | - | - | -")
    assert credits_of(other, "linear") == {"haru": 2 / 3, "sora": 1 / 3}


def test_a_visit_told_twice_counts_once(told):
    found = told(ONE, JOURNEY + JOURNEY)
    assert credits_of(found, "linear") == {"haru": 0.5, "sora": 0.25, "umi": 0.25}
    assert found.path.height == 4


def test_an_order_belongs_to_the_campaign_of_its_last_step(told):
    order = "1 | 2026-07-05 00:00 | RIKU10 | - | - | - | 9000 | 8000 | yes | -"
    found = told(order, "1 | 2026-06-28 00:00 | haru | - | - | -")
    assert found.credits.filter(model="linear").select("campaign_id", "influencer_id", "credit").rows() == [
        ("july", "riku", 1.0)
    ]


def test_what_names_two_people_is_nobodys_and_seen(told):
    twins = "1 | 2026-06-20 00:00 | TWIN | - | - | - | 9000 | 8000 | yes | -"
    found = told(twins, "1 | 2026-06-19 00:00 | haru | - | - | -")
    assert credits_of(found, "code_then_last_link") == {}
    assert credits_of(found, "linear") == {"haru": 1.0}
    marts = found.marts(NO_POSTS)
    assert marts["marts.order_facts"].select("credit_state", "touches", "touches_counted").rows() == [
        ("claimed_by_several", 2, 1)
    ]
    models = marts["marts.attribution_models"].filter(model="code_then_last_link", campaign_id="june")
    assert dict(models.filter(pl.col("orders") > 0).select("credited_to", "orders").rows()) == {"claimed_by_several": 1}


def test_the_brief_chooses_which_model_decides(told):
    found = told(ONE, JOURNEY, model="linear")
    assert set(found.deciding["model"]) == {"linear"}
    assert found.deciding["credit"].sum() == 1.0
    assert set(told(ONE, JOURNEY).deciding["model"]) == {"code_then_last_link"}


@pytest.mark.parametrize(
    ("day", "platforms", "counts"),
    [
        ("2026-06-19 00:00", ["tiktok"], True),  # 14 days after the post
        ("2026-06-20 00:00", ["tiktok"], False),
        ("2026-06-03 00:00", ["tiktok"], False),  # before it
        ("2026-06-20 00:00", [], True),  # no post seen: the campaign's days
    ],
)
def test_a_brief_may_count_its_days_from_each_post(told, day, platforms, counts):
    posts = pl.DataFrame(
        [("june", "sora", p, date(2026, 6, 5)) for p in platforms], schema=NO_POSTS.schema, orient="row"
    )
    order = f"1 | {day} | SORA10 | - | - | - | 9000 | 8000 | yes | -"
    assert told(order, window="post", posts=posts).credits.is_empty() != counts
    assert not told(order, window="campaign", posts=posts).credits.is_empty()


def test_visits_learnt_later_change_only_later_reports(told):
    late = "1 | 2026-06-12 00:00 | sora | - | tiktok | 2026-07-10 00:00"
    before = told(ONE, late, as_of=datetime(2026, 7, 9, tzinfo=UTC))
    after = told(ONE, late, as_of=datetime(2026, 7, 11, tzinfo=UTC))
    assert credits_of(before, "linear") == {"umi": 1.0}
    assert credits_of(after, "linear") == {"sora": 0.5, "umi": 0.5}


def test_late_orders_and_refunds_restate_and_both_worths_are_kept(told):
    orders = """
        1 | 2026-06-20 00:00 | UMI10 | - | - | - | 9000 | 9000 | yes | 2026-06-20 01:00
        1 | 2026-06-20 00:00 | UMI10 | - | - | - | 9000 | 4000 | yes | 2026-07-20 01:00
        2 | 2026-06-21 00:00 | UMI10 | - | - | - | 5000 | 5000 | -   | 2026-07-25 01:00
    """
    columns = ("order_id", "gross", "net_at_time", "net", "restated", "credit_state", "is_new_customer")

    def facts(as_of: datetime) -> list[tuple[object, ...]]:
        return (
            told(orders, as_of=as_of)
            .marts(NO_POSTS)["marts.order_facts"]
            .filter(campaign_id="june")
            .select(columns)
            .rows()
        )

    first = ("1", Decimal(9000), Decimal(9000), Decimal(9000), Decimal(0), "credited", True)
    later = ("1", Decimal(9000), Decimal(9000), Decimal(4000), Decimal(-5000), "credited", True)
    new = ("2", Decimal(5000), Decimal(5000), Decimal(5000), Decimal(0), "credited", None)
    assert facts(datetime(2026, 7, 1, tzinfo=UTC)) == [first]
    assert facts(datetime(2026, 7, 21, tzinfo=UTC)) == [later]
    assert facts(NOW) == [later, new]
    models = told(orders).marts(NO_POSTS)["marts.attribution_models"].filter(influencer_id="umi", model="linear")
    assert models.select("orders", "new_customers", "new_customers_known", "new_customers_untold").rows() == [
        (2.0, None, 1.0, 1.0)
    ]


names = st.sampled_from(["haru", "sora", "umi", "twin-a", "riku", "nobody", "TWIN"])
journey = st.lists(st.tuples(names, st.integers(-20, 1)), max_size=7)
bought = st.tuples(
    st.integers(0, 50), st.sampled_from(["-", "UMI10", "TWIN", "HARU10", "RIKU10"]), journey, st.integers(1, 99_999)
)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(bought, min_size=1, max_size=12), copies=st.sampled_from([1, ENOUGH_PATHS]))
def test_credits_of_every_order_and_model_are_one_or_none_and_all_adds_up(told_once, rows, copies):
    """Also after any grouping, and with amounts; the rows of a campaign and model are the shop's orders."""
    start = datetime(2026, 6, 1, 3, tzinfo=UTC)
    orders, touches = "", ""
    for n, (day, code, steps, yen) in enumerate(rows * copies):
        at = start + timedelta(days=day)
        orders += f"{n} | {at:%Y-%m-%d %H:%M} | {code} | - | - | - | {yen} | {yen} | yes | -\n"
        for content, back in steps:
            touches += f"{n} | {at + timedelta(days=back):%Y-%m-%d %H:%M} | {content} | - | - | 2026-08-01 00:00\n"
    found = told_once(orders, touches)
    by = ["order_id", "model"]
    sums = found.credits.group_by(by).agg(
        pl.col("credit").sum(), pl.col("revenue_gross").sum(), pl.col("gross").first(), pl.col("campaign_id").n_unique()
    )
    assert sums["credit"].is_in([1.0]).all()
    assert (sums["revenue_gross"] == sums["gross"]).all()
    assert (sums["campaign_id"] == 1).all()
    assert found.credits.select(pl.col("credit").is_between(0, 1, closed="right").all()).item()
    marts = found.marts(NO_POSTS)
    facts = marts["marts.order_facts"].filter(counts="counted")
    models = marts["marts.attribution_models"].filter(pl.col("why").is_null())
    for campaign_id, orders_in_window in facts.group_by("campaign_id").len().rows():
        own = models.filter(campaign_id=campaign_id).group_by("model").agg(pl.col("orders", "revenue_gross").sum())
        assert (own["orders"] == orders_in_window).all()
        assert (own["revenue_gross"] == facts.filter(campaign_id=campaign_id)["gross"].sum()).all()
    assert (
        models.filter(pl.col("share").is_not_null())
        .group_by("campaign_id", "model")
        .agg((pl.col("share").sum() - 1).abs() < 1e-9)["share"]
        .all()
    )


@pytest.fixture(name="told_once", scope="module")
def _told_once(draw):
    """As ``told``, for many examples in one test."""
    return _TOLD(draw)


class _TOLD:
    def __init__(self, draw):
        self.draw = draw
        self.campaigns = draw(CAMPAIGNS.format(model="-", window="-"), core.CAMPAIGNS)
        self.contracts = draw(CONTRACTS, core.CONTRACTS)

    def __call__(self, orders: str, touches: str) -> Attributed:
        constants = {"shop": "shop", "landed_id": "o#2"}
        bought_ = self.draw(ORDERS + orders, core.ORDERS, **constants).with_columns(
            pl.col("ordered_at").alias("known_at"), pl.lit("JPY").alias("currency")
        )
        seen = attribution.ORDER_TOUCHES.empty()
        if touches:
            seen = self.draw(TOUCHES + touches, attribution.ORDER_TOUCHES, **constants)
        return attributed(bought_, seen, self.campaigns, self.contracts, NO_POSTS, as_of=NOW, zone="Asia/Tokyo")


def many(paths: list[list[str]]) -> tuple[str, str]:
    """Orders without a code whose visits are the paths."""
    orders = "".join(f"{n} | 2026-06-20 00:00 | - | - | - | - | 100 | 100 | yes | -\n" for n in range(len(paths)))
    touches = "".join(
        f"{n} | 2026-06-1{place} 00:00 | {who} | - | - | -\n"
        for n, path in enumerate(paths)
        for place, who in enumerate(path)
    )
    return orders, touches


GAME = [["haru", "sora"]] * 20 + [["sora", "haru", "umi"]] * 12 + [["haru"]] * 9 + [["umi", "umi", "sora"]] * 5


def shapley_by_permutations(paths: list[list[str]]) -> dict[str, float]:
    """The definition: what each adds on average, over all orders of entering; a group is worth the paths within it."""
    people = sorted({who for path in paths for who in path} | {"twin-a"})

    def worth(group: set[str]) -> int:
        return sum(set(path) <= group for path in paths)

    found = dict.fromkeys(people, 0.0)
    for entering in permutations(people):
        inside: set[str] = set()
        for who in entering:
            found[who] += (worth(inside | {who}) - worth(inside)) / factorial(len(people))
            inside.add(who)
    return found


def test_shapley_is_the_average_of_what_each_adds(told):
    found = told(*many(GAME)).credits.filter(model="shapley").group_by("influencer_id").agg(pl.col("credit").sum())
    wanted = shapley_by_permutations(GAME)
    assert wanted.pop("twin-a") == 0  # who is in no path has nothing: the null player
    assert dict(found.rows()) == pytest.approx(wanted, abs=1e-6)
    assert sum(wanted.values()) == pytest.approx(len(GAME))  # efficiency


def test_shapley_gives_equals_the_same(told):
    found = told(*many([["haru", "sora"]] * 17 + [["sora", "haru"]] * 17)).credits.filter(model="shapley")
    haru, sora = (found.filter(influencer_id=who)["credit"].sum() for who in ("haru", "sora"))
    assert haru == pytest.approx(sora, abs=1e-6) == pytest.approx(17)


@pytest.mark.parametrize(("paths", "models"), [(ENOUGH_PATHS - 1, 0), (ENOUGH_PATHS, 2)])
def test_data_driven_models_need_enough_paths_and_say_so(told, paths, models):
    found = told(*many([["haru", "sora"]] * paths + [["umi"]] * 5))
    assert found.credits.filter(pl.col("model").is_in(DATA_DRIVEN))["model"].n_unique() == models
    rows = found.marts(NO_POSTS)["marts.attribution_models"].filter(
        pl.col("model").is_in(DATA_DRIVEN), campaign_id="june", credited_to="influencer"
    )
    assert rows["orders"].is_null().all() == (models == 0)
    assert set(rows["why"]) == ({None} if models else {"not_enough_paths"})
    assert set(rows["paths"]) == {paths}


def test_removal_effects_of_a_graph_computed_by_hand():
    """Three places; paths start-A-B-C-order, start-A-C-lost and start-B-C-lost."""
    moves = {
        (START, "A"): 2,
        (START, "B"): 1,
        ("A", "B"): 1,
        ("A", "C"): 1,
        ("B", "C"): 2,
        ("C", ORDERED): 1,
        ("C", LOST): 2,
    }
    # an order comes of every third path. Without A only s-B-C is left: 1/3 of 1/3; without B, s-A-C: 1/3 of 1/3
    assert removal_effects(moves) == pytest.approx({"A": 2 / 3, "B": 2 / 3, "C": 1.0})


def test_removal_effects_with_a_loop_and_of_nothing():
    moves = {(START, "A"): 2, ("A", "A"): 2, ("A", "B"): 1, ("A", ORDERED): 1, ("B", ORDERED): 1}
    assert removal_effects(moves) == pytest.approx({"A": 1.0, "B": 0.5})
    assert removal_effects({(START, "A"): 1, ("A", LOST): 1}) == {}
    assert removal_effects({}) == {}


def test_markov_shares_a_path_by_removal_effects(told):
    found = told(*many([["haru", "sora"]] * 30 + [["haru"]] * 30)).credits.filter(model="markov")
    # without haru nothing is left: 1; without sora half of what haru passes on: 1/2
    pairs = found.filter(pl.col("credit") < 1).group_by("influencer_id").agg(pl.col("credit").mean())
    assert dict(pairs.rows()) == pytest.approx({"haru": 2 / 3, "sora": 1 / 3}, abs=1e-6)
