"""Each platform is asked in parts that can fail alone, and every answer is landed before anything else is done."""

import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event

import httpx
import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from tasks import http, sources
from tasks.briefs import LEAD_DAYS
from tasks.errors import ConfigurationError
from tasks.landing import Entry, Writer
from tasks.site import Site
from tasks.sources import Account, Answer, Plan, Shard, Source
from transforms.days import ends_at, starts_at

Sleep = Callable[[float], object]

KEEPS_HISTORY = frozenset({"bitly", "shopify", "ga4"})
"""Services that can be asked about a past day. A counter says only "so far, as of now"."""

UNTOLD = "gave no access, or no longer there"
"""Why something did not answer although nothing was refused: it could not be asked for, or answers leave it out."""

LASTING = frozenset({"no_access", "not_found", "gone", UNTOLD})
"""Why something did not answer that asking again the same night will not change."""

LATE = timedelta(hours=12)
"""How long after its day a night may still ask for counters: a run that was late is better than a night without."""

LOOK_BACK = {"shopify": timedelta(days=3), "ga4": timedelta(days=4)}
"""How far behind the last answer a service is asked again: clocks differ, shops write late, and Google Analytics
corrects its days for 72 hours (support.google.com/analytics/answer/11198161, read 2026-11)."""


class Conversation:
    """One source on one night: its client, whose limits all parts share, and whether the source has said to stop."""

    def __init__(
        self, site: Site, source: Source, plan: Plan, transport: httpx.BaseTransport | None, sleep: Sleep
    ) -> None:
        self.source = source
        self.client = http.client_for(source, plan, clock=site.clock, sleep=sleep, transport=transport)
        self.stopped = Event()


