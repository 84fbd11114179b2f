"""What marts say of the invented campaign beside its KPIs: who stands apart, who follows whom, what rules found."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import polars as pl

from reports.accounts import ACCOUNTS, AUDIENCE
from reports.figures import Figures
from transforms.kpis import load
from transforms.tables import compliance, marts
from transforms.tables.standings import STANDINGS

AS_OF = datetime(2026, 7, 26, 15, 0, tzinfo=UTC)


def standing(who: str, pooled: float | None, comparison: str, **more: Any) -> dict[str, Any]:
    """A row of marts.standings by cost per order: below is cheaper, and cheaper is better."""
    better = {"above": False, "below": True}.get(comparison)
    return {
        "campaign_id": "asanagi-uv",
        "influencer_id": who,
        "kpi": "cpo",
        "value": pooled,
        "pooled": pooled,
        "pooled_lower": None if pooled is None else pooled * 0.8,
        "pooled_upper": None if pooled is None else pooled * 1.25,
        "comparison": comparison,
        "is_better": better,
        "state": "final",
        "as_of": AS_OF,
        **more,
    }


COMPARED = (
    standing("asahina", 3100.0, "below"),
    standing("shiomi", 3600.0, "below"),
    standing("fuyutsuki", 5200.0, "no_difference"),
    standing("otowa", 4900.0, "no_difference"),
    standing("yuki", 5600.0, "no_difference"),
    standing("azumi", 5300.0, "no_difference"),
    standing("shinomiya", 5000.0, "no_difference"),
    standing("natsume", 12900.0, "above"),
    standing("makabe", 16100.0, "above"),
    standing("hiro", None, "unknown", reason="no_cost"),
)


def with_standings(figures: Figures, *rows: dict[str, Any], earlier: tuple[dict[str, Any], ...] = ()) -> Figures:
    """The figures with people compared: those of :data:`COMPARED` unless other rows are given."""

    def frame(them: tuple[dict[str, Any], ...]) -> pl.DataFrame:
        return STANDINGS.conform_loosely(pl.DataFrame(them, infer_schema_length=None)) if them else STANDINGS.empty()

    return replace(figures, standings=frame(rows or COMPARED), earlier=frame(earlier))


def account(key: int, who: str, place: tuple[float, float, float] | None, **more: Any) -> dict[str, Any]:
    """A row of reports.accounts; ``place``: percentile and the ends of its interval."""
    return {
        "account_key": key,
        "platform": "instagram",
        "influencer_id": who,
        "handle": f"{who}.example",
        "followers": 30_000 + key,
        "followers_gained_28d": 120,
        "posts_28d": 9,
        "er_followers_public_28d": 0.021,
        "peers": 0 if place is None else 24,
        "percentile": place and place[0],
        "percentile_lower": place and place[1],
        "percentile_upper": place and place[2],
        "peers_median": place and 0.018,
        **more,
    }


def with_accounts(
    figures: Figures, *rows: dict[str, Any], audience: tuple[tuple[int, str, str, float], ...] = ()
) -> Figures:
    """The figures with accounts; ``audience``: account key, dimension, bucket and share."""
    told = [
        {"account_key": k, "dimension": d, "bucket": b, "share": share, "observed_on": date(2026, 7, 1)}
        for k, d, b, share in audience
    ]
    return replace(
        figures,
        accounts=ACCOUNTS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None)) if rows else ACCOUNTS.empty(),
        audience=AUDIENCE.conform(pl.DataFrame(told)) if told else AUDIENCE.empty(),
    )


def finding(post: dict[str, Any], verdict: str, *, rule: str = "ST-01", **more: Any) -> dict[str, Any]:
    """A row of marts.compliance_findings about a post."""
    caption = str(post["caption"])
    return {
        "campaign_id": "asanagi-uv",
        "finding_id": f"{rule}-{post['post_id']}",
        "subject": "post",
        "subject_id": f"{post['platform']}/{post['post_id']}",
        "platform": post["platform"],
        "post_id": post["post_id"],
        "influencer_id": post["influencer_id"],
        "published_on": post["published_on"],
        "rule": rule,
        "kind": "disclosure",
        "profile": "jp_caa",
        "law_en": "Premiums and Representations Act",
        "law_ja": "景品表示法",
        "title_en": "It says that it is advertising",
        "title_ja": "広告であることの明示",
        "rule_version": 1,
        "nth": 1,
        "verdict": verdict,
        "severity": "fail",
        "code": "none",
        "reason_en": "No word says that it is advertising.",
        "reason_ja": "広告であることを示す語がありません。",
        "advice_en": "Put #PR first.",
        "advice_ja": "先頭に #PR を入れてください。",
        "source": "https://www.caa.go.jp/",
        "caption_sha256": sha256(caption.encode()).hexdigest(),
        "state": "open",
        "as_of": AS_OF,
        **more,
    }


def check(post: dict[str, Any], verdict: str) -> dict[str, Any]:
    """A row of marts.compliance_checks of a post's caption in force."""
    return {
        "campaign_id": "asanagi-uv",
        "subject": "post",
        "subject_id": f"{post['platform']}/{post['post_id']}",
        "version": 1,
        "platform": post["platform"],
        "post_id": post["post_id"],
        "influencer_id": post["influencer_id"],
        "is_current": True,
        "profiles": "jp_caa brief",
        "verdict": verdict,
        "rules_checked": 31,
        "findings": 0,
        "rules": "ST-01@1",
        "rules_digest": "0" * 64,
        "as_of": AS_OF,
    }


