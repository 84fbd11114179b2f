"""Views for BI say what the tables say: nothing twice, nothing unknown as zero, and every ratio can be made again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from tasks import semantic
from tasks.warehouse import stored
from transforms import kpis, views
from transforms.contracts import Type
from transforms.insight.tiers import SCHEMES
from transforms.labels import NAMES
from transforms.tables.fields import FIELDS, PLATFORMS, REASONS

AT = datetime(2026, 7, 1, tzinfo=UTC)
FILLED = {
    Type.TEXT: "x",
    Type.COUNT: 1,
    Type.REAL: 1.0,
    Type.MONEY: Decimal(1),
    Type.DATE: AT.date(),
    Type.INSTANT: AT,
    Type.FLAG: True,
}


class Copy:
    """Tables in memory with the views on top."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        self.con.execute("SET TimeZone = 'UTC'")
        for schema in ("core", "marts", "ref", "ops"):
            self.con.execute(f"CREATE SCHEMA {schema}")
        for table in stored().values():
            self.con.execute(table.ddl)
        semantic.create(self.con)

    def put(self, table: str, *rows: dict[str, object]) -> None:
        """Rows; what a table needs and nobody says is filled with something."""
        contract = stored()[table]
        needed = {f.name: FILLED[f.type] for f in contract.fields if f.required}
        frame = contract.conform_loosely(pl.DataFrame([{**needed, **r} for r in rows], infer_schema_length=None))
        self.con.register("_rows", frame.to_arrow())
        self.con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM _rows")

    def ask(self, query: str) -> list[tuple]:
        return self.con.execute(query).fetchall()


@pytest.fixture(scope="module")
def made() -> Iterator[Copy]:
    made = Copy()
    yield made
    made.con.close()


@pytest.fixture
def copy(made: Copy) -> Iterator[Copy]:
    """With one campaign; what a test puts in is taken back."""
    made.con.execute("BEGIN")
    made.put("core.campaigns", {"campaign_id": "natsu", "name": "夏", "brand": "ミナモ堂", "currency": "JPY"})
    yield made
    made.con.execute("ROLLBACK")


def day(post: int, on: int, **gains: object) -> dict[str, object]:
    return {"post_key": post, "platform": "instagram", "day": date(2026, 6, on), "state": "final", **gains}


def posts(*keys: int, state: str = "confirmed") -> list[dict[str, object]]:
    return [{"campaign_id": "natsu", "post_key": k, "state": state} for k in keys]


def test_gains_are_added_where_they_are_known_and_told_how_many_are(copy):
    copy.put("core.campaign_posts", *posts(1, 2), *posts(3, state="pending"))
    copy.put(
        "marts.post_days",
        day(1, 1, state="first"),
        day(1, 2, gained_views=10, gained_likes=3),
        day(2, 2, gained_views=-4, gained_comments=2),
        day(3, 2, gained_views=1000),
        day(1, 3, state="gap"),
    )
    assert copy.ask(
        "SELECT day(day), posts_observed, posts_without_gain, gained_views, gained_views_posts, gained_engagements,"
        " gained_saves, gained_saves_posts FROM bi.days ORDER BY day"
    ) == [
        (1, 1, 1, None, 0, None, None, 0),
        (2, 2, 0, 6, 2, 5, None, 0),
        (3, 1, 1, None, 0, None, None, 0),
    ]


def test_a_day_on_which_a_platform_counts_in_another_way_is_marked(copy):
    copy.put("core.campaign_posts", *posts(1, 2, 4))
    copy.put(
        "marts.post_days",
        day(1, 2, definition_changed="views impressions", gained_likes=3),
        day(2, 2, definition_changed="impressions"),
        day(4, 2, gained_views=7),
        day(4, 3, gained_views=1),
    )
    assert copy.ask(
        "SELECT day(day), gained_views, gained_views_posts, definition_changed FROM bi.days ORDER BY day"
    ) == [
        (2, 7, 1, "impressions views"),
        (3, 1, 1, None),
    ]


def order(n: int, on: int, *, model: str = "m", deciding: bool = True, **more: object) -> dict[str, object]:
    said = {"order_id": str(n), "campaign_id": "natsu", "platform": "instagram", "ordered_on": date(2026, 6, on)}
    money = {"credit": 1.0, "revenue_gross": Decimal(100), "revenue_net": Decimal(90), "currency": "JPY"}
    return {**said, **money, "model": model, "is_deciding": deciding, "is_new_customer": n % 2 == 0, **more}


def test_orders_are_those_of_the_model_that_decides_and_zero_only_where_orders_are_known(copy):
    copy.put(
        "marts.attribution",
        order(1, 1),
        order(2, 1),
        order(2, 1, model="linear", deciding=False),
        order(3, 2, currency="USD"),
        order(4, 2, is_new_customer=None),
        order(5, 1, platform=None),
    )
    copy.put("core.campaign_posts", *posts(1, 2))
    copy.put("marts.post_days", day(1, 3, gained_views=1), day(2, 3, gained_views=1) | {"platform": "tiktok"})
    known = {"campaign_id": "natsu", "platform": "instagram", "orders": 5}
    copy.put("marts.campaign_platform_kpis", known, {**known, "platform": "tiktok", "orders": None})
    assert copy.ask(
        "SELECT platform, day(day), orders, new_customers, revenue_gross FROM bi.days ORDER BY platform NULLS LAST, day"
    ) == [
        ("instagram", 1, 2.0, 1.0, Decimal(200)),
        ("instagram", 2, 2.0, None, None),
        ("instagram", 3, 0.0, 0.0, Decimal(0)),
        ("tiktok", 3, None, None, None),
        (None, 1, 1.0, 0.0, Decimal(100)),
    ]


