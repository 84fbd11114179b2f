"""Instagram's answers as staged rows: media and the insights of one shard make one observation per post."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from tasks.documents import Json, NotJson, at, document, list_at, text_at
from tasks.sources import Landed, Refusal, Staged
from tasks.sources._places import Place, below
from tasks.sources._reading import Item, Sheet, Unreadable, Values, gone, missing, name_of_account, told_ids
from transforms.captions import clean, hashtags_of
from transforms.tables import staging

_PLATFORM = "instagram"
_NEED_ACCESS: Mapping[str, str] = dict.fromkeys(("reach", "saves", "shares", "views"), "no_access")
"""What business discovery never tells."""

# `plays` and `video_views` counted something else than `views` and are not read as it (retired 2025-04-21).
_COLUMNS = {
    "views": "views",
    "reach": "reach",
    "saved": "saves",
    "shares": "shares",
    "impressions": "impressions",
    "ig_reels_video_view_total_time": "watch_seconds",  # told in milliseconds
}
_PROFILE = {"followers": "followers_count", "following": "follows_count", "posts": "media_count"}
_OF_MEDIA = {"likes": "like_count", "comments": "comments_count", "post_id": "id"}
_FORMATS = {"CAROUSEL_ALBUM": "carousel", "IMAGE": "image", "VIDEO": "video"}
_PRODUCTS = {"REELS": "reel", "STORY": "story"}
_WHY = {
    "before_business": "not_reported",
    "gone": "not_reported",
    "no_permission": "no_access",
    "too_small_to_report": "too_small_to_report",
    "unsupported_metric": "not_reported",
}
"""Why insights are unknown, where the answer was a refusal. A refusal that may clear tells nothing about the post."""

Judge = Callable[[httpx.Response], Refusal | None]


@dataclass(slots=True)
class _Detail:
    """What the insights of one post told."""

    item: Item
    values: dict[str, int] = field(default_factory=dict[str, int])
    missing: dict[str, str] = field(default_factory=dict[str, str])
    unread: set[str] = field(default_factory=set[str])
    """Told, but not readable: rejected, and neither known nor unknown."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a media answer told of one post."""

    item: Item
    post_id: str
    values: Values
    missing: dict[str, str]


def rows_of(source: str, answers: Sequence[Landed], refusal: Judge) -> Staged:
    """Read accounts, posts, their counters and the posts that are gone."""
    sheet = Sheet(source)
    details: dict[tuple[str, str], _Detail] = {}
    seen: list[_Seen] = []
    for landed in answers:
        match landed.answer.kind:
            case "instagram_insights":
                _insights(sheet, landed, refusal, details)
            case "instagram_discovery":
                seen += _discovery(sheet, landed, refusal)
            case "instagram_media" | "instagram_stories":
                seen += _listing(sheet, landed, refusal)
            case "instagram_account":
                opened = sheet.opened(landed, refusal)
                if isinstance(opened, Item):
                    sheet.read(staging.ACCOUNTS, opened, _account)
            case _:
                continue
    told = {(s.item.landed.segment, s.post_id) for s in seen}
    for one in seen:
        _observe(sheet, one, details.get((one.item.landed.segment, one.post_id)))
    for (segment, post_id), detail in details.items():
        if (segment, post_id) not in told and (detail.values or detail.missing):
            _observe(sheet, _Seen(detail.item, post_id, {}, {}), detail)
    return sheet.staged()


@dataclass(frozen=True, slots=True)
class _Owner:
    """The account whose media were listed: of a collaboration, not always its author."""

    account_id: str | None
    username: str | None


