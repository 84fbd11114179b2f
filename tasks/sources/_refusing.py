"""What an answer means by its HTTP status alone, where the platform's own codes say nothing."""

from dataclasses import dataclass
from typing import Literal

import httpx

from tasks.documents import Json, NotJson, document
from tasks.sources import Refusal
from tasks.waits import asked_wait
from transforms.captions import clean

Scope = Literal["item", "shard", "source"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a platform's own code means: a reason, whether asking again may help, how much it stops, the remedy."""

    reason: str
    retry: bool = False
    scope: Scope = "item"
    remedy: str = ""

    def refusal(self, response: httpx.Response, message: str) -> Refusal:
        """The refusal, with what the platform said and how long it asks us to wait."""
        wait = asked_wait(response.headers) if self.retry else None
        message = message or f"HTTP {response.status_code} without a reason"
        told = f"{message}: {self.remedy}" if self.remedy else message
        return Refusal(self.reason, told, retry=self.retry, wait_seconds=wait, scope=self.scope)


_SERVER = Meaning("server_error", retry=True)
_BY_STATUS: dict[int, Meaning] = {
    401: Meaning("bad_token", scope="source", remedy="the token is not accepted, renew it"),
    403: Meaning("no_permission", remedy="the token may not ask this"),
    404: Meaning("not_found"),
    408: _SERVER,
    410: Meaning("not_found"),
    425: _SERVER,
    429: Meaning("rate_limited", retry=True),
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
    other = _SERVER if status >= 500 else Meaning("refused")
    return _BY_STATUS.get(status, other).refusal(response, what)


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
