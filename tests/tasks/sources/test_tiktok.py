"""TikTok: a creator's videos by the creator's own token, and what the API leaves unsaid."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import httpx
import pytest
from pydantic import SecretStr

from tasks.http import client_for
from tasks.sources import Account, Plan, tiktok

SINCE = datetime(2026, 6, 1, tzinfo=UTC)
TOKEN = SecretStr("act.invented-creator-token")
OLD = "7400000000000000090"


def plan(*accounts: Account) -> Plan:
    return Plan(date(2026, 7, 1), SINCE, datetime(2026, 7, 1, tzinfo=UTC), accounts=accounts)


def video(number: int, at: int = 1782000000, **more: object) -> dict[str, object]:
    return {"id": str(7400000000000000000 + number), "create_time": at, "view_count": 10, **more}


def page(videos: list[dict[str, object]], cursor: int, *, has_more: bool = True) -> httpx.Response:
    told = {"videos": videos, "cursor": cursor, "has_more": has_more}
    return httpx.Response(200, json={"data": told, "error": {"code": "ok", "message": "", "log_id": "x"}})


@pytest.fixture
def creator(recorded: Callable) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == f"Bearer {TOKEN.get_secret_value()}"
        name = {"/v2/user/info/": "user", "/v2/video/list/": "videos", "/v2/video/query/": "query"}[request.url.path]
        return httpx.Response(200, content=recorded("tiktok", name))

    return answer


def test_a_creators_figures_are_read(play: Callable, creator: Callable, relanded: Callable) -> None:
    played = play(tiktok, plan(Account("mame_daifuku", token=TOKEN)), creator)
    assert (played.got, played.stopped) == (1, None)
    assert [(r.method, r.url.path) for r in played.requests] == [("GET", "/v2/user/info/"), ("POST", "/v2/video/list/")]
    assert json.loads(played.requests[1].content) == {"max_count": 20}
    staged = tiktok.stage(relanded(played.answers))
    assert staged.rejects.is_empty()
    account = staged.tables["staging.accounts"].row(0, named=True)
    assert (account["account_id"], account["handle"], account["followers"], account["following"], account["posts"]) == (
        "-000invented-open-id-1",
        "mame_daifuku",
        31800,
        120,
        96,
    )
    rows = staged.tables["staging.post_observations"].rows(named=True)
    assert [(r["post_id"], r["views"], r["likes"], r["comments"], r["shares"], r["reach"]) for r in rows] == [
        ("7400000000000000101", 48210, 3120, 88, 140, None),
        ("7400000000000000102", 1, 17, 0, 0, None),
    ]
    assert {r["missing"] for r in rows} == {"reach=not_reported;saves=not_reported"}
    post = staged.tables["staging.posts"].row(0, named=True)
    assert post["published_at"] == datetime(2026, 6, 11, 11, tzinfo=UTC)
    assert (post["format"], post["duration_seconds"], post["account_id"]) == ("video", 34.0, "-000invented-open-id-1")


def test_no_secret_is_landed(play: Callable, creator: Callable) -> None:
    played = play(tiktok, plan(Account("mame_daifuku", token=TOKEN)), creator)
    assert all(TOKEN.get_secret_value() not in repr(answer) for answer in played.answers)


def test_a_creator_without_a_token_is_expected_and_not_got(play: Callable, creator: Callable) -> None:
    asked = plan(Account("mame_daifuku", token=TOKEN), Account("no_token"))
    assert sum(shard.expected for shard in tiktok.shards(asked)) == 2
    assert play(tiktok, asked, creator).got == 1
    with client_for(tiktok, asked, transport=httpx.MockTransport(creator)) as client:
        assert [(r.reason, r.message[:9]) for r in tiktok.probe(client, asked)] == [("no_access", "@no_token")]


def test_known_videos_that_are_not_returned_are_gone(play: Callable, creator: Callable, relanded: Callable) -> None:
    posts = dict.fromkeys(["7400000000000000101", OLD, "7400000000000000007"])
    played = play(tiktok, plan(Account("mame_daifuku", token=TOKEN, posts=posts)), creator)
    assert json.loads(played.requests[-1].content) == {"filters": {"video_ids": [OLD, "7400000000000000007"]}}
    staged = tiktok.stage(relanded(played.answers))
    assert staged.tables["staging.post_states"]["post_id"].to_list() == ["7400000000000000007"]
    old = staged.tables["staging.post_observations"].row(-1, named=True)
    assert (old["post_id"], old["shares"], old["missing"]) == (
        OLD,
        None,
        "reach=not_reported;saves=not_reported;shares=not_reported",
    )


def test_known_videos_are_asked_twenty_at_a_time(play: Callable, creator: Callable) -> None:
    account = Account("mame_daifuku", token=TOKEN, posts=dict.fromkeys(str(n) for n in range(45)))
    played = play(tiktok, plan(account), creator)
    asked = [json.loads(r.content)["filters"]["video_ids"] for r in played.requests if r.url.path.endswith("/query/")]
    assert [len(ids) for ids in asked] == [20, 20, 5]


def test_none_of_many_returned_is_an_answer_gone_wrong(land: Callable) -> None:
    body = json.dumps({"data": {"videos": []}, "error": {"code": "ok"}}).encode()
    staged = tiktok.stage([land("tiktok_query", body, about={"ids": " ".join(str(n) for n in range(10))})])
    assert staged.tables == {}
    assert staged.rejects["rule"].to_list() == ["empty_answer"]


@pytest.mark.parametrize(("length", "is_cut"), [(149, False), (150, True), (400, True)])
def test_a_description_of_150_characters_may_be_cut(length: int, is_cut: bool, land: Callable) -> None:  # noqa: FBT001 - a drawn column
    body = json.dumps(
        {"data": {"videos": [video(1, video_description="あ" * length)]}, "error": {"code": "ok"}}
    ).encode()
    assert tiktok.stage([land("tiktok_videos", body)]).tables["staging.posts"]["caption_is_truncated"].to_list() == [
        is_cut
    ]
    research = tiktok.stage([land("tiktok_research_videos", body)])
    assert research.tables["staging.posts"]["caption_is_truncated"].to_list() == [False]


def test_ids_are_exact_whether_text_or_number(land: Callable, recorded: Callable) -> None:
    staged = tiktok.stage([land("tiktok_research_videos", recorded("tiktok", "research_videos"))])
    assert staged.tables["staging.posts"]["post_id"].to_list() == ["7320000000000000271"]
    assert staged.tables["staging.posts"]["account_id"].to_list() == [None]
    body = b'{"data":{"videos":[{"id":7.320000000000000271e18,"view_count":1}]},"error":{"code":"ok"}}'
    broken = tiktok.stage([land("tiktok_videos", body)])
    assert broken.tables == {}
    assert set(broken.rejects["pointer"]) == {"/data/videos/0/id"}


def _walk(play: Callable, creator: Callable, pages: list[httpx.Response]) -> object:
    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/list/"):
            return creator(request)
        return pages.pop(0) if len(pages) > 1 else pages[0]

    return play(tiktok, plan(Account("mame_daifuku", token=TOKEN)), answer)


def test_paging_follows_the_cursor_until_only_older_videos_follow(play: Callable, creator: Callable) -> None:
    pages = [page([video(3), video(2)], 1782000000000), page([video(1, at=1770000000)], 1770000000000), page([], 1)]
    played = _walk(play, creator, pages)
    assert played.got == 1
    assert [json.loads(r.content).get("cursor") for r in played.requests[1:]] == [None, 1782000000000]


def test_a_pinned_old_video_does_not_end_the_walk(play: Callable, creator: Callable) -> None:
    pages = [page([video(1, at=1770000000), video(3)], 1782000000000), page([video(2)], 1781000000000, has_more=False)]
    assert len(_walk(play, creator, pages).requests) == 3


def test_a_page_shorter_than_asked_is_followed_while_more_is_promised(play: Callable, creator: Callable) -> None:
    pages = [page([video(3)], 30), page([], 20), page([video(2)], 10, has_more=False)]
    played = _walk(play, creator, pages)
    assert (played.got, len(played.requests)) == (1, 4)


@pytest.mark.parametrize(
    ("pages", "requests"),
    [([page([video(3)], 30)], 2), ([page([], 1), page([], 2), page([], 3), page([], 4)], 3)],
    ids=["the same cursor", "empty pages"],
)
def test_paging_that_never_ends_is_cut_off(
    pages: list[httpx.Response], requests: int, play: Callable, creator: Callable
) -> None:
    played = _walk(play, creator, list(pages))
    assert (played.got, len(played.requests)) == (0, 1 + requests)


def test_a_cursor_that_the_server_forgot_is_taken_up_again_smaller(play: Callable, creator: Callable) -> None:
    forgot = httpx.Response(400, json={"error": {"code": "invalid_params", "message": "Invalid count or cursor"}})
    pages = [page([video(3), video(2, at=1781500000)], 99), forgot, page([video(1)], 5, has_more=False)]
    played = _walk(play, creator, pages)
    assert played.got == 1
    assert json.loads(played.requests[-1].content) == {"max_count": 10, "cursor": 1781500000000}


def test_a_dead_token_stops_that_creator_alone(play: Callable, creator: Callable) -> None:
    dead = SecretStr("act.invented-dead-token")

    def answer(request: httpx.Request) -> httpx.Response:
        if dead.get_secret_value() in request.headers["authorization"]:
            return httpx.Response(401, json={"error": {"code": "access_token_invalid", "message": "expired"}})
        return creator(request)

    played = play(tiktok, plan(Account("a_dead", token=dead), Account("mame_daifuku", token=TOKEN)), answer)
    assert (played.got, played.stopped) == (1, None)


def test_a_refusal_inside_http_200_gives_no_rows(land: Callable) -> None:
    body = json.dumps({"data": {"videos": []}, "error": {"code": "scope_not_authorized", "message": "no"}}).encode()
    staged = tiktok.stage([land("tiktok_query", body, about={"ids": "1 2"})])
    assert (staged.tables, staged.rejects.height) == ({}, 0)


def test_control_characters_in_names_are_taken_out(land: Callable) -> None:
    user = {"open_id": "o1", "username": "Neko\u0000\u0000４", "display_name": "ね\u0000こ", "follower_count": 3}
    staged = tiktok.stage([land("tiktok_user", json.dumps({"data": {"user": user}, "error": {"code": "ok"}}).encode())])
    account = staged.tables["staging.accounts"].row(0, named=True)
    assert (account["handle"], account["display_name"]) == ("neko4", "ねこ")
    assert account["missing"] == "following=not_reported;posts=not_reported"