def _discovery(sheet: Sheet, landed: Landed, refusal: Judge) -> list[_Seen]:
    opened = sheet.opened(landed, refusal)
    if not isinstance(opened, Item):
        return []
    gone(sheet, _PLATFORM, landed, told_ids(landed, "not_listed"))
    try:
        account = opened.child("business_discovery")
        media = account.child("media")
    except Unreadable as error:
        sheet.reject(landed, error.pointer, "unreadable_shape", str(error), opened.values)
        return []
    if not account.values:
        wanted = "business_discovery is missing: the profile asked for would do"
        sheet.reject(landed, "", "unreadable_shape", wanted, opened.values)
        return []
    # Only the first page asks for the profile: a later one must not say that its counters are not told.
    if landed.answer.about.get("page") == "first" or any(account.has(key) for key in _PROFILE.values()):
        sheet.read(staging.ACCOUNTS, account, _account)
    owner = _Owner(text_at(account.values, "id"), text_at(account.values, "username"))
    return [s for item in sheet.items(media, "data", required=False) if (s := _media(sheet, item, owner, _NEED_ACCESS))]


def _listing(sheet: Sheet, landed: Landed, refusal: Judge) -> list[_Seen]:
    """A list of media, one medium, or several by id: the API answers in all three shapes."""
    opened = sheet.opened(landed, refusal)
    if isinstance(opened, Refusal) and opened.reason == "gone":
        gone(sheet, _PLATFORM, landed, told_ids(landed, "post_id"))
    if not isinstance(opened, Item):
        return []
    by_id = [
        Item(landed, f"/{clean(k)}", v) for k, v in opened.values.items() if isinstance(v, dict) and v.get("id") == k
    ]
    if "id" in opened.values:
        items = [opened]
    elif by_id:
        items = by_id
    else:
        items = list(sheet.items(opened, "data"))
    owner = _Owner(landed.answer.about.get("account_id"), landed.answer.about.get("username"))
    return [s for item in items if (s := _media(sheet, item, owner, {}))]


def _media(sheet: Sheet, item: Item, owner: _Owner, why: Mapping[str, str]) -> _Seen | None:
    """Stage a post; what its answer tells of its counters."""
    sheet.read(staging.POSTS, item, lambda it: _post(it, owner))
    reasons = dict(why)
    if not item.has("like_count"):
        reasons["likes"] = "not_reported" if _format(item) == "story" else "hidden"
    if not item.has("comments_count"):
        reasons["comments"] = "not_reported"
    values = sheet.tried(
        staging.POST_OBSERVATIONS,
        item,
        lambda it: {
            "post_id": it.needed("id"),
            "likes": it.count("like_count"),
            "comments": it.count("comments_count"),
        },
    )
    return _Seen(item, str(values["post_id"]), values, reasons) if values else None


def _post(item: Item, owner: _Owner) -> Values:
    author, caption = item.text("username"), item.text("caption")
    return {
        "platform": _PLATFORM,
        "post_id": item.needed("id"),
        "account_id": owner.account_id or text_at(item.values, "owner", "id"),
        "is_author": author.casefold() == owner.username.casefold() if author and owner.username else None,
        "published_at": item.instant("timestamp"),
        "format": _format(item),
        "caption": caption,
        "caption_is_truncated": None if caption is None else False,
        "hashtags": None if caption is None else hashtags_of(caption),
        "permalink": item.link("permalink"),
        "paid_label": "unknown",
    }


def _format(item: Item) -> str:
    if item.landed.answer.kind == "instagram_stories":
        return "story"
    product, kind = item.values.get("media_product_type"), item.values.get("media_type")
    found = _PRODUCTS.get(product) if isinstance(product, str) else None
    return found or (_FORMATS.get(kind, "unknown") if isinstance(kind, str) else "unknown")


def _account(item: Item) -> Values:
    return {
        "platform": _PLATFORM,
        "account_id": item.ident("user_id") or item.needed("id"),
        "handle": name_of_account(item.text("username")),
        "display_name": item.text("name"),
        **{column: item.count(key) for column, key in _PROFILE.items()},
        "missing": missing({column: "not_reported" for column, key in _PROFILE.items() if not item.has(key)}),
    }


