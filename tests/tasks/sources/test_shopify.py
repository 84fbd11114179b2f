"""Shopify: what an order is worth, whose code it bore, and nothing of who bought."""

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import polars as pl
import pytest
from pydantic import SecretStr

from tasks.sources import Plan, shopify
from transforms.tables import staging as tables

TOKEN = SecretStr("shpat_invented0000000000000001")
PERSON = ("someone@example.com", "Chestnut", "+557734881234", "Bob", "0.0.0.0")


def plan() -> Plan:
    return Plan(
        date(2026, 7, 1),
        datetime(2026, 6, 1, tzinfo=UTC),
        datetime(2026, 7, 1, tzinfo=UTC),
        options={"shop": "minamodo.myshopify.com"},
        token=TOKEN,
    )


def order(**more: object) -> dict[str, object]:
    return {"id": 5400000000009, "created_at": "2026-06-15T21:10:04+09:00", "currency": "JPY", "test": False, **more}


def staged(land: Callable, *orders: dict[str, object]) -> dict[str, object]:
    frames = shopify.stage([land("shopify_orders", json.dumps({"orders": list(orders)}).encode(), about={"shop": "s"})])
    assert frames.rejects.is_empty(), frames.rejects["reason"].to_list()
    return frames.tables["staging.orders"].row(0, named=True)


def test_orders_are_read_as_they_stood(land: Callable, recorded: Callable) -> None:
    body = recorded("shopify", "orders")
    frames = shopify.stage([land("shopify_orders", body, about={"shop": "minamodo.myshopify.com"})])
    assert frames.rejects.is_empty()
    first, second, third = frames.tables["staging.orders"].rows(named=True)
    assert (first["order_id"], first["ordered_at"]) == ("5400000000001", datetime(2026, 6, 15, 12, 10, 4, tzinfo=UTC))
    assert (first["gross"], first["refunded"], first["net"]) == (Decimal(14319), Decimal(0), Decimal(14319))
    assert (first["code"], first["utm_source"], first["utm_content"]) == ("HANA10", "instagram", "hana")
    assert (first["is_new_customer"], first["is_test"], first["shop"]) == (True, False, "minamodo.myshopify.com")
    assert (second["gross"], second["refunded"], second["net"]) == (Decimal("57.23"), Decimal("57.23"), Decimal(0))
    assert (second["code"], second["is_new_customer"], second["utm_source"]) == (None, None, None)
    assert second["cancelled_at"] == datetime(2026, 6, 20, 1, tzinfo=UTC)
    assert (third["is_test"], third["is_new_customer"], third["utm_source"], third["currency"]) == (
        True,
        False,
        None,
        "USD",
    )


@pytest.mark.parametrize(
    ("told", "gross", "refunded", "net"),
    [
        ({"subtotal_price": "100.00", "current_subtotal_price": "60.00"}, "100", "40", "60"),
        ({"subtotal_price": "100.00", "current_subtotal_price": "130.00"}, "130", "0", "130"),
        ({"total_line_items_price": "120.00", "total_discounts": "20.00", "refunds": []}, "100", "0", "100"),
        ({"subtotal_price": "100.00", "refunds": [{"refund_line_items": [{"subtotal": 33.3}]}]}, "100", "33.3", "66.7"),
        ({"subtotal_price": "100.00", "financial_status": "paid"}, "100", "0", "100"),
        ({"subtotal_price": "100.00", "financial_status": "partially_refunded"}, "100", None, None),
        ({"current_subtotal_price": "60.00"}, None, None, None),
        ({}, None, None, None),
    ],
)
def test_what_was_given_back_is_told_apart_and_never_guessed(
    told: dict[str, object], gross: str | None, refunded: str | None, net: str | None, land: Callable
) -> None:
    row = staged(land, order(**told))
    wanted = tuple(None if v is None else Decimal(v) for v in (gross, refunded, net))
    assert (row["gross"], row["refunded"], row["net"]) == wanted


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"discount_codes": [{"code": " hana10 "}]}, "hana10"),
        ({"discount_codes": [], "discount_applications": [{"type": "discount_code", "code": "SORA"}]}, "SORA"),
        ({"discount_codes": [], "discount_applications": [{"type": "automatic", "title": "夏"}]}, None),
        ({"discount_codes": [{"code": "SOURYOU0"}, {"code": "HANA10"}, {"code": "HANA10"}]}, "SOURYOU0, HANA10"),
    ],
)
def test_the_codes_are_the_buyers_and_not_an_automatic_discount(
    told: dict[str, object], code: str | None, land: Callable
) -> None:
    assert staged(land, order(**told))["code"] == code


@pytest.mark.parametrize(
    ("bodies", "shops"),
    [
        ([{"orders": []}], 1),
        ([{"orders": [order()]}, {"orders": []}], 1),
        ([{"orders": "broken"}], 0),
        ([{"errors": "Internal Server Error"}], 0),
        ([], 0),
    ],
)
def test_a_shop_without_orders_has_answered_all_the_same(bodies: list[dict], shops: int, land: Callable) -> None:
    frames = shopify.stage([land("shopify_orders", json.dumps(b).encode(), about={"shop": "s"}) for b in bodies])
    assert frames.tables.get("staging.shops", tables.SHOPS.empty())["shop"].to_list() == ["s"] * shops


