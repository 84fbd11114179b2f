"""The main KPIs of the simulated world: sums over sums of its own figures, on the rows where both sides are known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tasks.sandbox.campaigns import Campaign, Contract
from tasks.sandbox.knowledge import Asking, Known, credited_to, days_until, state_of
from tasks.sandbox.shop import Order
from tasks.sandbox.truth_money import cost_of, spent_on_whole, worth_of, worth_of_all
from tasks.sandbox.truth_words import discloses, keeps_to_the_guideline
from tasks.sandbox.visits import sessions
from tasks.sandbox.world import World

Row = dict[str, Any]
Amount = Fraction | None


@dataclass(frozen=True, slots=True)
class _Facts:
    """Rows of one group: its confirmed posts, and its people with their money, clicks and orders."""

    posts: Sequence[Mapping[str, Amount]]
    persons: Sequence[Mapping[str, Amount]]
    contracts: Sequence[Mapping[str, Amount]]


_POST_TOTALS = ("views", "likes", "comments", "shares", "saves", "engagements", "emv")
_POST_RATIOS = {
    "er_reach": ("engagements", "reach"),
    "er_views": ("engagements", "views"),
    "cpv": ("cost", "views"),
    "cpe": ("cost", "engagements"),
    "disclosure_rate": ("disclosure_passed", "disclosure_judged"),
    "guideline_rate": ("guideline_passed", "guideline_judged"),
}
_CONTRACT_RATIOS = {"roi_emv": ("emv", "cost")}
_PERSON_TOTALS = ("posts", "orders", "new_customers", "revenue_gross", "revenue_net", "link_clicks", "sessions")
_PERSON_RATIOS = {
    "cpo": ("cost", "orders"),
    "cpa": ("cost", "new_customers"),
    "cpc": ("cost", "link_clicks"),
    "cvr_click": ("orders", "link_clicks"),
    "cvr_session": ("orders", "sessions"),
    "aov": ("revenue_gross", "orders"),
    "roas_gross": ("revenue_gross", "cost"),
    "roas_net": ("revenue_net", "cost"),
    "roi_profit": ("profit", "cost"),
    "delivery_rate": ("posts", "promised_posts"),
}


def kpis(asking: Asking, told: Iterable[Known]) -> list[Row]:
    """One row per campaign, and per campaign and influencer, and KPI."""
    world, at = asking.world, asking.nights[-1]
    confirmed = [
        (campaign, k) for k in told for campaign in world.campaigns if state_of(world, campaign, k.post) == "confirmed"
    ]
    rows: list[Row] = []
    for campaign in world.campaigns:
        mine = [c for c in world.contracts if c.campaign_id == campaign.campaign_id]
        theirs = [k for c, k in confirmed if c is campaign]
        posts = _posts_with_cost(world, campaign, mine, theirs)
        valued = _valued(world, campaign, mine, theirs)
        sold = _sold(world, campaign, at)
        names = sorted({c.influencer_id for c in mine})
        persons = {
            name: _person(
                asking, campaign, [c for c in mine if c.influencer_id == name], posts=posts[name], orders=sold[name]
            )
            for name in names
        }
        for name in names:
            rows += _measured(campaign, name, _Facts(posts[name], [persons[name]], valued[name]))
        everyone = [row for name in names for row in posts[name]]
        every = [row for name in names for row in valued[name]]
        whole = _whole(world, campaign, list(persons.values()))
        shared: list[Mapping[str, Amount]] = [{"cost": whole["cost"], "emv": Fraction(0)}] if whole["cost"] else []
        people = [*persons.values(), whole] if shared else list(persons.values())
        rows += _measured(campaign, None, _Facts(everyone, people, [*every, *shared]))
    return rows


def _valued(
    world: World, campaign: Campaign, mine: Iterable[Contract], told: Sequence[Known]
) -> dict[str, list[Mapping[str, Amount]]]:
    """Contracts by influencer, with what they cost and what their posts are held to be worth."""
    found: dict[str, list[Mapping[str, Amount]]] = defaultdict(list)
    for c in mine:
        key = (c.influencer_id, c.platform)
        posts = [k for k in told if (k.post.account.influencer_id, k.post.platform) == key]
        found[c.influencer_id].append({"cost": cost_of(world, campaign, c), "emv": worth_of_all(world, posts)})
    return found


def _whole(world: World, campaign: Campaign, persons: Sequence[Mapping[str, Amount]]) -> dict[str, Amount]:
    """What was spent on the campaign and on nobody: it costs, and brings nothing where anybody's is known."""
    cost = spent_on_whole(world, campaign)
    known = {name: any(p[name] is not None for p in persons) for name in _PERSON_TOTALS}
    row: dict[str, Amount] = {name: Fraction(0) if told else None for name, told in known.items()}
    return row | {"cost": cost, "promised_posts": None, "profit": -cost if known["revenue_net"] else None}


