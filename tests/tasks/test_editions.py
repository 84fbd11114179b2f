"""Which edition is due: weekly, at the end and when settled, whatever nights were missed and dates changed."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from tasks import workspace
from tasks.editions import due_editions, kind_of, promise
from tasks.site import Site, open_site

ZONE = "Asia/Tokyo"
NAME = "asanagi"
STARTS, ENDS = date(2026, 6, 1), date(2026, 7, 12)
"""A Monday and a Sunday; settled after 26 July."""
SETTLE = 14


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company") / "w"
    workspace.init(folder)
    return folder


@pytest.fixture
def company(root: Path, tmp_path: Path) -> Site:
    """A workspace of its own, first asked on the campaign's first day."""
    (tmp_path / "hibiki.toml").write_text((root / "hibiki.toml").read_text("utf-8"), "utf-8")
    site = open_site(tmp_path, at=night(STARTS))
    entry = SimpleNamespace(source="instagram", day=STARTS)
    return replace(site, landing=SimpleNamespace(entries=lambda: [entry]))  # type: ignore[arg-type]


def night(day: date, hour: int = 23) -> datetime:
    """The workspace's 23:30 of a day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC) - timedelta(hours=9)


def brief(ends_on: date = ENDS, settle_days: int = SETTLE, starts_on: date = STARTS) -> pl.DataFrame:
    row = {"campaign_id": NAME, "starts_on": starts_on, "ends_on": ends_on, "settle_days": settle_days}
    return pl.DataFrame([row])


def ran(site: Site, day: date, campaigns: pl.DataFrame | None = None, *, hour: int = 23) -> list[str]:
    """A night: what is due is written, as reports.render does; its labels."""
    at = night(day, hour)
    site = replace(site, clock=lambda: at)
    campaigns = brief() if campaigns is None else campaigns
    written: list[str] = []
    for name, kind in due_editions(campaigns, site, at):
        folder = site.workspace.reports / name
        label = f"{kind}-v{len(list(folder.glob(f'{kind}-v*'))) + 1}"
        (folder / label).mkdir(parents=True)
        window = {k: str(v) for k, v in campaigns.row(0, named=True).items()}
        (folder / label / "figures.json").write_text(json.dumps({"as_of": at.isoformat(), "window": window}))
        written.append(label)
    return written


def nights(site: Site, first: date, last: date, *missed: date, **more: pl.DataFrame) -> dict[date, list[str]]:
    """Every night from one day to another but those missed; the editions by night, where there are any."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {day: told for day in days if day not in missed and (told := ran(site, day, *more.values()))}


def test_a_campaign_s_life_in_editions(company: Site) -> None:
    assert nights(company, STARTS - timedelta(days=9), date(2026, 9, 1)) == {
        **{STARTS + timedelta(weeks=n): [f"mid-v{n + 1}"] for n in range(6)},
        date(2026, 7, 13): ["provisional-v1"],
        date(2026, 7, 27): ["final-v1"],
    }


def test_a_missed_monday_is_made_up_for_once_on_the_next_night(company: Site) -> None:
    monday = date(2026, 6, 15)
    found = nights(company, STARTS, date(2026, 6, 28), monday, monday + timedelta(days=1))
    assert found[monday + timedelta(days=2)] == ["mid-v3"]
    assert list(found) == [STARTS, date(2026, 6, 8), date(2026, 6, 17), date(2026, 6, 22)]


def test_a_run_that_begins_before_midnight_and_writes_after_it_loses_no_week(company: Site) -> None:
    assert ran(company, STARTS) == ["mid-v1"]
    assert ran(company, date(2026, 6, 9), hour=0) == ["mid-v2"], "Monday's run, half past midnight"
    assert ran(company, date(2026, 6, 10), hour=0) == []
    assert ran(company, date(2026, 6, 16), hour=0) == ["mid-v3"]


def test_nothing_is_made_up_for_that_was_before_hibiki_or_the_campaign(company: Site) -> None:
    thursday = date(2026, 6, 4)
    entry = SimpleNamespace(source="instagram", day=thursday)
    told_early = SimpleNamespace(source="brief", day=STARTS)
    late = replace(company, landing=SimpleNamespace(entries=lambda: [told_early, entry]))  # type: ignore[arg-type]
    assert list(nights(late, thursday, date(2026, 6, 9))) == [date(2026, 6, 8)]
    midweek = brief(starts_on=date(2026, 6, 10))
    assert list(nights(company, date(2026, 6, 10), date(2026, 6, 16), only=midweek)) == [date(2026, 6, 15)]


