"""What a pipeline should find: the world's own figures where the platforms tell them, null and a reason where not.

Only tests read this; nothing here knows the pipeline. Sums are plain Python over the world.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import polars as pl

from tasks.sandbox.campaigns import Campaign, Contract
from tasks.sandbox.cast import Account
from tasks.sandbox.instagram_api import SMALLEST_WITH_INSIGHTS
from tasks.sandbox.posting import Post
from tasks.sandbox.shop import Order
from tasks.sandbox.world import World
from tasks.sandbox.youtube_api import rounded

METRICS = ("views", "reach", "likes", "comments", "shares", "saves")
Row = dict[str, Any]
Amount = Fraction | None


@dataclass(frozen=True, slots=True)
class Known:
    """A post as a pipeline that asked on certain nights knows it: figures of the last night on which it was up."""

    post: Post
    seen_at: datetime
    is_up: bool
    figures: Mapping[str, int | None]
    watch_seconds: int | None
    reasons: Mapping[str, str]


def truth(world: World, at: datetime, nights: Iterable[datetime] = ()) -> dict[str, pl.DataFrame]:
    """The figures as of ``at``, by name.

    ``nights``: the instants at which the platforms were asked; ``at`` is always one. They decide what is known of posts
    that have been deleted since. Frames: ``posts``, ``accounts``, ``campaign_posts``, ``contracts``, ``link_days``,
    ``orders`` and ``kpis`` (grain influencer and campaign, with numerator and denominator).
    """
    asked = sorted({n for n in nights if n <= at} | {at})
    told = [k for post in world.all_posts if (k := known(world, post, asked)) is not None]
    return {
        "posts": _frame([_post_row(k) for k in told], _POSTS),
        "accounts": _frame([_account_row(world, account, at) for account in world.accounts], _ACCOUNTS),
        "campaign_posts": _frame(_campaign_rows(world, told), _CAMPAIGN_POSTS),
        "contracts": _frame([_contract_row(c) for c in world.contracts], _CONTRACTS),
        "link_days": _frame(_link_rows(world, at), _LINK_DAYS),
        "orders": _frame([_order_row(order, at) for order in world.orders(at)], _ORDERS),
        "kpis": _frame(_kpi_rows(world, told, at), _KPIS),
    }


def is_told(account: Account, at: datetime) -> bool:
    """Whether a platform tells of an account at all: TikTok only with a token; Instagram with one, or by its name."""
    if account.platform == "tiktok":
        return account.token is not None
    if account.platform == "instagram" and account.token is None:
        return account.handle(at) == account.first_handle
    return True


def known(world: World, post: Post, nights: Sequence[datetime]) -> Known | None:
    """What is known of a post after those nights; None if no night saw it."""
    owners = [account for account in (post.account, post.partner) if account is not None]
    seen = [n for n in nights if post.is_up(n) and any(is_told(account, n) for account in owners)]
    if not seen:
        return None
    last = seen[-1]
    counted = world.counters(post, last)
    figures: dict[str, int | None] = {metric: getattr(counted, metric) for metric in METRICS}
    reasons = _untold(world, post, last)
    figures |= dict.fromkeys(reasons, None)
    is_reel = post.format == "reel" and "views" not in reasons
    return Known(post, last, post.is_up(nights[-1]), figures, counted.watch_seconds if is_reel else None, reasons)


def _untold(world: World, post: Post, at: datetime) -> dict[str, str]:
    """Metrics that the platform does not tell of a post, and why."""
    if post.platform == "tiktok":
        return {"reach": "not_reported", "saves": "not_reported"}
    if post.platform == "youtube":
        untold = dict.fromkeys(("reach", "shares", "saves"), "not_reported")
        untold |= {"likes": "hidden"} if post.hides_likes else {}
        return untold | ({"comments": "hidden"} if post.hides_comments else {})
    insights = ("views", "reach", "shares", "saves")
    if post.account.token is None:
        untold = dict.fromkeys(insights, "no_access")
        return untold | ({"likes": "hidden"} if post.hides_likes else {})
    few = world.followers(post.account, at) < SMALLEST_WITH_INSIGHTS
    silent = few or post.before_business or at < post.insights_from
    return dict.fromkeys(insights, "not_reported") if silent else {}


def _post_row(k: Known) -> Row:
    post = k.post
    return {
        "platform": post.platform,
        "post_id": post.post_id,
        "account_id": post.account.account_id,
        "partner_account_id": post.partner.account_id if post.partner else None,
        "influencer_id": post.account.influencer_id,
        "published_at": post.published_at.astimezone(UTC),
        "format": "video" if post.platform == "youtube" else post.format,
        "seen_at": k.seen_at,
        "availability": "on" if k.is_up else "gone",
        **k.figures,
        "watch_seconds": k.watch_seconds,
        "missing": ";".join(f"{metric}={why}" for metric, why in sorted(k.reasons.items())) or None,
        "made_for": post.campaign_id,
        "label": post.label,
    }


def _account_row(world: World, account: Account, at: datetime) -> Row:
    told = is_told(account, at)
    followers: int | None = world.followers(account, at)
    if account.platform == "youtube":
        followers = None if account.hides_followers else rounded(world.followers(account, at))
    return {
        "platform": account.platform,
        "account_id": account.account_id,
        "influencer_id": account.influencer_id,
        "handle": account.handle(at),
        "is_told": told,
        "followers": followers if told else None,
        "true_followers": world.followers(account, at),
        "following": account.following if told and account.platform != "youtube" else None,
        "posts": world.media_count(account, at) if told else None,
        "reason": None if told and followers is not None else "hidden" if told else "no_access",
    }


def state_of(world: World, campaign: Campaign, post: Post) -> str | None:
    """Whether a post counts for a campaign, as far as captions and posts.csv can tell; None: nothing ties it to it."""
    for decision in world.decisions:
        if decision.post is post and decision.campaign_id == campaign.campaign_id:
            return decision.decision
    if post.campaign_id == campaign.campaign_id:
        return "confirmed" if post.matched == "hashtag" else "pending"
    return "pending" if post.matched == "mention" and campaign.letter == "A" else None


def _campaign_rows(world: World, told: Iterable[Known]) -> list[Row]:
    return [
        {
            "campaign_id": campaign.campaign_id,
            "platform": k.post.platform,
            "post_id": k.post.post_id,
            "influencer_id": k.post.account.influencer_id,
            "state": state,
        }
        for k in told
        for campaign in world.campaigns
        if (state := state_of(world, campaign, k.post)) is not None
    ]


def _contract_row(contract: Contract) -> Row:
    names = ("fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost", "cost", "promised_posts")
    text = ("campaign_id", "influencer_id", "platform", "account_id", "route", "code", "link")
    return {name: getattr(contract, name) for name in (*text, *names)}


def _link_rows(world: World, at: datetime) -> list[Row]:
    rows: list[Row] = []
    for link in world.links:
        day, today = link.created_at.astimezone(UTC).date(), at.astimezone(UTC).date()
        while day <= today:
            clicks = world.clicks(link, day, at)
            rows.append({"link_id": link.link_id, "campaign_id": link.campaign_id, "day": day, "clicks": clicks})
            day += timedelta(days=1)
    return rows


def credited_to(world: World, order: Order, at: datetime) -> tuple[str, str] | None:
    """The campaign and influencer that the order's code or link names, if it counts: not a test, not cancelled."""
    if order.is_test or order.cancelled_at(at) is not None or order.campaign_id is None or order.influencer_id is None:
        return None
    campaign = next(c for c in world.campaigns if c.campaign_id == order.campaign_id)
    inside = campaign.opens_at <= order.ordered_at < campaign.credits_until
    return (order.campaign_id, order.influencer_id) if inside else None


