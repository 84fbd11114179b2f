"""Visits before some orders of the simulated world, as an analytics tool exports them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.sandbox.campaigns import SHOP, Campaign, Contract
from tasks.sandbox.draws import Draws
from tasks.sandbox.shop import Order
from tasks.sandbox.world import World

FILE = "journeys.csv"
COLUMNS = (
    *("shop", "order_id", "touched_at"),
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "link_id", "referrer"),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that an order followed. ``influencer_id`` is the truth: None where nobody of ours led to the shop."""

    order_id: int
    at: datetime
    labels: tuple[tuple[str, str], ...]
    link_id: str | None
    influencer_id: str | None


def visits(world: World, at: datetime) -> list[Visit]:
    """The visits before the orders placed up to an instant; most orders have none that anybody knows of."""
    campaigns = {c.campaign_id: c for c in world.campaigns}
    found: list[Visit] = []
    for order in world.orders(at):
        if order.campaign_id is not None and order.way in ("code", "link", "both"):
            crew = [c for c in world.contracts if c.campaign_id == order.campaign_id and c.code]
            found += _before(world.draws, order, campaigns[order.campaign_id], crew)
    return found


def _before(draws: Draws, order: Order, campaign: Campaign, crew: Sequence[Contract]) -> list[Visit]:
    name = ("journey", order.order_id)
    if not draws.happens(0.5, *name):
        return []
    found: list[Visit] = []
    for n in range(draws.whole(1, 3, "visits", *name)):
        hours = draws.between(1.0, 24 * 10.0, "when", *name, n)
        if draws.happens(0.06, "old", *name, n):
            hours += 24 * campaign.attribution_days  # long forgotten: it counts for nobody
        when = (order.ordered_at - timedelta(hours=hours)).replace(microsecond=0)
        if draws.happens(0.15, "mail", *name, n):
            labels = (("utm_source", "newsletter"), ("utm_medium", "email"))
            found.append(Visit(order.order_id, when, labels, None, None))
            continue
        own = [c for c in crew if c.influencer_id == order.influencer_id]
        whose = draws.pick(own if draws.happens(0.2, "own", *name, n) else crew, "whose", *name, n)
        by_link = draws.happens(0.3, "link", *name, n)
        labels = () if by_link else labels_of(whose)
        found.append(Visit(order.order_id, when, labels, whose.link if by_link else None, whose.influencer_id))
    if order.utm:  # the tool saw the visit with which the buyer came to buy, too
        when = (order.ordered_at - timedelta(minutes=20)).replace(microsecond=0)
        found.append(Visit(order.order_id, when, order.utm, None, order.influencer_id))
    return sorted(found, key=lambda visit: visit.at)


def labels_of(contract: Contract) -> tuple[tuple[str, str], ...]:
    """What a tracked link of the contract adds to the shop's address."""
    return (
        ("utm_source", contract.platform),
        ("utm_medium", "influencer"),
        ("utm_campaign", contract.campaign_id),
        ("utm_content", contract.influencer_id),
    )


def export(world: World, at: datetime) -> bytes:
    """The visits as a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for visit in visits(world, at):
        known = {"shop": SHOP, "order_id": visit.order_id, "touched_at": visit.at.isoformat(), "link_id": visit.link_id}
        writer.writerow(known | dict(visit.labels))
    return text.getvalue().encode()
