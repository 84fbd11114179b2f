"""Bitly's API v4 as it answers: a link, and its clicks per UTC day, newest first, days without a click left out."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tasks.sandbox.faults import Wording
from tasks.sandbox.links import Link
from tasks.sandbox.standin import Asked, Reply, Sandbox, told

PREFIX = "/bitly/v4"
WORDING = Wording(
    counts=frozenset({"clicks", "total_clicks"}),
    likes=frozenset(),
    names=frozenset({"title"}),
    captions=frozenset({"title"}),
    lists=frozenset({"link_clicks"}),
)
_INSTANT = "%Y-%m-%dT%H:%M:%S+0000"
_CONTENT_TYPE = "application/json"
_GROUP = "BdemoHibiki1"


class _Refused(Exception):
    def __init__(self, reply: Reply) -> None:
        self.reply = reply


def answer(sandbox: Sandbox, asked: Asked) -> Reply:
    """The answer to any question below ``/v4``."""
    try:
        return told(_answer(sandbox, asked), content_type=_CONTENT_TYPE)
    except _Refused as refused:
        return refused.reply


def throttled(_asked: Asked, *, long: bool) -> Reply:
    """Too many requests this hour, or this month."""
    code = "MONTHLY_RATE_LIMIT_EXCEEDED" if long else "RATE_LIMIT_EXCEEDED"
    return told({"message": code}, 429, {} if long else {"retry-after": "0.2"}, _CONTENT_TYPE)


def expired() -> Reply:
    """A token that is no longer good."""
    return told({"message": "FORBIDDEN", "description": "You are currently forbidden to access this resource."}, 403)


def _answer(sandbox: Sandbox, asked: Asked) -> dict[str, Any]:
    if asked.bearer != sandbox.world.secrets["bitly"]:
        raise _Refused(expired())
    parts = asked.path.strip("/").split("/")
    match parts:
        case ["user"]:
            return {
                "created": "2024-04-01T00:00:00+0000",
                "login": "minamodo_demo",
                "name": "Minamodo",
                "is_active": True,
            }
        case ["bitlinks", domain, name]:
            return _described(_link(sandbox, f"{domain}/{name}", asked.at))
        case ["bitlinks", domain, name, "clicks"]:
            return _clicks(sandbox, asked, _link(sandbox, f"{domain}/{name}", asked.at))
        case ["bitlinks", domain, name, "clicks", "summary"]:
            said = _clicks(sandbox, asked, _link(sandbox, f"{domain}/{name}", asked.at))
            total = sum(day["clicks"] for day in said.pop("link_clicks"))
            return {"total_clicks": total} | said
        case _:
            raise _Refused(Reply(404, {"content-type": "text/plain; charset=utf-8"}, b"404 page not found\n"))


def _link(sandbox: Sandbox, link_id: str, at: datetime) -> Link:
    link = sandbox.world.link(link_id)
    if link is None or link.created_at > at:
        said = {
            "message": "NOT_FOUND",
            "resource": "bitlinks",
            "description": "What you are looking for cannot be found.",
        }
        raise _Refused(told(said, 404, content_type=_CONTENT_TYPE))
    return link


def _described(link: Link) -> dict[str, Any]:
    return {
        "created_at": link.created_at.astimezone(UTC).strftime(_INSTANT),
        "id": link.link_id,
        "link": f"https://{link.link_id}",
        "custom_bitlinks": [],
        "long_url": link.long_url,
        "title": link.campaign_id,
        "archived": False,
        "created_by": "minamodo_demo",
        "client_id": "0000000000000000000000000000000000000000",
        "tags": [],
        "deeplinks": [],
        "references": {"group": f"https://api-ssl.bitly.com/v4/groups/{_GROUP}"},
    }


def _clicks(sandbox: Sandbox, asked: Asked, link: Link) -> dict[str, Any]:
    unit = asked.query.get("unit", "day")
    units = asked.query.get("units", "-1")
    if unit != "day" or not units.lstrip("-").isdigit():
        said = {"message": "INVALID_ARG_UNIT", "resource": "clicks", "description": "The value provided is invalid."}
        raise _Refused(told(said, 400, content_type=_CONTENT_TYPE))
    until = _reference(asked.query.get("unit_reference"), asked.at)
    last = min(until, asked.at).astimezone(UTC).date()
    first = link.created_at.astimezone(UTC).date()
    if int(units) > 0:
        first = max(first, until.astimezone(UTC).date() - timedelta(days=int(units) - 1))
    days = [last - timedelta(days=n) for n in range((last - first).days + 1)]
    counted = [(day, sandbox.world.clicks(link, day, asked.at)) for day in days]
    return {
        "link_clicks": [{"clicks": n, "date": f"{day.isoformat()}T00:00:00+0000"} for day, n in counted if n],
        "units": int(units),
        "unit": "day",
        "unit_reference": until.astimezone(UTC).strftime(_INSTANT),
    }


def _reference(said: str | None, now: datetime) -> datetime:
    if not said:
        return now
    try:
        # a plus that was not quoted arrives as a blank
        return datetime.strptime(said.replace(" ", "+"), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError as error:
        body = {"message": "INVALID_ARG_UNIT_REFERENCE", "resource": "clicks"}
        raise _Refused(told(body, 400, content_type=_CONTENT_TYPE)) from error
