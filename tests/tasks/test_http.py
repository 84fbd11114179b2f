"""Asking: what is asked again, how long is waited, what is kept, and that no secret gets out."""

import gzip
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr

from tasks.clock import stopped_clock
from tasks.errors import ConfigurationError
from tasks.http import Access, Client, Patience
from tasks.sources import Refusal, youtube
from tasks.sources._refusing import by_status

AT = datetime(2026, 7, 1, tzinfo=UTC)
TOKEN = SecretStr("EAAinvented/Secret+Token=0001")
GOOD = httpx.Response(200, json={"data": []})


class Server:
    """Answers in turn; the last answer is repeated."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers, self.requests, self.slept = list(answers), [], []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def client(
    server: Callable[[httpx.Request], httpx.Response],
    *,
    access: Access | None = None,
    refusal: Callable[[httpx.Response], Refusal | None] = by_status,
    patience: Patience | None = None,
    monotonic: Callable[[], float] = lambda: 0.0,
    slept: list[float] | None = None,
) -> Client:
    return Client(
        "instagram",
        access or Access("https://api.example/v1", params={"access_token": TOKEN}),
        refusal,
        clock=stopped_clock(AT),
        sleep=(slept if slept is not None else getattr(server, "slept", [])).append,
        monotonic=monotonic,
        jitter=lambda: 0.0,
        transport=httpx.MockTransport(server),
        patience=patience,
    )


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        httpx.Response(500, text="oops"),
        httpx.Response(502, html="<html>Bad gateway</html>"),
        httpx.Response(503, json={}),
        httpx.Response(200, html="<html>Please wait</html>"),
        httpx.Response(200, content=b'{"data": [{"id": "1'),
        httpx.Response(200, content=b""),
        httpx.Response(429, json={}),
    ],
    ids=lambda f: type(f).__name__ if isinstance(f, Exception) else f"{f.status_code}-{f.content[:8]!r}",
)
def test_what_may_clear_is_asked_again(fault: httpx.Response | Exception) -> None:
    server = Server(fault, fault, GOOD)
    answer, refusal = client(server).ask("k", "/me")
    assert refusal is None
    assert (answer.status, answer.body) == (200, GOOD.content)
    assert len(server.requests) == 3
    assert server.slept == [1.0, 2.0]


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 418])
def test_a_refused_request_is_asked_once(status: int) -> None:
    server = Server(httpx.Response(status, json={"error": "no"}))
    answer, refusal = client(server).ask("k", "/me")
    assert refusal is not None
    assert not refusal.retry
    assert len(server.requests) == 1
    assert answer.body == b'{"error":"no"}'
    assert answer.about["refusal"] == refusal.reason


def test_a_question_never_answered_is_an_answer_without_status() -> None:
    server = Server(httpx.ConnectError("no route"))
    answer, refusal = client(server).ask("k", "/me", about={"handle": "hana"})
    assert (answer.status, answer.body) == (0, b"")
    assert refusal is not None
    assert (refusal.reason, refusal.scope) == ("unreachable", "item")
    assert len(server.requests) == 4
    assert answer.about == {"handle": "hana", "refusal": "unreachable"}


def test_several_failures_in_a_row_stop_the_shard() -> None:
    asking = client(Server(httpx.Response(500)), patience=Patience(attempts=1, failures=3))
    assert [asking.ask("k", "/me")[1].scope for _ in range(3)] == ["item", "item", "shard"]  # type: ignore[union-attr]


def test_a_refusal_in_between_shows_that_the_platform_is_there() -> None:
    down, gone = httpx.Response(500), httpx.Response(404)
    asking = client(Server(down, down, gone, down, down), patience=Patience(attempts=1, failures=3))
    assert [asking.ask("k", "/me")[1].scope for _ in range(5)] == ["item"] * 5  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "2.0"}, 2.0),
        ({"retry-after": "Wed, 01 Jul 2026 00:00:30 GMT"}, 30.0),
        ({"x-rate-limit-reset": str(int(AT.timestamp()) + 90), "x-rate-limit-remaining": "0"}, 90.0),
        ({"x-business-use-case-usage": json.dumps({"1": [{"estimated_time_to_regain_access": 4}]})}, 240.0),
    ],
)
def test_the_wait_that_an_answer_asks_for_is_kept(headers: dict[str, str], wait: float) -> None:
    server = Server(httpx.Response(429, headers=headers, json={}), GOOD)
    _, refusal = client(server).ask("k", "/me")
    assert refusal is None
    assert server.slept[0] == wait


@pytest.mark.parametrize(
    "headers",
    [
        {"x-words": "響き".encode()},
        {"retry-after": b"Fri, 31 Dec 9999 23:59:59 -1200"},
        {"retry-after": b"Mon, 01 Jan 0001 00:00:00 +1200"},
        {"retry-after": b"Fri, 31 Dec 99999999999 23:59:59 GMT"},
        {"date": b"Fri, 31 Dec 9999 23:59:59 -1200", "x-ratelimit-remaining": b"0", "x-ratelimit-reset": b"2000000000"},
    ],
)
@pytest.mark.parametrize("status", [200, 403, 429])
def test_no_header_is_a_fault_of_ours(headers: dict[str, bytes], status: int) -> None:
    server = Server(httpx.Response(status, headers=headers, json={"error": {"errors": [{"reason": "quotaExceeded"}]}}))
    for refusal in (by_status, youtube.refusal):
        answer, _ = client(server, refusal=refusal).ask("youtube_videos", "/videos")
        assert answer.status == status


def test_a_wait_beyond_the_ceiling_is_a_stop_and_not_a_sleep() -> None:
    server = Server(httpx.Response(429, headers={"retry-after": "3600"}, json={}))
    _, refusal = client(server).ask("k", "/me")
    assert refusal is not None
    assert (refusal.scope, refusal.wait_seconds) == ("source", 3600.0)
    assert (len(server.requests), server.slept) == (1, [])


def test_a_limit_that_does_not_clear_stops_the_source() -> None:
    _, refusal = client(Server(httpx.Response(429, json={}))).ask("k", "/me")
    assert refusal is not None
    assert (refusal.reason, refusal.scope) == ("rate_limited", "source")


def test_secrets_reach_the_platform_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    creators = SecretStr("IGQinvented-creator-token")
    body = {
        "paging": {"next": f"https://api.example/v1/me?access_token={TOKEN.get_secret_value()}&after=x"},
        "creator": creators.get_secret_value(),
        "caption": "key=はな",
    }
    headers = {"link": '<https://api.example/v1?access_token=zzz&page_info=abc>; rel="next"', "set-cookie": "id=1"}
    server = Server(httpx.Response(200, json=body, headers=headers))
    with caplog.at_level(logging.INFO, logger="httpx"):
        answer, _ = client(server).ask("k", "/me", {"fields": "id"}, headers={"Authorization": creators})
    assert server.requests[0].url.params["access_token"] == TOKEN.get_secret_value()
    assert server.requests[0].headers["authorization"] == creators.get_secret_value()
    kept = f"{answer.url} {answer.headers} {answer.body.decode()} {answer.about} {caplog.text}"
    assert "Secret" not in kept
    assert creators.get_secret_value() not in kept
    assert "zzz" not in kept
    assert caplog.text
    assert answer.url == "https://api.example/v1/me?access_token=***&fields=id"
    assert answer.headers["link"] == '<https://api.example/v1?access_token=***&page_info=abc>; rel="next"'
    assert json.loads(answer.body)["caption"] == "key=はな"
    assert "set-cookie" not in answer.headers


def test_a_message_that_repeats_the_token_is_masked() -> None:
    def refusal(_: httpx.Response) -> Refusal:
        return Refusal("bad_token", f"cannot parse {TOKEN.get_secret_value()}", retry=False, scope="source")

    _, refused = client(Server(httpx.Response(400)), refusal=refusal).ask("k", "/me")
    assert refused is not None
    assert refused.message == "cannot parse ***"


def test_no_redirect_is_followed() -> None:
    server = Server(httpx.Response(302, headers={"location": "https://evil.example/steal?access_token=1"}))
    answer, refusal = client(server).ask("k", "/me")
    assert len(server.requests) == 1
    assert refusal is not None
    assert (refusal.reason, refusal.scope) == ("redirected", "source")
    assert "steal?" not in refusal.message
    assert answer.status == 302


@pytest.mark.parametrize(
    "path", ["https://evil.example/v1/me", "http://api.example/v1/me", "https://api.example.evil/v1/"]
)
def test_nothing_outside_the_access_is_asked(path: str) -> None:
    server = Server(GOOD)
    with pytest.raises(ConfigurationError, match="must not ask"):
        client(server).ask("k", path)
    assert server.requests == []


def test_another_base_is_asked_without_the_first_bases_token() -> None:
    access = Access("https://a.example", params={"access_token": TOKEN}, also=("https://b.example/v2",))
    server = Server(GOOD)
    client(server, access=access).ask("k", "https://b.example/v2/me", {"access_token": "creator-token"})
    assert dict(server.requests[0].url.params) == {"access_token": "creator-token"}


def test_a_token_is_not_sent_in_the_clear() -> None:
    with pytest.raises(ConfigurationError, match="in the clear"):
        client(Server(GOOD), access=Access("http://api.example"))


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:80"])
def test_our_own_machine_may_be_asked_in_the_clear(base: str) -> None:
    assert client(Server(GOOD), access=Access(base)).ask("k", "/me")[1] is None


def test_an_answer_without_end_is_cut_off() -> None:
    class Endless(httpx.SyncByteStream):
        sent = 0

        def __iter__(self) -> Iterator[bytes]:
            while True:
                self.sent += 1
                yield b"x" * 1000

    stream = Endless()
    asking = client(lambda _: httpx.Response(200, stream=stream), patience=Patience(max_bytes=10_000))
    answer, refusal = asking.ask("k", "/me")
    assert refusal is not None
    assert (refusal.reason, answer.body) == ("too_large", b"")
    assert stream.sent <= 11


def test_a_small_answer_that_unpacks_to_a_huge_one_is_cut_off() -> None:
    packed = gzip.compress(b" " * 5_000_000)
    server = Server(GOOD)
    asking = client(
        lambda _: httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(packed)),
        patience=Patience(max_bytes=1_000_000),
        slept=server.slept,
    )
    assert asking.ask("k", "/me")[1].reason == "too_large"  # type: ignore[union-attr]


def test_an_answer_that_trickles_in_does_not_hold_the_night() -> None:
    ticks = iter(range(0, 100_000, 20))

    class Trickle(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b" "

    asking = client(
        lambda _: httpx.Response(200, stream=Trickle()),
        monotonic=lambda: float(next(ticks)),
        patience=Patience(attempts=1),
    )
    answer, refusal = asking.ask("k", "/me")
    assert refusal is not None
    assert (refusal.reason, answer.status) == ("timed_out", 0)


def test_a_packed_answer_is_landed_unpacked() -> None:
    packed = gzip.compress(b'{"data": []}')
    answer, refusal = client(
        lambda _: httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(packed))
    ).ask("k", "/me")
    assert refusal is None
    assert answer.body == b'{"data": []}'


def test_questions_beyond_the_rate_wait_their_turn() -> None:
    now, slept = 0.0, []

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    asking = Client(
        "x",
        Access("https://api.example", per_minute=60, burst=2),
        by_status,
        clock=stopped_clock(AT),
        sleep=sleep,
        monotonic=lambda: now,
        transport=httpx.MockTransport(Server(GOOD)),
    )
    for _ in range(4):
        asking.ask("k", "/me")
    assert slept == [1.0, 1.0]


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"x-app-usage": '{"call_count":28,"total_cputime":0,"total_time":8}'}, None),
        ({"x-app-usage": '{"call_count":90,"total_cputime":0,"total_time":8}'}, 15.0),
        ({"x-app-usage": "not json"}, None),
        ({"x-business-use-case-usage": '{"1":[{"call_count":100,"estimated_time_to_regain_access":2}]}'}, 120.0),
        ({"x-shopify-shop-api-call-limit": "12/40"}, None),
        ({"x-shopify-shop-api-call-limit": "39/40"}, 1.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "5"}, 5.0),
    ],
)
def test_a_limit_nearly_used_up_slows_us_down(headers: dict[str, str], pause: float | None) -> None:
    server = Server(httpx.Response(200, json={}, headers=headers))
    asking = client(server)
    asking.ask("k", "/a")
    asking.ask("k", "/b")
    assert server.slept == ([] if pause is None else [pause])


def test_the_answer_says_when_it_came() -> None:
    answer, _ = client(Server(GOOD)).ask("k", "/me", method="POST", json={"max_count": 20})
    assert (answer.kind, answer.method, answer.received_at) == ("k", "POST", AT)
