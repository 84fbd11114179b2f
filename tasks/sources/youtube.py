"""YouTube: a channel's uploads and the public counters of its videos, through the Data API."""

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import httpx

from tasks.documents import Json, at, list_at, text_at
from tasks.http import Access, Client
from tasks.sources import Account, Answer, Landed, Plan, Refusal, Shard, Staged
from tasks.sources._asking import Trail, account_shards, all_older, in_parts, thing_shards, told
from tasks.sources._places import Place, below
from tasks.sources._reading import Item, Sheet, Values, gone, instant_of, missing, name_of_account, not_returned
from tasks.sources._refusing import Meaning, body_of, by_status, said
from transforms.captions import hashtags_of
from transforms.tables import staging

NAME = "youtube"
BASE_URL = "https://www.googleapis.com/youtube/v3"
RATE = 600.0
"""Requests a minute: far below Google's own limit. What runs out is the day's quota, of which each question costs 1."""

_PAGE = 50
_PACIFIC = ZoneInfo("America/Los_Angeles")
_DURATION = re.compile(r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?")
_COUNTERS = {"views": "viewCount", "likes": "likeCount", "comments": "commentCount"}
_OF_CHANNEL = {"followers": "subscriberCount", "posts": "videoCount"}
# A key that is absent: likes are absent where the creator hides them, comments where they are switched off.
_ABSENT = {"views": "not_reported", "likes": "hidden", "comments": "hidden"}

_QUOTA = Meaning("quota_exceeded", scope="source", remedy="the quota is renewed at midnight in California")
_TOO_OFTEN = Meaning("rate_limited", retry=True)
_BAD_KEY = Meaning("bad_token", scope="source", remedy="make a new API key")
_NOT_FOUND = Meaning("not_found")
_MEANINGS: Mapping[str, Meaning] = {
    "quotaExceeded": _QUOTA,
    "dailyLimitExceeded": _QUOTA,
    "rateLimitExceeded": _TOO_OFTEN,
    "userRateLimitExceeded": _TOO_OFTEN,
    "keyInvalid": _BAD_KEY,
    "keyExpired": _BAD_KEY,
    "invalid_grant": _BAD_KEY,
    "authError": _BAD_KEY,
    "API_KEY_INVALID": _BAD_KEY,
    "accessNotConfigured": Meaning("no_permission", scope="source", remedy="enable the YouTube Data API for the key"),
    "commentsDisabled": Meaning("comments_disabled"),
    "channelNotFound": _NOT_FOUND,
    "playlistNotFound": _NOT_FOUND,
    "videoNotFound": _NOT_FOUND,
    "PERMISSION_DENIED": Meaning("no_permission"),
}
"""By reason or status (developers.google.com/youtube/v3/docs/errors, read 2025-11)."""


def access(plan: Plan) -> Access:
    """One key for all channels."""
    params = {"key": plan.token} if plan.token else {}
    return Access(plan.options.get("base_url", BASE_URL), params=params, per_minute=RATE, burst=60)


def shards(plan: Plan) -> list[Shard]:
    """Channels, and the posts that are known without their channel."""
    of_accounts = {post_id for account in plan.accounts for post_id in account.posts}
    alone = [post_id for post_id in plan.post_ids if post_id not in of_accounts]
    return [*account_shards("channels", plan, plan.accounts), *thing_shards("videos", plan, "post_ids", alone)]


def fetch(client: Client, shard: Shard) -> Generator[Answer, None, int]:
    """Ask for channels, their uploads since ``plan.since``, and the counters of those and of known videos.

    Returns how many channels (or, in a shard of videos, how many ids) were asked to the end.
    """
    plan = shard.plan
    uploads = yield from _channels(client, plan.accounts)
    ids: dict[str, None] = dict.fromkeys([*(i for a in plan.accounts for i in a.posts), *plan.post_ids])
    walked: list[list[str]] = []
    for playlist in uploads:
        listed = yield from _uploads(client, playlist, plan.since)
        if listed is not None:
            walked.append(listed)
            ids |= dict.fromkeys(listed)
    unanswered: set[str] = set()
    for part in in_parts(ids, _PAGE):
        params = {"part": "snippet,statistics,contentDetails,status", "id": ",".join(part)}
        page = yield from told(client, "youtube_videos", "/videos", params, about={"ids": " ".join(part)})
        if page.refusal:
            unanswered.update(part)
    asked_to_the_end = walked if plan.accounts else [[post_id] for post_id in plan.post_ids]
    return sum(unanswered.isdisjoint(videos) for videos in asked_to_the_end)


def refusal(response: httpx.Response) -> Refusal | None:
    """What an error of a Google API means. ``error`` is an object, or (OAuth) a text."""
    error = at(body_of(response), "error")
    if error is None:
        return by_status(response)
    message = text_at(error, "message") or text_at(body_of(response), "error_description") or text_at(error) or ""
    reasons = [text_at(e, "reason") for e in [*list_at(error, "errors"), *list_at(error, "details")]]
    codes = [c for c in (*reasons, text_at(error, "status"), text_at(error)) if c]
    meaning = next((_MEANINGS[c] for c in codes if c in _MEANINGS), None)
    if meaning is None and "PerDay" in message:
        meaning = _QUOTA
    if meaning is None:
        stated = by_status(response)
        if stated and stated.reason != "redirected":
            return replace(stated, message=said(*codes, message) or stated.message)
        meaning = Meaning("refused")
    found = meaning.refusal(response, said(*codes, message))
    return replace(found, wait_seconds=_until_midnight(response)) if meaning is _QUOTA else found


def stage(answers: Sequence[Landed]) -> Staged:
    """Read channels, videos, their counters and the videos that are gone."""
    sheet = Sheet(NAME)
    for landed in answers:
        kind = landed.answer.kind
        if kind not in {"youtube_channels", "youtube_uploads", "youtube_videos"}:
            continue
        opened = sheet.opened(landed, refusal)
        if not isinstance(opened, Item) or kind == "youtube_uploads":
            continue  # what uploads say of a video, the video says better
        # `items` is left out where nothing was found.
        is_list = str(opened.values.get("kind", "")).endswith("ListResponse")
        for item in sheet.items(opened, "items", required=not is_list):
            if kind == "youtube_channels":
                sheet.read(staging.ACCOUNTS, item, _account)
                continue
            sheet.read(staging.POSTS, item, _post)
            sheet.read(staging.POST_OBSERVATIONS, item, _counters)
            if text_at(item.values, "status", "privacyStatus") == "private" and (i := text_at(item.values, "id")):
                gone(sheet, NAME, landed, [i], "restricted")
        if kind == "youtube_videos":
            not_returned(sheet, landed, opened.values.get("items", [] if is_list else None))
    return sheet.staged()


def places(landed: Landed, pointer: str, column: str) -> tuple[Place, ...]:
    """Where a stored figure of the object at ``pointer`` stands."""
    if column == "post_id":
        return (Place(f"{pointer}/id"),)
    keys = _OF_CHANNEL if landed.answer.kind == "youtube_channels" else _COUNTERS
    return below(f"{pointer}/statistics", keys, column)


def probe(client: Client, plan: Plan) -> list[Refusal]:
    """Ask the cheapest question that needs the key: one unit of the day's 10,000."""
    if plan.token is None:
        return [Refusal("no_access", "there is no API key: set one", retry=False, scope="source")]
    _, refused = client.ask("youtube_probe", "/videos", {"part": "id", "id": "aaaaaaaaaaa"})
    return [refused] if refused else []


def _channels(client: Client, accounts: Sequence[Account]) -> Generator[Answer, None, list[str]]:
    """Ask for channels, by id where it is known; the playlists of their uploads."""
    questions = [{"id": ",".join(part)} for part in in_parts([a.account_id for a in accounts if a.account_id], _PAGE)]
    questions += [{"forHandle": f"@{a.handle}"} for a in accounts if not a.account_id]
    uploads: list[str] = []
    for question in questions:
        params = {"part": "snippet,statistics,contentDetails", "maxResults": str(_PAGE), **question}
        page = yield from told(client, "youtube_channels", "/channels", params, about=question)
        lists = (text_at(c, "contentDetails", "relatedPlaylists", "uploads") for c in list_at(page.document, "items"))
        uploads += [playlist for playlist in lists if playlist]
    return uploads


def _uploads(client: Client, playlist: str, since: datetime) -> Generator[Answer, None, list[str] | None]:
    """Ids of a channel's videos since an instant, newest first; None if the walk broke off."""
    trail, found, token = Trail(), list[str](), ""
    while True:
        params = {"part": "contentDetails", "playlistId": playlist, "maxResults": str(_PAGE)}
        more = {"pageToken": token} if token else {}
        page = yield from told(client, "youtube_uploads", "/playlistItems", {**params, **more}, about=more)
        if page.refusal:
            # A channel without a single video has no list of uploads.
            return found if page.refusal.reason == "not_found" and not token else None
        items = list_at(page.document, "items")
        instants = [_published_at(item) for item in items]
        found += [
            video_id
            for item, instant in zip(items, instants, strict=True)
            if (video_id := _video_id(item)) and (instant is None or instant >= since)
        ]
        token = text_at(page.document, "nextPageToken") or ""
        if not token or all_older(instants, since):
            return found
        if trail.loops(token, len(items)):
            return None


def _video_id(item: Json) -> str | None:
    return text_at(item, "contentDetails", "videoId") or text_at(item, "snippet", "resourceId", "videoId")


def _published_at(item: Json) -> datetime | None:
    return instant_of(at(item, "contentDetails", "videoPublishedAt") or at(item, "snippet", "publishedAt"))


def _account(channel: Item) -> Values:
    snippet, statistics = channel.child("snippet"), channel.child("statistics")
    is_hidden = statistics.flag("hiddenSubscriberCount") is True
    reasons = {} if statistics.has("videoCount") else {"posts": "not_reported"}
    if is_hidden or not statistics.has("subscriberCount"):
        reasons["followers"] = "hidden" if is_hidden else "not_reported"
    return {
        "platform": NAME,
        "account_id": channel.needed("id"),
        "handle": name_of_account(snippet.text("customUrl")),
        "display_name": snippet.text("title"),
        "followers": None if is_hidden else statistics.count("subscriberCount"),
        "posts": statistics.count("videoCount"),
        "missing": missing(reasons),
    }


def _post(video: Item) -> Values:
    snippet, details = video.child("snippet"), video.child("contentDetails")
    # Hashtags and labels stand in either; a viewer reads the title first.
    caption = "\n".join(t for t in (snippet.text("title"), snippet.text("description")) if t) or None
    # The API does not say which videos are Shorts: length does not tell (a Short may last 180 s and an ordinary video
    # 20 s), and the shape of the picture is the owner's to know. A guess would put a video into the wrong benchmark.
    is_live = text_at(snippet.values, "liveBroadcastContent") in {"live", "upcoming"}
    return {
        "platform": NAME,
        "post_id": video.needed("id"),
        "account_id": snippet.ident("channelId"),
        "published_at": snippet.instant("publishedAt"),
        "format": "live" if is_live else "video",
        "caption": caption,
        "caption_is_truncated": None if caption is None else False,
        "hashtags": None if caption is None else hashtags_of(caption),
        "permalink": f"https://www.youtube.com/watch?v={video.needed('id')}",
        "paid_label": "unknown",  # paidProductPlacementDetails is told to the owner only
        "duration_seconds": _seconds(details),
    }


def _counters(video: Item) -> Values:
    statistics = video.child("statistics")
    told_some = bool(statistics.values)
    return {
        "platform": NAME,
        "post_id": video.needed("id"),
        **{column: statistics.count(key) for column, key in _COUNTERS.items()},
        "missing": missing(
            {
                column: _ABSENT[column] if told_some else "not_reported"
                for column, key in _COUNTERS.items()
                if not statistics.has(key)
            }
        ),
    }


def _seconds(details: Item) -> float | None:
    """Length from ISO 8601; None for live streams, whose length is told as P0D."""
    said_ = details.text("duration")
    if said_ is None or said_ == "P0D":
        return None
    found = _DURATION.fullmatch(said_)
    if found is None or said_ in {"P", "PT"}:
        raise details.unreadable("duration", "a length such as PT4M13S")
    days, hours, minutes, seconds = (int(g or 0) for g in found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def _until_midnight(response: httpx.Response) -> float | None:
    """Seconds from the answer's own date to midnight in California; None if it bears no date."""
    try:
        now = parsedate_to_datetime(response.headers.get("date", "")).astimezone(_PACIFIC)
        midnight = datetime.combine(now.date() + timedelta(days=1), time(0), tzinfo=_PACIFIC)
    except (ValueError, TypeError, OverflowError):  # the last: a date near the year 1 or 9999
        return None
    return midnight.timestamp() - now.timestamp()
