"""Clicks of a campaign by day: each click once, on the days that count."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from transforms.click_days import click_days
from transforms.inputs import TABLES, Inputs
from transforms.tables import core

AS_OF = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def made(draw):
    def make(links: str, days: str) -> list[tuple]:
        campaigns = draw(
            "campaign_id | starts_on | ends_on | attribution_days\nnatsu | 2026-06-01 | 2026-06-30 | 7",
            core.CAMPAIGNS,
        )
        contracts = draw(links, core.CONTRACTS, campaign_id="natsu")
        told = draw(days, core.LINK_DAYS, landed_id="a#1")
        inputs = Inputs.of({t.name: t.empty() for t in TABLES} | {"core.campaigns": campaigns, "core.link_days": told})
        posts = draw("campaign_id | influencer_id\nnatsu | haru", None).with_columns(
            pl.lit(date(2026, 6, 10)).alias("published_on")
        )
        posts = posts.with_columns(pl.lit("natsu").alias("campaign_id"), pl.lit("haru").alias("influencer_id"))
        rows = click_days(inputs, contracts, posts, as_of=AS_OF)
        return rows.select("influencer_id", "platform", "link_id", pl.col("day").dt.to_string(), "clicks").rows()

    return make


DAYS = """
    link_id | day        | clicks | known_at
    b.ly/a  | 2026-05-31 | 5      | 2026-06-01 00:00
    b.ly/a  | 2026-06-01 | 7      | 2026-06-02 00:00
    b.ly/a  | 2026-06-01 | 8      | 2026-06-03 00:00
    b.ly/a  | 2026-07-07 | 1      | 2026-07-08 00:00
    b.ly/a  | 2026-07-08 | 2      | 2026-07-09 00:00
    b.ly/a  | 2026-06-02 | 9      | 2026-09-02 00:00
"""


def test_only_days_that_count_and_what_was_known_last(made):
    links = "influencer_id | platform  | link\nharu | instagram | https://b.ly/a"
    assert made(links, DAYS) == [
        ("haru", "instagram", "b.ly/a", "2026-06-01", 8),
        ("haru", "instagram", "b.ly/a", "2026-07-07", 1),
    ]


def test_a_shared_link_is_counted_once_and_is_nobodys(made):
    of_one = "influencer_id | platform | link\nharu | instagram | b.ly/a\nharu | tiktok | b.ly/a"
    of_two = "influencer_id | platform | link\nharu | instagram | b.ly/a\nsora | instagram | b.ly/a"
    assert [row[:2] for row in made(of_one, DAYS)] == [("haru", None)] * 2
    assert [row[:2] for row in made(of_two, DAYS)] == [(None, "instagram")] * 2


def test_what_was_never_told_has_no_row(made):
    assert made("influencer_id | platform | link\nharu | instagram | b.ly/other", DAYS) == []
