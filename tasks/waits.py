"""How long an answer asks us to wait, and how fast we may ask."""

import math
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock

from tasks.documents import NotJson, document

_SLOW_FROM = 80.0
"""Per cent of a limit from which on we slow down by ourselves."""
_EPOCH = 1_000_000_000
_USAGE = ("x-app-usage", "x-business-use-case-usage", "x-ad-account-usage")
_MARKS = ("call_count", "total_cputime", "total_time", "acc_id_util_pct")


def asked_wait(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that an answer asks us to wait; None if it does not say.

    Retry-After may be seconds with decimals (Shopify: ``2.0``) or a date; Meta tells minutes, in JSON, in a header;
    others tell the instant at which the limit is lifted. Dates are held against the answer's own ``date`` or ``now``.
    """
    now = _date(headers.get("date")) or now
    said = [
        _retry_after(headers.get("retry-after"), now),
        _regain_seconds(headers),
        _until_reset(headers, now),
    ]
    told = [s for s in said if s is not None]
    return max(told) if told else None


def pause_after(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds to pause before the next question, so that a limit nearly used up is not run into. 0 if there is room."""
    pause = 0.0
    used = _usage_percent(headers)
    if used >= 100:
        pause = _regain_seconds(headers) or 60.0
    elif used >= _SLOW_FROM:
        pause = (used - _SLOW_FROM) / (100 - _SLOW_FROM) * 30
    # Shopify's bucket holds 40 calls and leaks 2 a second (shopify.dev, REST rate limits, read 2025-11).
    calls, _, limit = headers.get("x-shopify-shop-api-call-limit", "").partition("/")
    if calls.isdigit() and limit.isdigit() and int(limit) - int(calls) <= 2:
        pause = max(pause, 1.0)
    if _number(headers, "remaining") == 0:
        pause = max(pause, _until_reset(headers, _date(headers.get("date")) or now) or 1.0)
    return pause


class Bucket:
    """Leave to ask: ``burst`` questions at once, then ``per_minute``. Shared by threads."""

    def __init__(self, per_minute: float, burst: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._monotonic = per_minute / 60, burst, monotonic
        self._left, self._at = burst, monotonic()
        self._not_before = 0.0
        self._lock = Lock()

    def reserve(self) -> float:
        """Take one leave; how many seconds to wait before using it."""
        with self._lock:
            now = self._monotonic()
            self._left = min(self._burst, self._left + (now - self._at) * self._rate) - 1
            self._at = now
            return max(0.0, -self._left / self._rate, self._not_before - now)

    def hold(self, seconds: float) -> None:
        """Let nobody ask for some seconds."""
        with self._lock:
            self._not_before = max(self._not_before, self._monotonic() + seconds)


def _retry_after(said: str | None, now: datetime | None) -> float | None:
    if said is None:
        return None
    try:
        seconds = float(said)
    except ValueError:
        until = _date(said)
        return max(0.0, (until - now).total_seconds()) if until and now else None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until_reset(headers: Mapping[str, str], now: datetime | None) -> float | None:
    reset = _number(headers, "reset")
    if reset is None or _number(headers, "remaining") not in (0, None):
        return None
    if reset < _EPOCH:
        return reset
    return max(0.0, reset - now.timestamp()) if now else None


def _number(headers: Mapping[str, str], what: str) -> int | None:
    for name in (f"x-rate-limit-{what}", f"x-ratelimit-{what}"):
        said = headers.get(name, "").strip()
        if said.isdecimal() and len(said) < 15:
            return int(said)
    return None


def _usages(headers: Mapping[str, str]) -> list[Mapping[str, object]]:
    """Meta's usage records: one object, or lists of them by business id."""
    found: list[Mapping[str, object]] = []
    for name in _USAGE:
        try:
            said = document(headers.get(name, "").encode())
        except NotJson:
            continue
        if not isinstance(said, dict):
            continue
        found.append(said)
        for value in said.values():
            found.extend(v for v in (value if isinstance(value, list) else []) if isinstance(v, dict))
    return found


def _usage_percent(headers: Mapping[str, str]) -> float:
    marks = [u.get(m) for u in _usages(headers) for m in _MARKS]
    return max((float(m) for m in marks if isinstance(m, int)), default=0.0)


def _regain_seconds(headers: Mapping[str, str]) -> float | None:
    minutes = [u.get("estimated_time_to_regain_access") for u in _usages(headers)]
    told = [m * 60.0 for m in minutes if isinstance(m, int) and m > 0]
    return max(told) if told else None


def _date(said: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(said) if said else None
        return found.astimezone(UTC) if found and found.tzinfo else found and found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # the last: a date near the year 1 or 9999, or beyond
        return None
