"""The verdict: a sentence is said only if the figures bear it."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.figures import Figures
from reports.headlines import headline, marked, phrases, plain
from reports.reading import read
from reports.sections import verdict
from reports.waiting import tasks

Make = Callable[..., Figures]


def goals(make: Make, *rows: tuple[str, float | None, str]) -> pl.DataFrame:
    """Goals out of ``kpi, attainment, verdict``."""
    made = make().goals.head(1).to_dicts()[0]
    said: list[dict[str, Any]] = [
        {**made, "kpi": kpi, "target": 100.0, "value": None if a is None else 100 * a, "attainment": a, "verdict": v}
        for kpi, a, v in rows
    ]
    return pl.DataFrame(said, schema=make().goals.schema)


def sentence(figures: Figures) -> str:
    return verdict.facts(read(figures)).sentence


@pytest.mark.parametrize(("rows", "said"), [
    ([("orders", 1.07, "met"), ("cpo", 1.1, "met")], "All 2 goals are met: Orders reached 107% of the goal."),
    ([("orders", 1.07, "met"), ("cpc", 0.91, "missed")],
     "Orders reached 107% of the goal. But cost per click missed its goal: ¥282 instead of at most ¥100."),
    ([("orders", 0.996, "missed")], "Orders reached 99% of the goal, and the goal is missed."),
    ([("orders", 1.0, "met")], "Orders reached 100% of the goal, and the goal is met."),
    ([("orders", None, "unknown")], "30 posts were measured. Whether the goals are reached cannot be told yet."),
    # 90 % of a ceiling would read as a success
    ([("cpo", 0.9, "missed")], "Cost per order: ¥5,408 against a goal of at most ¥100, and the goal is missed."),
    # a verdict that its own figure contradicts is not repeated
    ([("orders", 0.5, "met")], "30 posts were measured. Whether the goals are reached cannot be told yet."),
    ([("orders", 1.2, "met"), ("cpo", 1.2, "missed")],
     "30 posts were measured. Whether the goals are reached cannot be told yet."),
    ([], "30 posts by 10 creators were measured. No goals were agreed."),
])  # fmt: skip
def test_the_boldest_claim_that_holds_is_made(make: Make, rows: list[tuple[str, float | None, str]], said: str) -> None:
    figures = make(locale="en", goals=goals(make, *rows), pending=make().pending.clear())
    assert sentence(figures) == said


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(st.floats(0, 3), st.booleans()), min_size=1, max_size=4))
def test_all_goals_are_met_is_said_only_when_they_are(make: Make, rows: list[tuple[float, bool]]) -> None:
    names = ("orders", "cpo", "link_clicks", "cpc")
    drawn = [(names[i], a, "met" if says_met else "missed") for i, (a, says_met) in enumerate(rows)]
    text = sentence(make(locale="en", goals=goals(make, *drawn)))
    if text.startswith("All "):
        assert len(rows) > 1
        assert all(a >= 1 and says_met for a, says_met in rows)
    if "and the goal is met" in text or "But " in text:
        assert rows[0][0] >= 1


def test_posts_that_wait_are_part_of_the_verdict(make: Make) -> None:
    assert sentence(make(locale="en")).endswith("2 posts wait for a decision.")
    assert sentence(make()).endswith("2件の投稿が採否の判断を待っています。")


@given(st.text(alphabet="購入数は目標の達成。しましたABC12 %", max_size=40), st.text(max_size=8))
def test_a_headline_loses_no_character(before: str, number: str) -> None:
    number = plain(number)
    text = f"{before}{marked(number, 'good')}{before}"
    assert "".join(phrases(text, "ja")) == text
    assert plain(text) == before + number + before
    assert (
        headline(text, "ja").striptags().split() == (before + number + before).split() or "&" in number or "<" in number
    )


def test_what_needs_a_person_today_comes_first(make: Make) -> None:
    tones = [task.tone for task in tasks(read(make()))]
    assert tones[:2] == ["act", "act"]
    assert "act" not in tones[2:]


def test_of_an_empty_roster_no_nought_is_counted(make_bare: Make) -> None:
    said = verdict.facts(read(make_bare(locale="ja"))).lead
    assert said == "数値は2026年7月26日まで変わることがあります。"


def test_with_nothing_open_the_report_says_so(make_bare: Make) -> None:
    [only] = tasks(read(make_bare(locale="en")))
    assert (only.tone, only.title) == ("good", "Nothing waits for you")