def test_weeks_of_missed_nights_leave_one_edition_each_of_what_is_true_now(company: Site) -> None:
    ran(company, STARTS)
    assert ran(company, date(2026, 7, 20)) == ["provisional-v1"], "no weekly report of a campaign that is over"
    assert ran(company, date(2026, 7, 21)) == []
    assert ran(company, date(2026, 10, 1)) == ["final-v1"]
    assert ran(company, date(2026, 10, 2)) == []


def test_nothing_of_the_settling_time_was_run_and_the_final_edition_is_written_all_the_same(company: Site) -> None:
    assert ran(company, date(2026, 8, 30)) == ["final-v1"]


def test_an_extended_campaign_runs_on_and_ends_again(company: Site) -> None:
    assert ran(company, date(2026, 7, 13)) == ["provisional-v1"]
    longer = brief(ends_on=date(2026, 7, 31))
    assert ran(company, date(2026, 7, 14), longer) == ["mid-v1"]
    assert ran(company, date(2026, 7, 20), longer) == ["mid-v2"]
    assert ran(company, date(2026, 8, 1), longer) == ["provisional-v2"]
    assert ran(company, date(2026, 8, 15), longer) == ["final-v1"]


def test_an_earlier_end_is_told_anew_and_only_once(company: Site) -> None:
    assert ran(company, date(2026, 7, 13)) == ["provisional-v1"]
    shorter = brief(ends_on=date(2026, 7, 5))
    assert ran(company, date(2026, 7, 14), shorter) == ["provisional-v2"]
    assert ran(company, date(2026, 7, 15), shorter) == []
    assert ran(company, date(2026, 7, 20), shorter) == ["final-v1"]
    assert ran(company, date(2026, 7, 27), brief()) == ["final-v2"]
    assert ran(company, date(2026, 7, 28), shorter) == ["final-v3"], "what readers have last speaks of the other end"
    assert ran(company, date(2026, 7, 29), shorter) == []


def test_a_longer_settling_time_makes_another_final_edition_and_no_other_provisional_one(company: Site) -> None:
    assert ran(company, date(2026, 7, 13)) == ["provisional-v1"]
    assert ran(company, date(2026, 7, 27)) == ["final-v1"]
    patient = brief(settle_days=21)
    assert ran(company, date(2026, 7, 28), patient) == []
    assert ran(company, date(2026, 8, 3), patient) == ["final-v2"]


def test_editions_of_an_earlier_hibiki_tell_no_window_and_count_by_their_day(company: Site) -> None:
    ran(company, date(2026, 7, 13))
    file = company.workspace.reports / NAME / "provisional-v1" / "figures.json"
    file.write_text(json.dumps({"as_of": night(date(2026, 7, 13)).isoformat()}))
    assert ran(company, date(2026, 7, 14)) == []
    assert ran(company, date(2026, 7, 21), brief(ends_on=date(2026, 7, 20))) == ["provisional-v2"]


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"as_of": 7}', '{"as_of": "2026-07-13T00:00:00+00:00", "window": 3}']
)
def test_an_edition_that_cannot_be_read_is_not_sent_again(company: Site, content: str) -> None:
    ran(company, date(2026, 7, 13))
    (company.workspace.reports / NAME / "provisional-v1" / "figures.json").write_text(content)
    assert ran(company, date(2026, 7, 14)) == []


def test_an_edition_whose_mails_were_never_queued_is_still_due(company: Site) -> None:
    assert ran(company, date(2026, 7, 13)) == ["provisional-v1"]
    note = promise(company.workspace.reports / NAME, "provisional-v1")
    note.touch()
    assert due_editions(brief(), replace(company, clock=lambda: night(date(2026, 7, 13))), night(date(2026, 7, 13)))
    note.unlink()
    assert ran(company, date(2026, 7, 13)) == []


def test_the_end_of_the_last_day_still_is_that_day() -> None:
    row = brief().row(0, named=True)
    midnight = datetime(2026, 7, 12, 15, 0, tzinfo=UTC)
    assert kind_of(row, midnight, ZONE) == "mid"
    assert kind_of(row, midnight + timedelta(seconds=1), ZONE) == "provisional"
    settled = midnight + timedelta(days=SETTLE)
    assert (kind_of(row, settled, ZONE), kind_of(row, settled + timedelta(seconds=1), ZONE)) == ("provisional", "final")
