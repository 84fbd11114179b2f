"""Platforms played by a function: what is asked is recorded, what is slept is counted, nothing leaves the process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import httpx
import polars as pl
import pytest

from tasks.clock import stopped_clock
from tasks.http import Patience, Stopped, client_for
from tasks.sources import Answer, Landed, Plan, Refusal

AT = datetime(2026, 7, 1, 15, tzinfo=UTC)
FIXTURES = Path(__file__).parents[2] / "fixtures"


@dataclass
class Played:
    answers: list[Answer]
    got: int | None
    stopped: Refusal | None
    requests: list[httpx.Request]
    slept: list[float] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [r.url.path for r in self.requests]


def landed(
    kind: str,
    body: bytes,
    *,
    status: int = 200,
    about: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    segment: str = "source/2026-07-01/part",
    line: int = 2,
    at: datetime = AT,
) -> Landed:
    answer = Answer(kind, "GET", "https://api.example/x", status, headers or {}, body, at, about or {})
    name = f"{segment}#{line}"
    return Landed(name, segment, line, "source", date(2026, 7, 1), "part", answer, sha256(body).hexdigest(), len(body))


@pytest.fixture
def land() -> Callable[..., Landed]:
    return landed


@pytest.fixture
def relanded() -> Callable[[Sequence[Answer]], list[Landed]]:
    """Answers as they stand in one segment."""

    def relanded(answers: Sequence[Answer]) -> list[Landed]:
        return [
            landed(
                a.kind, a.body, status=a.status, about=dict(a.about), headers=dict(a.headers), line=n, at=a.received_at
            )
            for n, a in enumerate(answers, start=2)
        ]

    return relanded


@pytest.fixture
def recorded() -> Callable[[str, str], bytes]:
    return lambda platform, name: (FIXTURES / platform / f"{name}.json").read_bytes()


@pytest.fixture
def play() -> Callable[..., Played]:
    """Fetch every shard of a plan from a platform played by ``answer``."""

    def play(source: ModuleType, plan: Plan, answer: Callable[[httpx.Request], httpx.Response]) -> Played:
        played = Played([], 0, None, [])

        def respond(request: httpx.Request) -> httpx.Response:
            played.requests.append(request)
            return answer(request)

        with client_for(
            source,
            plan,
            clock=stopped_clock(AT),
            sleep=played.slept.append,
            transport=httpx.MockTransport(respond),
            patience=Patience(attempts=2),
        ) as client:
            for shard in source.shards(plan):
                asked = source.fetch(client, shard)
                try:
                    while True:
                        played.answers.append(next(asked))
                except StopIteration as end:
                    played.got = (played.got or 0) + end.value
                except Stopped as stop:
                    played.got, played.stopped = None, stop.refusal
                    break
        return played

    return play


@pytest.fixture
def column() -> Callable[[pl.DataFrame, str, str], dict[str, object]]:
    """One column of a frame, by a key column."""
    return lambda frame, key, name: dict(frame.select(key, name).iter_rows())