def _order_row(order: Order, at: datetime) -> Row:
    utm = dict(order.utm)
    return {
        "order_id": str(order.order_id),
        "ordered_at": order.ordered_at.astimezone(UTC),
        "updated_at": order.updated_at(at).astimezone(UTC),
        "code": order.code,
        **{name: utm.get(name) for name in ("utm_source", "utm_medium", "utm_campaign", "utm_content")},
        "gross": order.subtotal,
        "refunded": order.refunded(at),
        "net": order.subtotal - order.refunded(at),
        "is_new_customer": None if order.orders_of_customer is None else order.orders_of_customer == 1,
        "is_test": order.is_test,
        "is_cancelled": order.cancelled_at(at) is not None,
        "way": order.way,
        "campaign_id": order.campaign_id,
        "influencer_id": order.influencer_id,
    }


# KPIs: sums over sums, on the rows where both sides are known


@dataclass(frozen=True, slots=True)
class _Facts:
    """Rows of one group: its confirmed posts, and its people with their money, clicks and orders."""

    posts: Sequence[Mapping[str, Amount]]
    persons: Sequence[Mapping[str, Amount]]


_POST_TOTALS = ("views", "likes", "comments", "shares", "saves", "engagements")
_POST_RATIOS = {
    "er_reach": ("engagements", "reach"),
    "er_views": ("engagements", "views"),
    "cpv": ("cost", "views"),
    "cpe": ("cost", "engagements"),
}
_PERSON_TOTALS = ("posts", "orders", "new_customers", "revenue_gross", "revenue_net", "link_clicks")
_PERSON_RATIOS = {
    "cpo": ("cost", "orders"),
    "cpa": ("cost", "new_customers"),
    "cpc": ("cost", "link_clicks"),
    "cvr_click": ("orders", "link_clicks"),
    "aov": ("revenue_gross", "orders"),
    "roas_gross": ("revenue_gross", "cost"),
    "roas_net": ("revenue_net", "cost"),
    "roi_profit": ("profit", "cost"),
    "delivery_rate": ("posts", "promised_posts"),
}


