"""The stand-ins answer as the platforms do: shapes, paging, refusals, and the world's own figures."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tasks.sandbox.apis import InProcess, serve
from tasks.sandbox.cast import Account
from tasks.sandbox.standin import Sandbox, Sizes
from tasks.sandbox.world import World
from tests.tasks.sandbox.asking import (
    ORDERS,
    VIDEO,
    clicks,
    discover,
    discovered,
    insights,
    orders,
    own_media,
    uploads,
    videos,
    youtube,
)


def accounts(world: World, platform: str, *, access: bool | None = None) -> list[Account]:
    found = [a for a in world.accounts if a.platform == platform]
    return [a for a in found if access is None or (a.token is not None) == access]


# every post once, with the world's figures


def test_discovery_pages_over_every_post_once(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.sizes = Sizes(instagram=3)
    for account in accounts(world, "instagram", access=False):
        told = list(discovered(client, world, account.handle(world.now)))
        posts = world.posts_of(account, world.now)
        assert [m["id"] for m in told] == [p.post_id for p in posts]
        for media, post in zip(told, posts, strict=True):
            counted = world.counters(post, world.now)
            assert media.get("like_count") == (None if post.hides_likes else counted.likes)
            assert media["comments_count"] == counted.comments
            assert media["caption"] == post.caption
    assert len(sandbox.asked) > 3 * len(accounts(world, "instagram", access=False))


def test_own_media_page_over_every_post_once(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.sizes = Sizes(instagram=2)
    for account in accounts(world, "instagram", access=True):
        told = list(own_media(client, account))
        posts = world.posts_of(account, world.now)
        assert [m["id"] for m in told] == [p.post_id for p in posts]
        # the owner sees the likes that others do not
        assert [m["like_count"] for m in told] == [world.counters(p, world.now).likes for p in posts]


def test_videos_page_over_every_post_once(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.sizes = Sizes(tiktok=2)
    for account in accounts(world, "tiktok", access=True):
        told = list(videos(client, account))
        posts = world.posts_of(account, world.now)
        assert [v["id"] for v in told] == [p.post_id for p in posts]
        assert [v["view_count"] for v in told] == [world.counters(p, world.now).views for p in posts]
        assert all(len(v["video_description"]) <= 150 for v in told)


def test_uploads_page_over_every_video_once(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.sizes = Sizes(youtube=2)
    for account in accounts(world, "youtube"):
        ids = list(uploads(client, world, account))
        posts = world.posts_of(account, world.now)
        assert ids == [p.post_id for p in posts]
        said = youtube(client, world, "videos", part="snippet,statistics,contentDetails,status", id=",".join(ids))
        for video, post in zip(said["items"], posts, strict=True):
            counted = world.counters(post, world.now)
            assert video["statistics"]["viewCount"] == str(counted.views)
            assert video["statistics"].get("likeCount") == (None if post.hides_likes else str(counted.likes))
            assert video["statistics"].get("commentCount") == (None if post.hides_comments else str(counted.comments))


def test_orders_page_over_every_order_of_sixty_days_once(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.sizes = Sizes(shopify=30)
    told = list(orders(client, world, fields="id,created_at,test,customer"))
    recent = [o for o in world.orders(world.now) if o.ordered_at >= world.now - timedelta(days=60)]
    assert [o["id"] for o in reversed(told)] == [o.order_id for o in recent]
    assert len(recent) < len(world.orders(world.now))
    assert {name for order in told for name in order} == {"id", "created_at", "test", "customer"}
    assert any("customer" not in order for order in told)


def test_orders_changed_since_are_those_placed_refunded_or_cancelled_since(client: httpx.Client, world: World) -> None:
    since = world.now - timedelta(days=5)
    told = {o["id"]: o for o in orders(client, world, updated_at_min=since.isoformat())}
    changed = [o for o in world.orders(world.now) if o.updated_at(world.now) >= since]
    assert set(told) == {o.order_id for o in changed}
    refunded = [o for o in changed if o.refunded(world.now)]
    assert refunded
    for order in refunded:
        said = told[order.order_id]
        assert int(said["subtotal_price"]) - int(said["current_subtotal_price"]) == order.refunded(world.now)
        assert sum(int(t["amount"]) for r in said["refunds"] for t in r["transactions"]) == order.refunded(world.now)


def test_a_days_clicks_are_the_worlds_and_days_without_are_left_out(client: httpx.Client, world: World) -> None:
    for link in world.links:
        said = clicks(client, world, link.link_id)
        days = [d["date"][:10] for d in said["link_clicks"]]
        assert days == sorted(days, reverse=True)
        assert all(d["clicks"] > 0 for d in said["link_clicks"])
        told = {d["date"][:10]: d["clicks"] for d in said["link_clicks"]}
        day = world.now.astimezone(UTC).date()
        for n in range(60):
            past = day - timedelta(days=n)
            if past >= link.created_at.date():
                assert told.get(past.isoformat(), 0) == world.clicks(link, past, world.now)


def test_a_window_of_clicks_ends_where_it_was_asked_to(client: httpx.Client, world: World) -> None:
    headers = {"authorization": f"Bearer {world.secrets['bitly']}"}
    until = world.now - timedelta(days=20)
    params = {"unit": "day", "units": "3", "unit_reference": until.strftime("%Y-%m-%dT%H:%M:%S+0000")}
    for link in world.links:
        said = client.get(f"/bitly/v4/bitlinks/{link.link_id}/clicks", params=params, headers=headers)
        if link.created_at > world.now:
            continue
        assert said.json()["units"] == 3
        assert said.json()["unit_reference"] == params["unit_reference"]
        for told in said.json()["link_clicks"]:
            assert until.date() - timedelta(days=2) <= datetime.fromisoformat(told["date"]).date() <= until.date()


# what is not told


def test_insights_come_late_and_are_empty_before(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    account = accounts(world, "instagram", access=True)[0]
    post = next(p for p in world.posts_of(account, world.now) if not p.before_business)
    sandbox.move(post.insights_from - timedelta(minutes=1))
    assert insights(client, account, post.post_id, "views,reach,saved,shares").json() == {"data": []}
    sandbox.move(post.insights_from)
    told = insights(client, account, post.post_id, "views,reach,saved,shares").json()["data"]
    counted = world.counters(post, post.insights_from)
    values = {m["name"]: m["values"][0]["value"] for m in told}
    assert values == {
        "views": counted.views,
        "reach": counted.reach,
        "saved": counted.saves,
        "shares": counted.shares,
    }


def test_an_account_below_a_hundred_followers_has_no_insights(client: httpx.Client, world: World) -> None:
    small = next(a for a in world.accounts if a.tier == "tiny")
    for post in world.posts_of(small, world.now):
        assert insights(client, small, post.post_id, "reach").json() == {"data": []}


def test_a_metric_of_another_kind_of_post_kills_the_request(client: httpx.Client, world: World) -> None:
    account = accounts(world, "instagram", access=True)[0]
    posts = {p.format: p for p in world.posts_of(account, world.now) if not p.before_business}
    still = posts.get("image") or posts["carousel"]
    watched = "reach,ig_reels_video_view_total_time"
    refused = insights(client, account, still.post_id, watched)
    assert refused.status_code == 400
    assert refused.json()["error"]["message"].startswith("(#100) The Media Insights API does not support")
    assert len(insights(client, account, posts["reel"].post_id, watched).json()["data"]) == 2
    assert insights(client, account, posts["reel"].post_id, "reach,impressions").status_code == 400
    assert insights(client, account, posts["reel"].post_id, "charm").json()["error"]["code"] == 100


def test_a_post_from_before_the_business_account_is_refused_for_good(client: httpx.Client, world: World) -> None:
    post = next(p for p in world.all_posts if p.before_business)
    error = insights(client, post.account, post.post_id, "reach").json()["error"]
    assert (error["code"], error["error_subcode"]) == (100, 2108006)


def test_a_deleted_post_is_in_no_answer(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    for post in (p for p in world.all_posts if p.deleted_at):
        assert post.deleted_at is not None
        for at, there in ((post.deleted_at - timedelta(hours=1), True), (post.deleted_at, False)):
            sandbox.move(at)
            if post.platform == "instagram":
                told = {m["id"] for m in discovered(client, world, post.account.handle(at))}
            else:
                headers = {"authorization": f"Bearer {post.account.token}"}
                asked = {"filters": {"video_ids": [post.post_id]}}
                said = client.post(f"/tiktok/v2/video/query/?fields={VIDEO}", json=asked, headers=headers).json()
                told = {v["id"] for v in said["data"]["videos"]}
            assert (post.post_id in told) == there


def test_a_renamed_account_is_found_by_its_new_name_only(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    account = next(a for a in world.accounts if len(a.names) > 1)
    (_, old), (since, new) = account.names
    for at, name, other in ((since - timedelta(hours=1), old, new), (since, new, old)):
        sandbox.move(at)
        assert discover(client, world, name).json()["business_discovery"]["id"] == account.account_id
        error = discover(client, world, other).json()["error"]
        assert (error["code"], error["error_subcode"]) == (110, 2207013)
        me = client.get(
            "/instagram/v23.0/me", params={"fields": "id,user_id,username", "access_token": str(account.token)}
        ).json()
        assert (me["user_id"], me["username"]) == (account.account_id, name)
        assert me["id"] != me["user_id"]


def test_hidden_subscribers_are_told_as_zero(client: httpx.Client, world: World) -> None:
    hidden = next(a for a in world.accounts if a.hides_followers)
    said = youtube(client, world, "channels", part="statistics", forHandle=f"@{hidden.first_handle}")
    assert said["items"][0]["statistics"]["subscriberCount"] == "0"
    assert said["items"][0]["statistics"]["hiddenSubscriberCount"] is True
    open_one = next(a for a in accounts(world, "youtube") if not a.hides_followers)
    said = youtube(client, world, "channels", part="statistics", id=open_one.account_id)
    subscribers = said["items"][0]["statistics"]["subscriberCount"]
    assert int(subscribers) <= world.followers(open_one, world.now) < int(subscribers) * 1.01
    assert set(subscribers[3:]) <= {"0"}


def test_a_channel_that_is_not_there_leaves_items_out(client: httpx.Client, world: World) -> None:
    assert "items" not in youtube(client, world, "channels", part="snippet", forHandle="@nobody_demo")


def test_a_collaboration_is_on_both_accounts_under_one_id(client: httpx.Client, world: World) -> None:
    post = next(p for p in world.posts(world.now) if p.partner)
    assert post.partner is not None
    for owner in (post.account, post.partner):
        assert post.post_id in {m["id"] for m in discovered(client, world, owner.handle(world.now))}


# refusals


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "says"),
    [
        ("GET", "/instagram/v23.0/me?fields=id&access_token=stolen", {}, 400, '"code":190'),
        ("GET", "/instagram/v23.0/me?fields=id", {}, 400, '"code":104'),
        ("POST", "/tiktok/v2/video/list/?fields=id", {"authorization": "Bearer stolen"}, 401, "access_token_invalid"),
        ("GET", "/youtube/v3/videos?part=snippet&id=a&key=stolen", {}, 400, "API_KEY_INVALID"),
        ("GET", "/youtube/v3/videos?part=snippet&id=a", {}, 403, '"reason":"forbidden"'),
        ("GET", "/bitly/v4/user", {"authorization": "Bearer stolen"}, 403, "FORBIDDEN"),
        ("GET", ORDERS, {"x-shopify-access-token": "stolen"}, 401, "Invalid API key or access token"),
    ],
)
def test_a_wrong_token_is_refused(
    client: httpx.Client, method: str, path: str, *, headers: dict[str, str], status: int, says: str
) -> None:
    refused = client.request(method, path, headers=headers)
    assert refused.status_code == status
    assert says in refused.text


def test_a_creators_token_opens_only_that_creators_account(client: httpx.Client, world: World) -> None:
    mine, other = accounts(world, "instagram", access=True)[:2]
    theirs = world.posts_of(other, world.now)[0]
    refused = insights(client, mine, theirs.post_id, "reach").json()["error"]
    assert (refused["code"], refused["error_subcode"]) == (100, 33)
    assert client.get(
        f"/instagram/v23.0/{other.account_id}/media", params={"access_token": str(mine.token)}
    ).is_client_error


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/youtube/v3/videos?part=snippet&key={youtube}&id=" + ",".join(map(str, range(51))), 400),
        ("/youtube/v3/playlistItems?part=snippet&key={youtube}&playlistId=PLnothing", 404),
        ("/youtube/v3/playlistItems?part=snippet&key={youtube}&playlistId={uploads}&pageToken=%21", 400),
        ("/instagram/v23.0/{brand}?fields=business_discovery.username(x&access_token={instagram}", 400),
        ("/instagram/v23.0/{brand}?fields=charm&access_token={instagram}", 400),
        ("/nothing/here", 404),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(client: httpx.Client, world: World, path: str, status: int) -> None:
    uploads_id = "UU" + accounts(world, "youtube")[0].account_id[2:]
    asked = path.format(**world.secrets, uploads=uploads_id, brand=world.business_account_id)
    assert client.get(asked).status_code == status


def test_a_page_of_orders_takes_no_other_filter(client: httpx.Client, world: World) -> None:
    headers = {"x-shopify-access-token": world.secrets["shopify"]}
    first = client.get(ORDERS, params={"status": "any", "limit": "10"}, headers=headers)
    following = first.links["next"]["url"].removeprefix("http://sandbox.test")
    assert client.get(following, headers=headers).status_code == 200
    assert client.get(f"{following}&status=any", headers=headers).status_code == 400


def test_an_unknown_link_is_not_found_and_an_unknown_path_is_plain_text(client: httpx.Client, world: World) -> None:
    headers = {"authorization": f"Bearer {world.secrets['bitly']}"}
    assert client.get("/bitly/v4/bitlinks/bit.ly/none", headers=headers).json()["message"] == "NOT_FOUND"
    lost = client.get("/bitly/v4/nowhere", headers=headers)
    assert (lost.status_code, lost.text) == (404, "404 page not found\n")


def test_tiktok_refuses_an_unknown_field_and_too_many_videos(client: httpx.Client, world: World) -> None:
    headers = {"authorization": f"Bearer {accounts(world, 'tiktok', access=True)[0].token}"}
    for path, asked in (
        ("/tiktok/v2/video/list/?fields=id,charm", {}),
        ("/tiktok/v2/video/list/?fields=id", {"max_count": 21}),
        ("/tiktok/v2/video/query/?fields=id", {"filters": {"video_ids": [str(n) for n in range(21)]}}),
    ):
        said = client.post(path, json=asked, headers=headers)
        assert (said.status_code, said.json()["error"]["code"]) == (400, "invalid_params")


# over a socket


def test_a_served_sandbox_answers_like_one_without_a_socket(world: World, sandbox: Sandbox) -> None:
    account = accounts(world, "instagram", access=False)[0]
    with serve(sandbox) as address, httpx.Client(base_url=address) as served:
        over = discover(served, world, account.first_handle)
        headers = {"x-shopify-access-token": world.secrets["shopify"]}
        page = served.get(ORDERS, params={"status": "any", "limit": "5"}, headers=headers)
        assert page.links["next"]["url"].startswith(f"{address}/shopify/")
    with httpx.Client(transport=InProcess(sandbox), base_url="http://sandbox.test") as without:
        assert over.json() == discover(without, world, account.first_handle).json()
    assert over.headers["date"] == "Mon, 27 Jul 2026 21:00:00 GMT"
    with pytest.raises(httpx.ConnectError), httpx.Client(base_url=address) as gone:
        gone.get("/youtube/v3/videos")


def test_time_is_told_by_the_sandbox(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    account = accounts(world, "youtube")[0]
    sandbox.move(world.begins_at)
    assert (
        youtube(client, world, "playlistItems", part="snippet", playlistId="UU" + account.account_id[2:])["items"] == []
    )
    with pytest.raises(ValueError, match="no timezone"):
        sandbox.move(datetime(2026, 7, 1))  # noqa: DTZ001  # that is what is refused
