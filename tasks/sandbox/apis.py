"""One address for all stand-ins: which platform a path belongs to, the faults that strike, and how to reach it."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from types import ModuleType
from typing import Any, Protocol, cast
from urllib.parse import unquote

import httpx
import uvicorn

from tasks.sandbox import bitly_api, ga4_api, instagram_api, shopify_api, tiktok_api, youtube_api
from tasks.sandbox.faults import BODY, Fault, Wording, spoil
from tasks.sandbox.standin import Asked, Reply, Sandbox, Seen, date_header, decoded, page_of_html, question, told

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Platform(Protocol):
    """The type of a stand-in's module."""

    PREFIX: str
    WORDING: Wording

    def answer(self, sandbox: Sandbox, asked: Asked) -> Reply:
        """The answer to any question below the prefix."""
        ...

    def throttled(self, asked: Asked, *, long: bool) -> Reply:
        """The platform's own way to say: slower; ``long``: not before tomorrow or next month."""
        ...

    def expired(self) -> Reply:
        """The platform's own way to say that a token is no longer good."""
        ...


def _platform(module: ModuleType) -> Platform:
    return cast("Platform", module)


PLATFORMS = tuple(_platform(m) for m in (instagram_api, tiktok_api, youtube_api, bitly_api, shopify_api, ga4_api))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply and what breaks on its way: ``hang`` seconds without an answer, or a body that is never finished."""

    reply: Reply
    hang: float = 0.0
    drops: bool = False


def respond(
    sandbox: Sandbox, method: str, path: str, raw_query: str, *, headers: Mapping[str, str], body: bytes, root: str
) -> Outcome:
    """What the stand-ins answer. ``path`` is decoded, ``raw_query`` is not; ``root`` is the server's address."""
    platform = next((p for p in PLATFORMS if path.startswith(f"{p.PREFIX}/")), None)
    if platform is None:
        return Outcome(told({"error": f"no stand-in answers {path}"}, HTTPStatus.NOT_FOUND))
    struck = sandbox.striking(path, decoded(raw_query))
    asked = question(
        sandbox,
        method,
        path.removeprefix(platform.PREFIX),
        raw_query,
        headers,
        body=body,
        base=root + platform.PREFIX.rsplit("/v", 1)[0],
        platform=platform.PREFIX,
        struck=struck,
    )
    every = sandbox.throttle_every
    if every and asked.nth % every == every - 1:
        reply = platform.throttled(asked, long=False)
    else:
        reply = _struck(sandbox, platform, asked, struck)
    reply = Reply(reply.status, {"date": date_header(sandbox.now), **reply.headers}, reply.body)
    first = struck[0].kind if struck else None
    sandbox.asked.append(Seen(method, path, raw_query, body, reply.status, first))
    hang = max((f.seconds for f in struck if f.kind == "hang"), default=0.0)
    return Outcome(reply, hang, drops=any(f.kind == "drop" for f in struck))


def _struck(sandbox: Sandbox, platform: Platform, asked: Asked, struck: list[Fault]) -> Reply:
    refused = (_instead(platform, asked, fault) for fault in struck)
    if (reply := next((r for r in refused if r is not None), None)) is not None:
        return reply
    reply = platform.answer(sandbox, asked)
    for fault in sorted(struck, key=lambda f: f.kind == "truncated"):  # what is cut short cannot be spoilt any more
        if fault.kind in BODY and reply.status == HTTPStatus.OK:
            spoilt = told(spoil(json.loads(reply.body), fault, platform.WORDING)).body
            reply = Reply(reply.status, reply.headers, spoilt)
        elif fault.kind == "truncated":
            reply = Reply(reply.status, reply.headers, reply.body[: len(reply.body) * 3 // 5])
    return reply


def _instead(platform: Platform, asked: Asked, fault: Fault) -> Reply | None:
    """What a fault says in place of the answer, if it does."""
    reply = None
    match fault.kind:
        case "throttle" | "quota_exceeded":
            reply = platform.throttled(asked, long=fault.kind == "quota_exceeded")
        case "expired_token":
            reply = platform.expired()
        case "server_error" if fault.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            reply = told({"error": {"message": "An unexpected error has occurred."}}, fault.status)
        case "server_error":
            reply = page_of_html(fault.status, f"{fault.status} {HTTPStatus(fault.status).phrase}")
        case "html_200":
            reply = page_of_html(HTTPStatus.OK, "We'll be right back")
        case _:
            pass
    return reply


# over a socket


def app(sandbox: Sandbox) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The stand-ins as an ASGI application."""

    async def serve_one(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        root = f"http://{headers.get('host', 'localhost')}"
        query = scope["query_string"].decode("latin-1")
        outcome = respond(sandbox, scope["method"], scope["path"], query, headers=headers, body=body, root=root)
        if outcome.hang and not await _outlasts(outcome.hang, receive):
            return
        reply = outcome.reply
        sent = [(b"content-length", str(len(reply.body)).encode())]
        sent += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": sent})
        if outcome.drops:  # uvicorn closes the connection of an application that does not finish
            await send({"type": "http.response.body", "body": reply.body[: len(reply.body) // 2], "more_body": True})
            return
        await send({"type": "http.response.body", "body": reply.body})

    return serve_one


async def _outlasts(seconds: float, receive: Receive) -> bool:
    """Wait so long; False if the client gave up meanwhile."""
    try:
        await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        return True
    return False


@contextmanager
def serve(sandbox: Sandbox) -> Generator[str]:
    """Answer on a free port of the loopback until the end of the block; yields the address (no slash at its end)."""
    config = uvicorn.Config(
        app(sandbox),
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    # asyncio turns Nagle's algorithm off only where the protocol is named: 40 ms an answer otherwise
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listening]}, name="hibiki sandbox", daemon=True
        )
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join(timeout=5)


# without a socket


class InProcess(httpx.BaseTransport):
    """The stand-ins as an httpx transport: the same answers without server, thread or socket, and no waiting."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as :func:`serve` would; what hangs is a timeout at once."""
        raw_path, _, query = request.url.raw_path.decode("ascii").partition("?")
        root = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
        headers = dict(request.headers.items())
        outcome = respond(
            self._sandbox, request.method, unquote(raw_path), query, headers=headers, body=request.read(), root=root
        )
        if outcome.hang:
            raise httpx.ReadTimeout("the stand-in hangs, as it was told to", request=request)
        if outcome.drops:
            said = "peer closed connection without sending complete message body"
            raise httpx.RemoteProtocolError(said, request=request)
        reply = outcome.reply
        return httpx.Response(reply.status, headers=dict(reply.headers), content=reply.body, request=request)
