"""Goals: a cost is told against its limit in words, and drawn as what it is."""

from collections.abc import Callable
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import message_bars, render
from reports.figures import Figures
from reports.goals import against_limit, goals
from reports.reading import read
from reports.sections import goals as goal_section

Make = Callable[..., Figures]


@pytest.mark.parametrize(("value", "said"), [
    (43.0, "57% below the limit"),
    (99.5, "just below the limit"),
    (100.0, "exactly at the limit"),
    (100.4, "just above the limit"),
    (111.9, "11% above the limit"),
    (236.0, "136% above the limit"),
])  # fmt: skip
def test_a_cost_is_told_against_its_limit(make: Make, value: float, said: str) -> None:
    assert against_limit(read(make(locale="en")), value, 100.0) == said


@settings(deadline=None, max_examples=60)
@given(value=st.decimals("0.01", 500, places=2))
def test_a_cost_above_its_limit_is_never_said_or_drawn_below_it(make: Make, value: Decimal) -> None:
    said = against_limit(read(make(locale="en")), float(value), 100.0)
    assert ("above" in said, "below" in said) == (value > 100, value < 100)
    parts = message_bars.bar(float(value) / 100, "bad")
    before = parts[: [part.kind for part in parts].index("k-line")]
    after = parts[len(before) + 1 :]
    assert any(part.kind == "k-bad" for part in after) <= (value >= 100)
    assert sum(int(part.width.rstrip("%")) for part in (*before, *after)) == 100


def test_page_and_mail_say_a_cost_goal_alike_and_never_as_a_share(make: Make) -> None:
    figures = make(locale="en")
    [cost] = [goal for goal in goals(read(figures)) if goal.kpi == "cpo"]
    assert (cost.standing, round(cost.drawn or 0, 3)) == ("9% below the limit", 1.109), "beyond the line is better"
    mail = render.mail(figures)
    for text in (render.page(figures), mail.html, mail.text):
        assert "9% below the limit" in text
        assert cost.attained.text not in text
    assert "目標より9%低い" in render.mail(make()).text


def test_each_goal_has_a_line_of_its_own_in_the_plain_text(make: Make) -> None:
    lines = render.mail(make(locale="en")).text.splitlines()
    assert "- Cost per order: ¥5,408 / Target at most ¥6,000 / Met · 9% below the limit" in lines
    assert next(line for line in lines if line.startswith("- Frequency")).endswith("Cannot be told")


@pytest.mark.parametrize(
    ("span", "value", "verdict", "said"),
    [
        ((3.9, 4.4), 4.2, "met", "Met"),
        ((3.2, 4.9), 4.2, "met", "Likely met"),
        ((2.9, 3.6), 3.3, "missed", "Missed"),
        ((None, None), 4.2, "met", "Met"),
    ],
)
def test_a_goal_is_likely_met_where_its_interval_reaches_below_it(
    make: Make, span: tuple[float | None, float | None], value: float, verdict: str, said: str
) -> None:
    """An engagement rate in per cent against 3.5."""
    lower, upper = span
    is_rate = (pl.col("kpi") == "er_reach") & (pl.col("grain") == "campaign")
    ends = {"value": value, "lower": lower, "upper": upper}
    kpis = make().kpis.with_columns(
        pl.when(is_rate).then(None if end is None else end / 100).otherwise(name).alias(name)
        for name, end in ends.items()
    )
    told = (
        make()
        .goals.filter(pl.col("kpi") == "er_reach")
        .with_columns(value=pl.lit(value / 100), attainment=pl.lit(value / 3.5), verdict=pl.lit(verdict))
    )
    [goal] = goals(read(make(locale="en", kpis=kpis, goals=told)))
    assert (goal.status, goal.tone) == (said, "bad" if verdict == "missed" else "good")


@pytest.mark.parametrize(
    ("verdict", "chance", "said"),
    [("behind", 0.85, "Likely to be met"), ("behind", 0.5, "Behind pace"), ("behind", 0.1, "Act today"),
     ("ahead", 0.5, "Ahead of pace"), ("ahead", None, "Ahead of pace")],
)  # fmt: skip
def test_while_a_campaign_runs_its_chance_decides(make: Make, verdict: str, chance: float | None, said: str) -> None:
    told = (
        make()
        .goals.filter(pl.col("kpi") == "orders")
        .with_columns(verdict=pl.lit(verdict), chance=pl.lit(chance, pl.Float64))
    )
    [goal] = goals(read(make(locale="en", goals=told)))
    assert goal.status == said


def test_the_headline_names_few_missed_goals_and_admits_what_may_be_chance(make: Make) -> None:
    assert goal_section.facts(read(make(locale="en"))).finding.striptags() == (
        "3 of 5 goals are met. Missed: Link clicks. 1 cannot be told."
    )
    is_rate = (pl.col("kpi") == "er_reach") & (pl.col("grain") == "campaign")
    wide = make().kpis.with_columns(
        lower=pl.when(is_rate).then(0.03).otherwise("lower"), upper=pl.when(is_rate).then(0.06).otherwise("upper")
    )
    said = goal_section.facts(read(make(locale="en", kpis=wide))).finding.striptags()
    assert "1 of them is met within its margin only." in said


def test_the_last_campaign_stands_on_the_same_scale(make: Make) -> None:
    by_kpi = {goal.kpi: goal for goal in goals(read(make()))}
    assert by_kpi["orders"].before == pytest.approx(690 / 800)
    assert by_kpi["cpo"].before == pytest.approx(6000 / 6420), "a dearer campaign was further from the goal"
    assert by_kpi["frequency"].before is None
