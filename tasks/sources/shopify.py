"""Shopify: a shop's orders with their codes and refunds, and nothing of who bought."""

import json
import math
import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import httpx

from tasks.documents import Json, at, list_at, text_at
from tasks.http import Access, Client, Stopped
from tasks.sources import Answer, Landed, Plan, Refusal, Shard, Staged
from tasks.sources._asking import Trail, judged
from tasks.sources._places import Place
from tasks.sources._reading import Item, Sheet, Unreadable, Values
from tasks.sources._refusing import Meaning, body_of, by_status, said
from transforms.attribution.coupon_sites import host_of
from transforms.captions import clean
from transforms.tables import staging

NAME = "shopify"
BASE_URL = "https://{shop}/admin/api/2025-10"
RATE = 120.0
"""Requests a minute: the bucket of 40 leaks two a second."""

FIELDS = (
    "id",
    "created_at",
    "updated_at",
    "cancelled_at",
    "currency",
    "subtotal_price",
    "current_subtotal_price",
    "total_line_items_price",
    "total_discounts",
    "financial_status",
    "test",
    "landing_site",
    "referring_site",
    "discount_codes",
    "discount_applications",
    "customer",
)
"""What is asked for: no name, no address, no line. Of the customer only `orders_count` is kept."""

_PAGE = 250
_MOST_PAGES = 2000
"""Half a million orders: the first night of a large shop, about 17 minutes at :data:`RATE`."""
_PAGE_INFO = re.compile(r"[?&]page_info=([^&>\s]+)")
_KEPT_OF_CUSTOMER = ("id", "orders_count")
_PERSONAL = re.compile(rb'"(?:customer|email|contact_email|phone|billing_address|shipping_address)"\s*:')
"""Where a buyer is told of, in a body of a shape that nobody can take the buyer out of."""
_THROTTLED = Meaning("rate_limited", retry=True)


def access(plan: Plan) -> Access:
    """The shop's own address."""
    base = plan.options.get("base_url") or BASE_URL.format(shop=plan.options.get("shop", ""))
    headers = {"X-Shopify-Access-Token": plan.token} if plan.token else {}
    return Access(base, headers=headers, per_minute=RATE, burst=40)


def shards(plan: Plan) -> list[Shard]:
    """One: a shop is asked whole."""
    return [Shard("orders", replace(plan, accounts=(), post_ids=(), links=()), 1)]


def fetch(client: Client, shard: Shard) -> Generator[Answer, None, int]:
    """Page through all orders changed since ``plan.since``; 1 when the end was reached.

    Only the page's mark is taken out of the Link header: the address in it is never followed.
    """
    plan, trail, page_info = shard.plan, Trail(_MOST_PAGES), ""
    about = {"shop": plan.options.get("shop", "")}
    first = {"status": "any", "updated_at_min": plan.since.isoformat()}
    while True:
        params = {"limit": str(_PAGE), "fields": ",".join(FIELDS), **({"page_info": page_info} if page_info else first)}
        answer, refused = client.ask("shopify_orders", "/orders.json", params, about=about)
        yield _without_persons(answer)
        page = judged(client, answer, refused)
        if page.refusal:
            raise Stopped(NAME, replace(page.refusal, scope="shard"))
        page_info = _next_page(answer.headers.get("link", ""))
        if not page_info:
            return 1
        if loop := trail.loops(page_info, len(list_at(page.document, "orders"))):
            raise Stopped(NAME, replace(loop, scope="shard"))


def refusal(response: httpx.Response) -> Refusal | None:
    """What an error means. ``errors`` is a text, a list or an object; GraphQL throttles with HTTP 200."""
    body = body_of(response)
    errors = at(body, "errors")
    if any(text_at(e, "extensions", "code") == "THROTTLED" for e in list_at(errors)):
        return replace(_THROTTLED.refusal(response, "throttled"), wait_seconds=_restore_seconds(body))
    stated = by_status(response)
    if errors is None or (stated and stated.reason in {"not_json", "truncated"}):
        return stated
    message = said(text_at(errors) or json.dumps(errors, default=str))
    if stated is None:
        return Refusal("refused", message, retry=False)
    scope = "source" if stated.reason == "no_permission" else stated.scope
    return replace(stated, message=message, scope=scope)


