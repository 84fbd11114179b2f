"""Asking over the network: one client, one retry layer, limits kept, nothing followed, no secret let out."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from ipaddress import ip_address
from ssl import SSLContext
from threading import Lock
from typing import Self

import httpx
from pydantic import SecretStr

from tasks.clock import Clock, system_clock
from tasks.errors import GAPS, ConfigurationError, HibikiError
from tasks.redaction import Redactor
from tasks.sources import Answer, Plan, Refusal, Source
from tasks.waits import Bucket, asked_wait, pause_after

Param = str | SecretStr

_KEPT_HEADERS = frozenset({"content-type", "date", "retry-after", "link", "x-shopify-shop-api-call-limit"})
_KEPT_FAMILIES = ("x-app-usage", "x-business-use-case-usage", "x-ad-account-usage", "x-rate-limit-", "x-ratelimit-")
_CODED = frozenset({b"content-encoding", b"transfer-encoding", b"content-length"})


class Stopped(HibikiError):
    """A refusal that ends a shard, or all that is asked of a platform tonight."""

    exit_code = GAPS

    def __init__(self, source: str, refusal: Refusal) -> None:
        self.source, self.refusal = source, refusal
        super().__init__(f"{source} stopped ({refusal.reason}): {refusal.message}")


@dataclass(frozen=True, slots=True)
class Access:
    """Where and how fast to ask a platform, and with which secrets."""

    base_url: str
    params: Mapping[str, Param] = field(default_factory=dict[str, Param])
    headers: Mapping[str, Param] = field(default_factory=dict[str, Param])
    also: tuple[str, ...] = ()
    """Other bases that may be asked: nothing else ever is."""
    per_minute: float = 120
    burst: float = 60


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what. A wait beyond ``longest_wait`` seconds is not slept through: it stops."""

    attempts: int = 4
    first_wait: float = 1.0
    longest_wait: float = 300.0
    connect: float = 10.0
    read: float = 30.0
    whole: float = 120.0
    """Seconds for one whole answer, so that one that trickles in does not hold the night."""
    max_bytes: int = 32 << 20
    failures: int = 3
    """Questions in a row that got no usable answer before the shard is given up."""


