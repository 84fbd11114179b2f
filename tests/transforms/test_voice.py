"""Share of voice counts posts that name a brand, each once on a side."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from transforms.tables import core
from transforms.voice import rows_of_voice

AFTER = datetime(2026, 9, 1, tzinfo=UTC)
POSTS = """
    post_id | published_at     | caption               | hashtags
    p1      | 2026-06-02 03:00 | 夏 #朝凪UV            | #朝凪uv
    p2      | 2026-06-03 03:00 | @minamodo ありがとう  | -
    p3      | 2026-06-04 03:00 | #夕凪UV               | #夕凪uv
    p4      | 2026-06-05 03:00 | #朝凪UV と #夕凪UV    | #朝凪uv #夕凪uv
    p5      | 2026-06-06 03:00 | @yunagi の新作        | -
    p6      | 2026-06-07 03:00 | ごはん                | -
    p7      | 2026-07-07 03:00 | #夕凪UV               | #夕凪uv
    p8      | 2026-06-08 03:00 | -                     | -
"""


def voice(draw, grain: str = "campaign", rivals: str | None = "#夕凪uv @yunagi", as_of: datetime = AFTER):
    posts = draw(POSTS, core.POSTS).with_columns(
        pl.Series("platform", ["instagram"] * 6 + ["tiktok"] * 2),
        pl.col("published_at").alias("first_known_at"),
        pl.col("published_at").dt.date().alias("published_on"),
    )
    campaigns = pl.DataFrame(
        {
            "campaign_id": ["natsu"],
            "starts_on": [date(2026, 6, 1)],
            "ends_on": [date(2026, 6, 30)],
            "hashtags": ["#朝凪uv"],
            "mentions": ["minamodo"],
            "rivals": [rivals],
            "settled_at": [datetime(2026, 7, 14, 15, tzinfo=UTC)],
        },
        schema_overrides={"rivals": pl.String},
    )
    places = pl.DataFrame({"campaign_id": ["natsu"] * 2, "platform": ["instagram", "tiktok"]})
    found = rows_of_voice(posts, campaigns, places, grain, as_of=as_of)
    return {r["platform"]: (r["brand_posts"], r["tracked_posts"], r["why_brand_posts"]) for r in found.to_dicts()}


def test_a_post_that_names_both_counts_once_on_each_side(draw):
    assert voice(draw) == {None: (3, 5, None)}


def test_platforms_are_told_apart(draw):
    assert voice(draw, "platform") == {"instagram": (3, 5, None), "tiktok": (0, 0, None)}


@pytest.mark.parametrize("rivals", [None, ""])
def test_without_rivals_nothing_is_counted(draw, rivals):
    assert voice(draw, rivals=rivals) == {None: (None, None, "no_rivals")}


def test_later_posts_do_not_leak_into_an_earlier_report(draw):
    assert voice(draw, as_of=datetime(2026, 6, 3, 12, tzinfo=UTC)) == {None: (2, 2, None)}
