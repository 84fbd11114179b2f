"""The shop of the simulated world: orders that influencers brought, orders they did not, refunds and cancellations."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

from tasks.sandbox.campaigns import ZONE, Campaign, Contract
from tasks.sandbox.cast import Person
from tasks.sandbox.draws import Draws
from tasks.sandbox.growth import HALF_LIFE_HOURS, SPREAD, age_at
from tasks.sandbox.posting import Post

Way = Literal["code", "link", "both", "leaked", "late", "other"]
"""How an order shows where it came from; ``other``: it came from nobody."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an order after it was placed."""

    at: datetime
    refunded: int = 0
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """An order. Money is in whole yen, tax included."""

    order_id: int
    number: int
    ordered_at: datetime
    product: str
    quantity: int
    price: int
    discount: int
    code: str | None
    utm: tuple[tuple[str, str], ...]
    way: Way
    campaign_id: str | None
    influencer_id: str | None
    orders_of_customer: int | None
    """How many orders the customer has made, this one included; None for a guest."""
    is_test: bool
    events: tuple[Event, ...] = ()
    planted: bool = False
    """Of a code that was put on a coupon site."""

    @property
    def subtotal(self) -> int:
        """Value of the goods after the discount."""
        return self.price * self.quantity - self.discount

    def past(self, at: datetime) -> list[Event]:
        """What had happened to it by then."""
        return [event for event in self.events if event.at <= at]

    def updated_at(self, at: datetime) -> datetime:
        """When it last changed."""
        return max((event.at for event in self.past(at)), default=self.ordered_at)

    def refunded(self, at: datetime) -> int:
        """Given back by then."""
        return sum(event.refunded for event in self.past(at))

    def cancelled_at(self, at: datetime) -> datetime | None:
        """When it was cancelled, if it was by then."""
        return next((event.at for event in self.past(at) if event.cancelled), None)

    @property
    def landing_site(self) -> str | None:
        """The address in the shop that the buyer came in by; point of sale and drafts have none."""
        if self.is_test:
            return None
        return "/products/summer" + (f"?{urlencode(self.utm)}" if self.utm else "")

    @property
    def referring_site(self) -> str | None:
        """The site that the buyer came from, if the browser told."""
        if self.way == "leaked":
            return "https://coupons.example/"
        return _SITES.get(dict(self.utm).get("utm_source", ""))


_SITES = {
    "instagram": "https://l.instagram.com/",
    "tiktok": "https://www.tiktok.com/",
    "youtube": "https://www.youtube.com/",
}
_LEAKED = 26
"""Orders of the one code that was put on a coupon site, from the third week of its campaign on."""
_SALES_PER_VIEW = {"A": 0.0003, "B": 0.0001, "C": 0.0003}
_MOST = 60
"""Orders that one influencer brings at most: the shop is small."""


def orders(
    draws: Draws,
    agreed: Sequence[Campaign],
    contracts: Sequence[Contract],
    everybody: Sequence[Person],
    everything: Sequence[Post],
    *,
    begins_at: datetime,
    ends_at: datetime,
) -> list[Order]:
    """Every order that is ever placed, oldest first; ids rise with time."""
    drafts = [*_brought(draws, agreed, contracts, everybody, everything), *_others(draws, begins_at, ends_at)]
    drafts.sort(key=lambda order: (order.ordered_at, order.order_id))
    first = 5_600_000_000_000 + draws.whole(0, 10_000_000, "orders")
    return [replace(order, order_id=first + n * 32_768, number=1_001 + n) for n, order in enumerate(drafts)]


def _brought(
    draws: Draws,
    agreed: Sequence[Campaign],
    contracts: Iterable[Contract],
    everybody: Iterable[Person],
    everything: Iterable[Post],
) -> Iterable[Order]:
    carried: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in everything:
        if post.campaign_id is not None and post.matched != "late":
            carried[post.campaign_id, post.account.influencer_id].append(post)
    codes = {(c.campaign_id, c.influencer_id): c for c in contracts if c.code}
    leaked = next((c for mark, c in codes.items() if c.platform == "instagram" and carried[mark]), None)
    for brief in agreed:
        for person in everybody:
            mark = (brief.campaign_id, person.influencer_id)
            if mark in codes and carried[mark]:
                yield from _of_one(draws, brief, codes[mark], carried[mark])
                if codes[mark] is leaked:
                    yield from _from_coupon_site(draws, brief, codes[mark])


def _from_coupon_site(draws: Draws, brief: Campaign, contract: Contract) -> Iterable[Order]:
    """Buyers who found the code where everybody looks for codes: on any day, whatever was posted."""
    since = brief.opens_at + timedelta(days=21)
    hours = (brief.credits_until - since).total_seconds() / 3600 - 24
    for n in range(_LEAKED):
        name = ("coupon site", contract.campaign_id, contract.influencer_id, n)
        at = since + timedelta(hours=draws.between(0, hours, "when", *name))
        order = _order(draws, name, at.replace(microsecond=0), "leaked", brief=brief, contract=contract)
        yield replace(order, planted=True)


