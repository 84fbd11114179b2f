"""What a sponsored post would have got as an organic one: of the same account, counted alike, and of enough posts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from transforms.inputs import Inputs
from transforms.organic import MOST, observed_until, with_organic
from transforms.tables import core

START, END = date(2026, 6, 1), date(2026, 6, 30)
AFTER = datetime(2026, 9, 1, tzinfo=UTC)


def world(organic: int, **more: dict[int, object]) -> tuple[pl.DataFrame, Inputs, pl.DataFrame]:
    """Facts of one sponsored post, the inputs with so many organic posts of the account, and what is matched.

    Organic post n (from 1) got 10 engagements per 100 reached; ``more`` says otherwise by column and post.
    """
    went_up = [datetime(2026, 5, 30, 3, tzinfo=UTC) - timedelta(days=n) for n in range(organic)]
    rows = [
        {
            "post_key": n,
            "platform": "instagram",
            "post_id": f"o{n}",
            "account_key": 7,
            "account_id": "700",
            "published_at": more.get("published_at", {}).get(n, up),
            "format": "reel",
            "caption": "朝ごはん",
            "hashtags": more.get("hashtags", {}).get(n),
            "caption_is_truncated": more.get("caption_is_truncated", {}).get(n, False),
            "paid_label": more.get("paid_label", {}).get(n, "off"),
            "first_known_at": more.get("first_known_at", {}).get(n, up),
        }
        for n, up in enumerate(went_up, start=1)
    ]
    posts = core.POSTS.conform_loosely(pl.DataFrame(rows) if rows else core.POSTS.empty()).with_columns(
        pl.col("published_at").dt.date().alias("published_on")
    )
    seen = [
        {
            "post_key": n,
            "observed_at": up + timedelta(days=2),
            "known_at": up + timedelta(days=2),
            "observed_on": (up + timedelta(days=2)).date(),
            "reach": more.get("reach", {}).get(n, 100),
            "likes": more.get("likes", {}).get(n, 8),
            "comments": more.get("comments", {}).get(n, 2),
            "landed_id": "a#2",
        }
        for n, up in enumerate(went_up, start=1)
    ]
    observations = core.POST_OBSERVATIONS.conform_loosely(
        pl.DataFrame(seen) if seen else core.POST_OBSERVATIONS.empty()
    )
    campaigns = core.CAMPAIGNS.conform_loosely(
        pl.DataFrame(
            {
                "campaign_id": ["natsu"],
                "starts_on": [START],
                "ends_on": [END],
                "settle_days": [14],
                "attribution_days": [14],
                "engagement_base": ["reach"],
            }
        )
    )
    contracts = core.CONTRACTS.conform_loosely(
        pl.DataFrame(
            {"campaign_id": ["natsu"], "influencer_id": ["haru"], "platform": ["instagram"], "account_key": [7]}
        )
    )
    inputs = Inputs.of(
        {
            "core.campaigns": campaigns,
            "core.posts": posts,
            "core.post_observations": observations,
            "core.contracts": contracts,
        }
    )
    facts = pl.DataFrame(
        {
            "campaign_id": ["natsu"],
            "post_key": [99],
            "account_key": [7],
            "platform": ["instagram"],
            "format": ["reel"],
            "published_on": [date(2026, 6, 10)],
            "observed_at": [AFTER],
            "settled_at": [datetime(2026, 7, 14, 15, tzinfo=UTC)],
            "engagement_base": ["reach"],
            "engagement_parts": ["likes comments"],
            "engagements": [30],
            "base": [500],
            "why_base": [None],
        },
        schema_overrides={"why_base": pl.String},
    )
    matched = core.CAMPAIGN_POSTS.conform_loosely(
        pl.DataFrame({"campaign_id": ["natsu"], "post_key": [99], "influencer_id": ["haru"], "platform": ["instagram"]})
    ).with_columns(pl.lit("confirmed").alias("state"))
    return facts, inputs, matched


def expected(*args: object, as_of: datetime = AFTER, **more: dict[int, object]) -> tuple[float | None, str | None]:
    facts, inputs, matched = world(*args, **more)
    found = with_organic(facts, inputs, matched, as_of=as_of)
    return found.select("expected_engagements", "why_expected_engagements").row(0)


def test_the_yardstick_is_a_sum_over_a_sum_of_the_accounts_own_posts():
    assert expected(6) == (pytest.approx(50), None)
    assert expected(6, reach={1: 10_000}) == (pytest.approx(500 * 60 / 10_500), None)


def test_below_five_comparable_posts_nothing_is_usual():
    assert expected(4) == (None, "too_few_posts")
    assert expected(5)[0] == pytest.approx(50)
    assert expected(0) == (None, "too_few_posts")


@pytest.mark.parametrize(
    "more",
    [
        {"hashtags": {1: "#朝ごはん #pr"}},
        {"hashtags": {1: "#プロモーション"}},
        {"paid_label": {1: "on"}},
        {"caption_is_truncated": {1: True}},
        {"reach": {1: None}},
        {"published_at": {1: datetime(2026, 3, 1, tzinfo=UTC)}},
        {"comments": {1: None}},  # other parts: its rate is another quantity
    ],
)
def test_what_is_sponsored_too_old_or_counted_otherwise_is_no_yardstick(more):
    assert expected(5, **more) == (None, "too_few_posts")
    assert expected(6, **more)[0] == pytest.approx(50)


def test_posts_that_are_the_campaigns_own_are_no_yardstick():
    facts, inputs, matched = world(5)
    own = matched.with_columns(pl.lit(1, pl.Int64).alias("post_key"), pl.lit("pending").alias("state"))
    found = with_organic(facts, inputs, pl.concat([matched, own]), as_of=AFTER)
    assert found["why_expected_engagements"].to_list() == ["too_few_posts"]


def test_what_is_learnt_after_the_campaign_settled_changes_nothing():
    late = datetime(2026, 8, 1, tzinfo=UTC)
    assert expected(5, first_known_at={1: late}) == (None, "too_few_posts")
    facts, inputs, matched = world(6)
    asked = observed_until(inputs, matched, ["natsu"], AFTER, "Asia/Tokyo")
    assert asked["until"].unique().to_list() == [datetime(2026, 7, 14, 15, tzinfo=UTC)]
    assert observed_until(inputs, matched, ["natsu"], datetime(2026, 6, 20, tzinfo=UTC), "Asia/Tokyo")[
        "until"
    ].unique().to_list() == [None]
    assert facts.height == 1


def test_later_posts_do_not_leak_into_an_earlier_report():
    assert expected(6, as_of=datetime(2026, 5, 27, tzinfo=UTC)) == (None, "too_few_posts")


def test_only_the_newest_are_asked_for():
    _, inputs, matched = world(50)
    asked = observed_until(inputs, matched, ["natsu"], AFTER, "Asia/Tokyo")
    assert sorted(asked["post_key"]) == list(range(1, MOST + 1))


@pytest.mark.parametrize(("base", "early", "late"), [("reach", 50, 12.5), ("followers", 50, 25)])
def test_campaigns_of_one_account_each_know_what_was_known_when_they_settled(base, early, late):
    facts, inputs, matched = world(6)
    learnt = datetime(2026, 8, 1, tzinfo=UTC)
    told = inputs.post_observations.collect()
    restated = told.with_columns(known_at=pl.lit(learnt), reach=pl.col("reach") * 4, landed_id=pl.lit("b#2"))
    sizes = core.ACCOUNT_OBSERVATIONS.conform_loosely(
        pl.DataFrame(
            {
                "account_key": [7, 7],
                "observed_at": [datetime(2026, 5, 1, tzinfo=UTC)] * 2,
                "known_at": [datetime(2026, 5, 1, tzinfo=UTC), learnt],
                "followers": [100, 200],
                "landed_id": ["a#3", "b#3"],
            }
        )
    )

    def both(frame: pl.DataFrame, **other: object) -> pl.DataFrame:
        ours = frame.with_columns(engagement_base=pl.lit(base)) if "engagement_base" in frame.columns else frame
        return pl.concat([ours, ours.with_columns(pl.lit(v).alias(k) for k, v in other.items())])

    fuyu = {"campaign_id": "fuyu"}
    inputs = replace(
        inputs,
        campaigns=both(inputs.campaigns, **fuyu),
        post_observations=pl.concat([told, restated]).lazy(),
        account_observations=sizes,
    )
    found = with_organic(both(facts, **fuyu, settled_at=AFTER), inputs, both(matched, **fuyu), as_of=AFTER)
    assert dict(found.select("campaign_id", "expected_engagements").rows()) == pytest.approx(
        {"natsu": early, "fuyu": late}
    )
