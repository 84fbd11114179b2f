"""Nights: what a night is to blame for, what nobody was told on any night, and which nights were not run."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from reports import render
from reports.figures import Figures
from reports.nights import Nights, nights
from reports.overview import overview
from reports.reading import read
from reports.sections import quality, verdict
from reports.wording import NOT_RUN, UNTOLD
from tasks import figures, ingest
from transforms.tables import ops

Make = Callable[..., Figures]
FIRST = date(2026, 6, 1)


def drawn(text: str) -> pl.DataFrame:
    """Coverage out of lines ``source day got/expected reason``; days count from the campaign's first."""
    rows: list[dict[str, object]] = []
    for line in text.strip().splitlines():
        source, day, share, reason = (part.strip() for part in line.split("|"))
        got, expected = (int(part) for part in share.split("/"))
        first, _, last = day.partition("-")
        rows += [
            {
                "day": FIRST + timedelta(days=i - 1),
                "source": source,
                "shard": "all",
                "expected": expected,
                "got": got,
                "state": "complete" if got == expected else "partial" if got else "failed",
                "reason": reason or None,
            }
            for i in range(int(first), int(last or first) + 1)
        ]
    return ops.COVERAGE.conform(pl.DataFrame(rows, infer_schema_length=None))


def told(make: Make, text: str, **changes: object) -> Nights:
    figures = make(coverage=drawn(text), **changes)
    return nights(figures, overview(read(figures)))


def days(found: tuple[date, ...]) -> list[int]:
    return [(day - FIRST).days + 1 for day in found]


@pytest.mark.parametrize("reason", [UNTOLD, "no_access ×1"])
def test_an_account_that_gave_no_access_is_one_remark_and_no_gap_of_any_night(make: Make, reason: str) -> None:
    found = told(make, f"tiktok | 1-9 | 3/4 | {reason}")
    assert found.gaps == ()
    assert [(s.source, s.number, s.nights) for s in found.standing] == [("tiktok", 1, 9)]


def test_what_comes_back_was_not_gone_and_its_nights_have_a_gap(make: Make) -> None:
    lie = f"youtube | 1-4 | 3/3 |\nyoutube | 5-6 | 0/3 | {UNTOLD}\nyoutube | 7-9 | 3/3 |"
    found = told(make, lie)
    assert (days(found.gaps), found.standing) == ([5, 6], ())


def test_what_never_comes_back_is_told_with_its_first_night(make: Make) -> None:
    found = told(make, f"youtube | 1-4 | 3/3 |\nyoutube | 5-9 | 2/3 | {UNTOLD}")
    assert found.gaps == ()
    assert [((s.first - FIRST).days + 1, s.nights) for s in found.standing] == [(5, 5)]


def test_a_campaign_that_ends_takes_its_closed_account_along(make: Make) -> None:
    text = f"tiktok | 1-2 | 3/3 |\ntiktok | 3-5 | 3/4 | {UNTOLD}\ntiktok | 6-9 | 3/3 |"
    assert told(make, text).gaps == ()


def test_the_words_for_nights_are_those_that_the_runs_write() -> None:
    assert (ingest.UNTOLD, figures.NOT_RUN) == (UNTOLD, NOT_RUN)


@pytest.mark.parametrize("reason", [
    "no_access ×1, rate_limited ×1",
    "rate_limited ×2",
    "no_access ×1",  # two are missing, one is explained
    "server_error: HTTP 503 (text/html)",
    "something new",
    "",
])  # fmt: skip
def test_anything_else_in_the_reason_is_a_gap(make: Make, reason: str) -> None:
    assert days(told(make, f"tiktok | 1-3 | 4/4 |\ntiktok | 4 | 2/4 | {reason}").gaps) == [4]