def task(found: dict[str, Any], *, due: date = date(2026, 7, 29), **more: Any) -> dict[str, Any]:
    """A row of marts.compliance_tasks about a finding."""
    return {
        "campaign_id": "asanagi-uv",
        "finding_id": found["finding_id"],
        "who": "influencer",
        "influencer_id": found["influencer_id"],
        "platform": found["platform"],
        "post_id": found["post_id"],
        "verdict": found["verdict"],
        "what_en": "Put #PR first, or take the post down.",
        "what_ja": "先頭に #PR を追記、難しければ非公開にする",
        "due_on": due,
        "message_id": found["finding_id"],
        "text_en": "Dear creator, please put #PR first.",
        "text_ja": "お手数ですが、先頭に #PR の追記をお願いします。",
        "state": "open",
        "as_of": AS_OF,
        **more,
    }


def with_findings(figures: Figures, **more: dict[int, Any]) -> Figures:
    """The figures with every post checked: two may break a rule, one should be looked at, one cannot be told."""
    posts = figures.posts.to_dicts()
    bad = {0: "fail", 4: "fail", 7: "warn", 9: "unknown"} | dict(more.get("verdicts", {}))
    found = [finding(posts[n], verdict) for n, verdict in bad.items() if n < len(posts)]
    rows = {
        "compliance_findings": (compliance.FINDINGS, found),
        "compliance_checks": (compliance.CHECKS, [check(p, bad.get(n, "pass")) for n, p in enumerate(posts)]),
        "compliance_tasks": (compliance.TASKS, [task(f) for f in found if f["verdict"] != "unknown"]),
    }
    return replace(
        figures,
        **{
            name: table.conform_loosely(pl.DataFrame(them, infer_schema_length=None))
            for name, (table, them) in rows.items()
        },
    )


def large(figures: Figures, *, people: int, each: int) -> Figures:
    """A campaign of many: ``people`` creators with ``each`` posts, every figure known, one in ten apart."""
    sizes = ("nano", "micro", "middle", "macro")
    start = date(2026, 6, 1)
    who = [f"p{i:04d}" for i in range(people)]
    persons = pl.DataFrame(
        {
            "campaign_id": ["asanagi-uv"] * people,
            "influencer_id": who,
            "name": [f"投稿者{i:04d}" for i in range(people)],
            "platforms": [("instagram", "tiktok", "youtube", "x")[i % 4] for i in range(people)],
            "handles": [f"creator_{i:04d}.example" for i in range(people)],
            "followers": [1_000 + 977 * i for i in range(people)],
            "tier": [sizes[i * len(sizes) // people] for i in range(people)],
            "posts": [each] * people,
            "promised_posts": [each] * people,
            "currency": ["JPY"] * people,
            "cost": [Decimal(50_000 + 311 * i) for i in range(people)],
            "state": ["final"] * people,
            "as_of": [AS_OF] * people,
        }
    )
    n = people * each
    owner = [i // each for i in range(n)]
    posts = pl.DataFrame(
        {
            "campaign_id": ["asanagi-uv"] * n,
            "platform": [("instagram", "tiktok", "youtube", "x")[o % 4] for o in owner],
            "post_id": [str(17_900_000_000_000 + i) for i in range(n)],
            "post_key": list(range(n)),
            "influencer_id": [who[o] for o in owner],
            "handle": [f"creator_{o:04d}.example" for o in owner],
            "published_on": [start + timedelta(days=i % 42) for i in range(n)],
            "format": [("reel", "video", "short", "text")[o % 4] for o in owner],
            "caption": [f"{i}日目の記録。朝の3分でできるUVケアを続けています #PR #朝凪UV" for i in range(n)],
            "paid_label": ["on"] * n,
            "tier": [sizes[o * len(sizes) // people] for o in owner],
            "availability": ["on"] * n,
            **{
                m: [(i * 37 + 1009 * k) % 90_000 for i in range(n)]
                for k, m in enumerate(("views", "reach", "likes", "comments", "shares", "saves"), 1)
            },
            "state": ["final"] * n,
            "as_of": [AS_OF] * n,
        }
    )
    registry = load()
    wide = {"posts_known": each, "posts_all": each, "state": "final", "definition": 1, "as_of": AS_OF}
    of_people = [
        {"grain": "influencer", "campaign_id": "asanagi-uv", "influencer_id": who[i], "kpi": k, "value": v + i, **wide}
        for i in range(people)
        for k, v in (
            ("orders", 20.0),
            ("views", 9e4),
            ("engagements", 5e3),
            ("er_reach", 0.05),
            ("cpo", 4e3),
            ("cpe", 9.0),
            ("link_clicks", 700.0),
        )
    ]
    of_posts = [
        {"grain": "post", "campaign_id": "asanagi-uv", "platform": p["platform"], "influencer_id": p["influencer_id"],
         "post_id": p["post_id"], "kpi": k, "value": v + p["post_key"], "definition": 1, "state": "final",
         "as_of": AS_OF}
        for p in posts.select("platform", "influencer_id", "post_id", "post_key").to_dicts()
        for k, v in [(k, 100.0) for k, kpi in registry.items() if "post" in kpi.grains]
    ]  # fmt: skip
    of_all = figures.kpis.filter(pl.col("grain") == "campaign")
    kpis = pl.concat(
        [of_all, marts.KPI_VALUES.conform_loosely(pl.DataFrame([*of_people, *of_posts], infer_schema_length=None))]
    )
    apart = {0: "below", 1: "above"}
    rows = tuple(standing(who[i], 4_000.0 + i, apart.get(i % 10, "no_difference")) for i in range(people))
    named = with_standings(
        replace(
            figures,
            influencers=marts.INFLUENCER_KPIS.conform_loosely(persons),
            posts=marts.POST_KPIS.conform_loosely(posts),
            kpis=kpis,
            registry=registry,
        ),
        *rows,
    )
    return with_findings(with_accounts(named, *(account(i, who[i], (0.5, 0.3, 0.7)) for i in range(people))))
