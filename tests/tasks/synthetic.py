"""A small invented world in landing, read by a stage function that takes rows as they are written in the bodies."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import polars as pl

from tasks.clock import stopped_clock
from tasks.landing import Landing
from tasks.sources import Answer, Landed, Staged
from transforms import tables
from transforms.tables.staging import REJECTS

START = date(2026, 6, 1)
ZONE = "Asia/Tokyo"


def stage(answers: Sequence[Landed]) -> Staged:
    """Bodies are ``{table: [row, …]}``; ``{"raise": …}`` raises; text that is not JSON is rejected."""
    rows: dict[str, list[dict]] = {}
    rejects: list[dict] = []
    for landed in answers:
        trace = {
            "landed_id": landed.landed_id,
            "source": landed.source,
            "known_at": landed.answer.received_at,
            "observed_at": landed.answer.received_at,
        }
        try:
            body = json.loads(landed.answer.body)
        except ValueError:
            raw = landed.answer.body.decode()
            told = {"table_name": None, "rule": "not_json", "reason": "not JSON", "raw": raw, "pointer": ""}
            rejects.append({**trace, **told})
            continue
        if "raise" in body:
            raise KeyError(body["raise"])
        for name, found in body.items():
            for n, row in enumerate(found):
                rows.setdefault(name, []).append({**trace, "pointer": f"/{name}/{n}", **row})
    return Staged(
        {f"staging.{name}": frame(f"staging.{name}", found) for name, found in rows.items()},
        REJECTS.conform_loosely(pl.DataFrame(rejects, infer_schema_length=None)) if rejects else REJECTS.empty(),
    )


def frame(table: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Rows as the staging table has them: text for dates and amounts is parsed, absent columns are unknown."""
    contract = tables.load()[table]
    return pl.DataFrame(
        {
            f.name: pl.Series(
                f.name, [_typed(f.type.dtype, r.get(f.name)) for r in rows], dtype=f.type.dtype, strict=True
            )
            for f in contract.fields
        }
    )


def _typed(dtype: pl.DataType, value: object) -> object:
    if isinstance(value, str) and dtype == pl.Datetime("us", "UTC"):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and dtype == pl.Date():
        return date.fromisoformat(value)
    if dtype == pl.Decimal(18, 4) and value is not None:
        return Decimal(str(value))
    return value


def night(day: date, hour: int = 3) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=hour)


def land(
    root: Path, source: str, day: date, shard: str, *bodies: object, at: datetime | None = None, got: int = 1
) -> str:
    """Land bodies as one segment; its name."""
    landing = Landing(root, stopped_clock(at or night(day)))
    with landing.segment(source, day, shard, "run-0001") as writer:
        for n, body in enumerate(bodies):
            data = body.encode() if isinstance(body, str) else json.dumps(body, default=str).encode()
            received = (at or night(day)) + timedelta(seconds=n)
            writer.add(Answer("rows", "GET", "http://127.0.0.1/rows?key=***", 200, {}, data, received))
        writer.finish(expected=1, got=got)
    return landing.entries()[-1].segment


def brief(
    campaign: str, *people: str, fee: float | None = 30000, name: str = "朝凪UV「夏の素肌」", **more: object
) -> dict:
    """The body of a brief: a campaign, its goal, and a roster of people on Instagram."""
    terms = dict.fromkeys(("product_cost", "shipping_cost", "agency_cost", "boost_cost"), 0)
    return {
        "campaigns": [
            {
                "campaign_id": campaign,
                "name": name,
                "brand": "ミナモ堂",
                "market": "JP",
                "objective": "sales",
                "locale": "ja",
                "starts_on": "2026-06-01",
                "ends_on": "2026-07-12",
                "settle_days": 14,
                "attribution_days": 14,
                "engagement_base": "reach",
                "currency": "JPY",
                "recipients": "mori@example.jp",
            }
        ],
        "campaign_goals": [{"campaign_id": campaign, "kpi": "orders", "target": "800"}],
        "roster": [
            {
                "campaign_id": campaign,
                "influencer_id": person,
                "display_name": person.title(),
                "platform": "instagram",
                "handle": person,
                "route": "direct",
                "fee": fee,
                "currency": "JPY",
                **terms,
                **more,
            }
            for person in people
        ],
    }


def world(root: Path, *, seed: int = 7, nights: int = 5) -> None:
    """Several nights of two platforms, clicks, orders, briefs and an old export: late data, hidden likes, bad rows,
    repeated rows, deleted posts, changed captions and handles."""
    random = Random(seed)
    people = {f"1784140{n}": f"hana_{n}" for n in range(4)}
    posts = {f"1800{n:03d}": random.choice(list(people)) for n in range(10)}
    views = dict.fromkeys(posts, 100)
    for n in range(nights):
        day = START + timedelta(days=n)
        if n in (0, 3):
            land(root, "brief", day, "natsu", brief("natsu", *people.values(), fee=30000 + n), at=night(day, 1))
        for platform in ("instagram", "tiktok"):
            body: dict[str, list] = {"posts": [], "post_observations": [], "accounts": [], "post_states": []}
            for post, owner in posts.items():
                if random.random() < 0.15:
                    body["post_states"].append({"platform": platform, "post_id": post, "availability": "gone"})
                    continue
                views[post] += random.randrange(-3, 60)
                caption = random.choice([None, f"夏の素肌 #PR {n}", "朝凪UV、すき"])
                body["posts"].append(
                    {
                        "platform": platform,
                        "post_id": post,
                        "account_id": owner,
                        "caption": caption,
                        "published_at": night(START).isoformat(),
                        "format": random.choice(["reel", "unknown", None]),
                    }
                )
                likes = random.choice([None, 0, 12])
                seen = {"platform": platform, "post_id": post, "views": views[post], "likes": likes}
                seen["missing"] = "likes=hidden" if likes is None else None
                if random.random() < 0.1:
                    seen["views"] = -4
                body["post_observations"] += [seen, seen] if random.random() < 0.2 else [seen]
            for account, handle in people.items():
                renamed = handle if n < 4 else f"{handle}_new"
                told = {"platform": platform, "account_id": account, "handle": renamed, "followers": 1000 + n}
                body["accounts"].append(told)
            land(root, platform, day, "accounts", body, {"post_observations": body["post_observations"][:3]})
        clicks = [{"link_id": "bit.ly/3xYzAbc", "day": str(day - timedelta(days=k)), "clicks": 5 + n} for k in range(3)]
        links = [{"link_id": "bit.ly/3xYzAbc", "long_url": "https://shop.example.jp/uv"}]
        land(root, "bitly", day, "links", {"link_days": clicks, "links": links})
        order = {"shop": "minamodo.myshopify.com", "order_id": str(n), "ordered_at": night(day, 2).isoformat()}
        money = {"gross": "14319", "refunded": "0", "net": "14319", "currency": "JPY" if n else "yen"}
        land(root, "shopify", day, "shop", {"orders": [{**order, **money}]}, "<html>502</html>")
    old = [
        {"platform": "instagram", "account_id": a, "handle": "before", "observed_at": "2025-01-01T00:00:00+00:00"}
        for a in people
    ]
    land(root, "import", START + timedelta(days=2), "old", {"accounts": old})
