"""The macros of the served copy give what was known at an instant, and open in the DuckDB that BI tools have."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tasks import semantic
from tasks.clock import system_clock
from tasks.knowledge import inputs_at
from tasks.landing import Landing
from tasks.load import load
from tasks.warehouse import Warehouse
from tests.tasks.synthetic import START, ZONE, night, stage, world
from transforms import known

STAGES = dict.fromkeys(("instagram", "tiktok", "bitly", "shopify", "import", "brief"), stage)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("macros")
    world(folder / "landing", nights=4)
    with Warehouse(folder / "warehouse.duckdb") as opened:
        opened.create()
        load(opened, Landing(folder / "landing", system_clock), ZONE, stages=STAGES)
        semantic.create(opened.con)
        yield opened


@pytest.mark.parametrize("day", [-1, 0, 2, 9])
def test_a_macro_says_what_the_marts_are_computed_from(warehouse, day):
    at = night(START + timedelta(days=day), 12)
    inputs = inputs_at(warehouse, at)

    def asked(name: str, columns: str) -> list[tuple]:
        query = f"SELECT {columns} FROM known.{name}($at) ORDER BY ALL"
        return warehouse.con.sql(query, params={"at": at}).fetchall()

    assert (
        asked("campaigns", "campaign_id, ends_on")
        == inputs.campaigns.select("campaign_id", "ends_on").sort("campaign_id").rows()
    )
    assert (
        asked("contracts", "influencer_id, fee")
        == inputs.contracts.select("influencer_id", "fee").sort("influencer_id").rows()
    )
    posts = inputs.posts.select("post_key", "caption", "availability")
    assert set(asked("posts", "post_key, caption, coalesce(availability, 'on')")) == set(posts.rows())
    seen = inputs.post_observations.select("post_key", "known_at", "views").collect()
    assert sorted(asked("post_observations", "post_key, views")) == sorted(seen.select("post_key", "views").rows())


def test_every_table_that_says_when_it_was_learnt_has_a_macro_with_a_comment(warehouse):
    found = warehouse.con.execute(
        "SELECT schema_name || '.' || function_name, comment FROM duckdb_functions()"
        " WHERE function_type = 'table_macro' AND NOT internal"
    ).fetchall()
    assert {name for name, _ in found} == set(known.load())
    assert all(comment for _, comment in found)
    assert {"known.post_observations", "known.orders", "known.link_days", "known.posts"} <= set(known.load())


def test_the_last_word_on_an_order_is_given_once(warehouse):
    rows = warehouse.con.execute("SELECT shop, order_id FROM known.orders(TIMESTAMPTZ '2027-01-01')").fetchall()
    assert len(rows) == len(set(rows)) == len(warehouse.frame("core.orders").unique(["shop", "order_id"]))


def test_a_macro_cannot_be_asked_with_something_else_than_an_instant(warehouse):
    with pytest.raises(duckdb.Error):
        warehouse.con.execute("SELECT * FROM known.orders('yesterday')").fetchall()
