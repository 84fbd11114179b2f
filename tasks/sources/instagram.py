"""Instagram: business discovery for accounts that gave no access; media and their insights for those that did."""

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

import httpx

from tasks.documents import Json, at, list_at, text_at
from tasks.http import Access, Client, Param, Stopped
from tasks.sources import Account, Answer, Landed, Plan, Refusal, Shard, Staged
from tasks.sources._asking import Told, Trail, account_shards, all_older, judged, told
from tasks.sources._instagram_rows import places_of, rows_of
from tasks.sources._places import Place
from tasks.sources._reading import instant_of
from tasks.sources._refusing import Meaning, body_of, by_status, said

NAME = "instagram"
BASE_URL = "https://graph.facebook.com/v23.0"
ACCESS_BASE_URL = "https://graph.instagram.com/v23.0"
RATE = 240.0
"""Requests a minute. The real limit follows impressions and is told in headers, which the client heeds."""

ACCOUNT_FIELDS = "username,name,followers_count,follows_count,media_count"
MEDIA_FIELDS = "id,username,caption,media_type,media_product_type,timestamp,like_count,comments_count,permalink"
# What may be asked of which kind of post: developers.facebook.com, Instagram media insights, v23.0. One metric that a
# kind does not know refuses the whole question, so an unexpected refusal is asked again in halves.
METRICS: Mapping[str, tuple[str, ...]] = {
    "FEED": ("views", "reach", "saved", "shares"),
    "REELS": ("views", "reach", "saved", "shares", "ig_reels_video_view_total_time"),
    "STORY": ("views", "reach", "shares"),
}
_HANDLE = re.compile(r"[a-z0-9._]{1,30}")
_CURSOR = re.compile(r"[A-Za-z0-9+/=_.:~-]{1,2000}")
"""What may be put into a field expression without changing it."""

_TOO_OFTEN = Meaning("rate_limited", retry=True)
_THEIR_FAULT = Meaning("server_error", retry=True)
_BAD_TOKEN = Meaning("bad_token", scope="source", remedy="renew the token")
_NO_PERMISSION = Meaning("no_permission", scope="source", remedy="grant the token this permission")
_INVALID = Meaning("invalid_request")
_UNKNOWN_ACCOUNT = Meaning("unknown_account", remedy="check the handle, and that it is a professional account")
_MEANINGS: Mapping[tuple[int, int], Meaning] = {
    **{(code, 0): _TOO_OFTEN for code in (4, 17, 32, 613, 80002)},
    **{(code, 0): _THEIR_FAULT for code in (1, 2)},
    **{(code, 0): _BAD_TOKEN for code in (102, 190, 467)},
    **{(code, 0): _NO_PERMISSION for code in (10, *range(200, 300))},
    (24, 2207006): Meaning("gone"),
    (100, 0): _INVALID,
    (100, 33): Meaning("gone"),
    (100, 2108006): Meaning("before_business"),
    (110, 0): _UNKNOWN_ACCOUNT,
    (368, 0): Meaning("blocked", scope="source"),
}
"""By code and subcode, 0 for any (developers.facebook.com, Graph API error handling, read 2025-11)."""


def access(plan: Plan) -> Access:
    """Two addresses: Facebook's for discovery, Instagram's own for creators who gave access."""
    base = plan.options.get("base_url", BASE_URL)
    return Access(
        base,
        params={"access_token": plan.token} if plan.token else {},
        also=(_access_base(plan),),
        per_minute=RATE,
        burst=RATE,
    )


def shards(plan: Plan) -> list[Shard]:
    """Creators who gave access first: their answers do not hang on the brand's own token."""
    with_access = [a for a in plan.accounts if a.token]
    without = [a for a in plan.accounts if not a.token]
    return [*account_shards("access", plan, with_access), *account_shards("discovery", plan, without)]


def fetch(client: Client, shard: Shard) -> Generator[Answer, None, int]:
    """Ask for every account of the shard; how many answered to the end."""
    got = 0
    for account in shard.plan.accounts:
        walk = _with_access if account.token else _discovered
        got += yield from walk(client, account, shard.plan)
    return got


