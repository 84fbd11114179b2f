"""YouTube: channels, their uploads, and counters that are text, hidden or silently left out."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import httpx
import pytest
from pydantic import SecretStr

from tasks.sources import Account, Plan, youtube

SINCE = datetime(2026, 6, 1, tzinfo=UTC)
KEY = SecretStr("AIzaInventedKey-000000000001")
KOMARI = Account("komari_kitchen", "UCinvented00000000000001")


def plan(*accounts: Account, post_ids: tuple[str, ...] = ()) -> Plan:
    return Plan(
        date(2026, 7, 1), SINCE, datetime(2026, 7, 1, tzinfo=UTC), accounts=accounts, post_ids=post_ids, token=KEY
    )


@pytest.fixture
def api(recorded: Callable) -> Callable[[httpx.Request], httpx.Response]:
    """One channel with two videos; of the videos asked for, those that exist."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.params["key"] == KEY.get_secret_value()
        name = request.url.path.rpartition("/")[2]
        body = json.loads(recorded("youtube", {"playlistItems": "uploads"}.get(name, name)))
        if name == "channels":
            body["items"] = body["items"][:1]
        if name == "videos":
            body["items"] = [v for v in body["items"] if v["id"] in request.url.params["id"].split(",")]
        return httpx.Response(200, json=body)

    return answer


def test_a_channel_is_asked_by_id_or_handle_then_its_uploads_then_the_videos(play: Callable, api: Callable) -> None:
    played = play(youtube, plan(KOMARI), api)
    assert (played.got, played.stopped) == (1, None)
    assert played.paths == ["/youtube/v3/channels", "/youtube/v3/playlistItems", "/youtube/v3/videos"]
    channels, uploads, videos = (r.url.params for r in played.requests)
    assert (channels["id"], channels["part"]) == ("UCinvented00000000000001", "snippet,statistics,contentDetails")
    assert uploads["playlistId"] == "UUinvented00000000000001"
    assert (videos["id"], videos["part"]) == ("inv0video01,inv0video02", "snippet,statistics,contentDetails,status")
    assert all(KEY.get_secret_value() not in a.url for a in played.answers)
    by_handle = play(youtube, plan(Account("komari_kitchen")), api)
    assert by_handle.requests[0].url.params["forHandle"] == "@komari_kitchen"


def test_counts_that_come_as_text_are_numbers(play: Callable, api: Callable, relanded: Callable) -> None:
    staged = youtube.stage(relanded(play(youtube, plan(KOMARI), api).answers))
    assert staged.rejects.is_empty()
    rows = {r["post_id"]: r for r in staged.tables["staging.post_observations"].rows(named=True)}
    first = rows["inv0video01"]
    assert (first["views"], first["likes"], first["comments"], first["missing"]) == (3044859940, 1904, 132, None)


def test_hidden_counts_are_null(play: Callable, api: Callable, relanded: Callable) -> None:
    staged = youtube.stage(relanded(play(youtube, plan(KOMARI), api).answers))
    rows = {r["post_id"]: r for r in staged.tables["staging.post_observations"].rows(named=True)}
    quiet = rows["inv0video02"]
    assert (quiet["views"], quiet["likes"], quiet["comments"]) == (812, None, None)
    assert quiet["missing"] == "comments=hidden;likes=hidden"


def test_hidden_subscribers_are_null(land: Callable, recorded: Callable) -> None:
    accounts = youtube.stage([land("youtube_channels", recorded("youtube", "channels"))]).tables["staging.accounts"]
    assert accounts.select("handle", "followers", "posts", "missing").rows() == [
        ("komari_kitchen", 24300, 312, None),
        ("quiettrails", None, 1, "followers=hidden"),
    ]


def test_a_video_says_title_and_description_length_and_channel(land: Callable, recorded: Callable) -> None:
    posts = youtube.stage([land("youtube_videos", recorded("youtube", "videos"))]).tables["staging.posts"]
    first, second = posts.rows(named=True)
    assert first["caption"] == "夏の日焼け止め、本音レビュー #PR\n提供：ミナモ堂\n#朝凪UV"
    assert first["hashtags"] == "#pr #朝凪uv"
    assert (first["duration_seconds"], second["duration_seconds"]) == (1267.0, 45.0)
    assert (first["published_at"], second["published_at"]) == (
        datetime(2026, 6, 14, 9, tzinfo=UTC),
        datetime(2026, 6, 2, 9, tzinfo=UTC),
    )
    assert (first["account_id"], first["format"]) == ("UCinvented00000000000001", "video")
    assert first["permalink"] == "https://www.youtube.com/watch?v=inv0video01"


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("PT4M13S", 253.0), ("PT1H", 3600.0), ("P1DT2S", 86402.0), ("P0D", None), ("PT0S", 0.0), (None, None)],
)
def test_lengths_are_seconds(duration: str | None, seconds: float | None, land: Callable) -> None:
    body = {"kind": "youtube#videoListResponse", "items": [{"id": "v", "contentDetails": {"duration": duration}}]}
    posts = youtube.stage([land("youtube_videos", json.dumps(body).encode())]).tables["staging.posts"]
    assert posts["duration_seconds"].to_list() == [seconds]