def _of_one(draws: Draws, brief: Campaign, contract: Contract, carried: Sequence[Post]) -> Iterable[Order]:
    mark = (contract.campaign_id, contract.influencer_id)
    views = sum(post.views for post in carried)
    # half by size, half by chance: a small account with a warm audience sells more than a large cold one
    warm = 14 * min(1.0, carried[0].account.followers / 4_000)
    expected = (warm + views * _SALES_PER_VIEW[brief.letter]) * draws.between(0.4, 1.6, "sales", *mark)
    for n in range(min(_MOST, int(expected))):
        name = ("order", *mark, n)
        post = draws.pick(carried, "post", *name)
        share = draws.between(0.02, 0.97, "when", *name)
        age = age_at(share, HALF_LIFE_HOURS[post.platform] * 1.3, SPREAD[post.platform])
        at = post.published_at + timedelta(hours=age, minutes=20)
        if at >= brief.credits_until - timedelta(days=1):
            at = post.published_at + timedelta(hours=4 + n)
        way = _way(draws, *name)
        if n == 3:  # everybody has one buyer who remembers the code weeks too late
            way, at = "late", brief.credits_until + timedelta(hours=3 + draws.whole(0, 40, "late", *name))
        yield _order(draws, name, at.replace(microsecond=0), way, brief=brief, contract=contract)


def _way(draws: Draws, *name: object) -> Way:
    luck = draws.unit("way", *name)
    return "code" if luck < 0.52 else "link" if luck < 0.76 else "both" if luck < 0.95 else "leaked"


def _order(
    draws: Draws, name: tuple[object, ...], at: datetime, way: Way, *, brief: Campaign, contract: Contract
) -> Order:
    quantity = draws.pick((1, 1, 1, 2, 3), "quantity", *name)
    code = None if way == "link" else contract.code
    utm = ()
    if way in ("link", "both"):
        utm = (
            ("utm_source", contract.platform),
            ("utm_medium", "influencer"),
            ("utm_campaign", contract.campaign_id),
            ("utm_content", contract.influencer_id),
        )
    counted = way != "late"
    value = brief.price * quantity
    return Order(
        order_id=0,
        number=0,
        ordered_at=at,
        product=brief.product,
        quantity=quantity,
        price=brief.price,
        discount=value // 10 if code else 0,
        code=code if code is None or not draws.happens(0.2, "typed", *name) else code.lower(),
        utm=utm,
        way=way,
        campaign_id=contract.campaign_id if counted else None,
        influencer_id=contract.influencer_id if counted else None,
        orders_of_customer=_customer(draws, 0.62, *name),
        is_test=False,
        events=_events(draws, at, brief.price, quantity, value // 10 if code else 0, *name),
    )


def _customer(draws: Draws, new: float, *name: object) -> int | None:
    if draws.happens(0.03, "guest", *name):
        return None
    return 1 if draws.happens(new, "new", *name) else draws.whole(2, 9, "orders of", *name)


def _events(draws: Draws, at: datetime, price: int, quantity: int, discount: int, *name: object) -> tuple[Event, ...]:
    luck = draws.unit("after", *name)
    whole = price * quantity - discount
    if luck < 0.02:
        return (Event(at + timedelta(hours=draws.whole(1, 20, "cancel", *name)), whole, cancelled=True),)
    days = timedelta(days=draws.whole(2, 16, "refund", *name), hours=5)
    if luck < 0.06:
        return (Event(at + days, whole),)
    if luck < 0.09 and quantity > 1:
        return (Event(at + days, whole // quantity),)
    return ()


def _others(draws: Draws, begins_at: datetime, ends_at: datetime) -> Iterable[Order]:
    """Two to five orders a day from nobody in particular, and a test order now and then."""
    for day in range((ends_at - begins_at).days):
        for n in range(draws.whole(2, 5, "others", day)):
            name = ("other", day, n)
            at = begins_at + timedelta(days=day, seconds=draws.whole(0, 86_399, "when", *name))
            test = n == 0 and day % 20 == 7
            quantity = draws.pick((1, 1, 2), "quantity", *name)
            price = draws.pick((3_960, 2_640, 1_980), "price", *name)
            welcome = draws.happens(0.15, "welcome", *name)
            value = price * quantity
            yield Order(
                order_id=0,
                number=0,
                ordered_at=at.astimezone(ZONE),
                product=draws.pick(("朝凪UVエッセンス", "宵待エール", "朝凪ミスト"), "product", *name),
                quantity=quantity,
                price=price,
                discount=value // 20 if welcome else 0,
                code="WELCOME5" if welcome else None,
                utm=(("utm_source", "newsletter"), ("utm_medium", "email"))
                if draws.happens(0.2, "mail", *name)
                else (),
                way="other",
                campaign_id=None,
                influencer_id=None,
                orders_of_customer=_customer(draws, 0.35, *name),
                is_test=test,
                events=() if test else _events(draws, at, price, quantity, value // 20 if welcome else 0, *name),
            )