class Client:
    """Asks one platform. The transport, the clocks, sleep and chance are arguments: tests patch nothing."""

    def __init__(
        self,
        source: str,
        access: Access,
        refusal: Callable[[httpx.Response], Refusal | None],
        *,
        clock: Clock = system_clock,
        sleep: Callable[[float], object] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        transport: httpx.BaseTransport | None = None,
        patience: Patience | None = None,
        secrets: tuple[SecretStr, ...] = (),
    ) -> None:
        self.source, self._access, self._refusal = source, access, refusal
        self._clock, self._sleep, self._monotonic, self._jitter = clock, sleep, monotonic, jitter
        self._patience = patience or Patience()
        self._redactor, self._lock, self._failures = Redactor(), Lock(), 0
        self._bucket = Bucket(access.per_minute, access.burst, monotonic)
        self._bases = tuple(_checked(source, base) for base in (access.base_url, *access.also))
        for secret in secrets:
            self._redactor.learn(secret.get_secret_value())
        p = self._patience
        self._http = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(p.read, connect=p.connect, pool=p.read),
            follow_redirects=False,
            verify=_trusted(),
            # A proxy cannot reach our own machine, and a transport that is handed in is used for everything.
            trust_env=transport is None and not all(_is_loopback(base) for base in self._bases),
            headers={"user-agent": "hibiki", "accept": "application/json"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def ask(
        self,
        kind: str,
        path: str,
        params: Mapping[str, Param] | None = None,
        *,
        method: str = "GET",
        json: object = None,
        form: Mapping[str, Param] | None = None,
        headers: Mapping[str, Param] | None = None,
        about: Mapping[str, str] | None = None,
    ) -> tuple[Answer, Refusal | None]:
        """Ask until answered, refused for good or out of patience; the last answer verbatim and what it means.

        ``path`` is below the base address, or an address below one of the access's bases. A question that was never
        answered comes back with status 0 and no body. A refused answer carries its reason in ``about["refusal"]``.
        """
        request = self._request(method, path, params or {}, headers or {}, json=json, form=form)
        attempt = 1
        while True:
            answer, refusal = self._once(kind, request, about or {})
            if refusal is None or not refusal.retry:
                break
            wait = refusal.wait_seconds
            if wait is None:
                wait = min(self._patience.first_wait * 2 ** (attempt - 1), 60) * (1 + self._jitter())
            if attempt >= self._patience.attempts or wait > self._patience.longest_wait:
                refusal = _given_up(refusal, attempt, wait)
                break
            self._sleep(wait)
            attempt += 1
        return self._judged(answer, refusal)

    def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, Param],
        headers: Mapping[str, Param],
        *,
        json: object,
        form: Mapping[str, Param] | None,
    ) -> httpx.Request:
        address = path if path.startswith(("https://", "http://")) else f"{self._bases[0]}{path}"
        base = next((b for b in self._bases if address.startswith(f"{b}/")), None)
        if base is None:
            raise ConfigurationError(
                f"{self.source} must not ask {self._redactor.text(address)}: only {', '.join(self._bases)}"
            )
        # The secrets of the access belong to its first base alone: another base is asked with what the call brings.
        own = base == self._bases[0]
        return self._http.build_request(
            method,
            address,
            params=self._plain({**(self._access.params if own else {}), **params}) or None,
            headers=self._plain({**(self._access.headers if own else {}), **headers}),
            json=json,
            data=self._plain(form) if form else None,
        )

    def _plain(self, values: Mapping[str, Param]) -> dict[str, str]:
        plain: dict[str, str] = {}
        for name, value in values.items():
            if isinstance(value, SecretStr):
                self._redactor.learn(value.get_secret_value().removeprefix("Bearer "))
                plain[name] = value.get_secret_value()
            else:
                plain[name] = value
        return plain

    def _once(self, kind: str, request: httpx.Request, about: Mapping[str, str]) -> tuple[Answer, Refusal | None]:
        if wait := self._bucket.reserve():
            self._sleep(wait)
        status, headers, body, refusal = 0, dict[str, str](), b"", None
        try:
            response = self._http.send(request, stream=True)
            try:
                status, headers = response.status_code, _kept(response.headers)
                body = self._whole(response)
            finally:
                response.close()
        except httpx.TimeoutException as error:
            refusal = Refusal("timed_out", self._redactor.text(f"no whole answer in time: {error}"), retry=True)
        except _TooLarge:
            limit = self._patience.max_bytes
            refusal = Refusal("too_large", f"the answer is larger than {limit:,} bytes: it was dropped", retry=False)
        except httpx.RequestError as error:
            refusal = Refusal("unreachable", self._redactor.text(f"no whole answer: {error}"), retry=True)
        else:
            refusal = self._refusal(_plain_response(response, body))
            self._bucket.hold(min(pause_after(headers, self._clock()), self._patience.longest_wait))
        if refusal and refusal.reason == "rate_limited" and refusal.wait_seconds is None:
            refusal = replace(refusal, wait_seconds=asked_wait(headers, self._clock()))
        whole = not (refusal and refusal.reason in {"timed_out", "unreachable"})
        answer = Answer(
            kind,
            request.method,
            self._redactor.text(str(request.url)),
            status if whole else 0,
            {name: self._redactor.text(value) for name, value in headers.items()} if whole else {},
            self._redactor.body(body),
            self._clock(),
            {name: self._redactor.text(value) for name, value in about.items()},
        )
        return answer, refusal

    def _whole(self, response: httpx.Response) -> bytes:
        body, began = bytearray(), self._monotonic()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._patience.max_bytes:
                raise _TooLarge
            if self._monotonic() - began > self._patience.whole:
                raise httpx.ReadTimeout(f"not whole after {self._patience.whole:.0f} s", request=response.request)
        return bytes(body)

    def _judged(self, answer: Answer, refusal: Refusal | None) -> tuple[Answer, Refusal | None]:
        """Mark a refused answer; several failures in a row are not the question's fault and stop the shard."""
        with self._lock:
            self._failures = self._failures + 1 if refusal and refusal.retry else 0
            failing = self._failures >= self._patience.failures
        if refusal is None:
            return answer, None
        refusal = replace(refusal, message=self._redactor.text(refusal.message)[:500])
        if failing and refusal.scope == "item":
            refusal = replace(refusal, scope="shard")
        return replace(answer, about={**answer.about, "refusal": refusal.reason}), refusal


def client_for(
    source: Source,
    plan: Plan,
    *,
    clock: Clock = system_clock,
    sleep: Callable[[float], object] = time.sleep,
    transport: httpx.BaseTransport | None = None,
    patience: Patience | None = None,
) -> Client:
    """A client for a platform as a plan wants it asked; it knows the plan's secrets, to keep them in."""
    secrets = [plan.token, *(account.token for account in plan.accounts)]
    return Client(
        source.NAME,
        source.access(plan),
        source.refusal,
        clock=clock,
        sleep=sleep,
        transport=transport,
        patience=patience,
        secrets=tuple(s for s in secrets if s is not None),
    )


@cache
def _trusted() -> SSLContext:
    """The authorities that we trust: reading them takes longer than an answer, and clients share them."""
    return httpx.create_ssl_context()


class _TooLarge(Exception):
    pass


def _given_up(refusal: Refusal, attempts: int, wait: float) -> Refusal:
    """A refusal that patience did not clear. A limit on how much may be asked holds for the whole platform."""
    scope = "source" if refusal.reason == "rate_limited" else refusal.scope
    asked = "once" if attempts == 1 else f"{attempts} times"
    return replace(refusal, scope=scope, wait_seconds=wait, message=f"{refusal.message} (asked {asked})")


def _kept(headers: httpx.Headers) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name in _KEPT_HEADERS or name.startswith(_KEPT_FAMILIES)}


def _plain_response(response: httpx.Response, body: bytes) -> httpx.Response:
    """The response with its body read and decoded, as if it had come so."""
    # As bytes: a header in another script than ASCII is read, and could not be written again from its text.
    headers = [(n, v) for n, v in response.headers.raw if n.lower() not in _CODED]
    return httpx.Response(response.status_code, headers=headers, content=body)


def _checked(source: str, base: str) -> str:
    url = httpx.URL(base)
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(base)):
        raise ConfigurationError(f"{source}: base_url {base!r} would send its token in the clear: use an https address")
    return base.rstrip("/")


def _is_loopback(base: str) -> bool:
    host = httpx.URL(base).host
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
