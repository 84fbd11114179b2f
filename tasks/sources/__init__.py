"""What every platform's file offers: how to ask, how to read, and which refusals may clear.

A source is a module in this folder with

``NAME``      the platform's or service's name, as in ``source`` columns and ``[sources.<name>]``
``access``    ``access(plan) -> Access``: where and how fast to ask, and with which secrets
``shards``    ``shards(plan) -> list[Shard]``: what a night asks, in parts that can fail alone
``fetch``     ``fetch(client, shard) -> Generator[Answer, None, int]``: asks, pages on, returns how many answered
``refusal``   ``refusal(response) -> Refusal | None``: what an answer that is not one means
``stage``     ``stage(answers) -> Staged``: reads landed answers; pure, never raises for bad data
``places``    ``places(landed, pointer, column) -> tuple[Place, ...]``: where in an answer a stored figure stands
``probe``     ``probe(client, plan) -> list[Refusal]``: the cheapest question per token, for ``hibiki check``

The folder is the registry: a module without one of these names fails the architecture tests.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Literal, Protocol, cast

import polars as pl
from pydantic import SecretStr

if TYPE_CHECKING:
    import httpx

    from tasks.http import Access, Client
    from tasks.sources._places import Place


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, verbatim, with the request that it answers (secrets redacted)."""

    kind: str
    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    about: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the reader needs to know of the request: ids asked, account, window."""


@dataclass(frozen=True, slots=True)
class Landed:
    """An answer in landing, with its address. ``blob`` is set instead of ``body`` for an imported file."""

    landed_id: str
    segment: str
    line: int
    source: str
    day: date
    shard: str
    answer: Answer
    sha256: str
    size: int
    blob: Path | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account to follow, from the rosters. ``token`` is set where the creator gave access."""

    handle: str
    account_id: str | None = None
    token: SecretStr | None = None
    posts: Mapping[str, datetime | None] = field(default_factory=dict[str, datetime | None])
    """Its posts already known and still of interest, and when they went up: what is asked for and not told is gone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one night wants of one source."""

    day: date
    since: datetime
    """Nothing published or ordered before this instant is of interest (UTC)."""
    until: datetime
    """The end of the window (UTC): now, or the end of a day asked again."""
    accounts: tuple[Account, ...] = ()
    post_ids: tuple[str, ...] = ()
    """Posts already known on this platform and still of interest whose account is not known."""
    links: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    """The source's settings, e.g. business_account_id, shop."""
    token: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a plan that is fetched, retried and marked complete alone."""

    name: str
    plan: Plan
    expected: int
    """How many things (accounts, links, a shop) should answer."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not one. ``scope`` says how much it stops."""

    reason: str
    """A short code, e.g. rate_limited, quota_exceeded, gone, no_permission, bad_token, not_json, server_error."""
    message: str
    retry: bool
    """Whether asking again soon may help."""
    wait_seconds: float | None = None
    """How long the answer asks us to wait."""
    scope: Literal["item", "shard", "source"] = "item"
    """item: skip this one thing; shard: this shard fails; source: nothing more to ask of the platform tonight."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What stage() read: a frame per staging table (by full name) and what it could not read."""

    tables: Mapping[str, pl.DataFrame]
    rejects: pl.DataFrame
    """Shape of staging.rejects."""


class Source(Protocol):
    """The type of a platform's module."""

    NAME: str

    def access(self, plan: Plan) -> "Access":
        """Where and how fast to ask, and with which secrets."""
        ...

    def shards(self, plan: Plan) -> list[Shard]:
        """What a night asks, in parts that can fail alone."""
        ...

    def fetch(self, client: "Client", shard: Shard) -> Generator[Answer, None, int]:
        """Ask and page on; every answer is yielded as soon as it is whole. Returns how many of ``expected`` answered.

        Errors: ``tasks.http.Stopped`` when a refusal ends the shard or the source.
        """
        ...

    def refusal(self, response: "httpx.Response") -> Refusal | None:
        """What an answer that is not one means; None if it is one."""
        ...

    def stage(self, answers: Sequence[Landed]) -> Staged:
        """Read landed answers. Pure: the same answers give the same frames."""
        ...

    def places(self, landed: Landed, pointer: str, column: str) -> "tuple[Place, ...]":
        """Where in an answer stands what ``column`` of the row at ``pointer`` was read from; none where nowhere."""
        ...

    def probe(self, client: "Client", plan: Plan) -> list[Refusal]:
        """Ask the cheapest question with each token; what was refused."""
        ...


def load() -> dict[str, Source]:
    """Every platform by its name. A module that fails to import fails loudly."""
    modules = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__) if not m.name.startswith("_")]
    return {cast("Source", m).NAME: cast("Source", m) for m in sorted(modules, key=lambda m: m.__name__)}
