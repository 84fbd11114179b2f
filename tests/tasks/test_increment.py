"""A night that computes only what something new reaches stores what computing everything would."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tasks import evaluate as module
from tasks import merge
from tasks.evaluate import Terms, evaluate
from tasks.warehouse import UPKEEP, Warehouse
from tests.tasks.synthetic import ZONE, frame
from transforms import tables

START = date(2026, 1, 5)
TERMS = Terms(ZONE, "jp_default")
PEOPLE = 6
CAMPAIGNS = 5
"""Each runs for twenty days, every other one together with the one before."""


def days_before(n: int) -> int:
    """Days from the world's first to a campaign's."""
    return 60 * (n // 2) + 15 * (n % 2)


@dataclass
class World:
    """What the sources would tell, changed at random from night to night."""

    seed: int
    day: int = 0
    nth: int = 0
    posts: dict[str, dict] = field(default_factory=dict)
    orders: dict[str, dict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.audience = Random(self.seed)

    @property
    def now(self) -> datetime:
        return datetime.combine(START, datetime.min.time(), tzinfo=UTC) + timedelta(days=self.day, hours=15)

    def brief(self, n: int, **changed: object) -> dict[str, list[dict]]:
        starts = START + timedelta(days=days_before(n))
        name = f"c{n}"
        campaign = {
            "campaign_id": name,
            "name": f"夏 {n}",
            "brand": "ミナモ堂",
            "market": "JP",
            "objective": "sales",
            "locale": "ja",
            "starts_on": str(starts),
            "ends_on": str(starts + timedelta(days=20)),
            "settle_days": 7,
            "attribution_days": 5,
            "engagement_base": "reach",
            "currency": "JPY",
            "recipients": "mori@example.jp",
            "hashtags": "#夏の素肌",
            "target_gender": "female" if n % 2 else None,
            "target_age": self.audience.choice(["18-24\n25-34", "20-29", None]),
            **changed,
        }
        roster = [
            {
                "campaign_id": name,
                "influencer_id": f"hana_{p}",
                "display_name": f"Hana {p} of {name}",
                "platform": "instagram",
                "handle": f"hana_{p}",
                "route": "direct",
                "currency": "JPY",
                "fee": self.random.randrange(1000, 9000),
                "product_cost": 0,
                "shipping_cost": 0,
                "agency_cost": 0,
                "boost_cost": 0,
                "code": f"HANA{p}",
                "link": f"https://bit.ly/{name}{p}",
            }
            for p in range(PEOPLE)
            if self.random.random() < 0.7
        ]
        goals = [{"campaign_id": name, "kpi": "orders", "target": "8"}]
        decisions = [
            {"campaign_id": name, "platform": "instagram", "post_id": post, "decision": "confirmed"}
            for post in self.random.sample(list(self.posts), min(2, len(self.posts)))
        ]
        for decision in decisions[:1]:
            decision |= {"paid_label": "on", "label_source": "manual"}
        quoted = [
            {"campaign_id": name, "platform": "instagram", "post_id": post, "reuse_id": f"r{n}", "place": "site"}
            | {"address": "https://minamodo.example", "shown_text": "シミが消えた", "is_disclosed": n == 1}
            for n, post in enumerate(sorted(self.posts)[-3:])
        ]
        told = {"campaigns": [campaign], "roster": roster, "campaign_goals": goals, "post_decisions": decisions}
        return told | {"reuses": quoted}

    def night(self) -> dict[str, list[dict]]:
        """Posts, accounts, clicks and orders as told in this night; a post may be silent, hidden, gone or fall."""
        random, told = self.random, dict[str, list[dict]]()
        for p in range(PEOPLE):
            if random.random() < 0.5:
                post = f"{p}-{len(self.posts)}"
                caption = random.choice(["#夏の素肌 PR", "朝ごはん", None])
                back = timedelta(hours=random.randrange(80))
                self.posts[post] = {"owner": p, "caption": caption, "at": self.now - back, "views": 0}
        for post, about in self.posts.items():
            if random.random() < 0.4 or self.now - about["at"] > timedelta(days=45):
                continue
            about["views"] += random.randrange(-2, 90)
            natural = {"platform": "instagram", "post_id": post}
            told.setdefault("posts", []).append(
                natural
                | {"account_id": f"17{about['owner']}", "published_at": about["at"].isoformat(), "format": "reel"}
                | {"caption": about["caption"] if random.random() < 0.9 else "#夏の素肌 #PR"}
            )
            likes, reach = random.choice([None, 3, 12]), random.choice([None, None, 800])
            missing = [f"likes={random.choice(['hidden', 'not_reported'])}"] if likes is None else []
            missing += ["reach=no_access"] if reach is None else []
            seen = natural | {"views": max(about["views"], 0), "likes": likes, "comments": 1, "reach": reach}
            told.setdefault("post_observations", []).append(seen | {"missing": ";".join(missing) or None})
        told["accounts"] = [
            {
                "platform": "instagram",
                "account_id": f"17{p}",
                "handle": f"hana_{p}{'_x' * (self.nth % 5 == 4)}",
                "followers": random.choice([None, 1000 + self.nth * 10]),
            }
            for p in range(PEOPLE)
            if random.random() < 0.8
        ]
        today = self.now.date()
        near = [n for n in range(CAMPAIGNS) if abs(self.day - days_before(n)) < 40]
        links = [f"bit.ly/c{n}{p}" for n in near for p in range(PEOPLE) if random.random() < 0.2]
        told["links"] = [{"link_id": link, "long_url": "https://shop.example.jp/"} for link in links]
        told["link_days"] = [
            {"link_id": link, "day": str(today - timedelta(days=k)), "clicks": random.randrange(9)}
            for link in links
            for k in range(2)
        ]
        told["orders"] = self.bought()
        told["audience_observations"] = self.followed()
        return told

    def followed(self) -> list[dict]:
        """Who follows some accounts, said now of a day that may be long past; small buckets are withheld."""
        told: list[dict] = []
        for p in range(PEOPLE):
            if self.audience.random() < 0.3:
                then = self.now - timedelta(days=self.audience.choice([0, 3, 90]))
                about = {"platform": "instagram", "account_id": f"17{p}", "observed_at": then.isoformat()}
                for dimension, buckets in (("gender", "FMU"), ("age", ("18-24", "25-34", "65+"))):
                    persons = {b: self.audience.choice([None, 90, 400]) for b in buckets}
                    told += [about | {"dimension": dimension, "bucket": b, "persons": n} for b, n in persons.items()]
        return told

    def bought(self) -> list[dict]:
        """New orders, some of long ago, and what became of old ones."""
        random = self.random
        for _ in range(random.randrange(4)):
            late = timedelta(days=random.choice([0, 0, 1, 40]), hours=random.randrange(20))
            code = random.choice([None, *(f"HANA{p}" for p in range(PEOPLE))])
            label = random.choice([None, *(f"hana_{p}" for p in range(PEOPLE))])
            self.orders[str(len(self.orders))] = {
                "ordered_at": (self.now - late).isoformat(),
                "code": code,
                "utm_content": label,
                "gross": "3000",
                "refunded": "0",
                "net": "3000",
                "currency": "JPY",
                "is_new_customer": True,
            }
        changed = random.sample(list(self.orders), min(2, len(self.orders)))
        for key in changed:
            if random.random() < 0.3:
                self.orders[key] |= {"refunded": "1000", "net": "2000"}
        return [{"shop": "minamodo.myshopify.com", "order_id": key, **self.orders[key]} for key in changed]

    def restated(self) -> dict[str, list[dict]]:
        """An answer of today about days long past."""
        if not self.posts:
            return {}
        post = self.random.choice(list(self.posts))
        at = self.posts[post]["at"] + timedelta(days=self.random.randrange(1, 9))
        seen = {"platform": "instagram", "post_id": post, "views": 7, "likes": 5, "reach": 640}
        owner = {"platform": "instagram", "account_id": f"17{self.posts[post]['owner']}", "followers": 555}
        then = {"observed_at": min(at, self.now).isoformat()}
        return {"post_observations": [seen | then], "accounts": [owner | then]}


def bring(warehouse: Warehouse, world: World, told: Mapping[str, list[dict]]) -> None:
    """Rows into core as a load does, without the gate."""
    world.nth += 1
    segment = f"test/{world.day:04}-{world.nth:04}"
    good = {name: table.empty() for name, table in tables.load().items() if name.startswith("staging.")}
    for bare, rows in told.items():
        trace = {"source": "test", "known_at": world.now.isoformat(), "observed_at": world.now.isoformat()}
        full = [{**trace, "landed_id": f"{segment}#2", "pointer": f"/{bare}/{n}", **row} for n, row in enumerate(rows)]
        good[f"staging.{bare}"] = frame(f"staging.{bare}", full)
    with warehouse.transaction():
        merge.into_core(warehouse, good, ZONE, segments=[segment])


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse(tmp_path / "warehouse.duckdb") as opened:
        opened.create()
        yield opened


def stored(warehouse: Warehouse) -> dict[str, pl.DataFrame]:
    names = [n for n in warehouse.tables if n.startswith(("marts.", "ref.")) or n == "core.campaign_posts"]
    return {n: warehouse.frame(n).sort(warehouse.tables[n].key) for n in names}


def forgetful(warehouse: Warehouse) -> None:
    warehouse.con.execute(f"DELETE FROM {UPKEEP}.computed")


@pytest.mark.parametrize("is_much", [False, True])
def test_what_a_night_computes_is_what_computing_everything_gives(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, *, is_much: bool
) -> None:
    if is_much:
        in_pieces(monkeypatch)
    world = World(1)
    reached: list[tuple[int, int]] = []
    for nth in range(7):
        world.day += world.random.choice([1, 1, 2, 12, 40])
        for n in range(CAMPAIGNS):
            due = days_before(n) - 5
            if world.day >= due and (not known(warehouse, f"c{n}") or world.random.random() < 0.08):
                bring(warehouse, world, world.brief(n))
        bring(warehouse, world, world.night())
        if world.random.random() < 0.5:
            bring(warehouse, world, world.restated())
        done = evaluate(warehouse, world.now, TERMS)
        reached.append((done.campaigns, done.of))
        if nth in {3, 6}:
            found = stored(warehouse)
            forgetful(warehouse)
            assert evaluate(warehouse, world.now, TERMS).is_whole
            for name, wanted in stored(warehouse).items():
                assert_frame_equal(found[name], wanted, check_exact=True)
    assert any(some < every for some, every in reached), "something was left as it was"
    match = stored(warehouse)["marts.audience_match"]
    assert 0 < match["lower"].null_count() < match.height, "some audiences are known, and some are not"


def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for nights that reach so many posts that one transaction would not fit in memory: a campaign at a time."""
    monkeypatch.setattr(module, "POSTS_AT_ONCE", 0)
    monkeypatch.setattr(module, "BATCHES_AT_ONCE", 0)


