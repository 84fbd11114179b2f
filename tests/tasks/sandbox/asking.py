"""Asks the stand-ins with plain httpx, as any client would, to the end of every list."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tasks.sandbox.cast import Account
from tasks.sandbox.world import World

MEDIA = "id,caption,media_type,media_product_type,timestamp,like_count,comments_count,permalink"
VIDEO = "id,create_time,share_url,video_description,duration,title,view_count,like_count,comment_count,share_count"
ORDERS = "/shopify/admin/api/2025-10/orders.json"


def discover(client: httpx.Client, world: World, handle: str, after: str | None = None) -> httpx.Response:
    cursor = f".after({after})" if after else ""
    user = "id,username,name,followers_count,follows_count,media_count"
    fields = f"business_discovery.username({handle}){{{user},media{cursor}.limit(50){{{MEDIA}}}}}"
    params = {"fields": fields, "access_token": world.secrets["instagram"]}
    return client.get(f"/instagram/v23.0/{world.business_account_id}", params=params)


def discovered(client: httpx.Client, world: World, handle: str) -> Iterator[dict[str, Any]]:
    after: str | None = None
    while True:
        media = discover(client, world, handle, after).json()["business_discovery"]["media"]
        yield from media["data"]
        after = media.get("paging", {}).get("cursors", {}).get("after")
        if after is None:
            return


def own_media(client: httpx.Client, account: Account) -> Iterator[dict[str, Any]]:
    params = {"fields": MEDIA, "limit": "50", "access_token": str(account.token)}
    while True:
        said = client.get(f"/instagram/v23.0/{account.account_id}/media", params=params).json()
        yield from said["data"]
        if "next" not in said.get("paging", {}):
            return
        params["after"] = said["paging"]["cursors"]["after"]


def insights(client: httpx.Client, account: Account, media_id: str, metric: str) -> httpx.Response:
    params = {"metric": metric, "access_token": str(account.token)}
    return client.get(f"/instagram/v23.0/{media_id}/insights", params=params)


def videos(client: httpx.Client, account: Account, max_count: int = 20) -> Iterator[dict[str, Any]]:
    cursor: int | None = None
    while True:
        body = {"max_count": max_count} | ({} if cursor is None else {"cursor": cursor})
        headers = {"authorization": f"Bearer {account.token}"}
        data = client.post(f"/tiktok/v2/video/list/?fields={VIDEO}", json=body, headers=headers).json()["data"]
        yield from data["videos"]
        if not data["has_more"]:
            return
        cursor = data["cursor"]


def youtube(client: httpx.Client, world: World, what: str, **params: str) -> dict[str, Any]:
    said = client.get(f"/youtube/v3/{what}", params={"key": world.secrets["youtube"], **params})
    assert said.status_code == 200, said.text
    return said.json()


def uploads(client: httpx.Client, world: World, account: Account) -> Iterator[str]:
    page: dict[str, str] = {}
    while True:
        playlist = "UU" + account.account_id[2:]
        said = youtube(
            client, world, "playlistItems", part="contentDetails", playlistId=playlist, maxResults="50", **page
        )
        yield from (item["contentDetails"]["videoId"] for item in said["items"])
        if "nextPageToken" not in said:
            return
        page = {"pageToken": said["nextPageToken"]}


def clicks(client: httpx.Client, world: World, link_id: str, units: int = 60) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {world.secrets['bitly']}"}
    return client.get(f"/bitly/v4/bitlinks/{link_id}/clicks?unit=day&units={units}", headers=headers).json()


def orders(client: httpx.Client, world: World, **params: str) -> Iterator[dict[str, Any]]:
    headers = {"x-shopify-access-token": world.secrets["shopify"]}
    asked = {"status": "any", "limit": "250", **params}
    while True:
        said = client.get(ORDERS, params=asked, headers=headers)
        assert said.status_code == 200, said.text
        yield from said.json()["orders"]
        following = [part for part in said.headers.get("link", "").split(", ") if 'rel="next"' in part]
        if not following:
            return
        query = parse_qs(urlsplit(following[0].split(">")[0].lstrip("<")).query)
        asked = {name: values[0] for name, values in query.items()}


def structure(value: Any, at: str = "") -> dict[str, str]:
    """Path to type of every value in a JSON body; items of a list share one path."""
    if isinstance(value, dict):
        found: dict[str, str] = {}
        for name, inner in value.items():
            found |= structure(inner, f"{at}/{name}")
        return found
    if isinstance(value, list):
        found = {}
        for inner in value:
            found |= structure(inner, f"{at}[]")
        return found
    return {at: json.dumps(None) if value is None else type(value).__name__}
