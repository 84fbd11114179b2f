"""Each fault does what it says, as often as it says, and the same every time."""

import time
from datetime import timedelta

import httpx
import pytest

from tasks.sandbox.apis import serve
from tasks.sandbox.draws import Draws
from tasks.sandbox.faults import KINDS, SCRIPT, Fault
from tasks.sandbox.standin import Sandbox, Sizes
from tasks.sandbox.world import World
from tests.tasks.sandbox.asking import ORDERS, clicks, discover, own_media, uploads, videos, youtube

VIDEOS = "/youtube/v3/videos"


def statistics(client: httpx.Client, world: World) -> httpx.Response:
    ids = ",".join(p.post_id for p in world.posts(world.now) if p.platform == "youtube" and not p.hides_likes)[:300]
    params = {"part": "snippet,statistics", "id": ids.rsplit(",", 1)[0], "key": world.secrets["youtube"]}
    return client.get(VIDEOS, params=params)


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault is called 'gremlin': use one of throttle, "):
        Fault("*", "gremlin")  # type: ignore[arg-type]  # that is what is refused


@pytest.mark.parametrize(
    ("fault", "strikes"),
    [
        (Fault("*", "server_error"), [0, 1, 2, 3, 4, 5]),
        (Fault("*", "server_error", times=2), [0, 1]),
        (Fault("*", "server_error", after=1, times=2), [1, 2]),
        (Fault("*", "server_error", every=3), [2, 5]),
        (Fault("*/playlistItems", "server_error"), []),
        (Fault("*?*key=AIza*", "server_error", times=1), [0]),
    ],
)
def test_a_fault_strikes_as_often_as_it_says(
    client: httpx.Client, world: World, sandbox: Sandbox, fault: Fault, strikes: list[int]
) -> None:
    sandbox.faults = [fault]
    answered = [statistics(client, world).status_code for _ in range(6)]
    assert [n for n, status in enumerate(answered) if status == 502] == strikes
    assert [n for n, seen in enumerate(sandbox.asked) if seen.fault] == strikes


def test_chance_strikes_the_same_requests_every_time(world: World) -> None:
    fault = Fault("*", "drop", probability=0.3)
    struck = [fault.strikes(n, world.draws) for n in range(200)]
    assert struck == [fault.strikes(n, Draws(world.seed)) for n in range(200)]
    assert 30 < sum(struck) < 90


@pytest.mark.parametrize(
    ("path", "headers", "kind", "status", "says"),
    [
        ("/instagram/v23.0/me", {}, "throttle", 403, "(#4) Application request limit reached"),
        ("/instagram/v23.0/me", {}, "expired_token", 400, '"error_subcode":463'),
        ("/tiktok/v2/user/info/", {}, "throttle", 429, "rate_limit_exceeded"),
        ("/tiktok/v2/user/info/", {}, "expired_token", 401, "access_token_invalid"),
        (VIDEOS, {}, "throttle", 403, "rateLimitExceeded"),
        (VIDEOS, {}, "quota_exceeded", 403, "quotaExceeded"),
        (VIDEOS, {}, "expired_token", 400, "API key expired"),
        ("/bitly/v4/user", {}, "throttle", 429, '"RATE_LIMIT_EXCEEDED"'),
        ("/bitly/v4/user", {}, "quota_exceeded", 429, "MONTHLY_RATE_LIMIT_EXCEEDED"),
        (ORDERS, {}, "throttle", 429, "Exceeded 2 calls per second"),
        (ORDERS, {}, "server_error", 502, "<h1>502 Bad Gateway</h1>"),
        (ORDERS, {}, "html_200", 200, "<!DOCTYPE html>"),
    ],
)
def test_each_platform_refuses_in_its_own_words(
    client: httpx.Client, sandbox: Sandbox, *, path: str, headers: dict[str, str], kind: str, status: int, says: str
) -> None:
    sandbox.faults = [Fault("*", kind)]  # type: ignore[arg-type]  # drawn from the table
    refused = client.get(path, headers=headers)
    assert refused.status_code == status
    assert says in refused.text


