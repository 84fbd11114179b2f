"""Google Analytics' Data API as it answers: every value a text, no rows and no count where there is nothing."""

import json
from datetime import date
from typing import Any

from tasks.sandbox.faults import Wording
from tasks.sandbox.standin import Asked, Reply, Sandbox, told
from tasks.sandbox.visits import PROPERTY_ID, TIMEZONE, Visits, visits

PREFIX = "/ga4/v1beta"
WORDING = Wording(
    counts=frozenset({"value"}),
    likes=frozenset(),
    names=frozenset(),
    captions=frozenset(),
    lists=frozenset({"rows"}),
)
_DIMENSIONS = ("date", "sessionSource", "sessionMedium", "sessionCampaignName", "sessionManualAdContent")
_METRICS = {"sessions": "TYPE_INTEGER", "newUsers": "TYPE_INTEGER", "keyEvents": "TYPE_FLOAT"}


def answer(sandbox: Sandbox, asked: Asked) -> Reply:
    """The answer to any question below ``/v1beta``."""
    if asked.bearer != sandbox.world.secrets["ga4"]:
        return expired()
    if asked.method != "POST" or asked.path.strip("/") != f"properties/{PROPERTY_ID}:runReport":
        return _error(403, "PERMISSION_DENIED", "User does not have sufficient permissions for this property.")
    try:
        question = json.loads(asked.body)
        window = question["dateRanges"][0]
        first, last = date.fromisoformat(window["startDate"]), date.fromisoformat(window["endDate"])
        limit, offset = int(question.get("limit", 10_000)), int(question.get("offset", 0))
        names = [d["name"] for d in question["dimensions"]], [m["name"] for m in question["metrics"]]
    except (ValueError, KeyError, TypeError, IndexError):
        return _error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")
    if names[0] != list(_DIMENSIONS) or not set(names[1]) <= set(_METRICS):
        return _error(400, "INVALID_ARGUMENT", "Did you mean one of the dimensions of this property?")
    key = ("ga4", first, last, asked.at)
    every = sandbox.remembered(
        key, lambda: _sorted(visits(sandbox.world.draws, sandbox.world.links, first, last, asked.at))
    )
    page = every[offset : offset + min(limit, sandbox.sizes.ga4)]
    body: dict[str, Any] = {
        "dimensionHeaders": [{"name": name} for name in names[0]],
        "metricHeaders": [{"name": name, "type": _METRICS[name]} for name in names[1]],
    }
    if every:
        body |= {"rows": [_row(v, names[1]) for v in page], "rowCount": len(every)}
    body |= {"metadata": {"currencyCode": "JPY", "timeZone": TIMEZONE}, "kind": "analyticsData#runReport"}
    return told(body)


def throttled(_asked: Asked, *, long: bool) -> Reply:
    """Too many questions at once, or this hour's tokens are used up."""
    said = "Exhausted property tokens per hour." if long else "Exhausted concurrent requests quota."
    return _error(429, "RESOURCE_EXHAUSTED", said, {} if long else {"retry-after": "0.2"})


def expired() -> Reply:
    """A token that is no longer good."""
    return _error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Reply:
    return told({"error": {"code": status, "message": message, "status": code}}, status, headers)


def _sorted(found: list[Visits]) -> list[Visits]:
    return sorted(found, key=lambda v: (v.day, v.label))


def _row(v: Visits, metrics: list[str]) -> dict[str, Any]:
    counts = {"sessions": v.sessions, "newUsers": v.new_users, "keyEvents": v.key_events}
    said = (v.day.strftime("%Y%m%d"), *v.label)
    return {
        "dimensionValues": [{"value": value} for value in said],
        "metricValues": [{"value": str(counts[name])} for name in metrics],
    }
