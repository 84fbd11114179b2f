"""YouTube's Data API v3 as it answers: channels, their uploads and videos; every count is a string."""

import base64
import binascii
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tasks.sandbox.cast import Account
from tasks.sandbox.faults import Wording
from tasks.sandbox.posting import Post
from tasks.sandbox.standin import Asked, Reply, Sandbox, cut, told

PREFIX = "/youtube/v3"
WORDING = Wording(
    counts=frozenset({"viewCount", "likeCount", "commentCount"}),
    likes=frozenset({"likeCount"}),
    names=frozenset({"title", "channelTitle", "customUrl"}),
    captions=frozenset({"description"}),
    lists=frozenset({"items"}),
)
_MOST_IDS = 50
_CONTENT_TYPE = "application/json; charset=UTF-8"


class _Refused(Exception):
    def __init__(self, reply: Reply) -> None:
        self.reply = reply


def answer(sandbox: Sandbox, asked: Asked) -> Reply:
    """The answer to any question below ``/v3``."""
    try:
        return told(_answer(sandbox, asked), content_type=_CONTENT_TYPE)
    except _Refused as refused:
        return refused.reply


def throttled(_asked: Asked, *, long: bool) -> Reply:
    """Too fast, or the day's quota is spent: both are 403, told apart by the reason only."""
    if long:
        said = "The request cannot be completed because you have exceeded your quota."
        return _error(403, said, "quotaExceeded", "youtube.quota")
    return _error(403, "Rate Limit Exceeded", "rateLimitExceeded", "usageLimits")


def expired() -> Reply:
    """A key that is no longer valid."""
    return _bad_key("API key expired. Please renew the API key.")


def _answer(sandbox: Sandbox, asked: Asked) -> dict[str, Any]:
    key = asked.query.get("key", "")
    if not key:
        raise _Refused(
            _error(403, "The request is missing a valid API key.", "forbidden", "global", "PERMISSION_DENIED")
        )
    if key != sandbox.world.secrets["youtube"]:
        raise _Refused(_bad_key("API key not valid. Please pass a valid API key."))
    parts = [p for p in asked.query.get("part", "").split(",") if p]
    if not parts:
        raise _Refused(_error(400, "Required parameter: part", "missingRequiredParameter", "global"))
    match asked.path.strip("/"):
        case "channels":
            return _channels(sandbox, asked, parts)
        case "playlistItems":
            return _uploads(sandbox, asked, parts)
        case "videos":
            return _videos(sandbox, asked, parts)
        case _:
            raise _Refused(_error(404, "Not Found", "notFound", "global"))


def _channels(sandbox: Sandbox, asked: Asked, parts: list[str]) -> dict[str, Any]:
    world = sandbox.world
    if handle := asked.query.get("forHandle"):
        found = [world.named("youtube", handle.removeprefix("@"), asked.at)]
    else:
        found = [world.account("youtube", i) for i in _ids(asked)]
    items = [_channel(sandbox, account, asked.at, parts) for account in found if account is not None]
    said = _list("channel", items, len(items), 5)
    if not items:  # the real one leaves the key out
        del said["items"]
    return said