def _kpi_rows(world: World, told: Iterable[Known], at: datetime) -> list[Row]:
    confirmed = [
        (campaign, k) for k in told for campaign in world.campaigns if state_of(world, campaign, k.post) == "confirmed"
    ]
    rows: list[Row] = []
    for campaign in world.campaigns:
        mine = [c for c in world.contracts if c.campaign_id == campaign.campaign_id]
        posts = _posts_with_cost(mine, [k for c, k in confirmed if c is campaign])
        sold = _sold(world, campaign, at)
        names = sorted({c.influencer_id for c in mine})
        persons = {
            name: _person(world, campaign, [c for c in mine if c.influencer_id == name], posts[name], sold[name], at=at)
            for name in names
        }
        for name in names:
            rows += _measured(campaign, name, _Facts(posts[name], [persons[name]]))
        everyone = [row for name in names for row in posts[name]]
        rows += _measured(campaign, None, _Facts(everyone, list(persons.values())))
    return rows


def _posts_with_cost(mine: Iterable[Contract], told: Iterable[Known]) -> dict[str, list[Mapping[str, Amount]]]:
    """Confirmed posts by influencer, each with its equal part of what its contract costs."""
    contracts = {(c.influencer_id, c.platform): c for c in mine}
    shared: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for k in told:
        shared[k.post.account.influencer_id, k.post.platform].append(k)
    found: dict[str, list[Mapping[str, Amount]]] = defaultdict(list)
    for key, group in shared.items():
        cost = contracts[key].cost
        for k in group:
            row: dict[str, Amount] = {m: None if v is None else Fraction(v) for m, v in k.figures.items()}
            parts = [v for m in ("likes", "comments", "shares", "saves") if (v := row[m]) is not None]
            row["engagements"] = sum(parts, Fraction(0)) if parts else None
            row["cost"] = None if cost is None else Fraction(cost, len(group))
            found[key[0]].append(row)
    return found


def _sold(world: World, campaign: Campaign, at: datetime) -> dict[str, list[Order]]:
    sold: dict[str, list[Order]] = defaultdict(list)
    for order in world.orders(at):
        if (who := credited_to(world, order, at)) is not None and who[0] == campaign.campaign_id:
            sold[who[1]].append(order)
    return sold