@dataclass(frozen=True, slots=True)
class Ask:
    """One part of a night. ``known``: how it was asked to its end already, where asking again would change nothing."""

    source: str
    shard: Shard
    conversation: Conversation
    known: Entry | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a part: ``state`` is complete, partial, failed, or known (it was complete already)."""

    source: str
    shard: str
    state: str
    answers: int
    expected: int
    got: int
    reason: str | None


@contextmanager
def asks(
    site: Site,
    day: date,
    posts: pl.DataFrame,
    transport: httpx.BaseTransport | None = None,
    *,
    sleep: Sleep = time.sleep,
) -> Generator[list[Ask]]:
    """Everything that one night wants to know; on leaving, connections are closed.

    ``posts``: posts known so far, with ``platform``, ``post_id``, ``account_id``, ``handle``, ``published_at``.
    ``transport``: another way than the network; ``sleep``: how waits are waited.

    Errors: ConfigurationError if the day has not begun.
    """
    if day > site.today:
        raise ConfigurationError(
            f"{day} has not begun: today is {site.today} ({site.zone}); give that day or an earlier"
        )
    entries = site.landing.entries()
    done = {(e.source, e.shard): e for e in entries if e.day == day and _is_settled(e)}
    counters_too = day == site.today or site.now < ends_at(day, site.zone) + LATE
    with ExitStack() as stack:
        found: list[Ask] = []
        for name, source in sources.load().items():
            if site.settings.source(name) is None or not (counters_too or name in KEEPS_HISTORY):
                continue
            plan = plan_for(site, name, day, posts, entries)
            conversation = Conversation(site, source, plan, transport, sleep)
            stack.enter_context(conversation.client)
            found += [
                Ask(name, shard, conversation, done.get((name, shard.name)))
                for shard in source.shards(plan)
                if shard.expected
            ]
        yield found


def _is_settled(entry: Entry) -> bool:
    """Whether a part was asked to its end, and what did not answer will not the same night."""
    return entry.complete and (entry.got >= entry.expected or _lasts(entry.reason))


def plan_for(site: Site, name: str, day: date, posts: pl.DataFrame, entries: list[Entry]) -> Plan:
    """What a source is asked on a day: accounts of campaigns under way, posts known, links, orders since last time."""
    configured = site.settings.source(name)
    followed = [b.campaign.starts_on for b in site.briefs.campaigns if b.is_followed(day) or b.is_counted(day)]
    since = starts_at(min(followed, default=day) - timedelta(days=LEAD_DAYS), site.zone)
    own = posts.filter((pl.col("platform") == name) & (pl.col("published_at") >= since))
    until = min(site.now, ends_at(day, site.zone))
    if name in LOOK_BACK:
        since = _asked_until(entries, name, since, until)
    return Plan(
        day=day,
        since=since,
        until=until,
        accounts=_with_posts(site.briefs.accounts(name, day, site.settings.secrets.creator_tokens(name)), own),
        post_ids=tuple(own.filter(pl.col("account_id").is_null())["post_id"].sort().to_list()),
        links=site.briefs.links(day) if name == "bitly" else (),
        options=configured.options if configured else {},
        token=site.settings.secrets.token(name),
    )


def _with_posts(accounts: tuple[Account, ...], posts: pl.DataFrame) -> tuple[Account, ...]:
    """Accounts with their posts known so far, so that a deleted post is noticed."""
    known: dict[str, dict[str, datetime | None]] = {}
    for row in posts.iter_rows(named=True):
        for owner in {row["account_id"], row["handle"]} - {None}:
            known.setdefault(owner, {})[row["post_id"]] = row["published_at"]
    return tuple(
        Account(a.handle, a.account_id, a.token, posts=known.get(a.account_id or "", known.get(a.handle, {})))
        for a in accounts
    )


def _asked_until(entries: list[Entry], name: str, since: datetime, until: datetime) -> datetime:
    """Since when a service is asked: a little before the last night asked to its end, or before a day asked again."""
    last = max((e.opened_at for e in entries if e.source == name and e.complete), default=None)
    return since if last is None else max(since, min(last, until) - LOOK_BACK[name])


@task(name="ingest", task_run_name="ingest-{ask.source}-{ask.shard.name}-{day}", cache_policy=NO_CACHE)
def ingest(site: Site, ask: Ask, day: date) -> Fetched:
    """Ask one part and land every answer. A refusal is a result, not an exception: other parts go on."""
    return fetch(site, ask, day)


def fetch(site: Site, ask: Ask, day: date) -> Fetched:
    """As :func:`ingest`, without Prefect."""
    shard, talk = ask.shard, ask.conversation
    if (known := ask.known) is not None:
        state = "known" if known.got >= known.expected else "partial"
        return Fetched(ask.source, shard.name, state, 0, known.expected, known.got, known.reason)
    refused: Counter[str] = Counter()
    with site.landing.segment(ask.source, day, shard.name, site.run_id) as writer:
        writer.expected = shard.expected
        if talk.stopped.is_set():
            writer.reason = "not asked: an earlier answer of this source said to stop"
        else:
            try:
                got = _land(talk.source.fetch(talk.client, shard), writer, refused)
                why = (_summary(refused) or UNTOLD) if got < shard.expected else None
                writer.finish(expected=shard.expected, got=got, reason=why)
            except http.Stopped as stop:
                writer.reason = f"{stop.refusal.reason}: {stop.refusal.message}"
                if stop.refusal.scope == "source":
                    talk.stopped.set()
    return Fetched(ask.source, shard.name, _state(writer), writer.answers, shard.expected, writer.got, writer.reason)


def _state(writer: Writer) -> str:
    if writer.complete and writer.got >= writer.expected:
        return "complete"
    return "partial" if writer.complete and writer.got else "failed"


def _land(asked: Generator[Answer, None, int], writer: Writer, refused: Counter[str]) -> int:
    """Land every answer as it comes; how many things answered."""
    while True:
        try:
            answer = next(asked)
        except StopIteration as end:
            return int(end.value or 0)
        writer.add(answer)
        if reason := answer.about.get("refusal"):
            refused[reason] += 1


def _summary(refused: Counter[str]) -> str | None:
    return ", ".join(f"{reason} ×{n}" for reason, n in sorted(refused.items())) or None


@contextmanager
def tonight(
    site: Site, day: date, transport: httpx.BaseTransport | None = None, *, sleep: Sleep = time.sleep
) -> Generator[list[Ask]]:
    """What a night asks, given the posts that the warehouse knows of; else as :func:`asks`."""
    with site.warehouse() as warehouse:
        known = warehouse.frame("core.posts").join(
            warehouse.frame("core.accounts").select("account_key", "handle"),
            on="account_key",
            how="left",
            validate="m:1",
        )
    with asks(site, day, known, transport, sleep=sleep) as found:
        yield found


def outcome(state: State[Fetched], ask: Ask) -> Fetched:
    """What came of a part, also where our own code failed: that is told as loudly as a platform's refusal."""
    if state.is_completed():
        return state.result()
    message = state.message or state.name or "no word"
    return Fetched(ask.source, ask.shard.name, "failed", 0, ask.shard.expected, 0, f"a fault of ours: {message}")


def gaps(fetched: list[Fetched]) -> list[str]:
    """What failed tonight, in words: what should have answered and did not."""
    return [_told(f) for f in fetched if f.state == "failed" or (f.state == "partial" and not _lasts(f.reason))]


def notes(fetched: list[Fetched]) -> list[str]:
    """What does not answer on any night, in words: no access given, a link not made yet. No night's fault."""
    return [_told(f) for f in fetched if f.state == "partial" and _lasts(f.reason)]


def _told(fetched: Fetched) -> str:
    return f"{fetched.source} {fetched.shard}: {fetched.got} of {fetched.expected} answered ({fetched.reason})"


def _lasts(reason: str | None) -> bool:
    """Whether asking again the same night will change nothing."""
    return reason == UNTOLD or {part.partition(" ×")[0] for part in (reason or "").split(", ")} <= LASTING


def summary(fetched: list[Fetched]) -> str:
    """One line: answers, and parts that were known, partial or failed."""
    states = Counter(f.state for f in fetched)
    parts = ", ".join(f"{n} {state}" for state, n in sorted(states.items()))
    if not parts:
        return "nothing to ask: no source is on, or no campaign is under way"
    return f"{sum(f.answers for f in fetched):,} answers ({parts})"
