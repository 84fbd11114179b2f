"""The one place that knows what time it is; everything else is told."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def stopped_clock(at: datetime) -> Clock:
    """A clock that always says ``at`` (for simulated days and tests)."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no timezone: give an aware instant")
    fixed = at.astimezone(UTC)
    return lambda: fixed
