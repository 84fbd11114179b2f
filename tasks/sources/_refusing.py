"""What an answer means by its HTTP status alone, where the platform's own codes say nothing."""

from typing import Literal

import httpx

from tasks.documents import Json, NotJson, document
from tasks.sources import Refusal
from tasks.waits import asked_wait
from transforms.captions import clean

Scope = Literal["item", "shard", "source"]

_MEANINGS: dict[int, tuple[str, str, bool, Scope]] = {
    401: ("bad_token", "the token is not accepted: renew it", False, "source"),
    403: ("no_permission", "the token may not ask this", False, "item"),
    404: ("not_found", "there is no such thing", False, "item"),
    408: ("server_error", "the server gave up waiting", True, "item"),
    410: ("not_found", "there is no such thing any more", False, "item"),
    425: ("server_error", "too early", True, "item"),
    429: ("rate_limited", "asked too often", True, "item"),
}


def by_status(response: httpx.Response) -> Refusal | None:
    """What any API's answer means by its status, and by whether it is JSON at all; None if it is an answer."""
    status = response.status_code
    what = f"HTTP {status} ({response.headers.get('content-type', 'no content type')[:80]})"
    if 200 <= status < 300:
        return _unreadable(response.content, what)
    if 300 <= status < 400:
        where = response.headers.get("location", "").split("?")[0][:200]
        return Refusal("redirected", f"{what} to {where!r}: it was not followed", retry=False, scope="source")
    other = ("server_error", "a fault of theirs", True, "item") if status >= 500 else ("refused", "", False, "item")
    reason, meaning, retry, scope = _MEANINGS.get(status, other)
    wait = asked_wait(response.headers) if retry else None
    return Refusal(reason, f"{what}: {meaning}", retry=retry, wait_seconds=wait, scope=scope)


def body_of(response: httpx.Response) -> Json:
    """The document of a response; None if it holds none."""
    try:
        return document(response.content)
    except NotJson:
        return None


def said(*parts: str | None) -> str:
    """What a platform said, in one line that is safe to print."""
    return " ".join(clean(" ".join(p for p in parts if p)).split())[:300]


def _unreadable(body: bytes, what: str) -> Refusal | None:
    try:
        document(body)
    except NotJson as error:
        cut = body.lstrip()[:1] in {b"{", b"["}
        return Refusal("truncated" if cut else "not_json", f"{what}: {error}", retry=True)
    return None