def refusal(response: httpx.Response) -> Refusal | None:
    """What an error of the Graph API means. Type and HTTP status vary for one code; code and subcode decide."""
    body = body_of(response)
    error = at(body, "error")
    code, subcode = at(error, "code"), at(error, "error_subcode")
    if not isinstance(error, dict) or not isinstance(code, int):
        return by_status(response)
    message = said(f"({code}/{subcode})" if subcode else f"({code})", text_at(error, "message"))
    meaning = _MEANINGS.get((code, subcode if isinstance(subcode, int) else 0)) or _MEANINGS.get((code, 0))
    if code == 10 and "not enough viewers" in message.lower():
        meaning = Meaning("too_small_to_report")
    elif meaning is _INVALID and "metric" in message.lower():
        meaning = Meaning("unsupported_metric")
    elif meaning is None:
        is_transient = at(error, "is_transient") is True or response.status_code >= 500
        meaning = _THEIR_FAULT if is_transient else Meaning("refused")
    return meaning.refusal(response, message)


def stage(answers: Sequence[Landed]) -> Staged:
    """Read accounts, posts, their counters and the posts that are gone."""
    return rows_of(NAME, answers, refusal)


def places(landed: Landed, pointer: str, column: str) -> tuple[Place, ...]:
    """Where a stored figure of the object at ``pointer`` stands; of insights, in which of its metrics."""
    return places_of(landed, pointer, column)


def probe(client: Client, plan: Plan) -> list[Refusal]:
    """Ask each token who it is."""
    questions: list[tuple[str, Mapping[str, str], Account | None]] = []
    if plan.options.get("business_account_id"):
        questions.append((f"/{_quoted(plan.options['business_account_id'])}", {"fields": "id,username"}, None))
    questions += [(f"{_access_base(plan)}/me", {"fields": "user_id,username"}, a) for a in plan.accounts if a.token]
    found: list[Refusal] = []
    for path, params, account in questions:
        own: Mapping[str, Param] = {"access_token": account.token} if account and account.token else {}
        _, refused = client.ask("instagram_probe", path, {**params, **own})
        if refused:
            whose = f"@{account.handle}: " if account else ""
            found.append(replace(refused, message=f"{whose}{refused.message}"))
    return found


@dataclass(slots=True)
class _Walk:
    """The media of one account seen so far, newest first: of which kind each is and when it went up."""

    since: datetime
    trail: Trail = field(default_factory=Trail)
    kinds: dict[str, str] = field(default_factory=dict[str, str])
    times: dict[str, datetime | None] = field(default_factory=dict[str, datetime | None])
    ended: bool = False
    """Whether the account has no older media than those seen."""
    nameless: bool = False
    """Whether something among the media has no id that can be read."""

    def page(self, data: list[Json], cursor: str | None) -> str | None:
        """Take a page; the cursor of the next one, if there is more of interest. Errors: _Looping."""
        instants = [instant_of(at(media, "timestamp")) for media in data]
        for media, instant in zip(data, instants, strict=True):
            if media_id := text_at(media, "id"):
                self.kinds[media_id] = text_at(media, "media_product_type") or "FEED"
                self.times[media_id] = instant
            else:
                self.nameless = True
        if cursor is None:
            self.ended = True
            return None
        if all_older(instants, self.since):
            return None
        if self.trail.loops(cursor, len(data)) or not _CURSOR.fullmatch(cursor):
            raise _Looping
        return cursor

    def not_listed(self, posts: Mapping[str, datetime | None]) -> list[str]:
        """Known posts that the walk should have met and has not; none if something met could be any of them."""
        if self.nameless:
            return []
        oldest = min((t for t in self.times.values() if t), default=None)
        return [
            post_id
            for post_id, published_at in posts.items()
            if post_id not in self.kinds and (self.ended or (published_at and oldest and published_at > oldest))
        ]


class _Looping(Exception):
    """The API's paging never ends, or its cursor cannot be followed."""


def _discovered(client: Client, account: Account, plan: Plan) -> Generator[Answer, None, int]:
    """An account that gave no access, as the brand's account sees it: counters of the profile and of its media."""
    own_id = plan.options.get("business_account_id")
    if plan.token is None or not own_id:
        missing = "a token" if own_id else "business_account_id"
        raise Stopped(NAME, Refusal("no_access", f"discovery needs {missing}: set it", retry=False, scope="shard"))
    if not _HANDLE.fullmatch(account.handle):
        return 0  # no such name can exist there, and it would change the question that it is put into
    walk, cursor, first = _Walk(plan.since), None, True
    while first or cursor:
        fields = _expression(account.handle, cursor)
        about = {"handle": account.handle, "page": "first" if first else "next"}
        answer, refused = client.ask("instagram_discovery", f"/{_quoted(own_id)}", {"fields": fields}, about=about)
        body = body_of(httpx.Response(200, content=answer.body)) if refused is None else None
        media = at(body, "business_discovery", "media")
        looping = False
        try:
            cursor = walk.page(list_at(media, "data"), text_at(media, "paging", "cursors", "after"))
        except _Looping:
            looping = True
        told_all = refused is None and cursor is None and not looping
        # An account that says it has media and lists none, or a page without a list, has not told which are gone.
        is_list = isinstance(at(media, "data"), list) and walk.kinds
        if told_all and (is_list or at(body, "business_discovery", "media_count") == 0):
            answer = _noting(answer, not_listed=" ".join(walk.not_listed(account.posts)))
        yield _noting(answer, refusal="paging_loop") if looping else answer
        if judged(client, answer, refused).refusal or looping:
            return 0
        first = False
    return 1


