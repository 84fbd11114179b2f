"""The brands' side of the simulated world: campaigns, contracts with each account, codes and tracked links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks.sandbox.cast import Account, Person
from tasks.sandbox.draws import Draws

ZONE = ZoneInfo("Asia/Tokyo")
SHOP = "minamodo.myshopify.com"
LEAD = timedelta(days=14)

_LINK_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A brief, as the marketing department wrote it."""

    campaign_id: str
    letter: str
    name: str
    brand: str
    product: str
    category: str
    objective: str
    locale: str
    starts_on: date
    ends_on: date
    hashtag: str
    mention: str
    site: str
    price: int
    budget: int
    margin_rate: float
    engagement_base: str
    goals: Mapping[str, float]
    recipients: tuple[str, ...]
    attribution_days: int = 14
    settle_days: int = 14

    @property
    def opens_at(self) -> datetime:
        """The first instant on which a post counts."""
        return datetime.combine(self.starts_on, time(0), tzinfo=ZONE)

    @property
    def closes_at(self) -> datetime:
        """The first instant after the last day on which a post counts."""
        return datetime.combine(self.ends_on + timedelta(days=1), time(0), tzinfo=ZONE)

    def is_asked(self, at: datetime) -> bool:
        """Whether its accounts and links are worth asking: from two weeks before it begins until it has settled."""
        waits = timedelta(days=max(self.settle_days, self.attribution_days))
        return self.opens_at - LEAD <= at < self.closes_at + waits

    @property
    def credits_until(self) -> datetime:
        """The first instant at which an order no longer counts."""
        return self.closes_at + timedelta(days=self.attribution_days)


@dataclass(frozen=True, slots=True)
class Contract:
    """The terms with one influencer on one platform: a row of roster.csv. ``None`` is an empty cell: not known."""

    campaign_id: str
    influencer_id: str
    platform: str
    account_id: str
    route: str
    fee: int
    product_cost: int | None
    shipping_cost: int | None
    agency_cost: int | None
    boost_cost: int | None
    promised_posts: int
    code: str | None
    link: str | None
    currency: str = "JPY"

    @property
    def cost(self) -> int | None:
        """Fee + product + shipping + agency + boost, in ``currency``; unknown when a part is."""
        parts = (self.fee, self.product_cost, self.shipping_cost, self.agency_cost, self.boost_cost)
        known = [part for part in parts if part is not None]
        return sum(known) if len(known) == len(parts) else None


def campaigns(today: date, *, upcoming: bool) -> list[Campaign]:
    """A finished and a running campaign, and one that is agreed and has not begun if ``upcoming``."""
    agreed = [
        Campaign(
            campaign_id="asanagi-uv-2026-summer",
            letter="A",
            name="朝凪UV「夏の素肌」",
            brand="ミナモ堂",
            product="朝凪UVエッセンス",
            category="cosmetics",
            objective="sales",
            locale="ja",
            starts_on=today - timedelta(days=57),
            ends_on=today - timedelta(days=16),
            hashtag="#朝凪UV",
            mention="@minamodo_demo",
            site="minamodo.example",
            price=3_960,
            budget=5_200_000,
            margin_rate=0.62,
            engagement_base="reach",
            goals={"orders": 320, "cpo": 8_000, "er_reach": 0.05},
            recipients=("mori@example.jp",),
        ),
        Campaign(
            campaign_id="yoimachi-ale-2026-festival",
            letter="B",
            name="宵待エール Summer Festival",
            brand="ヨイマチ醸造所",
            product="宵待エール",
            category="alcohol",
            objective="awareness",
            locale="en",
            starts_on=today - timedelta(days=22),
            ends_on=today + timedelta(days=19),
            hashtag="#宵待エール",
            mention="@yoimachi_demo",
            site="yoimachi.example",
            price=2_640,
            budget=6_800_000,
            margin_rate=0.48,
            engagement_base="views",
            goals={"views": 1_500_000, "cpv": 3, "er_views": 0.045},
            recipients=("hayes@example.jp", "mori@example.jp"),
        ),
    ]
    if upcoming:
        agreed.append(
            Campaign(
                campaign_id="asanagi-mist-2026-autumn",
                letter="C",
                name="朝凪ミスト「秋のうるおい」",
                brand="ミナモ堂",
                product="朝凪ミスト",
                category="cosmetics",
                objective="engagement",
                locale="ja",
                starts_on=today + timedelta(days=23),
                ends_on=today + timedelta(days=64),
                hashtag="#朝凪ミスト",
                mention="@minamodo_demo",
                site="minamodo.example",
                price=2_200,
                budget=2_400_000,
                margin_rate=0.62,
                engagement_base="reach",
                goals={"er_reach": 0.04},
                recipients=("mori@example.jp",),
            )
        )
    return agreed


_FEE_PER_FOLLOWER = {"instagram": (2.0, 4.0), "tiktok": (1.0, 3.0), "youtube": (3.0, 5.0)}
"""Yen, as published in Japan: influencermarketing-company.com, "influencer-follower-cost"."""
_PROMISED = {"instagram": (4, 6), "tiktok": (4, 6), "youtube": (2, 4)}


def contracts(draws: Draws, agreed: Iterable[Campaign], everybody: Iterable[Person]) -> list[Contract]:
    """One contract per campaign, influencer and platform. An upcoming campaign engages the people of the first."""
    crew = list(everybody)
    made: list[Contract] = []
    for campaign in agreed:
        letter = "A" if campaign.letter == "C" else campaign.letter
        made += [
            _contract(draws, campaign, person, account)
            for person in crew
            if letter in person.campaigns
            for account in person.accounts
        ]
    return made


def _contract(draws: Draws, campaign: Campaign, person: Person, account: Account) -> Contract:
    me = (campaign.campaign_id, person.influencer_id, account.platform)
    low, high = _FEE_PER_FOLLOWER[account.platform]
    rate = draws.between(low, high, "fee", *me) / (1 + account.followers / 400_000)  # large accounts sell by the lot
    fee = max(5_000, _rounded(account.followers * rate, 1_000))
    route = draws.pick(("direct", "agency_directed", "agency_platform"), "route", *me)
    tracked = "no_code" not in person.traits
    mark = (campaign.campaign_id, person.influencer_id)
    unknown = "unknown_product_cost" in person.traits
    return Contract(
        campaign_id=campaign.campaign_id,
        influencer_id=person.influencer_id,
        platform=account.platform,
        account_id=account.account_id,
        route=route,
        fee=fee,
        product_cost=None if unknown else _rounded(campaign.price * draws.between(0.4, 1.2, "product", *me), 10),
        shipping_cost=draws.pick((600, 770, 940), "shipping", *me),
        agency_cost=0 if route == "direct" else _rounded(fee * draws.between(0.1, 0.3, "agency", *me), 100),
        boost_cost=0,
        promised_posts=draws.whole(*_PROMISED[account.platform], "promised", *me),
        code=_code(draws, campaign, person) if tracked else None,
        link="bit.ly/" + draws.letters(7, _LINK_LETTERS, "link", *mark) if tracked else None,
    )


def _rounded(yen: float, to: int) -> int:
    return int(yen / to + 0.5) * to


def _code(draws: Draws, campaign: Campaign, person: Person) -> str:
    stem = person.influencer_id.split("_")[0].upper()
    return f"{stem}{person.influencer_id[-2:]}{campaign.letter}{draws.whole(10, 99, 'code', person.influencer_id)}"