@pytest.mark.parametrize("duration", ["PT", "P", "4:13", "PT1.5S", "PT-3S"])
def test_a_length_that_is_none_is_rejected(duration: str, land: Callable) -> None:
    body = {"kind": "youtube#videoListResponse", "items": [{"id": "v", "contentDetails": {"duration": duration}}]}
    staged = youtube.stage([land("youtube_videos", json.dumps(body).encode())])
    assert "staging.posts" not in staged.tables
    assert staged.rejects["pointer"].to_list() == ["/items/0/contentDetails/duration"]


@pytest.mark.parametrize(
    ("said", "format_"), [("none", "video"), ("live", "live"), ("upcoming", "live"), (None, "video")]
)
def test_a_premiere_is_live_and_no_video_is_guessed_to_be_a_short(
    said: str | None, format_: str, land: Callable
) -> None:
    video = {"id": "v", "snippet": {"liveBroadcastContent": said}, "contentDetails": {"duration": "PT20S"}}
    body = {"kind": "youtube#videoListResponse", "items": [video]}
    posts = youtube.stage([land("youtube_videos", json.dumps(body).encode())]).tables["staging.posts"]
    assert posts["format"].to_list() == [format_]


def test_a_video_asked_for_and_not_returned_is_gone(play: Callable, api: Callable, relanded: Callable) -> None:
    account = Account(KOMARI.handle, KOMARI.account_id, posts={"deleted0001": None})
    played = play(youtube, plan(account, post_ids=("deleted0001", "deleted0002")), api)
    # One of the two is known to be the channel's; the other is asked for on its own.
    assert played.got == 2
    staged = youtube.stage(relanded(played.answers))
    states = staged.tables["staging.post_states"].select("post_id", "availability").rows()
    assert states == [("deleted0001", "gone"), ("deleted0002", "gone")]


def test_none_of_many_returned_is_an_answer_gone_wrong(land: Callable) -> None:
    body = json.dumps({"kind": "youtube#videoListResponse", "items": []}).encode()
    staged = youtube.stage([land("youtube_videos", body, about={"ids": " ".join(f"v{n}" for n in range(12))})])
    assert staged.tables == {}
    assert staged.rejects["rule"].to_list() == ["empty_answer"]


def test_videos_are_asked_fifty_at_a_time(play: Callable, api: Callable) -> None:
    account = Account(KOMARI.handle, KOMARI.account_id, posts={f"v{n}": None for n in range(118)})
    played = play(youtube, plan(account), api)
    assert [len(r.url.params["id"].split(",")) for r in played.requests if r.url.path.endswith("/videos")] == [
        50,
        50,
        20,
    ]


def test_a_used_up_quota_stops_the_source_and_is_asked_once(play: Callable) -> None:
    said = {"error": {"code": 403, "errors": [{"domain": "youtube.quota", "reason": "quotaExceeded"}]}}
    played = play(youtube, plan(KOMARI), lambda _: httpx.Response(403, json=said))
    assert (played.stopped.reason, played.stopped.scope, len(played.requests)) == ("quota_exceeded", "source", 1)
    assert played.answers[0].about["refusal"] == "quota_exceeded"


def test_a_channel_without_uploads_is_no_gap(play: Callable, api: Callable) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("playlistItems"):
            return httpx.Response(404, json={"error": {"errors": [{"reason": "playlistNotFound"}]}})
        return api(request)

    assert play(youtube, plan(KOMARI), answer).got == 1


def test_a_channel_that_is_not_returned_is_a_gap(play: Callable) -> None:
    body = {"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}}
    assert play(youtube, plan(KOMARI), lambda _: httpx.Response(200, json=body)).got == 0


def test_videos_that_were_not_answered_are_a_gap(play: Callable, api: Callable) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if request.url.path.endswith("videos") else api(request)

    assert play(youtube, plan(KOMARI), answer).got == 0


def _uploads(ids: list[str], token: str | None, at: str = "2026-06-20T00:00:00Z") -> httpx.Response:
    items = [{"contentDetails": {"videoId": i, "videoPublishedAt": at}} for i in ids]
    more = {"nextPageToken": token} if token else {}
    return httpx.Response(200, json={"kind": "youtube#playlistItemListResponse", "items": items, **more})


@pytest.mark.parametrize(
    ("respond", "pages", "got"),
    [
        (lambda _: _uploads(["v"], "same"), 2, 0),
        (lambda n: _uploads([], f"t{n}"), 3, 0),
        (lambda n: _uploads([f"v{n}"], f"t{n}" if n < 4 else None), 4, 1),
        (lambda n: _uploads([f"v{n}"], f"t{n}", "2026-05-01T00:00:00Z"), 1, 1),
    ],
    ids=["the same token", "empty pages", "to the end", "only older ones follow"],
)
def test_uploads_are_paged_within_bounds(
    respond: Callable, pages: int, got: int, play: Callable, api: Callable
) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("playlistItems"):
            return api(request)
        asked.append(request.url.params.get("pageToken", ""))
        return respond(len(asked))

    played = play(youtube, plan(KOMARI), answer)
    assert (len(asked), played.got) == (pages, got)
