"""TikTok: a creator's videos through the Display API, with the creator's own token."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import httpx
from pydantic import SecretStr

from tasks.documents import at, list_at, text_at
from tasks.http import Access, Client, Param
from tasks.sources import Account, Answer, Landed, Plan, Refusal, Shard, Staged
from tasks.sources._asking import Trail, account_shards, all_older, in_parts, told
from tasks.sources._places import Place, below
from tasks.sources._reading import Item, Sheet, Unreadable, Values, instant_of, missing, name_of_account, not_returned
from tasks.sources._refusing import Meaning, body_of, by_status, said
from transforms.captions import hashtags_of
from transforms.tables import staging

NAME = "tiktok"
BASE_URL = "https://open.tiktokapis.com/v2"
RATE = 600.0
"""Requests a minute and endpoint (developers.tiktok.com, rate limits, read 2025-11)."""

USER_FIELDS = "open_id,username,display_name,follower_count,following_count,video_count"
VIDEO_FIELDS = (
    "id,create_time,share_url,video_description,duration,title,view_count,like_count,comment_count,share_count"
)
_PAGE = 20
_SMALLER_PAGE = 10
_CAPTION_LIMIT = 150
"""The Display API cuts descriptions here without a mark."""
_COUNTERS = {"views": "view_count", "likes": "like_count", "comments": "comment_count", "shares": "share_count"}
_NEVER_TOLD = ("reach", "saves")
_OF_USER = {"followers": "follower_count", "following": "following_count", "posts": "video_count"}

_MEANINGS: Mapping[str, Meaning] = {
    "rate_limit_exceeded": Meaning("rate_limited", retry=True),
    "daily_quota_limit_exceeded": Meaning("quota_exceeded", scope="source"),
    "internal_error": Meaning("server_error", retry=True),
    "access_token": Meaning("bad_token", scope="source", remedy="ask the creator to log in again"),
    "scope_": Meaning("no_permission", scope="source", remedy="ask the creator for this scope"),
    # Seen in the middle of paging, when the server forgot its cursor: the window is started again, smaller.
    "invalid_": Meaning("invalid_request"),
}
"""By the start of the code (developers.tiktok.com, error handling, read 2025-11)."""


def access(plan: Plan) -> Access:
    """Every question carries the token of the creator whom it is about."""
    return Access(plan.options.get("base_url", BASE_URL), per_minute=RATE, burst=60)


def shards(plan: Plan) -> list[Shard]:
    """Creators who gave no token are expected too: they count as not got, for there is no other way to ask."""
    return account_shards("accounts", plan, plan.accounts)


def fetch(client: Client, shard: Shard) -> Generator[Answer, None, int]:
    """Ask for every creator who gave a token; how many answered to the end."""
    got = 0
    for account in shard.plan.accounts:
        if account.token:
            got += yield from _creator(client, account, shard.plan.since)
    return got


def refusal(response: httpx.Response) -> Refusal | None:
    """What an error means. ``error`` is there on success too, with code ``ok``; a refusal may come with HTTP 200."""
    error = at(body_of(response), "error")
    code = text_at(error, "code")
    if code is None or (code == "ok" and response.is_success):
        return by_status(response)
    family = next((known for known in _MEANINGS if code.startswith(known)), "")
    theirs = Meaning("server_error", retry=True)
    meaning = _MEANINGS.get(family) or (theirs if response.status_code >= 500 else Meaning("refused"))
    return meaning.refusal(response, said(code, text_at(error, "message")))


def stage(answers: Sequence[Landed]) -> Staged:
    """Read creators, videos, their counters and the videos that are gone."""
    sheet = Sheet(NAME)
    for landed in answers:
        kind = landed.answer.kind
        if kind not in {"tiktok_user", "tiktok_videos", "tiktok_query", "tiktok_research_videos"}:
            continue
        opened = sheet.opened(landed, refusal)
        if not isinstance(opened, Item):
            continue
        try:
            data = opened.child("data")
            user = data.child("user")
        except Unreadable as error:
            sheet.reject(landed, error.pointer, "unreadable_shape", str(error), opened.values)
            continue
        if kind == "tiktok_user":
            sheet.read(staging.ACCOUNTS, user, _account)
            continue
        for video in sheet.items(data, "videos"):
            sheet.read(staging.POSTS, video, _post)
            sheet.read(staging.POST_OBSERVATIONS, video, _counters)
        not_returned(sheet, landed, data.values.get("videos"))
    return sheet.staged()


def places(landed: Landed, pointer: str, column: str) -> tuple[Place, ...]:
    """Where a stored figure of the object at ``pointer`` stands."""
    keys = _OF_USER if landed.answer.kind == "tiktok_user" else {**_COUNTERS, "post_id": "id"}
    return below(pointer, keys, column)


def probe(client: Client, plan: Plan) -> list[Refusal]:
    """Ask each token whose it is; creators without one are told as well."""
    found: list[Refusal] = []
    for account in plan.accounts:
        if account.token is None:
            message = f"@{account.handle} gave no token: their videos cannot be asked for"
            found.append(Refusal("no_access", message, retry=False))
            continue
        params = {"fields": "open_id,username"}
        _, refused = client.ask("tiktok_probe", "/user/info/", params, headers=_bearer(account))
        if refused:
            found.append(replace(refused, message=f"@{account.handle}: {refused.message}"))
    return found


def _creator(client: Client, account: Account, since: datetime) -> Generator[Answer, None, int]:
    headers, about = _bearer(account), {"handle": account.handle}
    user = yield from told(
        client, "tiktok_user", "/user/info/", {"fields": USER_FIELDS}, headers=headers, about=about, own_token=True
    )
    account_id = text_at(user.document, "data", "user", "open_id")
    if user.refusal or not account_id:
        return 0
    about |= {"account_id": account_id}
    listed = yield from _listing(client, headers, about, since)
    if listed is None:
        return 0
    for ids in in_parts((i for i in account.posts if i not in listed), _PAGE):
        answer = yield from told(
            client,
            "tiktok_query",
            "/video/query/",
            {"fields": VIDEO_FIELDS},
            method="POST",
            json={"filters": {"video_ids": ids}},
            headers=headers,
            about={**about, "ids": " ".join(ids)},
            own_token=True,
        )
        if answer.refusal:
            return 0
    return 1


def _listing(
    client: Client, headers: Mapping[str, Param], about: Mapping[str, str], since: datetime
) -> Generator[Answer, None, set[str] | None]:
    """Page through a creator's videos, newest first; the ids met, None if the walk broke off.

    A cursor is an instant in milliseconds, so a walk whose cursor was refused goes on from the oldest video met.
    """
    trail, listed, size, cursor, oldest = Trail(), set[str](), _PAGE, None, None
    while True:
        page = yield from told(
            client,
            "tiktok_videos",
            "/video/list/",
            {"fields": VIDEO_FIELDS},
            method="POST",
            json={"max_count": size} | ({"cursor": cursor} if cursor is not None else {}),
            headers=headers,
            about={**about, "cursor": str(cursor or "")},
            own_token=True,
        )
        if page.refusal:
            if page.refusal.reason != "invalid_request" or oldest is None or size == _SMALLER_PAGE:
                return None
            size, cursor = _SMALLER_PAGE, int(oldest.timestamp() * 1000)
            continue
        videos = list_at(page.document, "data", "videos")
        instants = [instant_of(at(video, "create_time")) for video in videos]
        listed |= {i for video in videos if (i := text_at(video, "id"))}
        oldest = min((i for i in [oldest, *instants] if i), default=None)
        told_cursor = at(page.document, "data", "cursor")
        if at(page.document, "data", "has_more") is not True or all_older(instants, since):
            return listed
        if not isinstance(told_cursor, int) or trail.loops(str(told_cursor), len(videos)):
            return None
        cursor = told_cursor


def _bearer(account: Account) -> Mapping[str, Param]:
    return {"Authorization": SecretStr(f"Bearer {account.token.get_secret_value() if account.token else ''}")}


def _account(user: Item) -> Values:
    return {
        "platform": NAME,
        "account_id": user.needed("open_id"),
        "handle": name_of_account(user.text("username")),
        "display_name": user.text("display_name"),
        **{column: user.count(key) for column, key in _OF_USER.items()},
        "missing": missing({column: "not_reported" for column, key in _OF_USER.items() if not user.has(key)}),
    }


def _post(video: Item) -> Values:
    caption = video.text("video_description") or video.text("title")
    # The Research API tells whole descriptions, and no account's id.
    is_cut = _display(video) and caption is not None and len(caption) >= _CAPTION_LIMIT
    duration = video.count("duration")
    return {
        "platform": NAME,
        "post_id": video.needed("id"),
        "account_id": video.landed.answer.about.get("account_id"),
        "published_at": video.instant("create_time"),
        "format": "video",
        "caption": caption,
        "caption_is_truncated": None if caption is None else is_cut,
        "hashtags": None if caption is None else hashtags_of(caption),
        "permalink": video.link("share_url"),
        "paid_label": "unknown",  # the API has no field for it
        "duration_seconds": None if duration is None else float(duration),
    }


def _counters(video: Item) -> Values:
    reasons = dict.fromkeys([*_NEVER_TOLD, *(c for c, key in _COUNTERS.items() if not video.has(key))], "not_reported")
    return {
        "platform": NAME,
        "post_id": video.needed("id"),
        **{column: video.count(key) for column, key in _COUNTERS.items()},
        "missing": missing(reasons),
    }


def _display(video: Item) -> bool:
    return video.landed.answer.kind != "tiktok_research_videos"
