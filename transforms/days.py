"""The only time arithmetic: an instant is UTC, a business day is a date in the workspace's timezone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl


def business_day(instant: datetime, zone: str) -> date:
    """The business day on which an instant falls. ``instant`` must be aware."""
    return instant.astimezone(ZoneInfo(zone)).date()


def starts_at(day: date, zone: str) -> datetime:
    """The first instant (UTC) of a business day; at a clock change, the first that exists."""
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def ends_at(day: date, zone: str) -> datetime:
    """The first instant (UTC) after a business day."""
    return starts_at(day + timedelta(days=1), zone)


def on_day(column: str, zone: str) -> pl.Expr:
    """Expression: the business day of an instant column."""
    return pl.col(column).dt.convert_time_zone(zone).dt.date()


def hours_between(earlier: str, later: str) -> pl.Expr:
    """Expression: hours from one instant column to another (may be fractional)."""
    return (pl.col(later) - pl.col(earlier)).dt.total_microseconds() / 3_600_000_000
