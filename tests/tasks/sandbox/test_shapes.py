"""The stand-ins' answers have the keys and types of the platforms' recorded answers."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tasks.sandbox.cast import Account
from tasks.sandbox.faults import Fault
from tasks.sandbox.standin import Sandbox, Sizes
from tasks.sandbox.world import World
from tests.tasks.sandbox.asking import MEDIA, clicks, discover, insights, orders, structure, uploads, youtube

RECORDED = Path("../shared/data/recorded")
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="../shared/data is not here")


def body(name: str) -> Any:
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def accounts(world: World, platform: str, *, access: bool | None = None) -> list[Account]:
    found = [a for a in world.accounts if a.platform == platform]
    return [a for a in found if access is None or (a.token is not None) == access]


def agrees(ours: Any, theirs: Any, *, without: tuple[str, ...] = ()) -> set[str]:
    """Keys that both have and that differ in type; fails on a key of ours that the recorded body lacks."""
    mine, real = structure(ours), structure(theirs)
    strange = {k for k in mine if k not in real and not any(w in k for w in without)}
    assert not strange, strange
    return {k for k in mine.keys() & real.keys() if mine[k] != real[k]}


@recorded
def test_discovery_has_the_recorded_shape(client: httpx.Client, world: World) -> None:
    ours = discover(client, world, accounts(world, "instagram", access=False)[0].first_handle).json()
    theirs = body("instagram/discovery_medias_p1.json")
    theirs["business_discovery"] |= body("instagram/discovery_user_fields.json")["business_discovery"]
    assert not agrees(ours, theirs, without=("follows_count", "media_product_type"))


@recorded
def test_own_media_have_the_recorded_shape(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.sizes = Sizes(instagram=2)
    account = accounts(world, "instagram", access=True)[0]
    params = {"fields": MEDIA, "access_token": str(account.token)}
    ours = client.get(f"/instagram/v23.0/{account.account_id}/media", params=params).json()
    theirs = body("instagram/users_medias_p1.json")
    assert not agrees(ours, theirs, without=("caption", "media_product_type"))
    assert set(structure(theirs["paging"])) == set(structure(ours["paging"]))


@recorded
def test_insights_have_the_recorded_shape(client: httpx.Client, world: World) -> None:
    account = accounts(world, "instagram", access=True)[0]
    post = world.posts_of(account, world.now - timedelta(days=3))[0]
    ours = insights(client, account, post.post_id, "views,reach,saved").json()
    theirs = body("instagram/medias_insights.json")
    assert structure(ours) == structure(theirs)


@recorded
def test_youtube_has_the_recorded_shapes(client: httpx.Client, world: World) -> None:
    account = accounts(world, "youtube")[0]
    ours = youtube(client, world, "channels", part="snippet,statistics", id=account.account_id)
    assert not agrees(ours, body("youtube/channel_info_single.json"))
    page = youtube(client, world, "playlistItems", part="snippet", playlistId="UU" + account.account_id[2:])
    assert not agrees(page, body("youtube/playlist_items_playlist_items_paged_1.json"), without=("nextPageToken",))
    ids = ",".join(uploads(client, world, account))
    video = youtube(client, world, "videos", part="snippet,statistics,contentDetails,status", id=ids)
    assert not agrees(video["items"], [body("youtube/video_info.json")], without=("madeForKids",))
    envelope = {name: value for name, value in video.items() if name != "items"}
    assert not agrees(envelope, body("youtube/videos_videos_info_multi.json"))


@recorded
def test_clicks_have_the_recorded_shape(client: httpx.Client, world: World) -> None:
    ours = clicks(client, world, world.links[0].link_id)
    assert structure(ours) == structure(body("bitly/clicks.json")["clicks"])


@recorded
def test_orders_have_the_recorded_shape(client: httpx.Client, world: World) -> None:
    said = next(o for o in orders(client, world) if "customer" in o and o["landing_site"])
    ours, theirs = structure(said), structure(body("shopify/orders.json")["orders"][0])
    differing = {k for k in ours.keys() & theirs.keys() if "null" not in (ours[k], theirs[k]) and ours[k] != theirs[k]}
    assert not differing
    assert len(ours.keys() & theirs.keys()) > 40


@recorded
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("instagram_deleted_or_no_permission_100_33", "gone"),
        ("instagram_media_posted_before_business_100_2108006", "before"),
        ("instagram_rate_limit_app_code4", "throttle"),
    ],
)
def test_refusals_have_the_recorded_shape(
    client: httpx.Client, world: World, sandbox: Sandbox, name: str, kind: str
) -> None:
    before = next(p for p in world.all_posts if p.before_business)
    if kind == "throttle":
        sandbox.faults = [Fault("/instagram/*", "throttle")]
    post_id = "1" if kind == "gone" else before.post_id
    ours = insights(client, before.account, post_id, "reach").json()
    assert structure(ours) == structure(body(f"errors/{name}.json")["body"])