def test_refusals_say_how_long_to_wait(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults = [Fault("*", "quota_exceeded")]
    usage = client.get("/instagram/v23.0/me").headers["x-business-use-case-usage"]
    assert '"estimated_time_to_regain_access": 45' in usage
    shop = client.get(ORDERS).headers
    assert (shop["retry-after"], shop["x-shopify-shop-api-call-limit"]) == ("2.0", "40/40")
    assert client.get("/tiktok/v2/user/info/").headers["retry-after"] == "3600"


def test_a_server_error_of_500_is_json(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults = [Fault("*", "server_error", status=500)]
    assert client.get(ORDERS).json() == {"error": {"message": "An unexpected error has occurred."}}


def test_a_truncated_body_is_whole_http_and_broken_json(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    whole = statistics(client, world).content
    sandbox.faults = [Fault("*", "truncated")]
    cut = statistics(client, world)
    assert cut.status_code == 200
    assert whole.startswith(cut.content)
    assert int(cut.headers["content-length"]) == len(cut.content) < len(whole)
    with pytest.raises(ValueError, match=r"."):
        cut.json()


def test_counts_can_be_negative_huge_or_of_another_type(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    said = statistics(client, world).json()["items"]
    sandbox.faults = [Fault("*", "negative_count")]
    spoilt = statistics(client, world).json()["items"]
    assert spoilt[0]["statistics"]["viewCount"] == "-4"
    assert spoilt[1:] == said[1:]
    sandbox.faults = [Fault("*", "huge_count", field="likeCount")]
    assert statistics(client, world).json()["items"][0]["statistics"]["likeCount"] == str(2**63 + 5)
    sandbox.faults = [Fault("*", "changed_type")]
    assert isinstance(statistics(client, world).json()["items"][0]["statistics"]["viewCount"], int)
    account = next(a for a in world.accounts if a.token and a.platform == "tiktok")
    assert isinstance(next(videos(client, account))["view_count"], str)


def test_fields_can_be_missing_and_likes_hidden(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.faults = [Fault("*", "missing_field", field="commentCount"), Fault("*", "hidden_likes")]
    for item in statistics(client, world).json()["items"]:
        assert item["statistics"].keys() == {"viewCount", "favoriteCount"}


def test_names_and_captions_can_be_hostile(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.faults = [Fault("*", "nul_in_names"), Fault("*", "script_in_captions")]
    account = next(a for a in world.accounts if a.platform == "instagram")
    user = discover(client, world, account.first_handle).json()["business_discovery"]
    assert user["name"] == f"{account.display_name}\0\0"
    assert all(m["caption"].startswith(SCRIPT) for m in user["media"]["data"])


def test_sets_can_be_empty(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.faults = [Fault("*", "empty_set")]
    assert statistics(client, world).json()["items"] == []
    assert clicks(client, world, world.links[0].link_id)["link_clicks"] == []


def test_stale_figures_are_those_of_a_day_ago(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    fresh = statistics(client, world).json()["items"]
    sandbox.faults = [Fault("*", "stale")]
    stale = statistics(client, world).json()["items"]
    for now, before in zip(fresh, stale, strict=True):
        post = world.post("youtube", now["id"])
        assert post is not None
        assert before["statistics"]["viewCount"] == str(world.counters(post, world.now - timedelta(days=1)).views)


def test_a_page_can_name_itself_as_its_next(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.sizes = Sizes(instagram=3, tiktok=3, youtube=2, shopify=5)
    sandbox.faults = [Fault("*", "paging_loop")]
    account = next(a for a in world.accounts if a.platform == "youtube")
    playlist = {"part": "contentDetails", "playlistId": "UU" + account.account_id[2:]}
    first = youtube(client, world, "playlistItems", **playlist)
    again = youtube(client, world, "playlistItems", **playlist, pageToken=first["nextPageToken"])
    assert (again["items"], again["nextPageToken"]) == (first["items"], first["nextPageToken"])
    for pages in (own_media, videos):
        platform = "instagram" if pages is own_media else "tiktok"
        mine = next(a for a in world.accounts if a.platform == platform and a.token)
        endless = pages(client, mine)
        ids = [next(endless)["id"] for _ in range(60)]
        assert len(set(ids)) < 60
    headers = {"x-shopify-access-token": world.secrets["shopify"]}
    page = client.get(ORDERS, params={"status": "any"}, headers=headers)
    following = client.get(page.links["next"]["url"], headers=headers)
    assert following.links["next"]["url"] == page.links["next"]["url"]


def test_a_page_can_begin_with_items_of_the_page_before(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.sizes = Sizes(youtube=2)
    account = next(a for a in world.accounts if a.platform == "youtube")
    once = list(uploads(client, world, account))
    sandbox.faults = [Fault("*/playlistItems", "duplicate_page")]
    twice = list(uploads(client, world, account))
    assert len(twice) > len(once) == len(set(twice))
    assert list(dict.fromkeys(twice)) == once


def test_without_a_socket_a_hang_is_a_timeout_and_a_drop_is_a_broken_connection(
    client: httpx.Client, world: World, sandbox: Sandbox
) -> None:
    sandbox.faults = [Fault("*", "hang", times=1), Fault("*", "drop", after=1, times=1)]
    with pytest.raises(httpx.ReadTimeout):
        statistics(client, world)
    with pytest.raises(httpx.RemoteProtocolError):
        statistics(client, world)
    assert statistics(client, world).status_code == 200


def test_over_a_socket_a_hang_outlasts_the_client_and_a_drop_breaks_the_body(world: World, sandbox: Sandbox) -> None:
    sandbox.faults = [Fault("*", "hang", times=1), Fault("*", "drop", after=1, times=1)]
    started = time.monotonic()
    with serve(sandbox) as address, httpx.Client(base_url=address, timeout=0.2) as client:
        with pytest.raises(httpx.ReadTimeout):
            statistics(client, world)
        with pytest.raises(httpx.RemoteProtocolError):
            statistics(client, world)
        assert statistics(client, world).status_code == 200
    assert time.monotonic() - started < 5


def test_by_default_a_platform_throttles_a_little(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.throttle_every = 5
    statuses = [statistics(client, world).status_code for _ in range(10)]
    assert statuses == [200, 200, 200, 200, 403] * 2
    assert Sandbox(world).throttle_every


def test_every_fault_is_named_once() -> None:
    assert len(KINDS) == len(set(KINDS)) == 19