def _person(
    world: World,
    campaign: Campaign,
    contracts: Sequence[Contract],
    posts: Sequence[Mapping[str, Amount]],
    orders: Sequence[Order],
    *,
    at: datetime,
) -> dict[str, Amount]:
    costs = [c.cost for c in contracts]
    row: dict[str, Amount] = {
        "cost": None if None in costs else Fraction(sum(cost for cost in costs if cost is not None)),
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
        "link_clicks": _clicks(world, campaign, {c.link for c in contracts if c.link}, at),
    }
    row |= told if tracked else dict.fromkeys(told, None)
    cost = row["cost"]
    margin = Fraction(str(campaign.margin_rate)) * net
    row["profit"] = None if cost is None or not tracked else margin - cost
    return row


def _clicks(world: World, campaign: Campaign, links: Iterable[str], at: datetime) -> Fraction:
    first, last = campaign.starts_on, campaign.ends_on + timedelta(days=campaign.attribution_days)
    last = min(last, at.astimezone(UTC).date())
    total = 0
    for link in (world.link(name) for name in links):
        day: date = first
        while link is not None and day <= last:
            total += world.clicks(link, day, at)
            day += timedelta(days=1)
    return Fraction(total)


def _measured(campaign: Campaign, influencer_id: str | None, facts: _Facts) -> list[Row]:
    rows: list[Row] = []
    for names, group in ((_POST_TOTALS, facts.posts), (_PERSON_TOTALS, facts.persons)):
        for name in names:
            values = [v for row in group if (v := row[name]) is not None]
            total = sum(values, Fraction(0)) if values else None
            rows.append(_kpi(campaign, influencer_id, name, total, over=total, under=None))
    for ratios, group in ((_POST_RATIOS, facts.posts), (_PERSON_RATIOS, facts.persons)):
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


# shapes

_TEXT, _COUNT, _FLAG, _DAY, _REAL = pl.String(), pl.Int64(), pl.Boolean(), pl.Date(), pl.Float64()
_INSTANT = pl.Datetime("us", "UTC")
_POSTS: Mapping[str, pl.DataType] = {
    **dict.fromkeys(("platform", "post_id", "account_id", "partner_account_id", "influencer_id"), _TEXT),
    "published_at": _INSTANT,
    "format": _TEXT,
    "seen_at": _INSTANT,
    "availability": _TEXT,
    **dict.fromkeys((*METRICS, "watch_seconds"), _COUNT),
    **dict.fromkeys(("missing", "made_for", "label"), _TEXT),
}
_ACCOUNTS: Mapping[str, pl.DataType] = {
    **dict.fromkeys(("platform", "account_id", "influencer_id", "handle"), _TEXT),
    "is_told": _FLAG,
    **dict.fromkeys(("followers", "true_followers", "following", "posts"), _COUNT),
    "reason": _TEXT,
}
_CAMPAIGN_POSTS: Mapping[str, pl.DataType] = dict.fromkeys(
    ("campaign_id", "platform", "post_id", "influencer_id", "state"), _TEXT
)
_CONTRACTS: Mapping[str, pl.DataType] = {
    **dict.fromkeys(("campaign_id", "influencer_id", "platform", "account_id", "route", "code", "link"), _TEXT),
    **dict.fromkeys(("fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost"), _COUNT),
    **dict.fromkeys(("cost", "promised_posts"), _COUNT),
}
_LINK_DAYS: Mapping[str, pl.DataType] = {"link_id": _TEXT, "campaign_id": _TEXT, "day": _DAY, "clicks": _COUNT}
_ORDERS: Mapping[str, pl.DataType] = {
    "order_id": _TEXT,
    "ordered_at": _INSTANT,
    "updated_at": _INSTANT,
    **dict.fromkeys(("code", "utm_source", "utm_medium", "utm_campaign", "utm_content"), _TEXT),
    **dict.fromkeys(("gross", "refunded", "net"), _COUNT),
    **dict.fromkeys(("is_new_customer", "is_test", "is_cancelled"), _FLAG),
    **dict.fromkeys(("way", "campaign_id", "influencer_id"), _TEXT),
}
_KPIS: Mapping[str, pl.DataType] = {
    **dict.fromkeys(("grain", "campaign_id", "influencer_id", "kpi"), _TEXT),
    **dict.fromkeys(("value", "numerator", "denominator"), _REAL),
}


def _frame(rows: Sequence[Row], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(schema), orient="row")