@pytest.mark.parametrize(
    ("broken", "pointer"),
    [
        ({"subtotal_price": "12,00"}, "/orders/0/subtotal_price"),
        ({"subtotal_price": "NaN"}, "/orders/0/subtotal_price"),
        ({"subtotal_price": "0.00001"}, "/orders/0/subtotal_price"),
        ({"subtotal_price": True}, "/orders/0/subtotal_price"),
        ({"currency": "yen"}, "/orders/0/currency"),
        ({"created_at": None}, "/orders/0/created_at"),
        ({"id": None}, "/orders/0/id"),
    ],
)
def test_an_unreadable_order_is_rejected_without_who_bought(
    broken: dict[str, object], pointer: str, land: Callable
) -> None:
    personal = {"email": PERSON[0], "customer": {"id": 1, "first_name": PERSON[3], "orders_count": 1}}
    body = json.dumps({"orders": [order(**{**personal, **broken}), order()]}).encode()
    frames = shopify.stage([land("shopify_orders", body)])
    assert frames.tables["staging.orders"].height == 1
    assert frames.rejects["pointer"].to_list() == [pointer]
    assert not any(word in frames.rejects["raw"][0] for word in PERSON)


def test_the_shop_is_asked_for_nothing_of_who_bought(play: Callable, recorded: Callable) -> None:
    body = recorded("shopify", "orders")
    played = play(shopify, plan(), lambda _: httpx.Response(200, content=body))
    assert (played.got, len(played.requests)) == (1, 1)
    asked = dict(played.requests[0].url.params)
    assert (asked["status"], asked["limit"], asked["updated_at_min"]) == ("any", "250", "2026-06-01T00:00:00+00:00")
    assert {"email", "phone", "billing_address", "shipping_address", "browser_ip", "note", "name"}.isdisjoint(
        asked["fields"].split(",")
    )
    assert played.requests[0].url.host == "minamodo.myshopify.com"
    assert played.requests[0].headers["x-shopify-access-token"] == TOKEN.get_secret_value()
    assert played.answers[0].body == body
    assert "withheld" not in played.answers[0].about


def test_who_bought_is_not_landed_even_if_the_shop_sends_it(play: Callable, land: Callable, relanded: Callable) -> None:
    sent = order(
        subtotal_price="598.94",
        email=PERSON[0],
        shipping_address={"address1": PERSON[1], "phone": PERSON[2]},
        customer={"id": 207119551, "first_name": PERSON[3], "orders_count": 1},
        browser_ip=PERSON[4],
    )
    played = play(shopify, plan(), lambda _: httpx.Response(200, json={"orders": [sent, 7]}))
    landed = played.answers[0]
    assert not any(word in landed.body.decode() for word in PERSON)
    assert landed.about["withheld"] == "what says who bought"
    row = shopify.stage(relanded(played.answers)).tables["staging.orders"].row(0, named=True)
    assert (row["gross"], row["is_new_customer"]) == (Decimal("598.94"), True)


def test_an_answer_cut_short_is_not_landed_with_half_a_buyer(play: Callable) -> None:
    body = b'{"orders":[{"id":1,"customer":{"first_name":"Bob","email":"some'
    played = play(shopify, plan(), lambda _: httpx.Response(200, content=body))
    assert (played.stopped.reason, played.stopped.scope) == ("truncated", "shard")
    assert played.answers[-1].body == b""


@pytest.mark.parametrize(
    "body",
    [
        b'{"orders": {"id": 1, "customer": {"first_name": "Bob"}}}',
        b'[{"id": 1, "email": "bob@example.com"}]',
        b'{"order": {"shipping_address": {"name": "Bob"}}}',
        b'{"orders":[{"id":1,"email" : "bob@exam',
        b'{"orders":[{"phone":"090' + b"[" * 100_000,
    ],
)
def test_a_buyer_in_an_answer_of_another_shape_is_not_landed(body: bytes, play: Callable) -> None:
    played = play(shopify, plan(), lambda _: httpx.Response(200, content=body))
    assert {(a.body, a.about["withheld"]) for a in played.answers} == {(b"", "what says who bought")}


def test_nesting_without_end_is_refused_and_landed(play: Callable) -> None:
    played = play(shopify, plan(), lambda _: httpx.Response(200, content=b"[" * 100_000))
    assert played.stopped.reason == "truncated"
    assert played.answers[-1].body == b"[" * 100_000


@pytest.mark.parametrize(
    "lines",
    [
        {"refund_line_items": [{"subtotal": None}]},
        {"refund_line_items": ["x"]},
        {"refund_line_items": None},
        "x",
    ],
)
def test_a_refund_that_does_not_say_how_much_is_unknown_and_not_nothing(lines: object, land: Callable) -> None:
    told = order(subtotal_price="100.00", refunds=[{"refund_line_items": [{"subtotal": 33.3}]}, lines])
    row = shopify.stage([land("shopify_orders", json.dumps({"orders": [told]}).encode())]).tables["staging.orders"]
    assert row.select("gross", "refunded", "net").row(0) == (Decimal(100), None, None)


