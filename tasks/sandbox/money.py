"""What the simulated company writes of money: rates of the dollar, an invented rate card, costs beyond the rosters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from tasks.sandbox.campaigns import Campaign, Contract
from tasks.sandbox.draws import Draws

CARD = "demo"
CARD_SOURCE = "invented for the demonstration, no market's rates"
RATE_SOURCE = "invented for the demonstration"
NEWER_CARD = timedelta(days=40)
"""So many days before today the card's second version begins."""
_ABOUT = 150
"""Yen for a dollar, about."""

CARD_RATES: Sequence[tuple[str, str, str, int, tuple[Decimal, Decimal]]] = (
    ("instagram", "all", "likes", 1, (Decimal(12), Decimal(14))),
    ("instagram", "all", "comments", 1, (Decimal(60), Decimal(70))),
    ("instagram", "reel", "views", 1000, (Decimal(900), Decimal(950))),
    ("tiktok", "all", "views", 1000, (Decimal(600), Decimal(650))),
    ("tiktok", "all", "likes", 1, (Decimal(6), Decimal(7))),
    ("tiktok", "all", "shares", 1, (Decimal(40), Decimal("42.5"))),
    ("youtube", "all", "views", 1000, (Decimal(1500), Decimal(1600))),
    ("youtube", "all", "likes", 1, (Decimal(15), Decimal(16))),
)
"""platform, format, metric, per, value in yen by the first and the second version."""


@dataclass(frozen=True, slots=True)
class Expense:
    """A row of costs.csv; without influencer and platform it is of the campaign as a whole."""

    campaign_id: str
    spent_on: date
    kind: str
    amount: int
    currency: str
    influencer_id: str | None
    platform: str | None
    note: str


def with_dollars(contracts: Sequence[Contract]) -> list[Contract]:
    """The contracts, the last on YouTube of the running campaign in dollars and of about the same worth."""
    abroad = [c for c in contracts if c.platform == "youtube" and c.campaign_id.startswith("yoimachi")][-1:]
    return [_in_dollars(c) if c in abroad else c for c in contracts]


def dollar_rates(draws: Draws, first: date, last: date) -> list[tuple[date, Decimal]]:
    """Yen for a dollar on every weekday from ``first`` to ``last``: banks quote none on a Saturday."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        (day, Decimal(str(round(_ABOUT + draws.between(-4, 4, "dollar", day), 2)))) for day in days if day.weekday() < 5
    ]


def expenses(agreed: Sequence[Campaign], contracts: Sequence[Contract]) -> list[Expense]:
    """Both campaigns cost more than their rosters say: an agency's fee, a shooting, advertising paid in dollars."""
    found: list[Expense] = []
    for campaign in agreed:
        mine = [c for c in contracts if c.campaign_id == campaign.campaign_id]
        if campaign.letter == "A" and mine:
            day = campaign.starts_on
            who, where = mine[0].influencer_id, mine[0].platform
            found += [
                Expense(campaign.campaign_id, day, "agency", 120_000, "JPY", None, None, "進行管理費"),
                Expense(campaign.campaign_id, day, "other", 15_000, "JPY", who, where, "撮影小物"),
            ]
        elif campaign.letter == "B" and mine:
            day = campaign.starts_on + timedelta(days=5)
            found.append(Expense(campaign.campaign_id, day, "boost", 400, "USD", None, None, "brand channel"))
    return found


def _in_dollars(contract: Contract) -> Contract:
    def dollars(yen: int | None) -> int | None:
        return None if yen is None else round(yen / _ABOUT)

    return replace(
        contract,
        currency="USD",
        fee=round(contract.fee / _ABOUT),
        product_cost=dollars(contract.product_cost),
        shipping_cost=dollars(contract.shipping_cost),
        agency_cost=dollars(contract.agency_cost),
        boost_cost=dollars(contract.boost_cost),
    )
