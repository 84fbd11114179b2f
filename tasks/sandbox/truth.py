"""What a pipeline should find: the world's own figures where the platforms tell them, null and a reason where not.

Only tests read this; nothing here knows the pipeline. Sums are plain Python over the world.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from tasks.sandbox.campaigns import Contract
from tasks.sandbox.cast import Account
from tasks.sandbox.knowledge import METRICS, Asking, Known, days_until, known, state_of
from tasks.sandbox.shop import Order
from tasks.sandbox.truth_kpis import Row, kpis
from tasks.sandbox.truth_paths import credits_of, leaks
from tasks.sandbox.world import World
from tasks.sandbox.youtube_api import rounded


def truth(
    world: World, at: datetime, nights: Iterable[datetime] = (), *, always: bool = False
) -> dict[str, pl.DataFrame]:
    """The figures as of ``at``, by name.

    ``nights``: the instants at which the platforms were asked; ``at`` is always one. An account is asked from two weeks
    before its campaign until it has settled (``always``: every night), so they decide how fresh a figure can be and
    what is known of posts that have been deleted since. Orders are asked for every night.

    Frames: ``posts``, ``accounts``, ``campaign_posts``, ``contracts``, ``link_days``, ``orders``, ``kpis`` (grain
    influencer and campaign, with numerator and denominator), ``attribution`` (once the visits exported as of ``at``
    are known) and ``code_leaks``.
    """
    asking = Asking(world, sorted({n for n in nights if n <= at} | {at}), always)
    by_account = {account.account_id: asking.of_account(account) for account in world.accounts}
    told = [k for post in world.all_posts if (k := known(world, post, by_account)) is not None]
    accounts = [_account_row(world, account, at, by_account[account.account_id]) for account in world.accounts]
    return {
        "posts": _frame([_post_row(k) for k in told], _POSTS),
        "accounts": _frame(accounts, _ACCOUNTS),
        "campaign_posts": _frame(_campaign_rows(world, told), _CAMPAIGN_POSTS),
        "contracts": _frame([_contract_row(c) for c in world.contracts], _CONTRACTS),
        "link_days": _frame(_link_rows(world, asking), _LINK_DAYS),
        "orders": _frame([_order_row(order, at) for order in world.orders(at)], _ORDERS),
        "kpis": _frame(kpis(asking, told), _KPIS),
        "attribution": _frame(credits_of(world, at), _CREDITS),
        "code_leaks": _frame(leaks(world), _LEAKS),
    }


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


def _account_row(world: World, account: Account, now: datetime, nights: Sequence[datetime]) -> Row:
    told, at = bool(nights), nights[-1] if nights else now
    followers: int | None = world.followers(account, at)
    if account.platform == "youtube":
        followers = None if account.hides_followers else rounded(world.followers(account, at))
    return {
        "seen_at": at if told else None,
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


def _link_rows(world: World, asking: Asking) -> list[Row]:
    rows: list[Row] = []
    for link in world.links:
        nights = [n for n in asking.of_campaign(link.campaign_id) if link.created_at <= n]
        for day in days_until(link.created_at.astimezone(UTC).date(), nights):
            clicks = world.clicks(link, day, nights[-1])
            rows.append({"link_id": link.link_id, "campaign_id": link.campaign_id, "day": day, "clicks": clicks})
    return rows


def _order_row(order: Order, at: datetime) -> Row:
    utm = dict(order.utm)
    return {
        "order_id": str(order.order_id),
        "ordered_at": order.ordered_at.astimezone(UTC),
        "updated_at": order.updated_at(at).astimezone(UTC),
        "code": order.code,
        **{name: utm.get(name) for name in ("utm_source", "utm_medium", "utm_campaign", "utm_content")},
        "referrer": _host(order.referring_site),
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


def _host(site: str | None) -> str | None:
    return None if site is None else site.removeprefix("https://").removeprefix("www.").rstrip("/")


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
    "seen_at": _INSTANT,
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
    **dict.fromkeys(("code", "utm_source", "utm_medium", "utm_campaign", "utm_content", "referrer"), _TEXT),
    **dict.fromkeys(("gross", "refunded", "net"), _COUNT),
    **dict.fromkeys(("is_new_customer", "is_test", "is_cancelled"), _FLAG),
    **dict.fromkeys(("way", "campaign_id", "influencer_id"), _TEXT),
}
_CREDITS: Mapping[str, pl.DataType] = {
    **dict.fromkeys(("order_id", "campaign_id", "influencer_id", "model"), _TEXT),
    "credit": _REAL,
}
_LEAKS: Mapping[str, pl.DataType] = {
    **dict.fromkeys(("campaign_id", "influencer_id", "code"), _TEXT),
    "is_leaked": _FLAG,
}
_KPIS: Mapping[str, pl.DataType] = {
    **dict.fromkeys(("grain", "campaign_id", "influencer_id", "kpi"), _TEXT),
    **dict.fromkeys(("value", "numerator", "denominator"), _REAL),
}


def _frame(rows: Sequence[Row], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(schema), orient="row")
