"""What a text of hibiki.toml or of a brief must look like, each kind with the remedy where it does not."""

import re
from contextlib import suppress
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from tasks.toml_places import suggestion
from transforms.attribution.coupon_sites import host_of
from transforms.workdays import Workdays

_ADDRESS = re.compile(r"[^\s@<>,;\"()]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")


def _wrong(what: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("wrong", "{what}", {"what": what, "remedy": remedy})


def _zone(name: str) -> str:
    if name not in available_timezones():
        zones = sorted(available_timezones())
        ending = [z for z in zones if z.rpartition("/")[2].casefold() == name.casefold()]
        remedy = f"Did you mean {ending[-1]}?" if ending else suggestion(name, zones)
        raise _wrong("is not a timezone", remedy if "Did" in remedy else "Write one such as Asia/Tokyo")
    return name


def _holidays(name: str) -> str:
    try:
        Workdays(name)
    except ValueError:
        raise _wrong(
            "has no known public holidays", "Write a country's code (JP, US) or one of its parts (US-CA)"
        ) from None
    return name


def _currency(code: str) -> str:
    if not re.fullmatch("[A-Z]{3}", code):
        raise _wrong("is not a currency code", "Write its three capitals, such as JPY")
    return code


def _currency_or_nothing(code: str) -> str:
    return _currency(code) if code else code


def is_address(text: str) -> bool:
    """Whether a text is one plain mail address: no name, no second recipient, no line break."""
    return bool(_ADDRESS.fullmatch(text))


def _sender(text: str) -> str:
    named = re.fullmatch(r"[^<>\r\n]*<([^<>]+)>", text)
    if not is_address(named[1] if named else text):
        raise _wrong("is not a sender", 'Write "Name <name@example.jp>"')
    return text


def _address_or_nothing(text: str) -> str:
    if text and not is_address(text):
        raise _wrong("is not a mail address", "Write one such as mori@example.jp, or leave it empty")
    return text


def _domain(text: str) -> str:
    if not is_address(f"a@{text}"):
        raise _wrong("is not a mail domain", "Write one such as example.jp, without @")
    return text.casefold()


def _site(text: str) -> str:
    host = host_of(text)
    if host is None:
        raise _wrong("is not a host", "Write one such as coupons.example")
    return host


def _safe_url(url: str) -> str:
    """Tokens travel to this address: only over TLS, or within this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    loopback = host == "localhost"
    with suppress(ValueError):  # a name, not a number
        loopback = loopback or ip_address(host).is_loopback
    if not host or parts.scheme not in {"https", "http"} or (parts.scheme == "http" and not loopback):
        raise _wrong("would carry tokens unencrypted or leads nowhere", "Write an https:// address")
    return url.rstrip("/")


def _web_or_nothing(url: str) -> str:
    """An address that readers and their mail programs may open: https, and nothing that breaks out of a header."""
    if not url:
        return url
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_sound = False
    if not is_sound or not re.fullmatch(r"[!-;=?-~]+", url):
        raise _wrong("is not an https address", "Write one such as https://reports.example.jp, or leave it empty")
    return url.rstrip("/")


def _shop(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*\.myshopify\.com", name):
        raise _wrong("is not a shop's own domain", "Write it as example.myshopify.com (Settings, Domains)")
    return name


def _database(uri: str) -> str:
    """A PostgreSQL address without password, encrypted unless it stays on this machine."""
    parts = urlsplit(uri)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise _wrong("is not a PostgreSQL address", "Write postgresql://user@host:5432/database?sslmode=verify-full")
    if parts.password is not None or "password=" in parts.query:
        raise _wrong("holds a password", "Take it out of the address and put it into HIBIKI_POSTGRES_PASSWORD")
    host = parts.hostname or ""
    is_here = host in {"", "localhost"}  # no host: a socket of this machine
    with suppress(ValueError):
        is_here = is_here or ip_address(host).is_loopback
    if not is_here and not re.search(r"(^|&)sslmode=(require|verify-ca|verify-full)(&|$)", parts.query):
        raise _wrong("would carry figures unencrypted", "Add ?sslmode=verify-full (or require) to the address")
    return uri


Zone = Annotated[str, AfterValidator(_zone)]
Holidays = Annotated[str, AfterValidator(_holidays)]
Currency = Annotated[str, AfterValidator(_currency)]
CurrencyOrNothing = Annotated[str, AfterValidator(_currency_or_nothing)]
Sender = Annotated[str, AfterValidator(_sender)]
AddressOrNothing = Annotated[str, AfterValidator(_address_or_nothing)]
Domain = Annotated[str, AfterValidator(_domain)]
Site = Annotated[str, AfterValidator(_site)]
Url = Annotated[str, AfterValidator(_safe_url)]
Web = Annotated[str, AfterValidator(_web_or_nothing)]
Shop = Annotated[str, AfterValidator(_shop)]
Database = Annotated[str, AfterValidator(_database)]