def stage(answers: Sequence[Landed]) -> Staged:
    """Read orders as they stood. Names, addresses, phone numbers and mail addresses are never staged."""
    sheet = Sheet(NAME)
    told: set[str] = set()
    for landed in answers:
        if landed.answer.kind != "shopify_orders":
            continue
        opened = sheet.opened(landed, refusal)
        if isinstance(opened, Item):
            shop = landed.answer.about.get("shop") or (urlsplit(landed.answer.url).hostname or "unknown")
            if shop not in told and isinstance(opened.values.get("orders"), list):
                told.add(shop)
                sheet.row(staging.SHOPS, opened, {"shop": shop})
            for order in sheet.items(opened, "orders"):
                sheet.read(staging.ORDERS, order, lambda it, shop=shop: _order(it, shop), raw=_impersonal(order.values))
    return sheet.staged()


_TOLD_BY: Mapping[str, tuple[str, ...]] = {
    "order_id": ("id",),
    "is_new_customer": ("customer/orders_count",),
    "gross": ("subtotal_price", "current_subtotal_price"),
    "net": ("current_subtotal_price", "subtotal_price"),
    "refunded": ("subtotal_price", "current_subtotal_price"),
}
"""What the figures of an order are read from: some from two amounts (see `_worth`)."""


def places(landed: Landed, pointer: str, column: str) -> tuple[Place, ...]:
    """Where in an order stands what a stored figure was read from: an amount that was refunded is a difference."""
    if landed.answer.kind != "shopify_orders":
        return ()
    return tuple(Place(f"{pointer}/{key}") for key in _TOLD_BY.get(column, ()))


def probe(client: Client, plan: Plan) -> list[Refusal]:
    """Ask for the id of one order."""
    if plan.token is None:
        return [Refusal("no_access", "there is no token: set one", retry=False, scope="source")]
    _, refused = client.ask("shopify_probe", "/orders.json", {"status": "any", "limit": "1", "fields": "id"})
    return [refused] if refused else []


def _order(order: Item, shop: str) -> Values:
    ordered_at = order.instant("created_at")
    if ordered_at is None:
        raise order.unreadable("created_at", "an instant")
    currency = order.text("currency")
    if currency is None or not re.fullmatch("[A-Z]{3}", currency):
        raise order.unreadable("currency", "a currency's code such as JPY")
    gross, refunded = _worth(order)
    utm = _utm(order.text("landing_site"))
    return {
        "shop": shop,
        "order_id": order.needed("id"),
        "ordered_at": ordered_at,
        "cancelled_at": order.instant("cancelled_at"),
        "code": _code(order),
        **{f"utm_{part}": utm.get(part) for part in ("source", "medium", "campaign", "content")},
        "referrer": host_of(order.text("referring_site")),
        "gross": gross,
        "refunded": refunded,
        "net": None if gross is None or refunded is None else gross - refunded,
        "currency": currency,
        "is_new_customer": _is_new(order),
        "is_test": order.flag("test"),
    }


def _worth(order: Item) -> tuple[Decimal | None, Decimal | None]:
    """Value of the goods after discounts and before refunds, and what of it was given back.

    Without shipping; with tax where the shop's prices have it. An order enlarged later counts at its larger value.
    """
    gross = order.money("subtotal_price")
    if gross is None:
        lines, discounts = order.money("total_line_items_price"), order.money("total_discounts")
        gross = None if lines is None or discounts is None else lines - discounts
    current = order.money("current_subtotal_price")
    if gross is not None and current is not None:
        gross = max(gross, current)
        return gross, gross - current
    return gross, _refunded(order)


def _refunded(order: Item) -> Decimal | None:
    """The refunds' own sums, where an older answer does not tell today's value.

    The lines of refunds are in the terms of the goods' value; a refund's transactions are not: they have shipping and
    tax in them. Where neither is told it is unknown, unless nothing was refunded by the order's own word.
    """
    if isinstance(refunds := order.values.get("refunds"), list):
        total = Decimal(0)
        for number, refund in enumerate(refunds):
            lines = at(refund, "refund_line_items")
            for at_line, line in enumerate(lines if isinstance(lines, list) else [None]):
                values = line if isinstance(line, dict) else {}
                amount = Item(order.landed, f"{order.pointer}/refunds/{number}/refund_line_items/{at_line}", values)
                if (given_back := amount.money("subtotal")) is None:
                    return None
                total += given_back
        return total
    return Decimal(0) if text_at(order.values, "financial_status") in {"paid", "pending", "authorized"} else None


