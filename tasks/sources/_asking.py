"""How every platform is asked: in shards, page by page, and never round in circles."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import TypeVar

from tasks.documents import Json, document
from tasks.http import Client, Param, Stopped
from tasks.sources import Account, Answer, Plan, Refusal, Shard

SHARD_SIZE = 50
_EMPTY_PAGES = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """What a question brought: a document, or a refusal that stops only this one thing."""

    document: Json
    refusal: Refusal | None


def told(
    client: Client,
    kind: str,
    path: str,
    params: Mapping[str, Param] | None = None,
    *,
    method: str = "GET",
    json: object = None,
    headers: Mapping[str, Param] | None = None,
    about: Mapping[str, str] | None = None,
    own_token: bool = False,
) -> Generator[Answer, None, Told]:
    """Ask, yield the answer so that it is landed, and return what it brought.

    ``own_token``: asked with one creator's token, so what is wrong with the token stops that creator alone.
    Errors: Stopped where the refusal ends the shard or the source; the refused answer has been yielded before.
    """
    answer, refusal = client.ask(kind, path, params, method=method, json=json, headers=headers, about=about)
    yield answer
    return judged(client, answer, refusal, own_token=own_token)


def judged(client: Client, answer: Answer, refusal: Refusal | None, *, own_token: bool = False) -> Told:
    """The document of an answer that has been yielded. Errors: Stopped, as :func:`told`."""
    if refusal and own_token and refusal.reason in {"bad_token", "no_permission"}:
        refusal = replace(refusal, scope="item")
    if refusal and refusal.scope != "item":
        raise Stopped(client.source, refusal)
    return Told(None if refusal else document(answer.body), refusal)


class Trail:
    """The pages walked so far. An API that lies can send a reader round in circles or on for ever: this notices."""

    def __init__(self, most: int = 200) -> None:
        self._seen: set[str] = set()
        self._most, self._pages, self._empty = most, 0, 0

    def loops(self, cursor: str, items: int) -> Refusal | None:
        """Whether following ``cursor`` after a page of ``items`` would never end; the refusal says how it shows."""
        self._pages += 1
        self._empty = 0 if items else self._empty + 1
        if cursor in self._seen:
            return _loop("the same cursor came back")
        if self._empty >= _EMPTY_PAGES:
            return _loop(f"{self._empty} empty pages in a row promised more")
        if self._pages >= self._most:
            return _loop(f"{self._pages} pages did not reach the end")
        self._seen.add(cursor)
        return None


def _loop(what: str) -> Refusal:
    return Refusal("paging_loop", f"{what}: paging was cut off, what came so far is kept", retry=False)


def in_parts(things: Iterable[T], size: int) -> list[list[T]]:
    """The things in order, in lists of at most ``size``."""
    rest = iter(things)
    return list(iter(lambda: list(islice(rest, size)), []))


def account_shards(name: str, plan: Plan, accounts: Sequence[Account]) -> list[Shard]:
    """Shards of at most 50 accounts. The name tells which handles: a changed roster makes a shard not yet done."""
    ordered = sorted(accounts, key=lambda a: (a.handle, a.account_id or ""))
    return [
        Shard(
            f"{name}-{number:02d}-{_digest(a.handle for a in part)}",
            replace(plan, accounts=tuple(part), post_ids=(), links=()),
            len(part),
        )
        for number, part in enumerate(in_parts(ordered, SHARD_SIZE), start=1)
    ]


def thing_shards(name: str, plan: Plan, field: str, things: Sequence[str]) -> list[Shard]:
    """Shards of at most 50 links or posts, put into the plan's ``field``."""
    empty = replace(plan, accounts=(), post_ids=(), links=())
    return [
        Shard(f"{name}-{number:02d}-{_digest(part)}", replace(empty, **{field: tuple(part)}), len(part))
        for number, part in enumerate(in_parts(sorted(set(things)), SHARD_SIZE), start=1)
    ]


def all_older(instants: Iterable[datetime | None], since: datetime) -> bool:
    """Whether a page, newest first, is wholly before ``since``: one pinned old post does not end the walk."""
    known = list(instants)
    return bool(known) and all(i is not None and i < since for i in known)


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:8]