@pytest.mark.parametrize(("text", "gaps"), [
    # before it exists, and found later
    ("bitly | 1-3 | 0/8 | not_found ×8\nbitly | 4-9 | 8/8 |", []),
    # eight more are asked for from the third night on, and found on the sixth
    ("bitly | 1-2 | 10/10 |\nbitly | 3-5 | 10/18 | not_found ×8\nbitly | 6 | 18/18 |", []),
    # it goes on to the end
    ("bitly | 1-3 | 0/8 | not_found ×8\nbitly | 4-5 | 7/8 | not_found ×1", [1, 2, 3, 4, 5]),
    # it had answered before
    ("bitly | 1-2 | 10/10 |\nbitly | 3 | 9/10 | not_found ×1\nbitly | 4 | 10/10 |", [3]),
    # a fault between does not excuse, and is not excused
    ("bitly | 1 | 7/8 | not_found ×1\nbitly | 2 | 0/8 | timed_out ×8\nbitly | 3 | 8/8 |", [2]),
])  # fmt: skip
def test_what_was_not_found_is_excused_only_before_it_existed(make: Make, text: str, gaps: list[int]) -> None:
    assert days(told(make, text).gaps) == gaps


def test_a_night_of_which_nothing_was_asked_is_not_run_and_no_gap(make: Make) -> None:
    found = told(make, f"tiktok | 3-5 | 4/4 |\ntiktok | 6-7 | 0/4 | {NOT_RUN}\nbitly | 5-8 | 2/2 |\ntiktok | 8 | 4/4 |")
    assert days(found.unrun) == [1, 2]
    assert days(found.gaps) == [6, 7], "bitly was asked on these nights, tiktok was not"


def unrun(make: Make, **changes: object) -> Figures:
    return make(coverage=drawn(f"tiktok | 1-23 | 4/4 |\ntiktok | 24-42 | 0/4 | {NOT_RUN}"), **changes)


def test_nights_that_were_not_run_are_in_verdict_quality_and_mail(make: Make) -> None:
    figures = unrun(make, locale="en")
    said = "19 of 42 nights were not run."
    reading = read(figures)
    assert verdict.facts(reading).sentence.endswith(said)
    assert quality.facts(reading).finding.striptags() == said
    assert said in render.mail(figures).text
    assert "19日" in verdict.facts(read(unrun(make))).sentence


@pytest.mark.parametrize(("locale", "claim"), [("en", "The figures are final."), ("ja", "数値は確定しています。")])
def test_figures_with_nights_that_were_not_run_are_not_called_final(make: Make, locale: str, claim: str) -> None:
    figures = unrun(make, locale=locale)
    mail = render.mail(figures)
    assert claim not in render.page(figures) + mail.html + mail.text
    assert claim in render.page(make(locale=locale, coverage=drawn("tiktok | 1-42 | 4/4 |")))


def test_in_a_running_campaign_nights_not_run_ask_for_somebody_today(make: Make) -> None:
    figures = unrun(make, locale="en", edition="mid", as_of=datetime(2026, 7, 10, 15, 0, tzinfo=UTC))
    tasks = verdict.facts(read(figures)).tasks
    assert (tasks[0].tone, tasks[0].title) == ("act", "19 nights were not run")


def test_reasons_of_a_closed_set_are_said_in_the_reader_s_language(make: Make) -> None:
    figures = make(coverage=drawn("tiktok | 1 | 4/4 |\ntiktok | 2 | 1/4 | rate_limited ×2, server_error ×1"))
    html = render.page(figures)
    assert "呼び出し回数の制限(2件)、取得元の障害" in re.sub("<wbr>", "", html)
    assert "rate_limited" not in html


def test_a_machine_s_own_words_are_marked_as_english(make: Make) -> None:
    figures = make(coverage=drawn("tiktok | 1 | 0/4 | server_error: HTTP 503 (text/html)"))
    html = render.page(figures).replace("<wbr>", "")
    assert '<small dir="auto" lang="en">HTTP 503 (text/html)</small>' in html
    assert '<small dir="auto" lang="en">views is -4, below 0</small>' in html
    assert "再生・表示数:0未満の値" in html
