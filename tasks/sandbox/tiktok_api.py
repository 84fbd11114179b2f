"""TikTok's Display API v2 as it answers: a creator's own profile and videos."""

import json
from typing import Any, cast

from tasks.sandbox.cast import Account
from tasks.sandbox.faults import Wording
from tasks.sandbox.posting import Post
from tasks.sandbox.standin import Asked, Reply, Sandbox, cut, told

PREFIX = "/tiktok/v2"
WORDING = Wording(
    counts=frozenset({"view_count", "like_count", "comment_count", "share_count"}),
    likes=frozenset({"like_count"}),
    names=frozenset({"username", "display_name"}),
    captions=frozenset({"video_description", "title"}),
    lists=frozenset({"videos"}),
)
LONGEST_CAPTION = 150
"""Characters of a description that are told (TikTok, "Video object")."""

_MOST_IDS = 20


class _Refused(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        self.reply = told(_envelope(None, 0, code, message), status)


def answer(sandbox: Sandbox, asked: Asked) -> Reply:
    """The answer to any question below ``/v2``."""
    try:
        return told(_answer(sandbox, asked))
    except _Refused as refused:
        return refused.reply


def throttled(asked: Asked, *, long: bool) -> Reply:
    """Too many requests; a daily limit is told in the same words."""
    said = "The API rate limit was exceeded. Please try again later."
    headers = {"retry-after": "3600"} if long else {}
    return told(_envelope(None, asked.nth, "rate_limit_exceeded", said), 429, headers)


def expired() -> Reply:
    """A token that was good for its 24 hours."""
    return _bad_token().reply


def _answer(sandbox: Sandbox, asked: Asked) -> dict[str, Any]:
    me = next((a for a in sandbox.world.accounts if a.platform == "tiktok" and a.token == asked.bearer), None)
    if not asked.bearer or me is None:
        raise _bad_token()
    fields = [f for f in asked.query.get("fields", "").split(",") if f]
    match asked.method, asked.path.strip("/"):
        case "GET", "user/info":
            return _envelope({"user": _asked_for(fields, _user(sandbox, asked, me))}, asked.nth)
        case "POST", "video/list":
            return _envelope(_list(sandbox, asked, me, fields), asked.nth)
        case "POST", "video/query":
            return _envelope(_query(sandbox, asked, me, fields), asked.nth)
        case _:
            raise _Refused(404, "unsupported_path", f"Unsupported path(Janus): {asked.path}")


def _user(sandbox: Sandbox, asked: Asked, me: Account) -> dict[str, Any]:
    world = sandbox.world
    handle = me.handle(asked.at)
    return {
        "open_id": me.account_id,
        "union_id": world.draws.digits(19, "union", me.account_id),
        "avatar_url": "https://avatar.cdn.example/a.jpeg?x-expires=0",
        "username": handle,
        "display_name": me.display_name,
        "bio_description": "demo",
        "profile_deep_link": f"https://www.tiktok.com/@{handle}",
        "is_verified": False,
        "follower_count": world.followers(me, asked.at),
        "following_count": me.following,
        "likes_count": sum(world.counters(p, asked.at).likes for p in world.posts_of(me, asked.at)),
        "video_count": world.media_count(me, asked.at),
    }


def _list(sandbox: Sandbox, asked: Asked, me: Account, fields: list[str]) -> dict[str, Any]:
    body = _body(asked)
    most, cursor = body.get("max_count", 10), body.get("cursor")
    if not isinstance(most, int) or not 0 < most <= _MOST_IDS or not isinstance(cursor, int | None):
        raise _Refused(400, "invalid_params", "Invalid count or cursor")
    everything = sandbox.world.posts_of(me, asked.at)
    start = 0
    if cursor:
        older = (n for n, post in enumerate(everything) if _milliseconds(post) < cursor)
        start = next(older, len(everything))
    page = cut(everything, start, min(most, sandbox.sizes.tiktok), asked.faults)
    last = _milliseconds(page.items[-1]) if page.items else (cursor or 0)
    if "paging_loop" in asked.faults:
        last = cursor or int(asked.at.timestamp() * 1000)
    videos = [_asked_for(fields, _video(sandbox, asked, post)) for post in page.items]
    return {"videos": videos, "cursor": last, "has_more": page.next is not None}


def _query(sandbox: Sandbox, asked: Asked, me: Account, fields: list[str]) -> dict[str, Any]:
    filters = _body(asked).get("filters")
    ids = cast("dict[str, Any]", filters).get("video_ids") if isinstance(filters, dict) else None
    if not isinstance(ids, list) or not 0 < len(cast("list[object]", ids)) <= _MOST_IDS:
        raise _Refused(400, "invalid_params", "Invalid video_ids")
    found = [p for i in cast("list[object]", ids) if (p := sandbox.world.post("tiktok", str(i))) is not None]
    mine = [p for p in found if p.account.account_id == me.account_id and p.is_up(asked.at)]
    return {"videos": [_asked_for(fields, _video(sandbox, asked, post)) for post in mine]}


def _video(sandbox: Sandbox, asked: Asked, post: Post) -> dict[str, Any]:
    counted = sandbox.world.counters(post, asked.at)
    return {
        "id": post.post_id,
        "create_time": int(post.published_at.timestamp()),
        "cover_image_url": "https://cover.cdn.example/c.jpeg?x-expires=0",
        "share_url": f"{post.address}?utm_campaign=tt4d_open_api&utm_source=demo",
        "video_description": post.caption_at(asked.at)[:LONGEST_CAPTION],
        "title": post.title,
        "duration": post.duration,
        "height": 1024,
        "width": 576,
        "embed_link": f"https://www.tiktok.com/embed/v2/{post.post_id}",
        "like_count": counted.likes,
        "comment_count": counted.comments,
        "share_count": counted.shares,
        "view_count": counted.views,
    }


def _asked_for(fields: list[str], facts: dict[str, Any]) -> dict[str, Any]:
    strange = [f for f in fields if f not in facts]
    if strange or not fields:
        raise _Refused(400, "invalid_params", f"Invalid fields are requested: {', '.join(strange) or 'none'}")
    return {f: facts[f] for f in fields}


def _body(asked: Asked) -> dict[str, Any]:
    try:
        said: object = json.loads(asked.body or b"{}")
    except ValueError as error:
        raise _Refused(400, "invalid_params", "The request body is not JSON") from error
    if not isinstance(said, dict):
        raise _Refused(400, "invalid_params", "The request body is not an object")
    return cast("dict[str, Any]", said)


def _milliseconds(post: Post) -> int:
    return int(post.published_at.timestamp()) * 1000


def _bad_token() -> _Refused:
    return _Refused(401, "access_token_invalid", "The access token is invalid or not found in the request.")


def _envelope(data: dict[str, Any] | None, nth: int, code: str = "ok", message: str = "") -> dict[str, Any]:
    error = {"code": code, "message": message, "log_id": f"20260728060000DEMO{nth:016X}"}
    return {"error": error} if data is None else {"data": data, "error": error}