def _channel(sandbox: Sandbox, account: Account, at: datetime, parts: list[str]) -> dict[str, Any]:
    world = sandbox.world
    seen = sum(world.counters(post, at).views for post in world.posts_of(account, at))
    followers = world.followers(account, at)
    told_parts: dict[str, Any] = {
        "snippet": {
            "title": account.display_name,
            "description": "demo",
            "customUrl": f"@{account.handle(at)}",
            "publishedAt": "2021-04-01T09:00:00Z",
            "thumbnails": _thumbnails("channel"),
            "localized": {"title": account.display_name, "description": "demo"},
            "country": "JP",
        },
        "statistics": {
            "viewCount": str(account.earlier_posts * account.followers // 3 + seen),
            "subscriberCount": "0" if account.hides_followers else str(rounded(followers)),
            "hiddenSubscriberCount": account.hides_followers,
            "videoCount": str(world.media_count(account, at)),
        },
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": "UU" + account.account_id[2:]}},
    }
    return _item("channel", account.account_id, told_parts, parts)


def _uploads(sandbox: Sandbox, asked: Asked, parts: list[str]) -> dict[str, Any]:
    playlist = asked.query.get("playlistId", "")
    account = sandbox.world.account("youtube", "UC" + playlist[2:]) if playlist.startswith("UU") else None
    if account is None:
        said = "The playlist identified with the request's <code>playlistId</code> parameter cannot be found."
        raise _Refused(_error(404, said, "playlistNotFound", "youtube.playlistItem"))
    everything = sandbox.world.posts_of(account, asked.at)
    size = min(max(1, asked.number("maxResults", 5)), _MOST_IDS, sandbox.sizes.youtube)
    page = cut(everything, _start(asked.query.get("pageToken")), size, asked.faults)
    items = [_upload(post, account, page.start + n, playlist, parts, at=asked.at) for n, post in enumerate(page.items)]
    said = _list("playlistItem", items, len(everything), size)
    if page.next is not None:
        said["nextPageToken"] = _token(page.next)
    if page.start:
        said["prevPageToken"] = _token(max(0, page.start - size))
    return said


def _upload(
    post: Post, account: Account, position: int, playlist: str, parts: list[str], *, at: datetime
) -> dict[str, Any]:
    told_parts: dict[str, Any] = {
        "snippet": {
            "publishedAt": _instant(post.published_at),
            "channelId": account.account_id,
            "title": post.title,
            "description": post.caption_at(at),
            "thumbnails": _thumbnails(post.post_id),
            "channelTitle": account.display_name,
            "playlistId": playlist,
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": post.post_id},
        },
        "contentDetails": {"videoId": post.post_id, "videoPublishedAt": _instant(post.published_at)},
        "status": {"privacyStatus": "public"},
    }
    name = base64.urlsafe_b64encode(f"{playlist}.{post.post_id}".encode()).decode().rstrip("=")
    return _item("playlistItem", name, told_parts, parts)


def _videos(sandbox: Sandbox, asked: Asked, parts: list[str]) -> dict[str, Any]:
    found = [sandbox.world.post("youtube", i) for i in _ids(asked)]
    up = [post for post in found if post is not None and post.is_up(asked.at)]
    items = [_video(sandbox, post, asked.at, parts) for post in up]
    return _list("video", items, len(items), len(items))


def _video(sandbox: Sandbox, post: Post, at: datetime, parts: list[str]) -> dict[str, Any]:
    counted = sandbox.world.counters(post, at)
    statistics = {
        "viewCount": str(counted.views),
        "likeCount": str(counted.likes),
        "favoriteCount": "0",
        "commentCount": str(counted.comments),
    }
    if post.hides_likes:
        del statistics["likeCount"]
    if post.hides_comments:
        del statistics["commentCount"]
    told_parts: dict[str, Any] = {
        "snippet": {
            "publishedAt": _instant(post.published_at),
            "channelId": post.account.account_id,
            "title": post.title,
            "description": post.caption_at(at),
            "thumbnails": _thumbnails(post.post_id),
            "channelTitle": post.account.display_name,
            "categoryId": "26",
            "liveBroadcastContent": "none",
            "localized": {"title": post.title, "description": post.caption_at(at)},
        },
        "contentDetails": {
            "duration": _duration(post.duration),
            "dimension": "2d",
            "definition": "hd",
            "caption": "false",
            "licensedContent": True,
            "contentRating": {},
            "projection": "rectangular",
        },
        "status": {
            "uploadStatus": "processed",
            "privacyStatus": "public",
            "license": "youtube",
            "embeddable": True,
            "publicStatsViewable": True,
            "madeForKids": False,
        },
        "statistics": statistics,
    }
    return _item("video", post.post_id, told_parts, parts)


def rounded(subscribers: int) -> int:
    """Three significant digits, downwards, as YouTube tells subscribers."""
    unit = 10 ** max(0, len(str(subscribers)) - 3)
    return subscribers // unit * unit


def _item(kind: str, name: str, told_parts: dict[str, Any], parts: Iterable[str]) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": f"youtube#{kind}", "etag": f"demo-{kind}-{name}"[:27], "id": name}
    return said | {part: told_parts[part] for part in parts if part in told_parts}


def _list(kind: str, items: list[dict[str, Any]], total: int, per_page: int) -> dict[str, Any]:
    return {
        "kind": f"youtube#{kind}ListResponse",
        "etag": f"demo-{kind}-list",
        "items": items,
        "pageInfo": {"totalResults": total, "resultsPerPage": per_page},
    }


def _ids(asked: Asked) -> list[str]:
    ids = [i for i in asked.query.get("id", "").split(",") if i]
    if not ids:
        said = "No filter selected. Expected one of: id, forHandle"
        raise _Refused(_error(400, said, "missingRequiredParameter", "youtube.parameter"))
    if len(ids) > _MOST_IDS:
        said = "The request specifies an invalid filter parameter."
        raise _Refused(_error(400, said, "invalidFilters", "youtube.parameter"))
    return ids


def _start(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("at:"))
    except (binascii.Error, ValueError) as error:
        said = "The request specifies an invalid page token."
        raise _Refused(_error(400, said, "invalidPageToken", "youtube.parameter")) from error


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(f"at:{start}".encode()).decode()


def _thumbnails(name: str) -> dict[str, Any]:
    sizes = (("default", 120, 90), ("medium", 320, 180), ("high", 480, 360))
    return {s: {"url": f"https://thumb.cdn.example/{name}/{s}.jpg", "width": w, "height": h} for s, w, h in sizes}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _duration(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"PT{f'{minutes}M' if minutes else ''}{f'{rest}S' if rest or not minutes else ''}"


def _bad_key(message: str) -> Reply:
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "API_KEY_INVALID",
            "domain": "googleapis.com",
            "metadata": {"service": "youtube.googleapis.com"},
        }
    ]
    error = {
        "code": 400,
        "message": message,
        "errors": [{"message": message, "domain": "global", "reason": "badRequest"}],
        "status": "INVALID_ARGUMENT",
        "details": details,
    }
    return told({"error": error}, 400, content_type=_CONTENT_TYPE)


def _error(status: int, message: str, reason: str, domain: str, google_status: str | None = None) -> Reply:
    errors = [{"message": message, "domain": domain, "reason": reason}]
    error: dict[str, Any] = {"code": status, "message": message, "errors": errors}
    if google_status:
        error["status"] = google_status
    return told({"error": error}, status, content_type=_CONTENT_TYPE)