def known(warehouse: Warehouse, campaign_id: str) -> bool:
    return not warehouse.frame("core.campaigns", "campaign_id = ?", [campaign_id]).is_empty()


def test_a_settled_campaign_is_left_alone_until_something_concerns_it(warehouse: Warehouse, monkeypatch) -> None:
    world, computed = World(5), list[list[str]]()
    compute = module.marts.of_campaigns
    monkeypatch.setattr(
        module.marts,
        "of_campaigns",
        lambda *a, only, **k: (computed.append(list(only)), compute(*a, only=only, **k))[1],
    )
    bring(warehouse, world, world.brief(0))
    for _ in range(3):
        world.day += 5
        bring(warehouse, world, world.night())
    evaluate(warehouse, world.now, TERMS)
    world.day += 150
    bring(warehouse, world, world.brief(4, starts_on="2026-06-10", ends_on="2026-06-30"))
    evaluate(warehouse, world.now, TERMS)
    world.day += 1
    computed.clear()
    told = {"orders": [{**order(world), "ordered_at": world.now.isoformat()}]}
    bring(warehouse, world, told)
    evaluate(warehouse, world.now, TERMS)
    assert computed == [["c4"]]
    world.day += 1
    computed.clear()
    long_ago = datetime.combine(START, datetime.min.time(), tzinfo=UTC) + timedelta(days=9)
    bring(warehouse, world, {"orders": [{**order(world), "order_id": "late", "ordered_at": long_ago.isoformat()}]})
    evaluate(warehouse, world.now, TERMS)
    assert {name for batch in computed for name in batch} == {"c0", "c4"}


