"""Every platform against its stand-in: what it tells is staged exactly, and what breaks on the way costs nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from types import MappingProxyType

import polars as pl
import pytest
from pydantic import SecretStr

from tasks import sources
from tasks.clock import stopped_clock
from tasks.http import Stopped, client_for
from tasks.sandbox.apis import InProcess
from tasks.sandbox.campaigns import SHOP
from tasks.sandbox.faults import KINDS, Fault
from tasks.sandbox.standin import Sandbox
from tasks.sandbox.truth import truth
from tasks.sandbox.visits import PROPERTY_ID
from tasks.sandbox.world import World
from tasks.sources import Account, Answer, Landed, Plan, Staged

SOURCES = sources.load()
SINCE = datetime(2026, 5, 1, tzinfo=UTC)
MOUNTS = {
    "instagram": "/instagram/v23.0",
    "tiktok": "/tiktok/v2",
    "youtube": "/youtube/v3",
    "bitly": "/bitly/v4",
    "shopify": "/shopify/admin/api/2025-10",
    "ga4": "/ga4/v1beta",
}
METRICS = ("views", "reach", "likes", "comments", "shares", "saves", "watch_seconds")
Known = Mapping[tuple[str, str], Mapping[str, datetime | None]]


@dataclass
class Night:
    staged: dict[str, Staged] = field(default_factory=dict)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    gaps: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        return pl.concat([s.tables[name] for s in self.staged.values() if name in s.tables])


@cache
def world() -> World:
    return World(7)


def plan_for(name: str, at: datetime, known: Known, since: datetime) -> Plan:
    w = world()
    accounts = [
        Account(
            a.first_handle,
            a.account_id if len(a.names) > 1 else None,
            SecretStr(a.token) if a.token else None,
            posts=known.get((name, a.account_id), {}),
        )
        for a in w.accounts
        if a.platform == name
    ]
    options = {
        "base_url": f"http://127.0.0.1{MOUNTS[name]}",
        "access_base_url": f"http://127.0.0.1{MOUNTS['instagram']}",
        "business_account_id": w.business_account_id,
        "shop": SHOP,
        "property_id": PROPERTY_ID,
    }
    links = tuple(link.link_id for link in w.links) if name == "bitly" else ()
    token = SecretStr(w.secrets[name]) if name in w.secrets else None
    return Plan(at.date(), since, at, accounts=tuple(accounts), links=links, options=options, token=token)


def landed(answers: Sequence[Answer], segment: str) -> list[Landed]:
    return [
        Landed(f"{segment}#{n}", segment, n, "x", a.received_at.date(), "p", a, sha256(a.body).hexdigest(), len(a.body))
        for n, a in enumerate(answers, start=2)
    ]


def night(
    at: datetime,
    known: Known = MappingProxyType({}),
    faults: Sequence[Fault] = (),
    *,
    since: datetime = SINCE,
) -> Night:
    sandbox, found = Sandbox(world(), faults=[replace(f) for f in faults]), Night()
    sandbox.move(at)
    for name in MOUNTS:
        source, plan, answers = SOURCES[name], plan_for(name, at, known, since), list[Answer]()
        found.gaps[name] = 0
        clock = stopped_clock(at)
        with client_for(source, plan, clock=clock, sleep=lambda _: None, transport=InProcess(sandbox)) as client:
            for shard in source.shards(plan):
                asked = source.fetch(client, shard)
                try:
                    while True:
                        answers.append(next(asked))
                except StopIteration as end:
                    found.gaps[name] += shard.expected - end.value
                except Stopped as stop:
                    found.gaps[name] += shard.expected
                    found.stopped[name] = stop.refusal.reason
                    if stop.refusal.scope == "source":
                        break
        found.answers[name] = answers
        found.staged[name] = source.stage(landed(answers, f"{name}/{at:%Y-%m-%d}/all"))
    return found


@cache
def calm() -> tuple[Night, pl.DataFrame]:
    """Two nights, three weeks apart, and what is true after the second."""
    before, now = world().now - timedelta(days=20), world().now
    known: dict[tuple[str, str], dict[str, datetime | None]] = {}
    for row in night(before).table("staging.posts").iter_rows(named=True):
        known.setdefault((row["platform"], row["account_id"]), {})[row["post_id"]] = row["published_at"]
    return night(now, known), truth(world(), now, [before], always=True)  # type: ignore[return-value]


def differing(
    told: pl.DataFrame, true: pl.DataFrame, key: list[str], columns: Sequence[str]
) -> list[tuple[object, ...]]:
    """Rows of the truth that were not told, or not so."""
    both = true.join(told, on=key, how="left", suffix="_told")
    wrong = [~pl.col(c).eq_missing(pl.col(f"{c}_told")) for c in columns]
    return both.filter(pl.col("landed_id").is_null() | pl.any_horizontal(wrong)).select(key).rows()


def test_every_post_is_staged_with_exactly_the_figures_that_its_platform_tells() -> None:
    told, true = calm()
    posts = true["posts"].filter((pl.col("published_at") >= SINCE) & (pl.col("availability") == "on"))
    assert posts.height > 100
    assert differing(told.table("staging.post_observations"), posts, ["platform", "post_id"], METRICS) == []


def test_every_post_that_went_away_is_gone_and_no_other() -> None:
    told, true = calm()
    gone = true["posts"].filter((pl.col("published_at") >= SINCE) & (pl.col("availability") == "gone"))
    assert gone.height
    assert set(told.table("staging.post_states")["post_id"]) == set(gone["post_id"])


def test_every_account_is_staged_as_its_platform_tells_it() -> None:
    told, true = calm()
    accounts = true["accounts"].filter("is_told")
    columns = ("handle", "followers", "following", "posts")
    assert differing(told.table("staging.accounts"), accounts, ["platform", "account_id"], columns) == []


def test_every_day_of_every_link_is_staged() -> None:
    told, true = calm()
    days = told.table("staging.link_days")
    assert differing(days, true["link_days"], ["link_id", "day"], ["clicks"]) == []
    assert days.height == true["link_days"].height


def test_every_order_that_the_shop_tells_is_staged() -> None:
    told, true = calm()
    orders = told.table("staging.orders")
    kept = (
        true["orders"]
        .filter(pl.col("ordered_at") > world().now - timedelta(days=59))
        .with_columns(pl.col("gross", "refunded", "net").cast(pl.Decimal(18, 4)))
    )
    worth = ("ordered_at", "code", "gross", "refunded", "net", "is_test", "is_new_customer")
    assert kept.height > 500
    assert differing(orders, kept, ["order_id"], worth) == []
    # A test order came by no page of the shop.
    came = kept.filter(~pl.col("is_test"))
    assert differing(orders, came, ["order_id"], ("utm_source", "utm_medium", "utm_campaign", "utm_content")) == []


def test_a_calm_night_has_no_gap_but_the_creators_without_access() -> None:
    told, _ = calm()
    without = sum(a.platform == "tiktok" and a.token is None for a in world().accounts)
    assert told.gaps == {"instagram": 0, "tiktok": without, "youtube": 0, "bitly": 0, "shopify": 0, "ga4": 0}
    assert all(s.rejects.is_empty() for s in told.staged.values())


def test_no_secret_is_in_what_is_landed() -> None:
    told, _ = calm()
    secrets = [*world().secrets.values(), *(a.token for a in world().accounts if a.token)]
    kept = repr(told.answers)
    assert len(kept) > 100_000
    assert [s for s in secrets if s in kept] == []


def _comparable(staged: Staged) -> dict[str, list[tuple[object, ...]]]:
    trace = ["landed_id", "detail_landed_id"]
    return {name: sorted(map(repr, t.drop(trace, strict=False).unique().rows())) for name, t in staged.tables.items()}


BREAKING = ("throttle", "server_error", "html_200", "truncated", "hang", "drop")


def test_what_breaks_now_and_then_costs_nothing() -> None:
    at, since = world().now, world().now - timedelta(days=21)
    faults = [Fault("*", kind, every=12, after=2 * n) for n, kind in enumerate(BREAKING)]  # type: ignore[arg-type]
    broken, whole = night(at, faults=faults, since=since), night(at, since=since)
    assert (broken.gaps, broken.stopped) == (whole.gaps, {})
    assert {n: _comparable(s) for n, s in broken.staged.items()} == {n: _comparable(s) for n, s in whole.staged.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_lying_platform_ends_the_night_and_crashes_nothing(kind: str) -> None:
    lying = night(world().now, faults=[Fault("*", kind)], since=world().now - timedelta(days=14))  # type: ignore[arg-type]
    assert sum(map(len, lying.answers.values())) < 3_000
    if kind in {*BREAKING, "quota_exceeded", "expired_token"}:
        assert all(lying.gaps.values())
        assert "staging.post_observations" not in {t for s in lying.staged.values() for t in s.tables}
