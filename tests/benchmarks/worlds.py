"""A warehouse of a chosen size, made by DuckDB alone: every post observed on every day, told as TikTok tells it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from tasks import merge
from tasks.evaluate import Terms
from tasks.warehouse import Warehouse
from transforms import tables
from transforms.keys import with_key

START = date(2026, 3, 2)
ZONE = "Asia/Tokyo"
TERMS = Terms(ZONE, "jp_default")
PER_ACCOUNT = 50
PER_CAMPAIGN = 50
"""Accounts of a campaign; two posts of each are its own."""

_NIGHT = "(DATE '{start}' + {n}::INTEGER)::TIMESTAMP AT TIME ZONE 'UTC' + INTERVAL 14 HOUR"


def as_of(day: int) -> datetime:
    """The end of a night: business day ``day``, from 0."""
    return datetime.combine(START, datetime.min.time(), tzinfo=UTC) + timedelta(days=day, hours=14, minutes=30)


def build(path: Path, posts: int, days: int) -> None:
    """Core of ``posts`` × ``days`` observations, with accounts and campaigns, half of which have settled."""
    with Warehouse(path, memory_limit="1GB", threads=2) as warehouse:
        warehouse.create()
        con = warehouse.con
        accounts = posts // PER_ACCOUNT
        _number(warehouse, posts)
        first = _night(0)
        since = f"{first} AS first_known_at, {first} AS last_known_at, {first} AS seen_at"
        con.execute(
            f"""INSERT INTO core.accounts BY NAME SELECT account_key, 'tiktok' AS platform, 'a' || i AS account_id,
            'hana_' || (i // {PER_CAMPAIGN}) || '_' || i AS influencer_id, 'hana' || i AS handle, {since}
            FROM memory.accounts"""
        )
        con.execute(
            f"""INSERT INTO core.posts BY NAME SELECT p.post_key, 'tiktok' AS platform, {_POST_ID} AS post_id,
            a.account_key, 'a' || a.i AS account_id, {first} - INTERVAL 3 HOUR AS published_at,
            DATE '{START}' AS published_on, 'video' AS format, {_CAPTION} AS caption, 'on' AS availability,
            'unknown' AS paid_label, {since}, {_TRACE.format(day=0)}
            FROM memory.posts p JOIN memory.accounts a ON a.i = p.i // {PER_ACCOUNT}"""
        )
        con.execute(
            "INSERT INTO core.post_owners BY NAME"
            " SELECT post_key, account_key, first_known_at AS known_at FROM core.posts"
        )
        shared = _shared("core.post_versions", "core.posts", ("version", "known_at"))
        con.execute(
            f"INSERT INTO core.post_versions BY NAME SELECT {shared}, 1 AS version, first_known_at AS known_at"
            " FROM core.posts"
        )
        for day in range(days):
            con.execute(f"INSERT INTO core.post_observations BY NAME {_observed(day)}")
            con.execute(f"INSERT INTO core.account_observations BY NAME {_counted(day)}")
        for table, rows in _briefs(max(accounts // PER_CAMPAIGN, 1), accounts, days).items():
            warehouse.append(table, tables.load()[table].conform_loosely(rows))
        con.execute(
            "UPDATE core.contracts SET account_key = a.account_key, account_id = a.account_id FROM core.accounts a"
            " WHERE a.handle = core.contracts.handle"
        )
        merge.recount_handles(warehouse)


def _number(warehouse: Warehouse, posts: int) -> None:
    """The surrogate keys of every post and account, as a load gives them."""
    numbers = {
        "posts": (pl.int_range(7_300_000_000_000_000_000, 7_300_000_000_000_000_000 + posts).cast(pl.String), posts),
        "accounts": (pl.format("a{}", pl.int_range(posts // PER_ACCOUNT)), posts // PER_ACCOUNT),
    }
    for name, (ids, size) in numbers.items():
        frame = pl.select(i=pl.int_range(size)).with_columns(platform=pl.lit("tiktok"), id=ids)
        keyed = with_key(frame, f"{name[:-1]}_key", "platform", "id").drop("platform", "id")
        warehouse.con.register("_keyed", keyed.to_arrow())
        warehouse.con.execute(f"CREATE TABLE memory.{name} AS FROM _keyed ORDER BY i")
        warehouse.con.unregister("_keyed")


_POST_ID = "(7300000000000000000 + p.i)::VARCHAR"
_TRACE = "'tiktok/d{day}/' || (p.i // 2500) || '#' || (p.i % 97) AS landed_id, '/data/videos/' || (p.i % 20) AS pointer"
_CAPTION = (
    f"'朝のひとこと ' || p.i || ' 今日も散歩。' || CASE WHEN p.i % {PER_ACCOUNT} < 2"
    f" THEN '#c' || (p.i // {PER_ACCOUNT * PER_CAMPAIGN}) || ' #PR' ELSE '' END"
)


def _night(day: int) -> str:
    return _NIGHT.format(start=START.isoformat(), n=day)


def _shared(table: str, other: str, but: Sequence[str]) -> str:
    have = set(tables.load()[other].columns)
    return ", ".join(c for c in tables.load()[table].columns if c in have and c not in but)


def _observed(day: int) -> str:
    at = _night(day)
    return f"""SELECT p.post_key, {at} AS observed_at, {at} AS known_at, DATE '{START}' + {day} AS observed_on,
        (p.i % 7919) * 13 + {day} * (p.i % 331) AS views, (p.i % 877) + {day} * (p.i % 17) AS likes,
        (p.i % 41) + {day} AS comments, p.i % 13 AS shares, 'reach=not_reported;saves=not_reported' AS missing,
        'tiktok' AS source, {_TRACE.format(day=day)} FROM memory.posts p"""


def _counted(day: int) -> str:
    at = _night(day)
    return f"""SELECT a.account_key, {at} AS observed_at, {at} AS known_at, DATE '{START}' + {day} AS observed_on,
        'hana' || a.i AS handle, 10000 + a.i % 5000 + {day} AS followers, 'tiktok' AS source,
        'tiktok/d{day}/' || (a.i // 50) || '#1' AS landed_id, '/data/user' AS pointer FROM memory.accounts a"""


def _briefs(campaigns: int, accounts: int, days: int) -> dict[str, pl.DataFrame]:
    """Every second campaign ended with its first week and has settled; the others run to the end."""
    known = {"known_at": as_of(0) - timedelta(hours=1), "landed_id": "brief/d0#2", "pointer": "/0", "source": "brief"}
    terms = [
        {
            "campaign_id": f"c{n}",
            "name": f"c{n}",
            "brand": "ミナモ堂",
            "market": "JP",
            "objective": "awareness",
            "locale": "ja",
            "starts_on": START,
            "ends_on": START + timedelta(days=6 if n % 2 and days > 24 else days + 5),
            "settle_days": 7,
            "attribution_days": 7,
            "engagement_base": "views",
            "currency": "JPY",
            "hashtags": f"#c{n}",
            **known,
        }
        for n in range(campaigns)
    ]
    roster = [
        {
            "campaign_id": f"c{i // PER_CAMPAIGN}",
            "influencer_id": f"hana_{i // PER_CAMPAIGN}_{i}",
            "platform": "tiktok",
            "handle": f"hana{i}",
            "route": "direct",
            "fee": 30000,
            "product_cost": 0,
            "shipping_cost": 0,
            "agency_cost": 0,
            "boost_cost": 0,
            "cost": 30000,
            "currency": "JPY",
            **known,
        }
        for i in range(accounts)
        if i // PER_CAMPAIGN < campaigns
    ]
    goals = [{"campaign_id": f"c{n}", "kpi": "views", "target": 1e6, **known} for n in range(campaigns)]
    people = [
        {"influencer_id": r["influencer_id"], "name": r["influencer_id"], "known_at": r["known_at"]} for r in roster
    ]
    frames = {
        "core.campaigns": terms,
        "core.contracts": roster,
        "core.campaign_goals": goals,
        "core.influencers": people,
    }
    return {name: pl.DataFrame(rows) for name, rows in frames.items()}


def staged(warehouse: Warehouse, posts: int, day: int) -> dict[str, pl.DataFrame]:
    """What a night's landed files say, staged: every post and account once more."""
    _number(warehouse, posts)
    at, names = _night(day), f"'tiktok' AS platform, {_POST_ID} AS post_id"
    said = {
        "staging.post_observations": _observed(day).replace("SELECT p.post_key", f"SELECT {names}"),
        "staging.posts": f"""SELECT {names}, 'a' || (p.i // {PER_ACCOUNT}) AS account_id, {_CAPTION} AS caption,
            {_night(0)} - INTERVAL 3 HOUR AS published_at, 'video' AS format, {at} AS observed_at, {at} AS known_at,
            'tiktok' AS source, {_TRACE.format(day=day)} FROM memory.posts p""",
        "staging.accounts": _counted(day).replace("a.account_key", "'tiktok' AS platform, 'a' || a.i AS account_id"),
    }
    good = {name: table.empty() for name, table in tables.load().items() if name.startswith("staging.")}
    for name, query in said.items():
        good[name] = tables.load()[name].conform_loosely(warehouse.con.sql(query).pl())
    return good
