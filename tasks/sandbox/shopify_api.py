"""Shopify's REST Admin API as it answers: orders as they stand now, paged by the Link header; money is strings."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tasks.sandbox.campaigns import SHOP, ZONE
from tasks.sandbox.draws import Draws
from tasks.sandbox.faults import Wording
from tasks.sandbox.shop import Event, Order
from tasks.sandbox.standin import Asked, Reply, Sandbox, cut, told

PREFIX = "/shopify/admin"
WORDING = Wording(
    counts=frozenset({"subtotal_price", "current_subtotal_price", "total_price", "current_total_price"}),
    likes=frozenset(),
    names=frozenset({"name"}),
    captions=frozenset({"note"}),
    lists=frozenset({"orders"}),
)
_VERSION = "api/2025-10"
_BUCKET = 40
_FILTERS = ("status", "updated_at_min", "updated_at_max", "created_at_min")


class _Refused(Exception):
    def __init__(self, reply: Reply) -> None:
        self.reply = reply


def answer(sandbox: Sandbox, asked: Asked) -> Reply:
    """The answer to any question below ``/admin``."""
    try:
        return _answer(sandbox, asked)
    except _Refused as refused:
        return refused.reply


def throttled(_asked: Asked, *, long: bool) -> Reply:
    """The bucket is full. The wait is a decimal fraction in a string."""
    said = "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service."
    headers = {"retry-after": "2.0" if long else "0.2", "x-shopify-shop-api-call-limit": f"{_BUCKET}/{_BUCKET}"}
    return told({"errors": said}, 429, headers)


def expired() -> Reply:
    """A token that the shop does not know, or no longer."""
    said = "[API] Invalid API key or access token (unrecognized login or wrong password)"
    return told({"errors": said}, 401)


def _answer(sandbox: Sandbox, asked: Asked) -> Reply:
    if asked.headers.get("x-shopify-access-token") != sandbox.world.secrets["shopify"]:
        return expired()
    match asked.path.strip("/"):
        case "api/2025-10/orders.json":
            return _orders(sandbox, asked)
        case "api/2025-10/shop.json":
            shop = {"id": 690933842, "name": "Minamodo", "myshopify_domain": SHOP, "currency": "JPY"}
            return told({"shop": shop | {"iana_timezone": "Asia/Tokyo"}}, headers=_limits(asked))
        case "oauth/access_scopes.json":
            return told({"access_scopes": [{"handle": "read_orders"}]}, headers=_limits(asked))
        case _:
            return told({"errors": "Not Found"}, 404)


def _orders(sandbox: Sandbox, asked: Asked) -> Reply:
    query = dict(asked.query)
    page_info = query.get("page_info")
    if page_info is not None and set(query) - {"page_info", "limit", "fields"}:
        said = {"errors": {"page_info": "Invalid value. Cannot be used with other filters."}}
        raise _Refused(told(said, 400))
    limit = min(max(1, asked.number("limit", 50)), 250, sandbox.sizes.shopify)
    filters: Mapping[str, str] = query
    before: int | None = None
    if page_info is not None:
        filters, before = _cursor(page_info)
    chosen = tuple(sorted((name, filters[name]) for name in _FILTERS if name in filters))
    key = ("orders", asked.at, sandbox.orders_days, chosen)
    matching = sandbox.remembered(key, lambda: _matching(sandbox, asked.at, filters))
    start = 0 if before is None else next((n for n, o in enumerate(matching) if o.order_id < before), len(matching))
    page = cut(matching, start, limit, asked.faults)
    fields = [f for f in query.get("fields", "").split(",") if f]
    orders = [_chosen(_order(sandbox.world.draws, order, asked.at), fields) for order in page.items]
    headers = _limits(asked)
    links: list[str] = []
    if page.next is not None:
        last = matching[page.next - 1].order_id if page.next else matching[0].order_id + 1
        links.append(_link(asked, query, filters, last, "next"))
    if page.start:
        first = matching[max(0, page.start - limit)].order_id + 1
        links.insert(0, _link(asked, query, filters, first, "previous"))
    if links:
        headers["link"] = ", ".join(links)
    return told({"orders": orders}, headers=headers)


def _matching(sandbox: Sandbox, at: datetime, filters: Mapping[str, str]) -> list[Order]:
    """The orders that fit the filters, newest first."""
    oldest = at - timedelta(days=sandbox.orders_days)
    since = _instant(filters, "updated_at_min")
    created = _instant(filters, "created_at_min")
    until = _instant(filters, "updated_at_max")
    status = filters.get("status", "open")
    kept: list[Order] = []
    for order in reversed(sandbox.world.orders(at)):
        updated = order.updated_at(at)
        if (
            order.ordered_at >= oldest
            and (since is None or updated >= since)
            and (until is None or updated <= until)
            and (created is None or order.ordered_at >= created)
            and (status == "any" or (status == "cancelled") == (order.cancelled_at(at) is not None))
        ):
            kept.append(order)
    return kept


def _instant(filters: Mapping[str, str], name: str) -> datetime | None:
    said = filters.get(name)
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError as error:
        raise _Refused(told({"errors": {name: ["is not a valid time"]}}, 400)) from error
    return at if at.tzinfo else at.replace(tzinfo=ZONE)


def _link(asked: Asked, query: Mapping[str, str], filters: Mapping[str, str], before: int, rel: str) -> str:
    kept = {k: v for k, v in filters.items() if k not in ("limit", "fields", "page_info")}
    cursor = base64.urlsafe_b64encode(json.dumps({"before": before, "filters": kept}).encode()).decode()
    said = {"limit": query.get("limit", "50"), "page_info": cursor}
    if "fields" in query:
        said["fields"] = query["fields"]
    return f'<{asked.base}/{_VERSION}/orders.json?{urlencode(said)}>; rel="{rel}"'


def _cursor(page_info: str) -> tuple[Mapping[str, str], int]:
    try:
        said = json.loads(base64.urlsafe_b64decode(page_info.encode()))
        return said["filters"], int(said["before"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise _Refused(told({"errors": {"page_info": "Invalid value."}}, 400)) from error


def _limits(asked: Asked) -> dict[str, str]:
    used = f"{1 + asked.nth % 12}/{_BUCKET}"
    return {"x-shopify-shop-api-call-limit": used, "http_x_shopify_shop_api_call_limit": used}


def _chosen(order: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    return {f: order[f] for f in fields if f in order} if fields else order


def _order(draws: Draws, order: Order, at: datetime) -> dict[str, Any]:
    """An order as it stands at an instant, with what a shop knows of its buyer (invented)."""
    past = order.past(at)
    refunded = order.refunded(at)
    current = order.subtotal - refunded
    cancelled_at = order.cancelled_at(at)
    shipping, tax = 660, (order.subtotal + 660) // 11
    status = "paid" if not refunded else "refunded" if current == 0 else "partially_refunded"
    line = {
        "id": order.order_id + 1,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{order.order_id + 1}",
        "name": order.product,
        "title": order.product,
        "price": str(order.price),
        "quantity": order.quantity,
        "current_quantity": order.quantity if current else 0,
        "sku": f"DEMO-{order.price}",
        "taxable": True,
        "total_discount": "0",
    }
    email = f"buyer{order.number}@customer.example"
    said: dict[str, Any] = {
        "id": order.order_id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order.order_id}",
        "browser_ip": "192.0.2.7",
        "buyer_accepts_marketing": False,
        "cancel_reason": "customer" if cancelled_at else None,
        "cancelled_at": _written(cancelled_at),
        "closed_at": None,
        "confirmed": True,
        "contact_email": email,
        "created_at": _written(order.ordered_at),
        "currency": "JPY",
        "current_subtotal_price": str(current),
        "current_total_discounts": str(order.discount),
        "current_total_price": str(current + (0 if cancelled_at else shipping)),
        "discount_codes": _codes(order),
        "email": email,
        "financial_status": status,
        "fulfillment_status": None,
        "landing_site": order.landing_site,
        "name": f"#{order.number}",
        "note": None,
        "number": order.number - 1000,
        "order_number": order.number,
        "phone": None,
        "presentment_currency": "JPY",
        "processed_at": _written(order.ordered_at),
        "referring_site": order.referring_site,
        "source_name": "web",
        "subtotal_price": str(order.subtotal),
        "tags": "",
        "taxes_included": True,
        "test": order.is_test,
        "total_discounts": str(order.discount),
        "total_line_items_price": str(order.price * order.quantity),
        "total_price": str(order.subtotal + shipping),
        "total_tax": str(tax),
        "updated_at": _written(order.updated_at(at)),
        "discount_applications": _applications(order),
        "line_items": [line],
        "refunds": [_refund(order, n, event) for n, event in enumerate(past) if event.refunded],
        "shipping_lines": [{"title": "通常配送", "price": str(shipping)}],
        "subtotal_price_set": _money(order.subtotal),
        "total_price_set": _money(order.subtotal + shipping),
    }
    if order.orders_of_customer is not None:  # guests and drafts have no such key
        said["customer"] = {
            "id": 7_000_000_000_000 + draws.whole(0, 10**9, "customer", order.order_id),
            "email": email,
            "first_name": "Demo",
            "last_name": f"Buyer {order.number}",
            "orders_count": order.orders_of_customer,
            "state": "enabled",
            "total_spent": str(order.subtotal * order.orders_of_customer),
            "verified_email": True,
            "tags": "",
            "currency": "JPY",
        }
    return said


def _codes(order: Order) -> list[dict[str, str]]:
    if not order.code:
        return []
    return [{"code": order.code, "amount": str(order.discount), "type": "percentage"}]


def _applications(order: Order) -> list[dict[str, str]]:
    common = {"target_type": "line_item", "value_type": "percentage", "allocation_method": "across"}
    if order.code:
        made = {"type": "discount_code", "value": "10.0", "target_selection": "all", "code": order.code}
        return [made | common]
    if order.quantity >= 3:  # a promotion of the shop's own, without a code, and worth nothing here
        return [{"type": "automatic", "value": "0.0", "target_selection": "all", "title": "まとめ買い"} | common]
    return []


def _refund(order: Order, nth: int, event: Event) -> dict[str, Any]:
    refund_id = order.order_id + 100 + nth
    return {
        "id": refund_id,
        "created_at": _written(event.at),
        "processed_at": _written(event.at),
        "order_id": order.order_id,
        "note": None,
        "refund_line_items": [
            {"id": refund_id + 1, "line_item_id": order.order_id + 1, "quantity": 1, "subtotal": event.refunded}
        ],
        "transactions": [
            {
                "id": refund_id + 2,
                "kind": "refund",
                "status": "success",
                "amount": str(event.refunded),
                "currency": "JPY",
            }
        ],
        "order_adjustments": [],
    }


def _money(amount: int) -> dict[str, Any]:
    said = {"amount": str(amount), "currency_code": "JPY"}
    return {"shop_money": said, "presentment_money": dict(said)}


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(ZONE).isoformat(timespec="seconds")