def _insights(sheet: Sheet, landed: Landed, refusal: Judge, details: dict[tuple[str, str], _Detail]) -> None:
    """Take what one answer of insights tells. An empty set is unknown, not zero."""
    opened = sheet.opened(landed, refusal)
    if opened is None:
        return
    asked = [_COLUMNS[m] for m in told_ids(landed, "metrics") if m in _COLUMNS]
    post_id = landed.answer.about.get("post_id", "")
    if isinstance(opened, Refusal):
        if opened.reason == "gone":
            gone(sheet, _PLATFORM, landed, [post_id] if post_id else [])
        # One unsupported metric refuses them all: only the one that was asked alone is known to be it.
        if post_id and opened.reason in _WHY and (opened.reason != "unsupported_metric" or len(asked) == 1):
            detail = details.setdefault((landed.segment, post_id), _Detail(Item(landed, "", {})))
            detail.missing |= dict.fromkeys(asked, _WHY[opened.reason])
        return
    for metric in sheet.items(opened, "data"):
        _metric(sheet, metric, post_id, details)
    if post_id:
        detail = details.setdefault((landed.segment, post_id), _Detail(opened))
        silent = [column for column in asked if column not in detail.values and column not in detail.unread]
        detail.missing |= dict.fromkeys(silent, "not_reported")


def _metric(sheet: Sheet, metric: Item, asked_of: str, details: dict[tuple[str, str], _Detail]) -> None:
    """One metric: ``values[0].value`` in older answers, ``total_value.value`` in newer ones."""
    column = _COLUMNS.get(text_at(metric.values, "name") or "")
    # Anything but `lifetime` is a figure of the account, or of a day in California.
    if column is None or metric.values.get("period") not in (None, "lifetime"):  # may be a list, which no set holds
        return
    post_id = asked_of or clean(text_at(metric.values, "id") or "").split("/")[0]
    if not post_id:
        sheet.reject(metric.landed, metric.pointer, "missing_value", "the insight names no post", metric.values)
        return
    values = sheet.tried(staging.POST_OBSERVATIONS, metric, lambda it: {"value": _value(it)})
    number = values["value"] if values else None
    detail = details.setdefault((metric.landed.segment, post_id), _Detail(Item(metric.landed, "", {})))
    if values is None:
        detail.unread.add(column)
    if isinstance(number, int):
        detail.item = Item(metric.landed, "", {})
        detail.values[column] = number // 1000 if column == "watch_seconds" else number


def places_of(landed: Landed, pointer: str, column: str) -> tuple[Place, ...]:
    """Where a stored figure stands; of insights, in the metric that tells it."""
    if landed.answer.kind == "instagram_insights":
        return _place_in_insights(landed, column)
    return below(pointer, {**_PROFILE, **_OF_MEDIA}, column)


def _place_in_insights(landed: Landed, column: str) -> tuple[Place, ...]:
    try:
        metrics = list_at(document(landed.answer.body), "data")
    except NotJson:
        return ()
    per = 1000 if column == "watch_seconds" else 1
    for number, metric in enumerate(metrics):
        is_lifetime = at(metric, "period") in (None, "lifetime")
        if is_lifetime and _COLUMNS.get(text_at(metric, "name") or "") == column:
            where = "values/0/value" if isinstance(at(metric, "values", 0), dict) else "total_value/value"
            return (Place(f"/data/{number}/{where}", per),)
    return ()


def _value(metric: Item) -> int | None:
    told = metric.values.get("values")
    first: Json = told[0] if isinstance(told, list) and told else None
    if isinstance(first, dict):
        return Item(metric.landed, f"{metric.pointer}/values/0", first).count("value")
    if told:
        raise metric.unreadable("values", "a list of objects with a value")
    return metric.child("total_value").count("value")


def _observe(sheet: Sheet, seen: _Seen, detail: _Detail | None) -> None:
    values, reasons = dict(seen.values), dict(seen.missing)
    if detail:
        values |= detail.values
        reasons |= {c: why for c, why in detail.missing.items() if c not in detail.values}
        if detail.item.landed is not seen.item.landed and detail.values:
            values["detail_landed_id"] = detail.item.landed.landed_id
    told = {**values, "platform": _PLATFORM, "post_id": seen.post_id, "missing": missing(reasons)}
    sheet.row(staging.POST_OBSERVATIONS, seen.item, told)
