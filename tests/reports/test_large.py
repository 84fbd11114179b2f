"""A campaign of many creators and posts stays readable: groups folded, sizes charted, rows limited and that said."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from reports import drawing, kept, sections
from reports.figures import Figures
from reports.reading import read
from reports.sections import Section, audience, compliance, data, influencers, next_steps
from tests.reports.conftest import rich
from tests.reports.told import large

Make = Callable[..., Figures]
PEOPLE, EACH = 110, 6


@pytest.fixture(scope="module")
def many() -> Figures:
    return large(rich(locale="en"), people=PEOPLE, each=EACH)


@pytest.fixture
def _own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The page with the sections that grow with a campaign alone."""
    every = sections.load()
    grow = {"influencers", "audience", "posts", "compliance", "next_steps", "data"}

    def own() -> list[Section]:
        return [section for section in every if section.stem in grow]

    monkeypatch.setattr(drawing.sections, "load", own)
    return iter(())


def test_creators_are_charted_by_size_and_those_who_cannot_be_told_apart_are_folded_names(many: Figures) -> None:
    facts = influencers.facts(read(many))
    assert [size.name for size in facts.sizes] == ["Nano", "Micro", "Middle", "Macro"]
    assert [(p.group, len(p.rows), p.is_drawn) for p in facts.parties] == [
        ("better", 11, True), ("same", 88, False), ("worse", 11, True)
    ]  # fmt: skip
    assert sum(size.chart.count("<circle") for size in facts.sizes) == PEOPLE


def test_accounts_and_names_are_folded_and_squares_become_bars(many: Figures) -> None:
    reading = read(many)
    assert audience.facts(reading).is_folded
    found = compliance.facts(reading)
    assert (found.squares, len(found.bars)) == ((), 4)
    cards = next_steps.facts(reading).cards
    assert [len(c.names) + len(c.more) for c in cards] == [11, 88, 11]
    assert len(cards[1].names) == next_steps.NAMED


def test_rows_beyond_the_page_are_said_to_be_in_the_workbook(many: Figures) -> None:
    creators, posts, *_rest = data.facts(read(many)).parts
    assert len(creators.grid.rows) == PEOPLE
    assert len(posts.grid.rows) == kept.MOST < PEOPLE * EACH
    assert posts.grid.note.startswith("600 of 660 rows; all of them are in report.xlsx beside this page.")


@pytest.mark.usefixtures("_own")
def test_the_page_stays_of_a_size_that_a_mail_program_opens_and_leads_nowhere_in_vain(many: Figures) -> None:
    html = drawing.page(many)
    assert len(html.encode()) < 1_500_000
    there = set(re.findall(r' id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= there
    assert len(re.findall(r' id="(?:post|creator)-', html)) == kept.MOST + PEOPLE


@pytest.mark.usefixtures("_own")
def test_links_of_a_small_campaign_lead_to_rows_that_are_there(many: Figures, make: Make) -> None:
    del many
    html = drawing.page(replace(make(), locale="en"))
    there = set(re.findall(r' id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= there
