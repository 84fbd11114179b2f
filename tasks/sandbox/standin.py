"""What the stand-ins share: a question, a reply, and the sandbox that knows the world, the instant and the faults."""

import json
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

from tasks.sandbox.faults import PAGING, Fault
from tasks.sandbox.world import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def told(
    body: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/json; charset=utf-8",
) -> Reply:
    """A reply in JSON."""
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return Reply(status, {"content-type": content_type, **(headers or {})}, raw)


def page_of_html(status: int, title: str) -> Reply:
    """What a gateway says when the service behind it is away."""
    body = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Reply(status, {"content-type": "text/html; charset=UTF-8"}, body.encode())


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, as a stand-in sees it. ``path`` is below the platform's prefix and version; ``at``: now."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    base: str
    """Address of the platform's root, for links in answers."""
    nth: int
    """How many questions this platform got before."""
    faults: frozenset[str] = frozenset()
    """Faults that concern paging."""

    @property
    def bearer(self) -> str:
        """The bearer token; empty if there is none."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def number(self, name: str, default: int) -> int:
        """A whole number of the query; the default if it is absent or none."""
        said = self.query.get(name, "")
        return int(said) if said.isdigit() else default


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came, for tests. ``query`` is as asked: tokens included."""

    method: str
    path: str
    query: str
    body: bytes
    status: int
    fault: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list: its items, where they begin and where the next page begins (None: the last page)."""

    items: Sequence[Any]
    start: int
    next: int | None


def cut(everything: Sequence[Any], start: int, size: int, faults: frozenset[str]) -> Page:
    """One page of a list, unless a fault makes it lie."""
    end = start + size
    following = end if end < len(everything) else None
    if "paging_loop" in faults:
        following = start
    if "duplicate_page" in faults:
        return Page(everything[max(0, start - size) : end], start, following)
    return Page(everything[start:end], start, following)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many items a page holds at most, whatever was asked for. Small, so that paging really happens."""

    instagram: int = 12
    tiktok: int = 8
    youtube: int = 10
    shopify: int = 50
    ga4: int = 40


@dataclass
class Sandbox:
    """The world as of ``now``, told by stand-ins. ``now`` and ``faults`` may be changed at any time, by any thread."""

    world: World
    now: datetime = field(default_factory=lambda: datetime.min.replace(tzinfo=UTC))
    faults: list[Fault] = field(default_factory=list[Fault])
    sizes: Sizes = field(default_factory=Sizes)
    throttle_every: int | None = 211
    """Each so many questions a platform asks for patience, briefly; None: never."""
    orders_days: int = 60
    """A shop tells the orders of so many days (Shopify without read_all_orders)."""

    def __post_init__(self) -> None:
        if self.now.year == 1:
            self.now = self.world.now
        self.asked: deque[Seen] = deque(maxlen=200_000)
        self._lock = Lock()
        self._hits: Counter[int] = Counter()
        self._questions: Counter[str] = Counter()
        self._lately: dict[Hashable, list[Any]] = {}

    def move(self, now: datetime) -> None:
        """Go to another instant."""
        if now.tzinfo is None:
            raise ValueError(f"{now} has no timezone: give an aware instant")
        self.now = now.astimezone(UTC)

    def question(self, platform: str) -> int:
        """Count a question to a platform: how many came before."""
        with self._lock:
            self._questions[platform] += 1
            return self._questions[platform] - 1

    def striking(self, path: str, query: str) -> list[Fault]:
        """The faults that strike this request, in the order in which they stand in ``faults``."""
        struck: list[Fault] = []
        with self._lock:
            for fault in self.faults:
                if fault.matches(path, query):
                    nth = self._hits[id(fault)]
                    self._hits[id(fault)] += 1
                    if fault.strikes(nth, self.world.draws):
                        struck.append(fault)
        return struck

    def remembered(self, key: Hashable, make: Callable[[], list[T]]) -> list[T]:
        """What ``make`` made for this key before, if it was asked for lately: the pages of one list."""
        with self._lock:
            if key in self._lately:
                return self._lately[key]
        made = make()
        with self._lock:
            while len(self._lately) >= 8:
                self._lately.pop(next(iter(self._lately)))
            self._lately[key] = made
        return made

    def instant(self, struck: Iterable[Fault]) -> datetime:
        """Now, or a day ago where an answer is stale."""
        return self.now - timedelta(days=1) if any(f.kind == "stale" for f in struck) else self.now


def question(
    sandbox: Sandbox,
    method: str,
    path: str,
    raw_query: str,
    headers: Mapping[str, str],
    *,
    body: bytes,
    base: str,
    platform: str,
    struck: Iterable[Fault],
) -> Asked:
    """The question in the form in which the platforms' stand-ins read it."""
    return Asked(
        method=method,
        path=path,
        query=dict(parse_qsl(raw_query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
        at=sandbox.instant(struck),
        base=base,
        nth=sandbox.question(platform),
        faults=frozenset(f.kind for f in struck) & PAGING,
    )


def decoded(raw_query: str) -> str:
    """A query as a person would write it, for globs."""
    return unquote(raw_query.replace("+", " "))


def date_header(at: datetime) -> str:
    """An instant as HTTP writes it."""
    return format_datetime(at.astimezone(UTC), usegmt=True)
