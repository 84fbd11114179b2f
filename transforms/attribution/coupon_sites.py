"""Which hosts and channels are coupon sites: generic words, and what a workspace adds."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import polars as pl

WORDS = (
    *("coupon", "kupon", "voucher", "promocode", "promo-code", "promokod", "discountcode", "discount-code", "cashback"),
    *("dealsite", "hotdeal", "bargain", "rabatt", "gutschein", "codepromo", "couponcode", "otoku", "waribiki"),
    *("クーポン", "割引", "お得", "プロモコード", "优惠", "折扣", "쿠폰"),
)
"""Words that stand in the names of coupon sites, wherever in the name."""
WHOLE = ("deal", "deals", "promo", "promos", "code", "codes", "tokubai", "sale", "sales", "poi", "pointsite")
"""Words that say so only as a whole label of a host: ``deals.example``, not ``ideals.example``."""


def is_coupon_site(column: str, own: Sequence[str] = ()) -> pl.Expr:
    """Expression: a host or a utm_source that names a coupon site. ``own``: further hosts, with all below them.

    Null where the column is null.
    """
    name = pl.col(column).str.normalize("NFKC").str.to_lowercase().str.strip_chars()
    labels = name.str.split(".")
    by_label = pl.any_horizontal(labels.list.contains(pl.lit(word)) for word in WHOLE)
    theirs = [o.strip().lower().lstrip(".") for o in own if o.strip(" .")]
    by_host = [(name == o) | name.str.ends_with(f".{o}") for o in theirs]
    return pl.any_horizontal(name.str.contains_any(list(WORDS)), by_label, *by_host)


_HOST = re.compile(r"(?!-)[^\W_][\w-]*(\.[^\W_][\w-]*)+", re.UNICODE)


def host_of(address: str | None) -> str | None:
    """The host in an address or a bare host name, lower case, without ``www.``; None where there is none.

    A visitor's browser says where it came from: it need not be an address, and nothing here follows it.
    """
    text = (address or "").strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return None
    host = host.removeprefix("www.").rstrip(".")
    is_number = host.replace(".", "").isdigit()  # an address of a machine: nobody's shop, maybe somebody's home
    return host if len(host) <= 253 and _HOST.fullmatch(host) and not is_number else None
