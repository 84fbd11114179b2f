"""Bitly: a day that is left out of the window had no click, and nothing is said of days outside it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import httpx
import pytest
from pydantic import SecretStr

from tasks.sources import Landed, Plan, bitly

LINK = "bit.ly/3InVntd"
TOKEN = SecretStr("invented-bitly-token")
ABOUT = {"link_id": LINK}


def plan(*links: str) -> Plan:
    since, until = datetime(2026, 6, 22, 15, tzinfo=UTC), datetime(2026, 7, 1, 14, 59, 59, tzinfo=UTC)
    return Plan(date(2026, 7, 1), since, until, links=links, token=TOKEN)


@pytest.fixture
def api(recorded: Callable) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == f"Bearer {TOKEN.get_secret_value()}"
        return httpx.Response(
            200, content=recorded("bitly", "clicks" if request.url.path.endswith("/clicks") else "link")
        )

    return answer


def days(answers: list[Landed]) -> dict[str, int]:
    frame = bitly.stage(answers).tables["staging.link_days"]
    return {str(day): clicks for day, clicks in frame.sort("day").select("day", "clicks").iter_rows()}


def test_a_link_and_its_days_are_asked(play: Callable, api: Callable) -> None:
    played = play(bitly, plan(LINK), api)
    assert (played.got, played.stopped) == (1, None)
    assert played.paths == ["/v4/bitlinks/bit.ly/3InVntd", "/v4/bitlinks/bit.ly/3InVntd/clicks"]
    asked = dict(played.requests[1].url.params)
    assert asked == {"unit": "day", "units": "10", "unit_reference": "2026-07-01T14:59:59+0000"}
    assert all(TOKEN.get_secret_value() not in repr(a) for a in played.answers)


def test_days_left_out_of_the_window_are_zero_from_the_links_creation_on(
    play: Callable, api: Callable, relanded: Callable
) -> None:
    answers = relanded(play(bitly, plan(LINK), api).answers)
    # The link was made on 28 June; the window reaches back to 22 June.
    assert days(answers) == {"2026-06-28": 0, "2026-06-29": 41, "2026-06-30": 0, "2026-07-01": 7}
    link = bitly.stage(answers).tables["staging.links"].row(0, named=True)
    assert link["link_id"] == LINK
    assert link["created_at"] == datetime(2026, 6, 28, 3, tzinfo=UTC)
    assert link["long_url"] == "https://minamodo.example/uv?utm_source=instagram&utm_campaign=hana"


def test_nothing_is_said_of_days_after_the_answer(land: Callable, recorded: Callable) -> None:
    at = datetime(2026, 6, 29, 20, tzinfo=UTC)
    answers = [
        land("bitly_link", recorded("bitly", "link"), about=ABOUT, at=at),
        land("bitly_clicks", json.dumps(clicks([])).encode(), about=ABOUT, line=3, at=at),
    ]
    assert days(answers) == {"2026-06-28": 0, "2026-06-29": 0}


def clicks(days_: list[dict[str, object]], **more: object) -> dict[str, object]:
    return {"link_clicks": days_, "unit": "day", "units": 10, "unit_reference": "2026-07-01T14:59:59+0000", **more}


@pytest.mark.parametrize(
    "body",
    [
        clicks([{"date": "2026-06-29T00:00:00+0000", "clicks": 41}], units=0),
        clicks([{"date": "2026-06-29T00:00:00+0000", "clicks": 41}], unit="month"),
        clicks([{"date": "2026-06-29T00:00:00+0000", "clicks": 41}], unit_reference=None),
    ],
)
def test_without_a_window_no_day_is_zero(body: dict[str, object], land: Callable, recorded: Callable) -> None:
    answers = [
        land("bitly_link", recorded("bitly", "link"), about=ABOUT),
        land("bitly_clicks", json.dumps(body).encode(), about=ABOUT, line=3),
    ]
    assert days(answers) == {"2026-06-29": 41}


def test_without_the_links_creation_no_day_is_zero(land: Callable, recorded: Callable) -> None:
    assert days([land("bitly_clicks", recorded("bitly", "clicks"), about=ABOUT)]) == {"2026-06-29": 41, "2026-07-01": 7}


def test_a_day_that_cannot_be_read_is_not_a_day_without_a_click(land: Callable, recorded: Callable) -> None:
    body = clicks(
        [{"date": "2026-06-29T00:00:00+0000", "clicks": "many"}, {"date": "2026-06-30T00:00:00+0000", "clicks": 2}]
    )
    answers = [
        land("bitly_link", recorded("bitly", "link"), about=ABOUT),
        land("bitly_clicks", json.dumps(body).encode(), about=ABOUT, line=3),
    ]
    assert days(answers) == {"2026-06-30": 2}
    assert bitly.stage(answers).rejects["pointer"].to_list() == ["/link_clicks/0/clicks"]


def test_a_link_of_somebody_else_stops_only_itself(play: Callable, api: Callable) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "0ther" in request.url.path:
            return httpx.Response(403, json={"message": "FORBIDDEN", "description": "You are not the owner"})
        return api(request)

    played = play(bitly, plan("bit.ly/0ther", LINK, "not a link", "bit.ly/../../user"), answer)
    assert (played.got, played.stopped) == (1, None)
    assert [p for p in played.paths if "user" in p] == []


def test_the_months_limit_stops_the_source(play: Callable) -> None:
    played = play(bitly, plan(LINK), lambda _: httpx.Response(429, json={"message": "MONTHLY_RATE_LIMIT_EXCEEDED"}))
    assert (played.stopped.reason, played.stopped.scope, len(played.requests)) == ("quota_exceeded", "source", 1)


def test_the_hours_limit_is_waited_for(play: Callable, api: Callable) -> None:
    answers = [httpx.Response(403, json={"message": "RATE_LIMIT_EXCEEDED"})]
    played = play(bitly, plan(LINK), lambda request: answers.pop() if answers else api(request))
    assert played.got == 1
    assert len(played.slept) == 1
