"""A refusal means what the platform means: whether asking again may help, how long to wait, how much it stops."""

import json
from pathlib import Path

import httpx
import pytest

from tasks import sources

SOURCES = sources.load()
RECORDED = Path("../shared/data/recorded")
REFUSALS = json.loads((Path(__file__).parents[2] / "fixtures/refusals.json").read_bytes())


@pytest.mark.parametrize("case", REFUSALS, ids=lambda c: f"{c['source']}-{c['status']}-{c['reason']}")
def test_a_refusal_means_what_the_platform_means(case: dict[str, object]) -> None:
    body = case["body"]
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    response = httpx.Response(case["status"], headers=case["headers"], content=content)
    refused = SOURCES[case["source"]].refusal(response)
    assert refused is not None
    told = {name: getattr(refused, name) for name in ("reason", "retry", "wait_seconds", "scope")}
    assert told == {name: case[name] for name in told}


RECORDED_REFUSALS = {
    "bitly_oauth_401": "bad_token",
    "bitly_plain_text_404": "not_found",
    "bitly_v4_rate_limit_403": "rate_limited",
    "instagram_deleted_or_no_permission_100_33": "gone",
    "instagram_media_posted_before_business_100_2108006": "before_business",
    "instagram_no_permission_code10": "no_permission",
    "instagram_rate_limit_app_code4": "rate_limited",
    "shopify_graphql_throttled_200": "rate_limited",
    "shopify_rest_429": "rate_limited",
    "tiktok_invalid_params_400": "invalid_request",
    "tiktok_ok_envelope": None,
    "youtube_key_invalid_400": "bad_token",
    "youtube_permission_403": "no_permission",
    "youtube_quota_exceeded_403": "quota_exceeded",
    "youtube_reporting_daily_quota_429": "quota_exceeded",
}


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers (../shared/data) are not here")
@pytest.mark.parametrize(("file", "reason"), RECORDED_REFUSALS.items())
def test_recorded_refusals_are_understood(file: str, reason: str | None) -> None:
    said = json.loads((RECORDED / f"errors/{file}.json").read_bytes())
    body = said["body_text"].encode() if "body_text" in said else json.dumps(said["body"]).encode()
    status = int(str(said["http_status"])[:3])
    source = SOURCES[file.split("_", maxsplit=1)[0]]
    refused = source.refusal(httpx.Response(status, headers=said.get("headers", {}), content=body))
    assert (refused and refused.reason) == reason


def test_the_quota_day_ends_at_midnight_in_california() -> None:
    said = {"error": {"errors": [{"reason": "quotaExceeded"}]}}
    for date, hours in {"Wed, 01 Jul 2026 06:59:00 GMT": 1 / 60, "Thu, 05 Nov 2026 08:00:00 GMT": 24}.items():
        refused = SOURCES["youtube"].refusal(httpx.Response(403, headers={"date": date}, json=said))
        assert refused is not None
        assert refused.wait_seconds == pytest.approx(hours * 3600)
