"""Whom each model credits in the simulated world, by plain counting; and which code really leaked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tasks.sandbox.journeys import Visit, visits
from tasks.sandbox.knowledge import credited_to
from tasks.sandbox.shop import Order
from tasks.sandbox.world import World

Row = dict[str, Any]
Path = list[tuple[str, bool]]
"""Whose step it was, and whether it was a code; oldest first."""
_FEWEST_PATHS = 30


def credits_of(world: World, at: datetime) -> list[Row]:
    """A row per order, influencer and model: the part of the order that is the influencer's."""
    told: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits(world, at):
        told[visit.order_id].append(visit)
    by_campaign: dict[str, list[tuple[Order, Path]]] = defaultdict(list)
    for order in world.orders(at):
        if (who := credited_to(world, order, at)) is not None:
            by_campaign[who[0]].append((order, _path(world, order, told[order.order_id])))
    rows: list[Row] = []
    for campaign_id, paths in by_campaign.items():
        many = sum(len({who for who, _ in path}) > 1 for _, path in paths) >= _FEWEST_PATHS
        effects = _removal_effects([[who for who, _ in path] for _, path in paths]) if many else {}
        for order, path in paths:
            for model, shares in _shares(path, effects).items():
                rows += [
                    {
                        "order_id": str(order.order_id),
                        "campaign_id": campaign_id,
                        "influencer_id": who,
                        "model": model,
                        "credit": share,
                    }
                    for who, share in shares.items()
                    if share > 0
                ]
    return rows


def leaks(world: World) -> list[Row]:
    """A row per campaign, influencer and code: whether the code was found on a coupon site."""
    leaked = {(o.campaign_id, o.influencer_id) for o in world.orders(world.ends_at) if o.planted}
    marks = sorted({(c.campaign_id, c.influencer_id, c.code) for c in world.contracts if c.code})
    return [
        {"campaign_id": campaign_id, "influencer_id": who, "code": code, "is_leaked": (campaign_id, who) in leaked}
        for campaign_id, who, code in marks
    ]


def _path(world: World, order: Order, told: Sequence[Visit]) -> Path:
    campaign = next(c for c in world.campaigns if c.campaign_id == order.campaign_id)
    oldest = max(order.ordered_at - timedelta(days=campaign.attribution_days), campaign.opens_at)
    path: Path = [(v.influencer_id, False) for v in told if v.influencer_id is not None and v.at >= oldest]
    came_by = order.influencer_id
    if came_by is None:
        raise ValueError(f"order {order.order_id} is nobody's")
    if order.utm and not told:  # else the last visit is the one with which the buyer came
        path.append((came_by, False))
    if order.code:
        path.append((came_by, True))
    return path


def _shares(path: Path, effects: Mapping[str, float]) -> dict[str, dict[str, float]]:
    people = [who for who, _ in path]
    names = list(dict.fromkeys(people))
    by_place = [0.4, *[0.2 / max(1, len(people) - 2)] * (len(people) - 2), 0.4] if len(people) > 2 else None
    codes = [who for who, is_code in path if is_code]
    found = {
        "code_then_last_link": {(codes or people)[-1]: 1.0},
        "last_touch": {people[-1]: 1.0},
        "first_touch": {people[0]: 1.0},
        "linear": _added(people, [1 / len(people)] * len(people)),
        "position_based": _added(people, by_place or [1 / len(people)] * len(people)),
    }
    if effects:
        whole = sum(effects[who] for who in names)
        found["shapley"] = {who: 1 / len(names) for who in names}
        found["markov"] = {who: effects[who] / whole for who in names}
    return found


def _added(people: Iterable[str], shares: Iterable[float]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for who, share in zip(people, shares, strict=True):
        found[who] += share
    return dict(found)


def _removal_effects(paths: Sequence[Sequence[str]]) -> dict[str, float]:
    """What part of the orders is lost when whoever reaches a person goes no further: followed step by step."""
    moves: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for path in paths:
        for here, there in zip(["", *path], [*path, "order"], strict=True):
            moves[here][there] += 1
    return {who: 1 - _orders_without(moves, who) for who in moves if who}


def _orders_without(moves: Mapping[str, Mapping[str, int]], gone: str) -> float:
    """The chance to end in an order when ``gone`` leads nowhere."""
    under_way, ordered = {"": 1.0}, 0.0
    while sum(under_way.values()) > 1e-13:
        then: dict[str, float] = defaultdict(float)
        for here, chance in under_way.items():
            whole = sum(moves[here].values())
            for there, times in moves[here].items():
                if there == "order":
                    ordered += chance * times / whole
                elif there != gone:
                    then[there] += chance * times / whole
        under_way = dict(then)
    return ordered
