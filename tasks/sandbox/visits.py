"""Visits to the brands' sites in the simulated world: most clicks become sessions, and late ones are counted late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tasks.sandbox.campaigns import ZONE
from tasks.sandbox.draws import Draws
from tasks.sandbox.links import Link

PROPERTY_ID = "337700001"
TIMEZONE = "Asia/Tokyo"
LATE = timedelta(hours=6)
"""The analytics tool knows a visit six hours after it."""
SETTLED_AFTER = timedelta(hours=48)
"""From the end of a day until its last visits have been counted."""
_ARRIVE = 0.82
_COUNTED_AT_FIRST = 0.94

Label = tuple[str, str, str, str]
"""Source, medium, campaign and content, as the tool says them."""
_ELSEWHERE: Sequence[tuple[Label, int, int]] = (
    (("(direct)", "(none)", "(direct)", "(not set)"), 180, 320),
    (("google", "organic", "(organic)", "(not set)"), 90, 160),
    (("newsletter", "email", "(not set)", "(not set)"), 0, 40),
)


@dataclass(frozen=True, slots=True)
class Visits:
    """Sessions of one day under one label, as known at an instant."""

    day: date
    label: Label
    sessions: int
    new_users: int
    key_events: int


def opens(day: date) -> datetime:
    """The first instant of a day of the property."""
    return datetime.combine(day, time(0), tzinfo=ZONE)


def sessions(draws: Draws, link: Link, day: date, at: datetime) -> int:
    """Sessions that a link brought on a day, as the tool knows them at an instant: a few are counted late."""
    first, last = opens(day), opens(day + timedelta(days=1))
    until = min(last, at - LATE)
    if until <= first:
        return 0
    arrived = int((link.arrived(draws, until) - link.arrived(draws, first)) * _ARRIVE)
    return arrived if at >= last + SETTLED_AFTER else int(arrived * _COUNTED_AT_FIRST)


def visits(draws: Draws, links: Sequence[Link], first: date, last: date, at: datetime) -> list[Visits]:
    """All that the tool tells of the days from ``first`` to ``last``: labels without a session have no row."""
    found: list[Visits] = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if opens(day) >= at - LATE:
            break
        for label, least, most in _ELSEWHERE:
            counted = draws.whole(least, most, "visits", label[0], day)
            found.append(Visits(day, label, counted, counted * 3 // 5, counted // 40))
        for link in links:
            if not link.posts or link.posts[0].published_at >= opens(day + timedelta(days=1)):
                continue
            counted = sessions(draws, link, day, at)
            if counted:
                label = (link.source, "influencer", link.campaign_id, link.influencer_id)
                found.append(Visits(day, label, counted, counted * 7 // 10, counted // 30))
    return [v for v in found if v.sessions]