@pytest.mark.parametrize("codes", ["HANA10", {"code": "HANA10"}, ["HANA10"], [{"code": 1.5}], [{"code": ["HANA10"]}]])
@pytest.mark.parametrize("place", ["discount_codes", "discount_applications"])
def test_codes_of_another_shape_are_told_and_not_read_as_no_code(place: str, codes: object, land: Callable) -> None:
    body = {"orders": [order(subtotal_price="1.00", **{place: codes}), order(subtotal_price="2.00")]}
    staged = shopify.stage([land("shopify_orders", json.dumps(body).encode())])
    assert staged.rejects["pointer"].to_list() == [f"/orders/0/{place}"]
    assert staged.tables["staging.orders"]["gross"].to_list() == [Decimal(2)]


def test_a_status_of_another_shape_is_none(land: Callable) -> None:
    told = order(subtotal_price="1.00", financial_status=["paid"])
    staged = shopify.stage([land("shopify_orders", json.dumps({"orders": [told]}).encode())])
    assert staged.tables["staging.orders"]["refunded"].to_list() == [None]


@pytest.mark.parametrize("numbers", [(b"1e999", b"0", b"1"), (b"1e999", b"1e999", b"1e999"), (b"1", b"0", b"1e-40")])
def test_a_wait_without_end_is_none_that_is_asked(numbers: tuple[bytes, bytes, bytes]) -> None:
    body = (
        b'{"errors":[{"extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":%b,'
        b'"throttleStatus":{"currentlyAvailable":%b,"restoreRate":%b}}}}' % numbers
    )
    refused = shopify.refusal(httpx.Response(200, content=body))
    assert refused.retry
    assert refused.wait_seconds is None or math.isfinite(refused.wait_seconds)


def test_only_the_mark_of_the_next_page_is_taken_from_the_link(play: Callable) -> None:
    link = (
        '<https://evil.example/admin/api/orders.json?limit=250&page_info=eyJsYXN0%3D>; rel="next",'
        ' <https://evil.example/x?page_info=back>; rel="previous"'
    )
    pages = [httpx.Response(200, json={"orders": []}, headers={"link": link}), httpx.Response(200, json={"orders": []})]
    played = play(shopify, plan(), lambda _: pages.pop(0))
    assert played.got == 1
    assert {r.url.host for r in played.requests} == {"minamodo.myshopify.com"}
    second = dict(played.requests[1].url.params)
    assert second == {"limit": "250", "page_info": "eyJsYXN0=", "fields": ",".join(shopify.FIELDS)}


def test_paging_that_never_ends_stops_the_shard(play: Callable) -> None:
    link = '<https://x.example/?page_info=same>; rel="next"'
    played = play(shopify, plan(), lambda _: httpx.Response(200, json={"orders": [order()]}, headers={"link": link}))
    assert (played.stopped.reason, played.stopped.scope, len(played.requests)) == ("paging_loop", "shard", 2)


def test_a_full_bucket_is_waited_for_as_asked(play: Callable) -> None:
    full = httpx.Response(429, headers={"retry-after": "2.0"}, json={"errors": "Exceeded 2 calls per second"})
    answers = [full, httpx.Response(200, json={"orders": []})]
    played = play(shopify, plan(), lambda _: answers.pop(0))
    assert (played.got, played.slept) == (1, [2.0])


@pytest.mark.parametrize(
    ("site", "landed", "host"),
    [
        ("https://coupons.example/", "https://coupons.example/", "coupons.example"),
        ("https://www.coupons.example/find?q=bob@example.com", "https://coupons.example/", "coupons.example"),
        ("android-app://com.example.app/", "https://com.example.app/", "com.example.app"),
        ("<script>", "", None),
        (None, None, None),
    ],
)
def test_only_the_host_of_where_a_buyer_came_from_is_landed_and_staged(
    site: str | None, landed: str | None, host: str | None, play: Callable, relanded: Callable
) -> None:
    played = play(shopify, plan(), lambda _: httpx.Response(200, json={"orders": [order(referring_site=site)]}))
    assert json.loads(played.answers[0].body)["orders"][0]["referring_site"] == landed
    assert shopify.stage(relanded(played.answers)).tables["staging.orders"]["referrer"].to_list() == [host]


def test_an_address_written_by_a_visitor_cannot_break_an_order(land: Callable) -> None:
    wild = ["http://[::1?utm_source=x", "/?utm_source=%00%ff", "/?" + "a=1&" * 500, "//?utm_source=" + "x" * 999]
    body = json.dumps({"orders": [order(id=n, landing_site=site) for n, site in enumerate(wild)]}).encode()
    frames = shopify.stage([land("shopify_orders", body)])
    assert frames.rejects.is_empty()
    sources = frames.tables["staging.orders"]["utm_source"]
    assert sources.str.len_chars().fill_null(0).max() <= 200
    assert sources.to_list()[0] is None
    assert frames.tables["staging.orders"].schema["gross"] == pl.Decimal(18, 4)
