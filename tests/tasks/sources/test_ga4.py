"""Google Analytics: whole reports only, labels as told, tokens exchanged and never kept."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from tasks.sources import Landed, Plan, ga4

ACCESS = SecretStr("ya29.invented")
RECORDED = Path("../shared/data/recorded/ga4")
USER = {
    "type": "authorized_user",
    "client_id": "1234-invented.apps.example",
    "client_secret": "invented-client-secret",
    "refresh_token": "1//invented-refresh",
}
ABOUT = {"property_id": "337700001", "report": "2026-06-29/2026-07-01"}


def plan(token: SecretStr | None = ACCESS) -> Plan:
    since, until = datetime(2026, 6, 29, tzinfo=UTC), datetime(2026, 7, 1, 14, 59, tzinfo=UTC)
    return Plan(date(2026, 7, 1), since, until, options={"property_id": "337700001"}, token=token)


@pytest.fixture
def api(recorded: Callable) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            return httpx.Response(200, content=recorded("ga4", "token"))
        offset = json.loads(request.content)["offset"]
        return httpx.Response(200, content=recorded("ga4", "report_first" if offset == "0" else "report_next"))

    return answer


def staged(answers: list[Landed]) -> list[tuple[object, ...]]:
    frame = ga4.stage(answers).tables["staging.site_days"]
    return frame.select("day", "utm_source", "utm_content", "sessions", "new_users", "conversions").rows()


ROWS = [
    (date(2026, 6, 29), "(direct)", "(not set)", 210, 150, 3.0),
    (date(2026, 6, 29), "instagram", "hana", 41, 38, 2.5),
    (date(2026, 6, 30), "instagram", "hana", 7, 7, 0.0),
]


def test_every_page_is_asked_and_every_row_is_read_as_told(play: Callable, api: Callable, relanded: Callable) -> None:
    played = play(ga4, plan(), api)
    assert (played.got, played.stopped, len(played.requests)) == (1, None, 2)
    asked = json.loads(played.requests[0].content)
    assert played.paths[0] == "/v1beta/properties/337700001:runReport"
    assert asked["dateRanges"] == [{"startDate": "2026-06-29", "endDate": "2026-07-01"}]
    assert [json.loads(r.content)["offset"] for r in played.requests] == ["0", "2"]
    assert played.requests[0].headers["authorization"] == f"Bearer {ACCESS.get_secret_value()}"
    answers = relanded(played.answers)
    assert staged(answers) == ROWS
    first, *_, last = ga4.stage(answers).tables["staging.site_days"].rows(named=True)
    assert (first["property_id"], first["timezone"], first["utm_campaign"]) == ("337700001", "Asia/Tokyo", "(not set)")
    assert [first[f] for f in ("is_thresholded", "is_sampled", "is_cut")] == [False, False, False]
    assert [last[f] for f in ("is_thresholded", "is_sampled", "is_cut")] == [True, True, True]


def test_a_report_is_known_when_its_last_page_is(land: Callable, recorded: Callable) -> None:
    early, late = datetime(2026, 7, 1, 15, tzinfo=UTC), datetime(2026, 7, 1, 16, tzinfo=UTC)
    answers = [
        land("ga4_report", recorded("ga4", "report_first"), about=ABOUT, at=early),
        land("ga4_report", recorded("ga4", "report_next"), about=ABOUT, line=3, at=late),
    ]
    assert set(ga4.stage(answers).tables["staging.site_days"]["known_at"]) == {late}


def test_a_part_of_a_report_is_not_taken_for_the_whole(land: Callable, recorded: Callable) -> None:
    read = ga4.stage([land("ga4_report", recorded("ga4", "report_first"), about=ABOUT)])
    assert "staging.site_days" not in read.tables
    assert read.rejects.select("rule", "reason").row(0)[0] == "incomplete_report"
    assert "2 of 3 rows" in read.rejects["reason"][0]


def test_an_empty_report_tells_nothing_and_is_no_fault(play: Callable, recorded: Callable, relanded: Callable) -> None:
    played = play(ga4, plan(), lambda _: httpx.Response(200, content=recorded("ga4", "report_empty")))
    assert (played.got, len(played.requests)) == (1, 1)
    read = ga4.stage(relanded(played.answers))
    assert read.tables == {}
    assert read.rejects.is_empty()


def test_a_refresh_token_is_exchanged_and_neither_is_landed(play: Callable, api: Callable) -> None:
    played = play(ga4, plan(SecretStr(json.dumps(USER))), api)
    assert played.got == 1
    exchange, first = played.requests[:2]
    assert (exchange.url.host, exchange.url.query) == ("oauth2.googleapis.com", b"")
    assert dict(httpx.QueryParams(exchange.content.decode()))["refresh_token"] == USER["refresh_token"]
    assert first.headers["authorization"] == "Bearer ya29.invented-access"
    assert "authorization" not in exchange.headers
    kept = repr(played.answers)
    for secret in (USER["refresh_token"], USER["client_secret"], "ya29.invented-access"):
        assert secret not in kept


def test_a_refused_exchange_stops_the_source(play: Callable) -> None:
    refused = httpx.Response(400, json={"error": "invalid_grant", "error_description": "Token has been revoked."})
    played = play(ga4, plan(SecretStr(json.dumps(USER))), lambda _: refused)
    assert (played.stopped.reason, played.stopped.scope, len(played.requests)) == ("bad_token", "source", 1)


def test_credentials_that_are_no_users_are_named_and_not_sent(play: Callable, api: Callable) -> None:
    key = SecretStr(json.dumps({"type": "service_account", "private_key": "-----"}))
    played = play(ga4, plan(key), api)
    assert played.requests == []
    assert "client_id, client_secret, refresh_token" in played.stopped.message


def test_used_up_tokens_end_the_night_and_are_not_waited_for(play: Callable) -> None:
    body = {"error": {"code": 429, "message": "Exhausted property tokens per day.", "status": "RESOURCE_EXHAUSTED"}}
    played = play(ga4, plan(), lambda _: httpx.Response(429, json=body))
    assert (played.stopped.reason, len(played.requests), played.slept) == ("quota_exceeded", 1, [])


def test_pages_that_never_end_are_cut_off(play: Callable, recorded: Callable) -> None:
    body = json.loads(recorded("ga4", "report_empty")) | {"rowCount": 9}
    played = play(ga4, plan(), lambda _: httpx.Response(200, json=body))
    assert played.stopped.reason == "paging_loop"


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        (("dimensionValues", 0), "2026-06-29", "date"),
        (("dimensionValues", 0), "(other)", "date"),
        (("metricValues", 0), "many", "sessions"),
        (("metricValues", 2), "NaN", "keyEvents"),
    ],
)
def test_a_value_that_cannot_be_read_rejects_its_row_by_name(
    place: tuple[str, int], value: str, named: str, land: Callable, recorded: Callable
) -> None:
    body = json.loads(recorded("ga4", "report_first")) | {"rowCount": 2}
    body["rows"][1][place[0]][place[1]]["value"] = value
    read = ga4.stage([land("ga4_report", json.dumps(body).encode(), about=ABOUT)])
    assert read.tables["staging.site_days"].height == 1
    assert read.rejects["pointer"].to_list() == [f"/rows/1/{named}"]
    assert value in read.rejects["reason"][0]


def test_labels_are_cleaned_and_cut_but_not_interpreted(land: Callable, recorded: Callable) -> None:
    body = json.loads(recorded("ga4", "report_first")) | {"rowCount": 2}
    body["rows"][1]["dimensionValues"][4]["value"] = "<script>\x00" + "a" * 500
    label = ga4.stage([land("ga4_report", json.dumps(body).encode(), about=ABOUT)]).tables["staging.site_days"]
    assert label["utm_content"][1] == "<script>" + "a" * 192


@pytest.mark.skipif(not RECORDED.is_dir(), reason="../shared/data/recorded/ga4 is not there")
@pytest.mark.parametrize(("name", "rows"), [("runReport_events", 8), ("runReport_empty", 0)])
def test_real_answers_are_read_without_a_guess(name: str, rows: int, land: Callable) -> None:
    body = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))["body"]
    body = body | ({"rowCount": rows} if rows else {})  # its author kept 8 of 23 rows
    read = ga4.stage([land("ga4_report", json.dumps(body).encode(), about=ABOUT)])
    assert read.rejects.is_empty()
    found = read.tables.get("staging.site_days")
    assert (found.height if found is not None else 0) == rows
    if found is not None:
        assert found["sessions"].null_count() == rows  # it was asked for other metrics: unknown, not 0
        assert set(found["timezone"]) == {"Europe/Warsaw"}
