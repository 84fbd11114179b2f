"""Instagram: what is asked of whom, and what its answers tell."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import httpx
import polars as pl
import pytest
from pydantic import SecretStr

from tasks.http import client_for
from tasks.sources import Account, Plan, instagram

SINCE = datetime(2026, 6, 1, tzinfo=UTC)
UNTIL = datetime(2026, 7, 1, tzinfo=UTC)
TOKEN = SecretStr("EAAinvented-brand-token")
CREATORS = SecretStr("IGQinvented-creator-token")


def plan(*accounts: Account, token: SecretStr | None = TOKEN, **options: str) -> Plan:
    told = {"business_account_id": "17841400000000000", **options}
    return Plan(date(2026, 7, 1), SINCE, UNTIL, accounts=accounts, options=told, token=token)


def observed(frames: object) -> dict[str, dict[str, object]]:
    rows = frames.tables["staging.post_observations"].iter_rows(named=True)  # type: ignore[attr-defined]
    return {row["post_id"]: row for row in rows}


# -- discovery ------------------------------------------------------------------------------------------------------


def test_discovery_pages_inside_the_field_expression(play: Callable, recorded: Callable, relanded: Callable) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = "discovery_next" if ".after(" in request.url.params["fields"] else "discovery_first"
        return httpx.Response(200, content=recorded("instagram", page))

    played = play(instagram, plan(Account("hana_no_sumika")), answer)
    assert (played.got, played.stopped) == (1, None)
    first, second = (r.url.params["fields"] for r in played.requests)
    assert first.startswith("business_discovery.username(hana_no_sumika){id,username,name,followers_count,")
    assert (
        ",media.limit(50){id,username,caption,media_type,media_product_type,timestamp,like_count,comments_count,permalink}}"
        in first
    )
    assert ",media.after(QVFIUm5leHQtMDAwMQZDZD).limit(50){" in second
    assert {r.url.path for r in played.requests} == {"/v23.0/17841400000000000"}
    assert all(TOKEN.get_secret_value() not in a.url for a in played.answers)

    staged = instagram.stage(relanded(played.answers))
    assert staged.rejects.is_empty()
    account = staged.tables["staging.accounts"].row(0, named=True)
    assert (account["handle"], account["followers"], account["following"], account["posts"]) == (
        "hana_no_sumika",
        18240,
        612,
        3,
    )
    assert account["display_name"] == "はな｜花のすみか"
    assert staged.tables["staging.accounts"].height == 1


def test_hidden_likes_are_null_and_no_likes_are_zero(land: Callable, recorded: Callable) -> None:
    pages = [
        land("instagram_discovery", recorded("instagram", f"discovery_{p}"), line=n)
        for n, p in enumerate(["first", "next"])
    ]
    rows = observed(instagram.stage(pages))
    assert [rows[f"1790000000000000{n}"]["likes"] for n in (1, 2, 3)] == [874, None, 0]
    assert rows["17900000000000001"]["missing"] == "reach=no_access;saves=no_access;shares=no_access;views=no_access"
    assert rows["17900000000000002"]["missing"].startswith("likes=hidden;reach=no_access")


def test_discovery_tells_what_a_post_is(land: Callable, recorded: Callable) -> None:
    staged = instagram.stage([land("instagram_discovery", recorded("instagram", "discovery_first"))])
    post = staged.tables["staging.posts"].row(0, named=True)
    assert post["published_at"] == datetime(2026, 6, 10, 11, 5, 28, tzinfo=UTC)
    assert post["account_id"] == "17841400000000101"
    assert (post["format"], post["paid_label"], post["caption_is_truncated"]) == ("carousel", "unknown", False)
    assert post["hashtags"] == "#pr #朝凪uv"
    assert post["pointer"] == "/business_discovery/media/data/0"
    assert staged.tables["staging.posts"]["format"].to_list() == ["carousel", "reel"]


@pytest.mark.parametrize("handle", ["a){id},x", "has space", "ａbc", "", "x" * 31])
def test_a_name_that_cannot_exist_is_not_put_into_a_question(handle: str, play: Callable) -> None:
    played = play(instagram, plan(Account(handle)), lambda _: httpx.Response(200, json={}))
    assert (played.requests, played.got) == ([], 0)


def test_an_unknown_account_stops_only_itself(play: Callable, recorded: Callable) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "(aa_gone)" in request.url.params["fields"]:
            return httpx.Response(
                400, json={"error": {"code": 110, "error_subcode": 2207013, "message": "Invalid user id"}}
            )
        return httpx.Response(200, content=recorded("instagram", "discovery_next"))

    played = play(instagram, plan(Account("aa_gone"), Account("hana_no_sumika")), answer)
    assert (played.got, played.stopped) == (1, None)
    assert [a.about.get("refusal") for a in played.answers] == ["unknown_account", None]


def test_a_brand_token_that_ended_stops_the_source(play: Callable) -> None:
    played = play(instagram, plan(Account("hana")), lambda _: httpx.Response(400, json={"error": {"code": 190}}))
    assert (played.stopped.reason, played.stopped.scope) == ("bad_token", "source")
    assert len(played.answers) == 1


def test_without_a_brand_token_discovery_says_what_to_set(play: Callable) -> None:
    played = play(instagram, plan(Account("hana"), token=None), lambda _: httpx.Response(200, json={}))
    assert (played.stopped.reason, played.requests) == ("no_access", [])


def _page(
    ids: list[int], after: str | None, *, since: str = "2026-06-20T00:00:00+0000", count: int = 9
) -> httpx.Response:
    data = [{"id": str(i), "timestamp": since, "media_type": "IMAGE"} for i in ids]
    paging = {"cursors": {"after": after}} if after else {}
    return httpx.Response(
        200, json={"business_discovery": {"id": "5", "media_count": count, "media": {"data": data, "paging": paging}}}
    )


@pytest.mark.parametrize(
    ("respond", "requests"),
    [
        (lambda n: _page([n], "same"), 2),
        (lambda n: _page([], f"c{n}"), 3),
        (lambda n: _page([n], f"c{n}"), 200),
        (lambda n: _page([n], "a){evil}"), 1),
    ],
    ids=["the same cursor", "empty pages", "no end", "a cursor that would change the question"],
)
def test_paging_that_never_ends_is_cut_off(respond: Callable, requests: int, play: Callable) -> None:
    asked: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        asked.append(1)
        return respond(len(asked))

    played = play(instagram, plan(Account("hana")), answer)
    assert (len(played.requests), played.got, played.stopped) == (requests, 0, None)
    assert played.answers[-1].about["refusal"] == "paging_loop"


def test_paging_stops_where_only_older_posts_follow(play: Callable) -> None:
    pages = {0: _page([1, 2], "c1"), 1: _page([3], "c2", since="2026-05-20T00:00:00+0000")}
    asked: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        asked.append(1)
        return pages[len(asked) - 1]

    played = play(instagram, plan(Account("hana")), answer)
    assert (played.got, len(played.requests)) == (1, 2)


def test_a_known_post_that_the_list_has_lost_is_gone(play: Callable, relanded: Callable) -> None:
    known = {"2": datetime(2026, 6, 25, tzinfo=UTC), "9": datetime(2026, 6, 22, tzinfo=UTC), "8": SINCE, "7": None}
    old = "2026-06-10T00:00:00+0000"
    answers = [_page([1, 2], "c1"), _page([3], "c2", since="2026-05-31T00:00:00+0000")]
    answers[0] = _page([1, 2], "c1", since=old)
    played = play(instagram, plan(Account("hana", posts=known)), lambda _: answers.pop(0))
    states = instagram.stage(relanded(played.answers)).tables["staging.post_states"]
    # 7 has no date, so it may be older than what was walked: nothing is said of it.
    assert states.select("post_id", "availability").rows() == [("9", "gone"), ("8", "gone")]


def test_an_empty_list_of_an_account_with_posts_tells_nothing_of_them(play: Callable, relanded: Callable) -> None:
    account = Account("hana", posts={"9": datetime(2026, 6, 22, tzinfo=UTC)})
    lying = play(instagram, plan(account), lambda _: _page([], None, count=12))
    assert "staging.post_states" not in instagram.stage(relanded(lying.answers)).tables
    emptied = play(instagram, plan(account), lambda _: _page([], None, count=0))
    assert instagram.stage(relanded(emptied.answers)).tables["staging.post_states"]["post_id"].to_list() == ["9"]


# -- creators who gave access ---------------------------------------------------------------------------------------


@pytest.fixture
def creator(recorded: Callable) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "graph.instagram.com"
        assert request.url.params["access_token"] == CREATORS.get_secret_value()
        path = request.url.path.removeprefix("/v23.0")
        match path.strip("/").split("/"):
            case ["me"]:
                return httpx.Response(200, content=recorded("instagram", "account"))
            case ["17841400000000202", "media"]:
                return httpx.Response(200, content=recorded("instagram", "media"))
            case ["17900000000000021", "insights"]:
                return httpx.Response(200, content=recorded("instagram", "insights_reel"))
            case [_, "insights"]:
                return httpx.Response(200, content=recorded("instagram", "insights_empty"))
            case _:
                return httpx.Response(400, content=recorded("instagram", "error_gone"))

    return answer


def test_media_and_insights_make_one_observation(play: Callable, creator: Callable, relanded: Callable) -> None:
    played = play(instagram, plan(Account("sora.to.umi", token=CREATORS)), creator)
    assert (played.got, played.stopped) == (1, None)
    staged = instagram.stage(relanded(played.answers))
    assert staged.rejects.is_empty()
    rows = observed(staged)
    assert set(rows) == {"17900000000000021", "17900000000000022"}
    reel = rows["17900000000000021"]
    assert {m: reel[m] for m in ("views", "reach", "saves", "shares", "likes", "comments", "watch_seconds")} == {
        "views": 24810,
        "reach": 19344,
        "saves": 412,
        "shares": 96,
        "likes": 1203,
        "comments": 58,
        "watch_seconds": 118250,
    }
    assert (reel["missing"], reel["landed_id"].split("#")[1], reel["detail_landed_id"].split("#")[1]) == (
        None,
        "3",
        "4",
    )


def test_an_empty_set_of_insights_is_unknown_and_not_zero(
    play: Callable, creator: Callable, relanded: Callable
) -> None:
    played = play(instagram, plan(Account("sora.to.umi", token=CREATORS)), creator)
    still = observed(instagram.stage(relanded(played.answers)))["17900000000000022"]
    assert [still[m] for m in ("views", "reach", "saves", "shares", "likes")] == [None] * 5
    assert still["missing"] == (
        "likes=hidden;reach=not_reported;saves=not_reported;shares=not_reported;views=not_reported"
    )
    assert still["detail_landed_id"] is None


def test_each_kind_of_post_is_asked_what_it_can_answer(play: Callable, creator: Callable) -> None:
    played = play(instagram, plan(Account("sora.to.umi", token=CREATORS)), creator)
    asked = {
        r.url.path.split("/")[2]: r.url.params["metric"] for r in played.requests if r.url.path.endswith("insights")
    }
    assert asked == {
        "17900000000000021": "views,reach,saved,shares,ig_reels_video_view_total_time",
        "17900000000000022": "views,reach,saved,shares",
    }


def test_a_known_post_that_the_platform_denies_is_gone(play: Callable, creator: Callable, relanded: Callable) -> None:
    posts = {"17900000000000009": datetime(2026, 6, 20, tzinfo=UTC)}
    played = play(instagram, plan(Account("sora.to.umi", token=CREATORS, posts=posts)), creator)
    assert played.got == 1
    staged = instagram.stage(relanded(played.answers))
    assert staged.tables["staging.post_states"]["post_id"].to_list() == ["17900000000000009"]
    assert staged.rejects.is_empty()


def test_one_unsupported_metric_does_not_cost_the_others(
    play: Callable, creator: Callable, recorded: Callable, relanded: Callable
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("insights"):
            return creator(request)
        metrics = request.url.params["metric"].split(",")
        if "views" in metrics:
            return httpx.Response(400, content=recorded("instagram", "error_unsupported_metric"))
        told = [{"name": m, "period": "lifetime", "values": [{"value": 7}]} for m in metrics]
        return httpx.Response(200, json={"data": told})

    played = play(instagram, plan(Account("sora.to.umi", token=CREATORS)), answer)
    staged = instagram.stage(relanded(played.answers))
    row = observed(staged)["17900000000000022"]
    assert [row[m] for m in ("views", "reach", "saves", "shares")] == [None, 7, 7, 7]
    assert row["missing"] == "likes=hidden;views=not_reported"
    assert staged.rejects.is_empty()


@pytest.mark.parametrize(
    ("error", "missing", "gone"),
    [
        ("error_before_business", "reach=not_reported;views=not_reported", 0),
        ("error_gone", "reach=not_reported;views=not_reported", 1),
        ("error_limit", None, 0),
    ],
)
def test_refused_insights_leave_the_post_its_other_figures(
    error: str, missing: str | None, gone: int, land: Callable, recorded: Callable
) -> None:
    medium = {"id": "1", "timestamp": "2026-06-01T00:00:00+0000", "like_count": 5, "comments_count": 1}
    staged = instagram.stage(
        [
            land("instagram_media", json.dumps({"data": [medium]}).encode()),
            land(
                "instagram_insights",
                recorded("instagram", error),
                status=400,
                about={"post_id": "1", "metrics": "views reach"},
                line=3,
            ),
        ]
    )
    row = observed(staged)["1"]
    assert (row["likes"], row["comments"], row["views"], row["missing"]) == (5, 1, None, missing)
    assert staged.tables.get("staging.post_states", pl.DataFrame()).height == gone
    assert staged.rejects.is_empty()


def test_a_creators_dead_token_stops_that_creator_alone(play: Callable, creator: Callable) -> None:
    dead = SecretStr("IGQinvented-dead-token")

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params["access_token"] == dead.get_secret_value():
            return httpx.Response(400, json={"error": {"code": 190, "message": "Session has expired"}})
        return creator(request)

    accounts = (Account("aa_dead", token=dead), Account("sora.to.umi", token=CREATORS))
    played = play(instagram, plan(*accounts), answer)
    assert (played.got, played.stopped) == (1, None)


def test_the_brands_token_never_reaches_a_creators_address(play: Callable, creator: Callable) -> None:
    played = play(instagram, plan(Account("sora.to.umi", token=CREATORS)), creator)
    assert played.requests
    assert all(TOKEN.get_secret_value() not in str(r.url) for r in played.requests)


def test_creators_with_access_are_asked_first_and_in_parts_of_fifty() -> None:
    accounts = [Account(f"a{n:03d}", token=CREATORS if n % 2 else None) for n in range(120)]
    parts = instagram.shards(plan(*accounts))
    assert [(s.name.rsplit("-", 1)[0], s.expected) for s in parts] == [
        ("access-01", 50),
        ("access-02", 10),
        ("discovery-01", 50),
        ("discovery-02", 10),
    ]
    assert instagram.shards(plan(*reversed(accounts))) == parts


# -- values that are not what they should be --------------------------------------------------------------------------


@pytest.mark.parametrize("likes", ['"abc"', "1.5", "true", "[]", "9223372036854775808", '""'])
def test_a_value_that_is_no_count_is_rejected_by_name(likes: str, land: Callable) -> None:
    body = f'{{"data":[{{"id":"1","timestamp":1780272000,"like_count":{likes}}},{{"id":"2","like_count":3}}]}}'
    staged = instagram.stage([land("instagram_media", body.encode())])
    assert list(observed(staged)) == ["2"]
    assert staged.tables["staging.posts"]["post_id"].to_list() == ["1", "2"]
    reject = staged.rejects.row(0, named=True)
    assert (reject["table_name"], reject["rule"]) == ("staging.post_observations", "unreadable_value")
    assert reject["pointer"] == "/data/0/like_count"
    assert reject["reason"].startswith("like_count is ")
    assert reject["reason"].endswith("a whole number below 2^63 would do")
    assert json.loads(reject["raw"])["id"] == "1"


@pytest.mark.parametrize(
    ("likes", "read"), [("-4", -4), ('"12"', 12), ("12.0", 12), ("9223372036854775807", 2**63 - 1)]
)
def test_what_can_be_read_is_passed_on_for_the_gate_to_judge(likes: str, read: int, land: Callable) -> None:
    body = f'{{"data":[{{"id":"1","like_count":{likes}}}]}}'
    assert observed(instagram.stage([land("instagram_media", body.encode())]))["1"]["likes"] == read


def test_a_broken_time_costs_the_post_row_and_not_its_counters(land: Callable) -> None:
    body = b'{"data":[{"id":"1","timestamp":"2026-06-01T00:00:00","like_count":3}]}'
    staged = instagram.stage([land("instagram_media", body)])
    assert list(observed(staged)) == ["1"]
    assert "staging.posts" not in staged.tables
    assert staged.rejects["pointer"].to_list() == ["/data/0/timestamp"]


def test_hostile_text_is_cleaned_and_links_that_run_are_dropped(land: Callable) -> None:
    medium = {
        "id": "1",
        "caption": "<script>alert(1)</script>\u0000\u202eevil #朝凪ＵＶ \ud83d",
        "permalink": "javascript:alert(1)",
        "media_type": {"x": 1},
    }
    staged = instagram.stage([land("instagram_media", json.dumps({"data": [medium]}).encode())])
    post = staged.tables["staging.posts"].row(0, named=True)
    assert post["caption"] == "<script>alert(1)</script>evil #朝凪ＵＶ \ufffd"
    assert (post["hashtags"], post["permalink"], post["format"]) == ("#朝凪uv", None, "unknown")


def test_figures_of_an_account_are_not_taken_for_a_posts(land: Callable) -> None:
    day = {
        "name": "reach",
        "period": "day",
        "values": [{"value": 3, "end_time": "2026-05-04T07:00:00+0000"}],
        "id": "178/insights/reach/day",
    }
    staged = instagram.stage([land("instagram_insights", json.dumps({"data": [day]}).encode())])
    assert (staged.tables, staged.rejects.height) == ({}, 0)


def test_each_token_is_tried_once(play: Callable) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        ended = request.url.params["access_token"] == CREATORS.get_secret_value()
        return httpx.Response(400, json={"error": {"code": 190}}) if ended else httpx.Response(200, json={"id": "1"})

    asked = plan(Account("hana"), Account("sora.to.umi", token=CREATORS))
    with client_for(instagram, asked, transport=httpx.MockTransport(answer)) as client:
        refused = instagram.probe(client, asked)
    assert [r.reason for r in refused] == ["bad_token"]
    assert refused[0].message.startswith("@sora.to.umi: ")
