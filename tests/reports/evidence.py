"""What a finished campaign knows beyond its KPIs: who differs, how its total grew, what it cost, the one before."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from reports.progress import PREVIOUS, PROGRESS
from transforms.tables.money import COSTS
from transforms.tables.standings import STANDINGS

# influencer, clearly above or below the rest by cost per order, cost per order
COMPARED = (
    ("asahina", "below", 2100.0),
    ("shiomi", "below", 2600.0),
    ("fuyutsuki", "no_difference", 4900.0),
    ("otowa", "no_difference", 5200.0),
    ("yuki", "no_difference", 5000.0),
    ("azumi", "no_difference", 6100.0),
    ("shinomiya", "no_difference", 5700.0),
    ("natsume", "above", 12400.0),
    ("makabe", "above", 17200.0),
    ("hiro", "unknown", None),
)


def standings(as_of: datetime) -> pl.DataFrame:
    """Two clearly cheaper and two clearly dearer than the others; of one the cost is not known."""
    rows: list[dict[str, Any]] = [
        {
            "campaign_id": "asanagi-uv",
            "influencer_id": who,
            "kpi": "cpo",
            "value": value,
            **({} if value is None else {"lower": value * 0.8, "upper": value * 1.3, "pooled": value * 1.02,
                                         "pooled_lower": value * 0.85, "pooled_upper": value * 1.2, "rest": 5408.0}),
            "comparison": comparison,
            "is_better": {"below": True, "above": False}.get(comparison),
            "reason": "no_cost" if value is None else None,
            "state": "final",
            "as_of": as_of,
        }
        for who, comparison, value in COMPARED
    ]  # fmt: skip
    return STANDINGS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))


def progress(first: date, last: date, total: int) -> pl.DataFrame:
    """Orders day by day, slow at first and above an even plan to 800 from June 24 on; they add up to ``total``."""
    shares = {"instagram": 0.7, "tiktok": 0.2, "youtube": 0.1}
    days = (last - first).days
    rows = [
        {
            "kpi": "orders",
            "day": first + timedelta(days=n),
            "platform": platform,
            "total": round(total * share * min((n / 41) ** 1.15, 1), 4) if n < days else total * share,
        }
        for platform, share in shares.items()
        for n in range(days + 1)
    ]
    return PROGRESS.conform(pl.DataFrame(rows))


def previous() -> pl.DataFrame:
    """What the brand's campaign in spring reached."""
    told = {"orders": 690.0, "cpo": 6420.0, "er_reach": 0.0385, "link_clicks": 18400.0}
    rows = [{"kpi": k, "name": "朝凪UV「春の支度」", "ends_on": date(2026, 4, 12), "value": v} for k, v in told.items()]
    return PREVIOUS.conform(pl.DataFrame(rows))


def costs(people: tuple[tuple[Any, ...], ...], as_of: datetime) -> pl.DataFrame:
    """A fee and a product for each, and advertising for the campaign as a whole."""
    rows: list[dict[str, Any]] = [
        {"influencer_id": who, "platform": platform, "kind": kind, "entry": "roster", "route": "direct",
         "amount": amount, "converted": amount, "reason": None if amount is not None else "no_cost"}
        for who, _name, _handle, platform, _tier, _followers, fee in people
        for kind, amount in (("fee", None if fee is None else Decimal(fee)), ("product", Decimal(9000)))
    ]  # fmt: skip
    rows.append({"kind": "boost", "entry": "row 1", "amount": Decimal(120000), "converted": Decimal(120000)})
    every = {"campaign_id": "asanagi-uv", "currency": "JPY", "basis": "as_given", "campaign_currency": "JPY"}
    return COSTS.conform_loosely(
        pl.DataFrame([every | row | {"as_of": as_of} for row in rows], infer_schema_length=None)
    )