def _code(order: Item) -> str | None:
    """The discount codes used, separated by commas, as a shop may let several be combined: automatic ones have none."""
    for place in ("discount_codes", "discount_applications"):
        if not _are_codes(order.values.get(place)):
            raise order.unreadable(place, "a list of objects, each with its code as text or without one")
        codes = [clean(code).strip() for entry in list_at(order.values, place) if (code := text_at(entry, "code"))]
        if told := ", ".join(dict.fromkeys(filter(None, codes))):
            return told
    return None


def _are_codes(told: Json) -> bool:
    """Whether codes are told in their shape: what is read past them would leave the order to nobody, unsaid."""
    return told is None or (
        isinstance(told, list)
        and all(isinstance(entry, dict) and isinstance(entry.get("code"), str | int | None) for entry in told)
    )


def _utm(landing_site: str | None) -> Mapping[str, str]:
    """utm_* of the page that the buyer landed on; they stand nowhere else."""
    try:
        query = parse_qs(urlsplit(landing_site or "").query, max_num_fields=100)
    except ValueError:  # a visitor writes this address: it need not be one
        return {}
    return {k.removeprefix("utm_"): clean(v[0])[:200] for k, v in query.items() if k.startswith("utm_") and clean(v[0])}


def _is_new(order: Item) -> bool | None:
    """Whether this is the buyer's only order so far; unknown for guests and where the shop does not say."""
    try:
        orders = order.child("customer").count("orders_count")
    except Unreadable:
        return None
    return None if orders is None else orders == 1


def _next_page(link: str) -> str:
    """The mark of the next page in a Link header; empty on the last page."""
    for part in link.split(","):
        if 'rel="next"' in part or "rel=next" in part:
            found = _PAGE_INFO.search(part)
            return httpx.QueryParams(f"page_info={found[1]}")["page_info"] if found else ""
    return ""


def _restore_seconds(body: Json) -> float | None:
    """GraphQL: how long until the bucket holds what the question costs."""
    cost = at(body, "extensions", "cost")
    status = at(cost, "throttleStatus")
    numbers = [at(cost, "requestedQueryCost"), at(status, "currentlyAvailable"), at(status, "restoreRate")]
    wanted, available, rate = (float(n) if isinstance(n, int | Decimal) else 0.0 for n in numbers)
    wait = max(0.0, wanted - available) / rate if rate > 0 else math.inf
    return wait if math.isfinite(wait) else None


def _impersonal(order: Mapping[str, Json]) -> dict[str, Json]:
    """An order without what says who bought."""
    kept = {key: order[key] for key in FIELDS if key in order}
    if isinstance(site := kept.get("referring_site"), str) and (host := _only_host(site)) != site:
        kept["referring_site"] = host
    if isinstance(customer := kept.get("customer"), dict):
        kept["customer"] = {key: customer[key] for key in _KEPT_OF_CUSTOMER if key in customer}
    return kept


def _only_host(site: str) -> str:
    """Where the buyer came from without path and query: what stands there may say who it was."""
    host = host_of(site)
    return f"https://{host}/" if host else ""


def _without_persons(answer: Answer) -> Answer:
    """The answer as it came, or, if a shop sends more than it was asked for, without what says who bought.

    `fields` cannot reach into `customer`, and who bought is nobody's business here: this is the one place where an
    answer is changed before it is landed, and the answer says so.
    """
    noted = {**answer.about, "withheld": "what says who bought"}
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):  # cut short, or no such document: nobody can tell where in it a buyer stands
        body = None
    if not isinstance(body, dict) or not isinstance(orders := body.get("orders"), list):
        return replace(answer, body=b"", about=noted) if _PERSONAL.search(answer.body) else answer
    kept = [_impersonal(order) if isinstance(order, dict) else order for order in orders]
    if kept == orders:
        return answer
    return replace(answer, body=json.dumps({**body, "orders": kept}, separators=(",", ":")).encode(), about=noted)
