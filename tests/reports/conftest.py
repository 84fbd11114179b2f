"""A campaign of invented people, rich enough that every section has something to say and something to admit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import polars as pl
import pytest

from reports import reading
from reports.figures import DAYS, PENDING, REJECTED, Figures
from tests.reports import evidence
from transforms.kpis import Kpi, Label, ratio, total
from transforms.tables import marts, ops

KPI_ROWS = (
    ("orders", "購入数", "Orders", "count", "higher", "contract"),
    ("revenue_net", "売上(返金後)", "Revenue, net", "money", "higher", "contract"),
    ("link_clicks", "リンククリック数", "Link clicks", "count", "higher", "contract"),
    ("views", "再生・表示数", "Views", "count", "higher", "post"),
    ("reach", "リーチ数", "Reach", "count", "higher", "post"),
    ("engagements", "エンゲージメント数", "Engagements", "count", "higher", "post"),
    ("er_reach", "エンゲージメント率(リーチ)", "Engagement rate by reach", "ratio", "higher", "post"),
    ("er_followers_public", "エンゲージメント率(公開値)", "Public engagement rate", "ratio", "higher", "post"),
    ("cpo", "購入1件あたり費用", "Cost per order", "money / count", "lower", "contract"),
    ("cpc", "クリック単価", "Cost per click", "money / count", "lower", "contract"),
    ("cpe", "反応単価", "Cost per engagement", "money / count", "lower", "post"),
    ("cpv", "視聴単価", "Cost per view", "money / count", "lower", "post"),
    ("price_per_follower", "フォロワー単価", "Price per follower", "money / count", "lower", "contract"),
    ("roas_net", "ROAS(返金後)", "ROAS, net", "ratio", "higher", "contract"),
    ("frequency", "平均接触回数", "Frequency", "ratio", "neither", "post"),
)

PEOPLE = (
    ("asahina", "朝比奈みのり", "minori.example", "instagram", "micro", 48200, 182000),
    ("shiomi", "汐見なぎさ", "nagisa.example", "instagram", "micro", 31800, 141000),
    ("fuyutsuki", "冬月みお", "mio.example", "instagram", "micro", 33900, 143000),
    ("otowa", "音羽まどか", "madoka.example", "instagram", "micro", 29700, 129000),
    ("yuki", "柚木さら", "sara.example", "instagram", "nano", 8400, 71000),
    ("azumi", "安曇ちひろ", "chihiro.example", "tiktok", "nano", 9100, 77000),
    ("shinomiya", "篠宮つむぎ", "tsumugi.example", "tiktok", "micro", 12300, 63000),
    ("natsume", "夏目かなた", "kanata.example", "tiktok", "middle", 134000, 373000),
    ("makabe", "真壁ルカ", "luka.example", "youtube", "middle", 212000, 537000),
    ("hiro", "氷室ケイ", "kei.example", "instagram", "micro", 15600, None),
)
CAPTIONS = (
    "朝の3分UVルーティン🌊 白浮きしない塗り方のコツは“2回に分けて薄く”。 #PR #ミナモ堂 #朝凪UV",
    "梅雨明け前から使い始めて2週間。夕方の乾燥がほとんど気にならなくなりました。 #PR #朝凪UVエッセンス",
    "手持ちのUV3本と塗り比べ☀️ 汗をかく日に選ぶならどれ? #PR #朝凪UV",
    "A small bottle in my bag for the whole walk along the beach #PR #朝凪UV",
)
STARTS, ENDS = date(2026, 6, 1), date(2026, 7, 12)
AS_OF = datetime(2026, 7, 26, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _every_sentence_is_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "STRICT", True)


def registry() -> dict[str, Kpi]:
    """A frozen registry: golden pages must not move when a KPI is added to the real one."""
    every = ("influencer", "platform", "campaign")
    return {
        name: Kpi(
            name=name,
            label=Label(en=en, ja=ja),
            description=f"{en}, over the rows that know it.",
            formula=f"Σ {name}",
            unit=unit,
            better=better,
            expr=total(pl.col(name)) if unit in {"count", "money"} else ratio(pl.col("cost"), pl.col(name)),
            rows=rows,
            grains=("post",) if name == "reach" else every if rows == "contract" else ("post", *every),
        )
        for name, ja, en, unit, better, rows in KPI_ROWS
    }


def campaign() -> dict[str, object]:
    """A row of core.campaigns."""
    return {
        "campaign_id": "asanagi-uv",
        "name": "朝凪UV「夏の素肌」",
        "brand": "ミナモ堂",
        "product": "朝凪UVエッセンス",
        "category": "cosmetics",
        "market": "JP",
        "objective": "sales",
        "locale": "ja",
        "starts_on": STARTS,
        "ends_on": ENDS,
        "settle_days": 14,
        "attribution_days": 14,
        "engagement_base": "reach",
        "hashtags": "朝凪uv",
        "mentions": "minamodo_official",
        "currency": "JPY",
        "budget": Decimal(4640000),
        "margin_rate": 0.6,
        "recipients": "mori@example.jp",
        "known_at": AS_OF,
        "landed_id": "brief#1",
    }


def value(grain: str, kpi: str, amount: float | None, **more: Any) -> dict[str, Any]:
    """A row of marts.kpi_values."""
    return {
        "grain": grain,
        "campaign_id": "asanagi-uv",
        "platform": None,
        "influencer_id": None,
        "post_id": None,
        "kpi": kpi,
        "value": amount,
        "lower": None,
        "upper": None,
        "numerator": amount,
        "denominator": None,
        "posts_known": None,
        "posts_all": None,
        "state": "final",
        "reason": None if amount is not None else "no_access",
        "definition": 1,
        "as_of": AS_OF,
        **more,
    }


def goal(
    kpi: str, target: float, amount: float | None, attained: float | None, verdict: str, **more: Any
) -> dict[str, Any]:
    """A row of marts.goal_progress."""
    return {
        "campaign_id": "asanagi-uv",
        "kpi": kpi,
        "target": target,
        "value": amount,
        "attainment": attained,
        "elapsed": 1.0,
        "forecast": None,
        "forecast_lower": None,
        "forecast_upper": None,
        "chance": None,
        "verdict": verdict,
        "state": "final",
        "reason": None if attained is not None else "no_access",
        "as_of": AS_OF,
        **more,
    }


def _posts() -> pl.DataFrame:
    chance = Random(7)
    rows: list[dict[str, Any]] = []
    for i, (who, _name, handle, platform, tier, followers, _cost) in enumerate(PEOPLE):
        for n in range(3):
            day = STARTS + timedelta(days=2 + i * 2 + n * 7)
            is_open = platform != "instagram" or i < 5
            views = int(followers * chance.uniform(0.3, 1.4))
            rows.append(
                {
                    "campaign_id": "asanagi-uv",
                    "platform": platform,
                    "post_id": f"1800{i:02d}{n}",
                    "post_key": i * 10 + n,
                    "influencer_id": who,
                    "handle": handle,
                    "published_on": day,
                    "format": {"instagram": ("reel", "image", "carousel")[n], "tiktok": "video"}.get(platform, "short"),
                    "permalink": f"https://www.instagram.com/p/X{i}{n}/" if platform == "instagram" else None,
                    "caption": CAPTIONS[(i + n) % 4],
                    "paid_label": ("on", "off", "unknown")[n],
                    "followers": followers,
                    "tier": tier,
                    "availability": "gone" if (i, n) == (6, 2) else "on",
                    "views": views if is_open else None,
                    "reach": int(views * 0.8) if is_open and platform == "instagram" else None,
                    "likes": None if (i, n) == (3, 1) else int(views * 0.05),
                    "comments": int(views * 0.004),
                    "shares": int(views * 0.003) if platform != "instagram" else None,
                    "saves": int(views * 0.01) if is_open and platform == "instagram" else None,
                    "missing": "views=no_access;reach=no_access;saves=no_access"
                    if not is_open
                    else "likes=hidden"
                    if (i, n) == (3, 1)
                    else "reach=not_reported"
                    if platform != "instagram"
                    else None,
                    "state": "final",
                    "as_of": AS_OF,
                }
            )
    return marts.POST_KPIS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))


def _influencers() -> pl.DataFrame:
    rows = [
        {
            "campaign_id": "asanagi-uv",
            "influencer_id": who,
            "name": name,
            "platforms": platform,
            "handles": handle,
            "routes": "direct",
            "followers": followers,
            "tier": tier,
            "posts": 3,
            "promised_posts": 4 if who == "hiro" else 3,
            "currency": "JPY",
            "fee": None if cost is None else Decimal(cost),
            "cost": None if cost is None else Decimal(cost + 9000),
            "state": "final",
            "as_of": AS_OF,
        }
        for who, name, handle, platform, tier, followers, cost in PEOPLE
    ]
    return marts.INFLUENCER_KPIS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))


def _platforms() -> pl.DataFrame:
    rows = [
        {
            "campaign_id": "asanagi-uv",
            "platform": platform,
            "influencers": people,
            "posts": people * 3,
            "promised_posts": people * 3,
            "currency": "JPY",
            "cost": None if cost is None else Decimal(cost),
            "state": "final",
            "as_of": AS_OF,
        }
        for platform, people, cost in (("instagram", 6, None), ("tiktok", 3, 540000), ("youtube", 1, 546000))
    ]
    return marts.CAMPAIGN_PLATFORM_KPIS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))


def _kpis(posts: pl.DataFrame) -> pl.DataFrame:
    all_posts = {"posts_known": 27, "posts_all": 30}
    rows = [
        value("campaign", "orders", 858, posts_known=10, posts_all=10),
        value("campaign", "revenue_net", 4_210_400),
        value("campaign", "link_clicks", 16478),
        value("campaign", "views", 1_342_000, **all_posts),
        value("campaign", "engagements", 61240, posts_known=26, posts_all=30),
        value("campaign", "er_reach", 0.0421, posts_known=15, posts_all=30, state="provisional"),
        value("campaign", "er_followers_public", 0.031, posts_known=29, posts_all=30),
        value("campaign", "cpo", 5408.16),
        value("campaign", "cpc", 281.6),
        value("campaign", "cpe", 75.8),
        value("campaign", "cpv", 2.854, **all_posts),
        value("campaign", "price_per_follower", 3.42),
        value("campaign", "roas_net", 0.907),
        value("campaign", "frequency", None, reason="not_reported", posts_known=0, posts_all=30),
    ]
    for i, (who, _n, _h, _p, _t, followers, cost) in enumerate(PEOPLE):
        orders = 12 + 7 * (i % 4)
        is_open = who != "hiro"
        rows += [
            value("influencer", "orders", orders, influencer_id=who),
            value("influencer", "revenue_net", orders * 4900.0, influencer_id=who),
            value(
                "influencer",
                "link_clicks",
                None if i == 8 else orders * 21,
                influencer_id=who,
                reason="not_tracked" if i == 8 else None,
            ),
            value(
                "influencer",
                "views",
                followers * 2.1 if is_open else None,
                influencer_id=who,
                posts_known=3,
                posts_all=3,
            ),
            value(
                "influencer", "engagements", followers * 0.11, influencer_id=who, posts_known=3 - (i == 3), posts_all=3
            ),
            value(
                "influencer",
                "er_reach",
                0.03 + 0.004 * (i % 5) if is_open else None,
                influencer_id=who,
                posts_known=3,
                posts_all=3,
            ),
            value(
                "influencer",
                "cpo",
                None if cost is None else (cost + 9000) / orders,
                influencer_id=who,
                reason="no_cost" if cost is None else None,
            ),
            value("influencer", "frequency", None, influencer_id=who, reason="not_reported"),
        ]
    for platform, scale in (("instagram", 0.6), ("tiktok", 0.25), ("youtube", 0.15)):
        rows += [
            value("platform", "orders", round(858 * scale), platform=platform),
            value("platform", "views", 1_342_000 * scale, platform=platform),
            value(
                "platform",
                "er_reach",
                0.0421 if platform == "instagram" else None,
                platform=platform,
                reason=None if platform == "instagram" else "not_reported",
            ),
            value(
                "platform",
                "cpo",
                None if platform == "instagram" else 5200 / scale / 2,
                platform=platform,
                reason="no_cost" if platform == "instagram" else None,
            ),
        ]
    for post in posts.iter_rows(named=True):
        where = {"platform": post["platform"], "post_id": post["post_id"], "influencer_id": post["influencer_id"]}
        likes, views, reach = post["likes"], post["views"], post["reach"]
        known = None if likes is None else likes + (post["comments"] or 0)
        rows += [
            value("post", "views", views, **where),
            value("post", "reach", reach, **where, reason=None if reach else "not_reported"),
            value("post", "engagements", known, **where, reason=None if known else "hidden"),
            value("post", "er_reach", known / reach if known and reach else None, **where),
        ]
    return marts.KPI_VALUES.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))


def _days(posts: pl.DataFrame) -> pl.DataFrame:
    chance = Random(11)
    rows: list[dict[str, Any]] = []
    for platform, scale in (("instagram", 9000), ("tiktok", 6000), ("youtube", 2500)):
        for i in range(50):
            day = STARTS + timedelta(days=2 + i)
            up = posts.filter((pl.col("platform") == platform) & (pl.col("published_on") <= day)).height
            if not up:
                continue
            is_lost = i == 17
            gain = int(scale * up / 6 * chance.uniform(0.4, 1.0) * max(1 - i / 55, 0.02))
            if platform == "tiktok" and i == 33:
                gain = -1850
            known = 0 if is_lost else up - (2 if i % 9 == 4 and up > 2 else 0)
            rows.append(
                {
                    "day": day,
                    "platform": platform,
                    "gained_views": None if is_lost else gain,
                    "gained_likes": None if is_lost else gain // 22,
                    "views_known": known,
                    "likes_known": known,
                    "posts_all": up,
                }
            )
    return DAYS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))


def _coverage() -> pl.DataFrame:
    rows = [
        {
            "day": STARTS + timedelta(days=i),
            "source": source,
            "shard": "accounts",
            "expected": 10,
            "got": {"complete": 10, "partial": 7, "failed": 0}[state],
            "state": state,
            "reason": None if state == "complete" else "The platform answered 429 until the night was over.",
        }
        for source in ("instagram", "tiktok", "youtube", "bitly", "shopify")
        for i in range(56)
        for state in [
            "failed"
            if source == "tiktok" and i == 19
            else "partial"
            if source == "instagram" and i in {8, 31}
            else "complete"
        ]
    ]
    return ops.COVERAGE.conform(pl.DataFrame(rows, infer_schema_length=None))


def _pending() -> pl.DataFrame:
    rows = [
        {
            "platform": "instagram",
            "post_id": f"99000{n}",
            "matched_by": "hashtag",
            "influencer_id": "yuki" if n else None,
            "handle": "sara.example" if n else "wakana.example",
            "published_on": date(2026, 6, 20 + n),
            "caption": "これもお気に入り #朝凪UV",
            "permalink": f"https://www.instagram.com/p/P{n}/",
        }
        for n in range(2)
    ]
    return PENDING.conform(pl.DataFrame(rows, infer_schema_length=None))


def _rejected() -> pl.DataFrame:
    rows = [
        {
            "source": "instagram",
            "rule": "views_is_not_negative",
            "severity": "critical",
            "reason": "views is -4, below 0",
            "rows": 3,
        },
        {
            "source": "import",
            "rule": "same_row_twice",
            "severity": "info",
            "reason": "the row was there already",
            "rows": 12,
        },
    ]
    return REJECTED.conform(pl.DataFrame(rows))


def rich(**changes: Any) -> Figures:
    """The finished campaign, in Japanese."""
    return replace(_rich(), **changes)


@cache
def _rich() -> Figures:
    posts = _posts()
    return Figures(
        campaign=campaign(),
        as_of=AS_OF,
        zone="Asia/Tokyo",
        locale="ja",
        edition="final",
        version=1,
        run_id="r-20260727-0300-7f3c",
        goals=marts.GOAL_PROGRESS.conform(
            pl.DataFrame(
                [
                    goal("orders", 800, 858, 1.0725, "met"),
                    goal("cpo", 6000, 5408.16, 6000 / 5408.16, "met"),
                    goal("er_reach", 0.035, 0.0421, 1.2028, "met"),
                    goal("link_clicks", 18000, 16478, 0.9154, "missed"),
                    goal("frequency", 2, None, None, "unknown", reason="not_reported"),
                ],
                infer_schema_length=None,
            )
        ),
        kpis=_kpis(posts),
        campaign_kpis=marts.CAMPAIGN_KPIS.conform_loosely(
            pl.DataFrame(
                [
                    {
                        "campaign_id": "asanagi-uv",
                        "influencers": 10,
                        "posts": 30,
                        "promised_posts": 31,
                        "cost": None,
                        "state": "final",
                        "as_of": AS_OF,
                    }
                ],
                infer_schema_length=None,
            )
        ),
        platforms=_platforms(),
        influencers=_influencers(),
        posts=posts,
        days=_days(posts),
        coverage=_coverage(),
        pending=_pending(),
        rejected=_rejected(),
        decisions=ops.DECISIONS.conform(
            pl.DataFrame(
                [
                    {
                        "decided_at": AS_OF,
                        "kind": "held",
                        "subject": "tiktok",
                        "message": "tiktok 2026-06-20 was not published: it brought 0 of 10 accounts.",
                        "value": 0.0,
                    }
                ]
            )
        ),
        registry=registry(),
        standings=evidence.standings(AS_OF),
        progress=evidence.progress(STARTS, date(2026, 7, 26), 858),
        previous=evidence.previous(),
        costs=evidence.costs(PEOPLE, AS_OF),
    )


def bare(**changes: Any) -> Figures:
    """A campaign of which nothing is known yet but its brief."""
    figures = rich()
    empty = {
        name: getattr(figures, name).clear()
        for name in (
            "goals",
            "kpis",
            "campaign_kpis",
            "platforms",
            "influencers",
            "posts",
            "days",
            "coverage",
            "pending",
            "standings",
            "progress",
            "previous",
            "costs",
        )
    }
    return replace(
        figures,
        **empty,
        rejected=figures.rejected.clear(),
        decisions=figures.decisions.clear(),
        edition="mid",
        as_of=datetime(2026, 6, 1, 15, 0, tzinfo=UTC),
        **changes,
    )


@pytest.fixture(scope="session")
def make() -> Callable[..., Figures]:
    """The finished campaign, with changes."""
    return rich


@pytest.fixture(scope="session")
def make_bare() -> Callable[..., Figures]:
    """The campaign on its first day."""
    return bare
