"""A warehouse of a chosen size, made by DuckDB: posts observed for their first four weeks, told as TikTok tells it."""

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
DAYS = 28
"""For so many days a post is observed; then comes the next cohort of posts, of the same accounts."""
PER_ACCOUNT = 50
"""Posts of an account in a cohort."""
PER_CAMPAIGN = 50
"""Accounts of a campaign; two posts of each are its own."""

_NIGHT = "(DATE '{start}' + {n}::INTEGER)::TIMESTAMP AT TIME ZONE 'UTC' + INTERVAL 14 HOUR"


def as_of(day: int) -> datetime:
    """The end of a night: business day ``day``, from 0."""
    return datetime.combine(START, datetime.min.time(), tzinfo=UTC) + timedelta(days=day, hours=14, minutes=30)


def build(path: Path, posts: int, cohorts: int) -> None:
    """Core of ``posts`` × 28 days per cohort, with accounts and campaigns: half end in their first week and settle."""
    with Warehouse(path, memory_limit="1GB", threads=2) as warehouse:
        warehouse.create()
        con = warehouse.con
        _number(warehouse, posts, cohorts)
        first = _night(0)
        since = f"{first} AS first_known_at, {first} AS last_known_at, {first} AS seen_at"
        con.execute(
            f"""INSERT INTO core.accounts BY NAME SELECT account_key, 'tiktok' AS platform, 'a' || i AS account_id,
            'hana_' || i AS influencer_id, 'hana' || i AS handle, {since} FROM memory.accounts"""
        )
        for cohort in range(cohorts):
            start = cohort * DAYS
            known = f"{_night(start)} AS first_known_at, {_night(start)} AS last_known_at, {_night(start)} AS seen_at"
            con.execute(
                f"""INSERT INTO core.posts BY NAME SELECT p.post_key, 'tiktok' AS platform, {_POST_ID} AS post_id,
                a.account_key, 'a' || a.i AS account_id, {_night(start)} - INTERVAL 3 HOUR AS published_at,
                DATE '{START}' + {start} AS published_on, 'video' AS format, {_CAPTION} AS caption,
                'on' AS availability, 'unknown' AS paid_label, {known}, {_TRACE.format(day=start)}
                FROM memory.posts p JOIN memory.accounts a ON a.i = p.i // {PER_ACCOUNT} WHERE p.cohort = {cohort}"""
            )
            for day in range(start, start + DAYS):
                con.execute(f"INSERT INTO core.post_observations BY NAME {_observed(cohort, day)}")
                con.execute(f"INSERT INTO core.account_observations BY NAME {_counted(day)}")
        con.execute(
            "INSERT INTO core.post_owners BY NAME"
            " SELECT post_key, account_key, first_known_at AS known_at FROM core.posts"
        )
        shared = _shared("core.post_versions", "core.posts", ("version", "known_at"))
        con.execute(
            f"INSERT INTO core.post_versions BY NAME SELECT {shared}, 1 AS version, first_known_at AS known_at"
            " FROM core.posts"
        )
        for table, rows in _briefs(posts // PER_ACCOUNT, cohorts).items():
            warehouse.append(table, tables.load()[table].conform_loosely(rows))
        con.execute(
            "UPDATE core.contracts SET account_key = a.account_key, account_id = a.account_id FROM core.accounts a"
            " WHERE a.handle = core.contracts.handle"
        )
        merge.recount_handles(warehouse)


def _number(warehouse: Warehouse, posts: int, cohorts: int) -> None:
    """The surrogate keys of every post and account, as a load gives them."""
    first = 7_300_000_000_000_000_000
    every = pl.select(n=pl.int_range(posts * cohorts))
    numbered = {
        "posts": every.select(
            (pl.col("n") % posts).alias("i"), (pl.col("n") // posts).alias("cohort"), (pl.col("n") + first).alias("id")
        ),
        "accounts": pl.select(i=pl.int_range(posts // PER_ACCOUNT)).with_columns(pl.format("a{}", "i").alias("id")),
    }
    for name, frame in numbered.items():
        natural = frame.with_columns(pl.lit("tiktok").alias("platform"), pl.col("id").cast(pl.String))
        keyed = with_key(natural, f"{name[:-1]}_key", "platform", "id").drop("platform", "id")
        warehouse.con.register("_keyed", keyed.to_arrow())
        warehouse.con.execute(f"CREATE OR REPLACE TABLE memory.{name} AS FROM _keyed")
        warehouse.con.unregister("_keyed")
    warehouse.con.execute(f"CREATE OR REPLACE MACRO memory.post_id(c, i) AS ({first} + c * {posts} + i)::VARCHAR")


_POST_ID = "memory.post_id(p.cohort, p.i)"
_TRACE = "'tiktok/d{day}/' || (p.i // 2500) || '#' || (p.i % 97) AS landed_id, '/data/videos/' || (p.i % 20) AS pointer"
_CAPTION = (
    f"'朝のひとこと ' || p.i || ' 今日も散歩。' || CASE WHEN p.i % {PER_ACCOUNT} < 2"
    f" THEN '#c' || p.cohort || '_' || (p.i // {PER_ACCOUNT * PER_CAMPAIGN}) || ' #PR' ELSE '' END"
)


def _night(day: int) -> str:
    return _NIGHT.format(start=START.isoformat(), n=day)


def _shared(table: str, other: str, but: Sequence[str]) -> str:
    have = set(tables.load()[other].columns)
    return ", ".join(c for c in tables.load()[table].columns if c in have and c not in but)


def _observed(cohort: int, day: int) -> str:
    at = _night(day)
    return f"""SELECT p.post_key, {at} AS observed_at, {at} AS known_at, DATE '{START}' + {day} AS observed_on,
        (p.i % 7919) * 13 + {day} * (p.i % 331) AS views, (p.i % 877) + {day} * (p.i % 17) AS likes,
        (p.i % 41) + {day} AS comments, p.i % 13 AS shares, 'reach=not_reported;saves=not_reported' AS missing,
        'tiktok' AS source, {_TRACE.format(day=day)} FROM memory.posts p WHERE p.cohort = {cohort}"""


def _counted(day: int) -> str:
    at = _night(day)
    return f"""SELECT a.account_key, {at} AS observed_at, {at} AS known_at, DATE '{START}' + {day} AS observed_on,
        'hana' || a.i AS handle, 10000 + a.i % 5000 + {day} AS followers, 'tiktok' AS source,
        'tiktok/d{day}/' || (a.i // 50) || '#1' AS landed_id, '/data/user' AS pointer FROM memory.accounts a"""


def _briefs(accounts: int, cohorts: int) -> dict[str, pl.DataFrame]:
    """Every account is engaged once in each cohort. The last cohort's longer campaigns are still open."""
    known = {"known_at": as_of(0) - timedelta(hours=1), "landed_id": "brief/d0#2", "pointer": "/0", "source": "brief"}
    numbers = [(k, n) for k in range(cohorts) for n in range(max(accounts // PER_CAMPAIGN, 1))]
    terms = [
        {
            "campaign_id": f"c{k}_{n}",
            "name": f"c{k}_{n}",
            "brand": "ミナモ堂",
            "market": "JP",
            "objective": "awareness",
            "locale": "ja",
            "starts_on": START + timedelta(days=DAYS * k),
            "ends_on": START + timedelta(days=DAYS * k + (6 if n % 2 else 20)),
            "settle_days": 7,
            "attribution_days": 7,
            "engagement_base": "views",
            "currency": "JPY",
            "hashtags": f"#c{k}_{n}",
            **known,
        }
        for k, n in numbers
    ]
    roster = [
        {
            "campaign_id": f"c{k}_{i // PER_CAMPAIGN}",
            "influencer_id": f"hana_{i}",
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
        for k in range(cohorts)
        for i in range(accounts)
        if i // PER_CAMPAIGN < max(accounts // PER_CAMPAIGN, 1)
    ]
    goals = [{"campaign_id": n, "kpi": "views", "target": 1e6, **known} for n in [t["campaign_id"] for t in terms]]
    people = [{"influencer_id": f"hana_{i}", "name": f"hana_{i}", "known_at": as_of(0)} for i in range(accounts)]
    frames = {
        "core.campaigns": terms,
        "core.contracts": roster,
        "core.campaign_goals": goals,
        "core.influencers": people,
    }
    return {name: pl.DataFrame(rows) for name, rows in frames.items()}


def staged(warehouse: Warehouse, posts: int, cohorts: int, nth: int = 0) -> dict[str, pl.DataFrame]:
    """What the ``nth`` further night's files say, staged: every post of the last cohort and every account once more."""
    _number(warehouse, posts, cohorts)
    day, cohort = cohorts * DAYS + nth, cohorts - 1
    at, names = _night(day), f"'tiktok' AS platform, {_POST_ID} AS post_id"
    said = {
        "staging.post_observations": _observed(cohort, day).replace("SELECT p.post_key", f"SELECT {names}"),
        "staging.posts": f"""SELECT {names}, 'a' || (p.i // {PER_ACCOUNT}) AS account_id, {_CAPTION} AS caption,
            {_night(cohort * DAYS)} - INTERVAL 3 HOUR AS published_at, 'video' AS format, {at} AS observed_at,
            {at} AS known_at, 'tiktok' AS source, {_TRACE.format(day=day)}
            FROM memory.posts p WHERE p.cohort = {cohort}""",
        "staging.accounts": _counted(day).replace("a.account_key", "'tiktok' AS platform, 'a' || a.i AS account_id"),
    }
    good = {name: table.empty() for name, table in tables.load().items() if name.startswith("staging.")}
    for name, query in said.items():
        good[name] = tables.load()[name].conform_loosely(warehouse.con.sql(query).pl())
    return good