def _posts_with_cost(
    world: World, campaign: Campaign, mine: Iterable[Contract], told: Iterable[Known]
) -> dict[str, list[Mapping[str, Amount]]]:
    """Confirmed posts by influencer, each with its equal part of what its contract costs."""
    contracts = {(c.influencer_id, c.platform): c for c in mine}
    shared: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for k in told:
        shared[k.post.account.influencer_id, k.post.platform].append(k)
    found: dict[str, list[Mapping[str, Amount]]] = defaultdict(list)
    for key, group in shared.items():
        cost = cost_of(world, campaign, contracts[key])
        for k in group:
            row: dict[str, Amount] = {m: None if v is None else Fraction(v) for m, v in k.figures.items()}
            parts = [v for m in ("likes", "comments", "shares", "saves") if (v := row[m]) is not None]
            row["engagements"] = sum(parts, Fraction(0)) if parts else None
            row["cost"] = None if cost is None else cost / len(group)
            row["emv"] = worth_of(world, k)
            for name, passed in (("disclosure", discloses(k)), ("guideline", keeps_to_the_guideline(k))):
                row[f"{name}_passed"] = None if passed is None else Fraction(passed)
                row[f"{name}_judged"] = None if passed is None else Fraction(1)
            found[key[0]].append(row)
    return found


def _sold(world: World, campaign: Campaign, at: datetime) -> dict[str, list[Order]]:
    sold: dict[str, list[Order]] = defaultdict(list)
    for order in world.orders(at):
        if (who := credited_to(world, order, at)) is not None and who[0] == campaign.campaign_id:
            sold[who[1]].append(order)
    return sold


def _person(
    asking: Asking,
    campaign: Campaign,
    contracts: Sequence[Contract],
    *,
    posts: Sequence[Mapping[str, Amount]],
    orders: Sequence[Order],
) -> dict[str, Amount]:
    at = asking.nights[-1]
    costs = [cost_of(asking.world, campaign, c) for c in contracts]
    row: dict[str, Amount] = {
        "cost": None if None in costs else sum((cost for cost in costs if cost is not None), Fraction(0)),
        "posts": Fraction(len(posts)),
        "promised_posts": Fraction(sum(c.promised_posts for c in contracts)),
    }
    tracked = any(c.code or c.link for c in contracts)
    buyers = [order.orders_of_customer for order in orders]
    net = sum(order.subtotal - order.refunded(at) for order in orders)
    told: dict[str, Amount] = {
        "orders": Fraction(len(orders)),
        # known only if every order tells whether its buyer is new
        "new_customers": None if None in buyers else Fraction(buyers.count(1)),
        "revenue_gross": Fraction(sum(order.subtotal for order in orders)),
        "revenue_net": Fraction(net),
        "link_clicks": _clicks(asking, campaign, {c.link for c in contracts if c.link}),
        "sessions": _sessions(asking, campaign, {c.link for c in contracts if c.link}),
    }
    row |= told if tracked else dict.fromkeys(told, None)
    cost = row["cost"]
    margin = Fraction(str(campaign.margin_rate)) * net
    row["profit"] = None if cost is None or not tracked else margin - cost
    return row


def _clicks(asking: Asking, campaign: Campaign, names: Iterable[str]) -> Amount:
    """Clicks on the days on which they count; None if the link service was never asked."""
    world, nights = asking.world, asking.of_campaign(campaign.campaign_id)
    last = campaign.ends_on + timedelta(days=campaign.attribution_days)
    days = [day for day in days_until(campaign.starts_on, nights) if day <= last]
    links = [link for name in names if (link := world.link(name)) is not None]
    return Fraction(sum(world.clicks(link, day, nights[-1]) for link in links for day in days)) if nights else None


def _sessions(asking: Asking, campaign: Campaign, names: Iterable[str]) -> Amount:
    """Sessions on the days that count, each day as told when it was last asked; None if it was never asked."""
    world, nights = asking.world, asking.nights
    links = [link for name in names if (link := world.link(name)) is not None]
    if not nights or not links:
        return None
    total, day = 0, campaign.starts_on
    while day <= campaign.ends_on + timedelta(days=campaign.attribution_days):
        at = asking.last_about(day)
        total += 0 if at is None else sum(sessions(world.draws, link, day, at) for link in links)
        day += timedelta(days=1)
    return Fraction(total)


def _measured(campaign: Campaign, influencer_id: str | None, facts: _Facts) -> list[Row]:
    rows: list[Row] = []
    for names, group in ((_POST_TOTALS, facts.posts), (_PERSON_TOTALS, facts.persons)):
        for name in names:
            values = [v for row in group if (v := row[name]) is not None]
            total = sum(values, Fraction(0)) if values else None
            rows.append(_kpi(campaign, influencer_id, name, total, over=total, under=None))
    sides_of = ((_POST_RATIOS, facts.posts), (_PERSON_RATIOS, facts.persons), (_CONTRACT_RATIOS, facts.contracts))
    for ratios, group in sides_of:
        for name, (over, under) in ratios.items():
            both = [(a, b) for row in group if (a := row[over]) is not None and (b := row[under]) is not None]
            upper, lower = sum((a for a, _ in both), Fraction(0)), sum((b for _, b in both), Fraction(0))
            value = upper / lower if both and lower else None
            sides = (upper, lower) if both else (None, None)
            rows.append(_kpi(campaign, influencer_id, name, value, over=sides[0], under=sides[1]))
    return rows


def _kpi(campaign: Campaign, influencer_id: str | None, kpi: str, value: Amount, *, over: Amount, under: Amount) -> Row:
    return {
        "grain": "campaign" if influencer_id is None else "influencer",
        "campaign_id": campaign.campaign_id,
        "influencer_id": influencer_id,
        "kpi": kpi,
        "value": _real(value),
        "numerator": _real(over),
        "denominator": _real(under),
    }


def _real(amount: Amount) -> float | None:
    return None if amount is None else float(amount)
