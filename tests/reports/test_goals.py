"""Goals: a cost is told against its limit in words, and drawn as what it is."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import message, render
from reports.figures import Figures
from reports.goals import against_limit, goals
from reports.reading import read

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
    parts = message.bar(float(value) / 100, "bad")
    before = parts[: [part.kind for part in parts].index("line")]
    after = parts[len(before) + 1 :]
    assert any(part.kind.startswith("fill") for part in after) <= (value >= 100)
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
