"""Which edition of a campaign should exist by now and does not: weekly while it runs, at its end, when settled."""

import json
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from reports.figures import EditionName
from tasks.ledger import Ledger
from tasks.site import Site
from transforms.days import business_day

PREVIEWS = "_previews"
"""Below reports/: editions that nobody was sent. No campaign's name starts with an underscore."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NOT_ASKED = frozenset({"brief", "reference", "correction", "import"})
"""Landed files that no platform was asked for: they make no night."""


@dataclass(frozen=True, slots=True)
class Told:
    """An edition that was written: of when, the last business day it speaks of, and the window that the brief had then.

    Null where its figures.json cannot be read, or is of an earlier hibiki.
    """

    folder: Path
    as_of: datetime | None
    day: date | None
    ends_on: date | None
    settle_days: int | None

    @property
    def label(self) -> str:
        """Its name: ``final-v2``."""
        return self.folder.name


@dataclass(frozen=True, slots=True)
class Newest:
    """The edition that speaks of the latest instant."""

    folder: Path
    as_of: datetime


def newest(campaign: Path, zone: str) -> Newest | None:
    """A campaign's newest edition, by its folder below reports/; one that cannot be read is passed over."""
    told = [told_by(folder, zone) for folder in campaign.glob("[!._]*-v*")]
    dated = [(t.as_of, _version(t.label), t.folder) for t in told if t.as_of is not None]
    return Newest(max(dated)[2], max(dated)[0]) if dated else None


def promise(folder: Path, label: str) -> Path:
    """The note beside an edition that says: its mails are not queued yet."""
    return folder / f".unqueued-{label}"


def due_editions(campaigns: pl.DataFrame, site: Site, as_of: datetime) -> list[tuple[str, EditionName]]:
    """Campaign and edition that should exist by now and do not, by campaign."""
    found: list[tuple[str, EditionName]] = []
    with closing(Ledger(site.workspace.outbox / "ledger.sqlite", site.clock)) as ledger:
        queued = {(e.campaign_id, e.edition) for e in ledger.entries()}
    first_night = min((e.day for e in site.landing.entries() if e.source not in _NOT_ASKED), default=site.today)
    weekday = WEEKDAYS.index(site.settings.reports.mid_flight_weekday)
    for campaign in campaigns.sort("campaign_id").iter_rows(named=True):
        name, kind = campaign["campaign_id"], kind_of(campaign, as_of, site.zone)
        if site.today < campaign["starts_on"]:
            continue
        there = site.workspace.reports / name
        whole = [e for e in there.glob(f"{kind}-v*") if (name, e.name) in queued or not promise(there, e.name).exists()]
        told = [told_by(edition, site.zone) for edition in whole]
        if _is_due(campaign, kind, told, site.today, weekday, first_night):
            found.append((name, kind))
    return found


def kind_of(campaign: Mapping[str, object], as_of: datetime, zone: str) -> EditionName:
    """Which edition figures of an instant make: the end of the campaign's last day still is of that day."""
    ends_on, settle_days = _window(campaign)
    last = business_day(as_of - timedelta(microseconds=1), zone)
    if last <= ends_on:
        return "mid"
    return "final" if last > ends_on + timedelta(days=settle_days) else "provisional"


def told_by(edition: Path, zone: str) -> Told:
    """What an edition's figures.json says of itself."""
    try:
        said = json.loads((edition / "figures.json").read_text("utf-8"))
        as_of = datetime.fromisoformat(said["as_of"])
        window = said.get("window") or {}
        ends_on = date.fromisoformat(window["ends_on"]) if "ends_on" in window else None
        settle_days = int(window["settle_days"]) if "settle_days" in window else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Told(edition, None, None, None, None)
    return Told(edition, as_of, business_day(as_of - timedelta(microseconds=1), zone), ends_on, settle_days)


def _is_due(  # noqa: PLR0917 - a rule says all it looks at
    campaign: Mapping[str, object],
    kind: EditionName,
    told: Collection[Told],
    today: date,
    weekday: int,
    first_night: date,
) -> bool:
    """Whether none of the editions of that kind says what is to be said now."""
    ends_on, settle_days = _window(campaign)
    if kind == "mid":
        due_on = today - timedelta(days=(today.weekday() - weekday) % 7)
        starts_on = campaign["starts_on"]
        # a weekday whose night was missed is made up for on the next night; one before hibiki ran was not missed
        is_missed = first_night <= due_on and isinstance(starts_on, date) and starts_on <= due_on
        return (due_on == today or is_missed) and not any(t.day is not None and t.day >= due_on for t in told)
    # readers hold the newest for true: one for an end that the brief no longer has is none of this end
    newest = max(told, key=lambda t: _version(t.label), default=None)
    return newest is None or not _speaks_of(newest, kind, ends_on, settle_days)


def _version(label: str) -> int:
    digits = label.rpartition("-v")[2]
    return int(digits) if digits.isdecimal() else 0


def _speaks_of(told: Told, kind: EditionName, ends_on: date, settle_days: int) -> bool:
    if told.ends_on is not None:
        return told.ends_on == ends_on and (kind == "provisional" or told.settle_days == settle_days)
    after = ends_on if kind == "provisional" else ends_on + timedelta(days=settle_days)
    return told.day is None or told.day > after


def _window(campaign: Mapping[str, object]) -> tuple[date, int]:
    ends_on, settle_days = campaign["ends_on"], campaign["settle_days"]
    if not isinstance(ends_on, date) or not isinstance(settle_days, int):
        raise TypeError("core.campaigns promises ends_on and settle_days")
    return ends_on, settle_days