def _with_access(client: Client, account: Account, plan: Plan) -> Generator[Answer, None, int]:
    """An account whose creator gave a token: profile, media, insights per post, and posts that the list misses."""
    base = _access_base(plan)
    token: Mapping[str, Param] = {"access_token": account.token or ""}
    about = {"handle": account.handle}
    me = yield from told(
        client,
        "instagram_account",
        f"{base}/me",
        {"fields": f"id,user_id,{ACCOUNT_FIELDS}", **token},
        about=about,
        own_token=True,
    )
    account_id = text_at(me.document, "user_id") or text_at(me.document, "id")
    if me.refusal or not account_id:
        return 0
    about |= {"account_id": account_id, "username": text_at(me.document, "username") or ""}
    walk, params = _Walk(plan.since), {"fields": MEDIA_FIELDS, "limit": "50"}
    path, cursor, first = f"{base}/{_quoted(account_id)}/media", None, True
    while first or cursor:
        first = False
        after = {"after": cursor} if cursor else {}
        page = yield from told(
            client, "instagram_media", path, {**params, **after, **token}, about=about, own_token=True
        )
        if page.refusal:
            return 0
        more = text_at(page.document, "paging", "cursors", "after") if at(page.document, "paging", "next") else None
        try:
            cursor = walk.page(list_at(page.document, "data"), more)
        except _Looping:
            return 0
    for post_id in walk.not_listed(account.posts):
        one = yield from told(
            client,
            "instagram_media",
            f"{base}/{_quoted(post_id)}",
            {"fields": MEDIA_FIELDS, **token},
            about={**about, "post_id": post_id},
            own_token=True,
        )
        if not one.refusal:
            walk.page([one.document], None)
    for post_id, kind in walk.kinds.items():
        published_at = walk.times[post_id]
        if post_id in account.posts or published_at is None or published_at >= plan.since:
            metrics = METRICS.get(kind, METRICS["FEED"])
            path = f"{base}/{_quoted(post_id)}/insights"
            yield from _insights(client, path, metrics, token, {**about, "post_id": post_id})
    return 1


def _insights(
    client: Client, path: str, metrics: tuple[str, ...], token: Mapping[str, Param], about: Mapping[str, str]
) -> Generator[Answer, None, None]:
    """Insights of a post. Where one metric spoils the question, each half is asked alone, down to the culprit."""
    found: Told = yield from told(
        client,
        "instagram_insights",
        path,
        {"metric": ",".join(metrics), **token},
        about={**about, "metrics": " ".join(metrics)},
        own_token=True,
    )
    if found.refusal and found.refusal.reason == "unsupported_metric" and len(metrics) > 1:
        half = len(metrics) // 2
        yield from _insights(client, path, metrics[:half], token, about)
        yield from _insights(client, path, metrics[half:], token, about)


def _expression(handle: str, cursor: str | None) -> str:
    """The field expression of business discovery: media are nested in it, and so is their cursor."""
    after = f".after({cursor})" if cursor else ""
    profile = "id,username" if cursor else f"id,{ACCOUNT_FIELDS}"
    return f"business_discovery.username({handle}){{{profile},media{after}.limit(50){{{MEDIA_FIELDS}}}}}"


def _noting(answer: Answer, **notes: str) -> Answer:
    """The answer with notes for its reader; empty ones are left out."""
    return replace(answer, about={**answer.about, **{k: v for k, v in notes.items() if v}})


def _access_base(plan: Plan) -> str:
    return plan.options.get("access_base_url", ACCESS_BASE_URL).rstrip("/")


def _quoted(part: str) -> str:
    return quote(part, safe="")