def order(world: World) -> dict:
    money = {"gross": "3000", "refunded": "0", "net": "3000", "currency": "JPY"}
    return {"shop": "minamodo.myshopify.com", "order_id": str(world.day), "code": "HANA1", **money}


def test_other_settings_compute_everything_again(warehouse: Warehouse) -> None:
    world = World(6)
    bring(warehouse, world, world.brief(0))
    assert evaluate(warehouse, world.now, TERMS).is_whole
    assert not evaluate(warehouse, world.now, TERMS).is_whole
    assert evaluate(warehouse, world.now, Terms("UTC", "jp_default")).is_whole


def test_what_was_noted_stays_noted_when_computing_fails(warehouse: Warehouse, monkeypatch) -> None:
    world = World(7)
    bring(warehouse, world, world.brief(0))
    bring(warehouse, world, world.night())
    evaluate(warehouse, world.now, TERMS)
    world.day += 3
    bring(warehouse, world, world.night())
    before = stored(warehouse)

    def fail(*_: object, **__: object) -> dict[str, pl.DataFrame]:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(module.marts, "across", fail)
        with pytest.raises(RuntimeError):
            evaluate(warehouse, world.now, TERMS)
    for name, frame_ in stored(warehouse).items():
        assert_frame_equal(frame_, before[name])
    evaluate(warehouse, world.now, TERMS)
    found = stored(warehouse)
    forgetful(warehouse)
    evaluate(warehouse, world.now, TERMS)
    for name, wanted in stored(warehouse).items():
        assert_frame_equal(found[name], wanted, check_exact=True)


def test_after_a_large_night_that_failed_everything_is_computed(warehouse: Warehouse, monkeypatch) -> None:
    world = World(8)
    for n in range(3):
        bring(warehouse, world, world.brief(n))
    bring(warehouse, world, world.night())
    evaluate(warehouse, world.now, TERMS)
    world.day += 2
    bring(warehouse, world, world.night())
    in_pieces(monkeypatch)
    compute, left = module.marts.of_campaigns, iter(range(1))

    def fail(*a, **k):
        if next(left, None) is None:
            raise RuntimeError("killed")
        return compute(*a, **k)

    with monkeypatch.context() as patched:
        patched.setattr(module.marts, "of_campaigns", fail)
        with pytest.raises(RuntimeError):
            evaluate(warehouse, world.now, TERMS)
    assert evaluate(warehouse, world.now, TERMS).is_whole
    found = stored(warehouse)
    forgetful(warehouse)
    evaluate(warehouse, world.now, TERMS)
    for name, wanted in stored(warehouse).items():
        assert_frame_equal(found[name], wanted, check_exact=True)
