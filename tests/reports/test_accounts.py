"""Accounts of those engaged, who follows them by the newest answer, and how people stood in campaigns before."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from reports.accounts import accounts_of, audience_of, earlier
from tests.reports.told import standing
from transforms.tables.account_peers import ACCOUNT_PEERS
from transforms.tables.core import AUDIENCE_OBSERVATIONS
from transforms.tables.marts import ACCOUNT_PROFILES
from transforms.tables.standings import STANDINGS

THEN = datetime(2026, 7, 1, tzinfo=UTC)


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None)


def test_an_account_counts_by_its_person_on_the_platforms_engaged_on() -> None:
    profiles = ACCOUNT_PROFILES.conform_loosely(
        frame(
            [
                {"account_key": 1, "platform": "instagram", "influencer_id": "a", "followers": 10},
                {"account_key": 2, "platform": "tiktok", "influencer_id": "a", "followers": 20},
                {"account_key": 3, "platform": "instagram", "influencer_id": "b", "followers": 30},
            ]
        )
    )
    peers = ACCOUNT_PEERS.conform_loosely(frame([{"account_key": 1, "peers": 9, "percentile": 0.4}]))
    engaged = frame([{"influencer_id": "a", "platforms": "instagram x"}])
    found = accounts_of(profiles, peers, engaged)
    assert found.select("account_key", "followers", "peers", "percentile").rows() == [(1, 10, 9, 0.4)]


def test_people_without_a_platform_have_no_account() -> None:
    engaged = pl.DataFrame({"influencer_id": ["a"], "platforms": pl.Series([None], dtype=pl.String)})
    profiles = ACCOUNT_PROFILES.conform_loosely(
        frame([{"account_key": 1, "platform": "instagram", "influencer_id": "a", "followers": 10}])
    )
    assert accounts_of(profiles, ACCOUNT_PEERS.empty(), engaged).is_empty()


def test_of_an_audience_the_newest_answer_counts_whole() -> None:
    def told(
        day: int, bucket: str, share: float, *, known: int | None = None, dimension: str = "age"
    ) -> dict[str, Any]:
        return {
            "account_key": 1, "observed_at": datetime(2026, 6, day, tzinfo=UTC), "observed_on": date(2026, 6, day),
            "known_at": datetime(2026, 6, known or day, tzinfo=UTC), "dimension": dimension, "bucket": bucket,
            "share": share, "landed_id": f"s{known or day}#{ord(bucket[0])}",
        }  # fmt: skip

    rows = [
        told(1, "18-24", 0.9), told(1, "55-64", 0.1), told(9, "18-24", 0.6), told(9, "25-34", 0.4),
        told(9, "18-24", 0.5, known=12), told(9, "25-34", 0.5, known=12), told(2, "female", 1.0, dimension="gender"),
    ]  # fmt: skip
    found = audience_of(AUDIENCE_OBSERVATIONS.conform_loosely(frame(rows)))
    assert sorted(found.select("dimension", "bucket", "share").rows()) == [
        ("age", "18-24", 0.5), ("age", "25-34", 0.5), ("gender", "female", 1.0)
    ]  # fmt: skip


def test_earlier_campaigns_are_the_same_brand_s_that_were_over_when_this_one_began() -> None:
    campaigns = frame([
        {"campaign_id": "now", "brand": "A", "starts_on": date(2026, 6, 1), "ends_on": date(2026, 7, 1)},
        {"campaign_id": "spring", "brand": "A", "starts_on": date(2026, 3, 1), "ends_on": date(2026, 4, 1)},
        {"campaign_id": "beside", "brand": "A", "starts_on": date(2026, 5, 1), "ends_on": date(2026, 6, 1)},
        {"campaign_id": "other", "brand": "B", "starts_on": date(2026, 3, 1), "ends_on": date(2026, 4, 1)},
    ])  # fmt: skip
    rows = [standing("a", 10.0, "below", campaign_id=c) for c in ("now", "spring", "beside", "other")]
    found = earlier(STANDINGS.conform_loosely(frame(rows)), campaigns, "now")
    assert found["campaign_id"].to_list() == ["spring"]