def test_clicks_of_a_link_that_several_share_are_nobodys(copy):
    said = {"campaign_id": "natsu", "day": date(2026, 6, 1), "platform": "instagram"}
    copy.put(
        "marts.click_days",
        {**said, "link_id": "a", "influencer_id": "haru", "clicks": 5},
        {**said, "link_id": "b", "influencer_id": None, "clicks": 7},
    )
    assert copy.ask("SELECT clicks, orders, posts_observed FROM bi.days") == [(5, None, 0)]


def value(
    kpi: str, numerator: float, denominator: float, grain: str = "influencer", **who: object
) -> dict[str, object]:
    scale = kpis.load()[kpi].expr.scale
    said = {"grain": grain, "campaign_id": "natsu", "kpi": kpi, "value": numerator / denominator * scale, **who}
    return {**said, "numerator": numerator, "denominator": denominator, "state": "final"}


def test_a_ratio_can_be_made_again_from_its_parts_also_a_cpm(copy):
    for name, views_, cost in (("haru", 1000.0, 500.0), ("sora", 9000.0, 1500.0)):
        copy.put("marts.influencer_kpis", {"campaign_id": "natsu", "influencer_id": name, "state": "final"})
        copy.put("marts.kpi_values", value("cpm_views", cost, views_, influencer_id=name))
    copy.put("ref.kpis", {"kpi": "cpm_views", "label_ja": "再生単価"})
    made = 2000 / 10000 * 1000
    assert copy.ask("SELECT SUM(cpm_views_numerator) / SUM(cpm_views_denominator) FROM bi.influencers") == [(made,)]
    assert copy.ask("SELECT SUM(numerator * scale) / SUM(denominator), any_value(label_ja) FROM bi.kpis") == [
        (made, "再生単価")
    ]


def test_the_funnel_ties_steps_by_the_kpi_of_both_and_says_what_is_unknown(copy):
    copy.put(
        "marts.kpi_values",
        {"grain": "campaign", "campaign_id": "natsu", "kpi": "impressions", "reason": "hidden", "state": "final"},
        {"grain": "campaign", "campaign_id": "natsu", "kpi": "link_clicks", "value": 50.0, "posts_known": 2},
        {"grain": "campaign", "campaign_id": "natsu", "kpi": "orders", "value": 9.0},
        {"grain": "influencer", "campaign_id": "natsu", "influencer_id": "haru", "kpi": "orders", "value": 9.0},
        value("cvr_click", 4, 40, "campaign"),
    )
    copy.put("ref.labels", {"kind": "reason", "code": "hidden", "label_ja": "投稿者が非公開"})
    assert copy.ask("SELECT step, value, rate_kpi, rate_value, reason_ja FROM bi.funnel ORDER BY step_number") == [
        ("impressions", None, None, None, "投稿者が非公開"),
        ("link_clicks", 50.0, "ctr", None, None),
        ("orders", 9.0, "cvr_click", 0.1, None),
    ]


@pytest.mark.parametrize("view", views.load().values(), ids=lambda v: v.name)
def test_a_view_has_one_row_per_key_whatever_is_missing_beside_it(copy, view):
    copy.put("marts.campaign_kpis", {"campaign_id": "other", "state": "final"}, {"campaign_id": "natsu"})
    copy.put("marts.kpi_values", value("cpo", 1, 2, "campaign"), value("cpo", 1, 2, "influencer", influencer_id="haru"))
    copy.put("marts.goal_progress", {"campaign_id": "natsu", "kpi": "cpo", "verdict": "unknown"})
    key = ", ".join(view.shape.key)
    assert copy.ask(f"SELECT count(*) FROM (SELECT {key} FROM {view.name} GROUP BY ALL HAVING count(*) > 1)") == [(0,)]
    told = copy.ask(
        "SELECT column_name, data_type FROM information_schema.columns"
        f" WHERE table_schema || '.' || table_name = '{view.name}'"
    )
    plain = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}
    assert told == [(f.name, plain.get(f.type.value, f.type.value)) for f in view.shape.fields]


@pytest.mark.parametrize("view", views.load().values(), ids=lambda v: v.name)
def test_every_ratio_says_not_to_add_it_and_has_its_parts(view):
    for field in view.shape.fields:
        assert field.description.endswith((".", ":")), field.name
        if f"{field.name}_numerator" in view.shape.columns:
            assert "Never add or average it" in field.description
            assert f"{field.name}_denominator" in view.shape.columns
        if field.name in {"reach", "reach_bounds", "followers"}:
            assert "Never add it up" in field.description


def test_every_code_of_a_closed_set_has_its_names():
    assert set(REASONS) <= set(NAMES["reason"])
    assert set(PLATFORMS) <= set(NAMES["platform"])
    assert {t.name for s in SCHEMES.values() for t in s.tiers} <= set(NAMES["tier"])
    for field in FIELDS:
        if field.among and field.name in NAMES:
            assert set(field.among) <= set(NAMES[field.name]), field.name
    verdicts = stored()["marts.goal_progress"]["verdict"].among
    assert set(verdicts or ()) <= set(NAMES["verdict"])
