"""Instagram's Graph API as it answers: business discovery, an account's own media, and their insights."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from tasks.sandbox.cast import Account
from tasks.sandbox.faults import Wording
from tasks.sandbox.graph import Refused, Wanted, before_business, error, gone, no_field, parsed, unknown_user
from tasks.sandbox.posting import Post
from tasks.sandbox.standin import Asked, Page, Reply, Sandbox, cut, told

PREFIX = "/instagram/v23.0"
WORDING = Wording(
    counts=frozenset({"like_count", "comments_count", "value"}),
    likes=frozenset({"like_count"}),
    names=frozenset({"username", "name"}),
    captions=frozenset({"caption"}),
    lists=frozenset({"data"}),
)
SMALLEST_WITH_INSIGHTS = 100
"""Followers below which insights come back empty (Instagram Platform, "Media Insights", limitations)."""

_TOP = "top"
"""Stands in a cursor for the place before the first item."""
_VERSION = PREFIX.rsplit("/", 1)[-1]
_FEED = frozenset(
    {
        "views",
        "reach",
        "saved",
        "shares",
        "likes",
        "comments",
        "total_interactions",
        "follows",
        "profile_visits",
        "profile_activity",
    }
)
_METRICS: Mapping[str, frozenset[str]] = {
    "FEED": _FEED,
    "REELS": (_FEED - {"follows", "profile_visits", "profile_activity"})
    | {"ig_reels_avg_watch_time", "ig_reels_video_view_total_time"},
}
_TITLES: Mapping[str, tuple[str, str]] = {
    "views": ("Views", "The number of times your media has been played or displayed."),
    "reach": ("Accounts reached", "The number of unique accounts that have seen your media at least once."),
    "saved": ("Saved", "The number of saves of your media."),
    "shares": ("Shares", "The number of shares of your media."),
    "likes": ("Likes", "The number of likes on your media."),
    "comments": ("Comments", "The number of comments on your media."),
    "total_interactions": ("Interactions", "Likes, saves, comments and shares minus those taken back."),
    "follows": ("Follows", "The number of accounts that started following you."),
    "profile_visits": ("Profile visits", "The number of times your profile was visited."),
    "profile_activity": ("Profile activity", "The number of actions people took on your profile."),
    "ig_reels_avg_watch_time": ("Average watch time", "The average amount of time spent playing the reel."),
    "ig_reels_video_view_total_time": ("Watch time", "The total amount of time the reel was played."),
}
_RETIRED = frozenset({"impressions", "plays", "video_views", "engagement", "clips_replays_count"})
# fmt: off
_MEDIA = frozenset({
    "id", "ig_id", "caption", "media_type", "media_product_type", "timestamp", "like_count", "comments_count",
    "permalink", "shortcode", "media_url", "thumbnail_url", "username", "owner",
})
_USER = frozenset({
    "id", "ig_id", "user_id", "username", "name", "biography", "followers_count", "follows_count", "media_count",
    "media",
})
# fmt: on


def answer(sandbox: Sandbox, asked: Asked) -> Reply:
    """The answer to any question below ``/v23.0``."""
    try:
        return told(_answer(sandbox, asked), headers=_usage(asked), content_type="application/json; charset=UTF-8")
    except Refused as refused:
        return refused.reply


def throttled(_asked: Asked, *, long: bool) -> Reply:
    """(#4) while the app is too fast; the header says for how many minutes."""
    minutes = 45 if long else 0
    usage = [{"type": "instagram", "call_count": 100, "total_cputime": 25, "total_time": 25}]
    usage[0]["estimated_time_to_regain_access"] = minutes
    headers = {"x-business-use-case-usage": json.dumps({"17841400000000000": usage})}
    return error(403, "(#4) Application request limit reached", 4, is_transient=True, headers=headers)


def expired() -> Reply:
    """A token that was good once."""
    said = "Error validating access token: Session has expired on Tuesday, 30-Jun-26 03:00:00 PDT."
    return error(400, said, 190, subcode=463)


def _answer(sandbox: Sandbox, asked: Asked) -> Any:
    world = sandbox.world
    token = asked.query.get("access_token") or asked.bearer
    if not token:
        raise Refused(error(400, "An access token is required to request this resource.", 104))
    fields = parsed(asked.query.get("fields", "id"))
    node, _, edge = asked.path.strip("/").partition("/")
    if token == world.secrets["instagram"]:
        if node != world.business_account_id or edge:
            raise Refused(gone(node))
        return _brand(sandbox, asked, fields)
    me = next((a for a in world.accounts if a.platform == "instagram" and a.token == token), None)
    if me is None:
        raise Refused(error(400, "Invalid OAuth access token - Cannot parse access token", 190))
    if node in ("me", me.account_id):
        return _own(sandbox, asked, me, edge, fields)
    post = world.post("instagram", node)
    if post is None or not post.is_up(asked.at) or post.account.account_id != me.account_id:
        raise Refused(gone(node))
    if edge == "insights":
        return _insights(sandbox, asked, post)
    if edge:
        raise Refused(gone(node))
    return _media(sandbox, post, fields, asked.at, indirect=False)


def _brand(sandbox: Sandbox, asked: Asked, fields: Sequence[Wanted]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for wanted in fields:
        if wanted.name == "business_discovery":
            said[wanted.name] = _discovery(sandbox, asked, wanted)
        elif wanted.name == "username":
            said["username"] = "minamodo_demo"
        elif wanted.name != "id":
            raise Refused(no_field(wanted.name, "IGUser"))
    return said | {"id": sandbox.world.business_account_id}


def _discovery(sandbox: Sandbox, asked: Asked, wanted: Wanted) -> dict[str, Any]:
    handle = wanted.modifiers.get("username", "").lower()
    account = sandbox.world.named("instagram", handle, asked.at)
    if account is None:
        raise Refused(unknown_user(handle))
    said = _user(sandbox, account, wanted.fields, asked.at)
    for field in wanted.fields:
        if field.name == "media":
            media = _paged(sandbox, asked, account, field.modifiers)
            items = [_media(sandbox, p, field.fields, asked.at, indirect=True) for p in media.items]
            paging = _cursors(media, asked, field.modifiers)
            if media.start == 0:
                paging.pop("before", None)
            if media.next is None:
                paging.pop("after", None)
            said["media"] = {"data": items, "paging": {"cursors": paging}} if paging else {"data": items}
    return said


def _own(sandbox: Sandbox, asked: Asked, me: Account, edge: str, fields: Sequence[Wanted]) -> dict[str, Any]:
    if not edge:
        return _user(sandbox, me, fields, asked.at)
    if edge == "stories":
        return {"data": []}
    if edge != "media":
        raise Refused(gone(me.account_id))
    media = _paged(sandbox, asked, me, asked.query)
    items = [_media(sandbox, post, fields, asked.at, indirect=False) for post in media.items]
    if not items:
        return {"data": []}
    paging: dict[str, Any] = {"cursors": _cursors(media, asked, asked.query)}
    if media.next is not None:  # the real one, too, writes the token into the address
        query = {k: v for k, v in asked.query.items() if k not in ("after", "before")}
        query["after"] = paging["cursors"]["after"]
        paging["next"] = f"{asked.base}/{_VERSION}/{me.account_id}/media?{urlencode(query)}"
    return {"data": items, "paging": paging}


def _user(sandbox: Sandbox, account: Account, fields: Sequence[Wanted], at: datetime) -> dict[str, Any]:
    world = sandbox.world
    facts: dict[str, Any] = {
        "id": account.account_id,
        "ig_id": int(account.account_id[-11:]),
        "user_id": account.account_id,
        "username": account.handle(at),
        "name": account.display_name,
        "biography": "demo",
        "followers_count": world.followers(account, at),
        "follows_count": account.following,
        "media_count": world.media_count(account, at),
    }
    if any(f.name == "user_id" for f in fields):  # then `id` is the app's own name for the account
        facts["id"] = world.draws.digits(17, "app scoped", account.account_id)
    for field in fields:
        if field.name not in _USER:
            raise Refused(no_field(field.name, "IGUser"))
    said = {f.name: facts[f.name] for f in fields if f.name in facts}
    return said | {"id": facts["id"]}


def _media(sandbox: Sandbox, post: Post, fields: Sequence[Wanted], at: datetime, *, indirect: bool) -> dict[str, Any]:
    counted = sandbox.world.counters(post, at)
    reel = post.format == "reel"
    facts: dict[str, Any] = {
        "id": post.post_id,
        "ig_id": post.post_id[-16:],
        "caption": post.caption_at(at),
        "media_type": {"image": "IMAGE", "carousel": "CAROUSEL_ALBUM", "reel": "VIDEO"}[post.format],
        "media_product_type": "REELS" if reel else "FEED",
        "timestamp": post.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "like_count": counted.likes,
        "comments_count": counted.comments,
        "permalink": post.address,
        "shortcode": post.shortcode,
        "media_url": f"https://scontent.cdn.example/{post.shortcode}.{'mp4' if reel else 'jpg'}?oe=6AD00000",
        "username": post.account.handle(at),
        "owner": {"id": post.account.account_id},
    }
    if reel:
        facts["thumbnail_url"] = f"https://scontent.cdn.example/{post.shortcode}_t.jpg?oe=6AD00000"
    if not post.caption_at(at):
        del facts["caption"]
    if post.hides_likes and indirect:  # the owner still sees them
        del facts["like_count"]
    for field in fields:
        if field.name not in _MEDIA:
            raise Refused(no_field(field.name, "Media"))
    said = {f.name: facts[f.name] for f in fields if f.name in facts}
    return said | {"id": post.post_id}


def _insights(sandbox: Sandbox, asked: Asked, post: Post) -> dict[str, Any]:
    metrics = [m for m in asked.query.get("metric", "").split(",") if m]
    product = "REELS" if post.format == "reel" else "FEED"
    known = _TITLES.keys() | _RETIRED
    for n, metric in enumerate(metrics):
        if metric not in known:
            among = ", ".join(sorted(known))
            raise Refused(error(400, f"(#100) metric[{n}] must be one of the following values: {among}", 100))
        if metric not in _METRICS[product]:
            said = f"(#100) The Media Insights API does not support the {metric} metric for this media product type."
            raise Refused(error(400, said, 100))
    if not metrics:
        raise Refused(error(400, "(#100) The parameter metric is required.", 100))
    if post.before_business:
        raise Refused(before_business())
    account = post.account
    few = sandbox.world.followers(account, asked.at) < SMALLEST_WITH_INSIGHTS
    if few or asked.at < post.insights_from:
        return {"data": []}
    counted = sandbox.world.counters(post, asked.at)
    milliseconds = counted.watch_seconds * 1000
    values = {
        "views": counted.views,
        "reach": counted.reach,
        "saved": counted.saves,
        "shares": counted.shares,
        "likes": counted.likes,
        "comments": counted.comments,
        "total_interactions": counted.likes + counted.comments + counted.shares + counted.saves,
        "follows": counted.saves // 40,
        "profile_visits": counted.reach // 90,
        "profile_activity": counted.reach // 200,
        "ig_reels_avg_watch_time": milliseconds // max(1, counted.views),
        "ig_reels_video_view_total_time": milliseconds,
    }
    return {"data": [_insight(post.post_id, metric, values[metric]) for metric in metrics]}


def _insight(media_id: str, metric: str, value: int) -> dict[str, Any]:
    title, description = _TITLES[metric]
    return {
        "name": metric,
        "period": "lifetime",
        "values": [{"value": value}],
        "title": title,
        "description": description,
        "id": f"{media_id}/insights/{metric}/lifetime",
    }


# paging: a cursor names the item after which to go on, so that new posts do not shift pages


def _paged(sandbox: Sandbox, asked: Asked, account: Account, said: Mapping[str, str]) -> Page:
    everything = sandbox.world.posts_of(account, asked.at)
    limit = said.get("limit", "25")
    size = min(sandbox.sizes.instagram, int(limit) if limit.isdigit() and int(limit) else 25)
    start = 0
    if after := said.get("after"):
        try:
            last = base64.b64decode(after, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as wrong:
            raise Refused(error(400, "(#100) Invalid cursor", 100)) from wrong
        found = (n + 1 for n, post in enumerate(everything) if post.post_id == last)
        start = 0 if last == _TOP else next(found, len(everything))
    return cut(everything, start, size, asked.faults)


def _cursors(page: Page, asked: Asked, said: Mapping[str, str]) -> dict[str, str]:
    if not page.items:
        return {}
    following = _cursor(page.items[-1].post_id)
    if "paging_loop" in asked.faults:
        following = said.get("after", _cursor(_TOP))
    return {"before": _cursor(page.items[0].post_id), "after": following}


def _cursor(post_id: str) -> str:
    return base64.b64encode(post_id.encode()).decode()


def _usage(asked: Asked) -> dict[str, str]:
    used = 1 + asked.nth % 30
    return {
        "x-app-usage": json.dumps({"call_count": used, "total_cputime": 0, "total_time": used // 2}),
        "x-business-use-case-usage": json.dumps(
            {
                "17841400000000000": [
                    {
                        "type": "instagram",
                        "call_count": used,
                        "total_cputime": used // 3,
                        "total_time": used // 3,
                        "estimated_time_to_regain_access": 0,
                    }
                ]
            }
        ),
    }
