"""What the simulated world's contracts truly cost in yen, and what its card says that its posts are worth."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from tasks.sandbox.campaigns import ZONE, Campaign, Contract
from tasks.sandbox.knowledge import Known
from tasks.sandbox.money import CARD_RATES, NEWER_CARD
from tasks.sandbox.world import World

Amount = Fraction | None


def yen(world: World, amount: int, currency: str, day: date) -> Fraction:
    """An amount in yen: a dollar at the rate of the day, or of the Friday before."""
    if currency == "JPY":
        return Fraction(amount)
    rates = dict(world.dollar_rates)
    while day not in rates:
        day -= timedelta(days=1)
    return Fraction(amount) * Fraction(rates[day])


def cost_of(world: World, campaign: Campaign, contract: Contract) -> Amount:
    """A contract's cost with what costs.csv adds to it; None where a part of the roster is unknown."""
    if contract.cost is None:
        return None
    day = min(campaign.starts_on, world.today)
    total = yen(world, contract.cost, contract.currency, day)
    for expense in world.expenses:
        whose = (expense.campaign_id, expense.influencer_id, expense.platform)
        if whose == (contract.campaign_id, contract.influencer_id, contract.platform):
            total += yen(world, expense.amount, expense.currency, expense.spent_on)
    return total


def spent_on_whole(world: World, campaign: Campaign) -> Fraction:
    """What was spent on a campaign and on nobody in particular."""
    whole = [e for e in world.expenses if e.campaign_id == campaign.campaign_id and e.influencer_id is None]
    return sum((yen(world, e.amount, e.currency, e.spent_on) for e in whole), Fraction(0))


def worth_of(world: World, known: Known) -> Amount:
    """Earned media value of a post in yen; None where a figure that the card values is not told."""
    post = known.post
    newer = post.published_at.astimezone(ZONE).date() >= world.today - NEWER_CARD
    total = Fraction(0)
    for platform, kind, metric, per, values in CARD_RATES:
        if platform == post.platform and kind in ("all", post.format):
            count = known.figures[metric]
            if count is None:
                return None
            total += Fraction(count, per) * Fraction(values[newer])
    return total


def worth_of_all(world: World, told: Sequence[Known]) -> Amount:
    """Earned media value of all posts of a contract; 0 where there is none."""
    parts = [worth_of(world, known) for known in told]
    return None if None in parts else _sum(parts)


def _sum(parts: Iterable[Amount]) -> Fraction:
    return sum((part for part in parts if part is not None), Fraction(0))
