"""Whether followers are whom the brand wants, in a reader's words: between bounds, and unknown is not nothing."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from reports import render
from reports.figures import Figures
from reports.reading import read
from reports.sections import audience
from reports.target import target
from transforms.tables.audience_match import AUDIENCE_MATCH

Make = Callable[..., Figures]


def row(who: str, dimension: str, lower: float | None, upper: float | None, **more: object) -> dict[str, object]:
    about = {"campaign_id": "asanagi-uv", "grain": "account", "influencer_id": who, "platform": "instagram"}
    aims = {"gender": "female", "country": "JP", "age": "18-24\n65+"}
    return about | {"dimension": dimension, "target": aims.get(dimension), "lower": lower, "upper": upper} | more


def whole(dimension: str, lower: float | None, upper: float | None, known: int) -> dict[str, object]:
    grain = {"grain": "campaign", "influencer_id": None, "platform": None}
    return row("", dimension, lower, upper, accounts_known=known, accounts_all=3) | grain


TOLD = (
    whole("gender", 0.55, 0.65, 2),
    whole("country", 0.9, 0.9, 2),
    whole("all", 0.45, 0.65, 2),
    row("asahina", "gender", 0.6, 0.8),
    row("asahina", "country", 0.9, 0.9),
    row("asahina", "all", 0.5, 0.8),
    row("shiomi", "gender", 0.2, 0.4),
    row("shiomi", "country", None, None, reason="not_reported"),
    row("shiomi", "all", None, 0.4, reason="some_untold"),
    row("yuki", "gender", None, None, reason="not_reported"),
    row("yuki", "country", None, None, reason="not_reported"),
    row("yuki", "all", None, None, reason="not_reported"),
)


def aiming(figures: Figures, *rows: dict[str, object]) -> Figures:
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.lit(figures.as_of).alias("as_of"))
    return replace(figures, audience_match=AUDIENCE_MATCH.conform_loosely(frame))


def test_each_account_is_told_between_its_bounds_and_marked_where_surely_less_than_half(make: Make) -> None:
    found = target(read(aiming(make(locale="en"), *TOLD)))
    assert found is not None
    assert {r.name: (r.value, r.is_low, r.why) for r in found.rows} == {
        "朝比奈みのり": ("50%–80%", False, ""),
        "汐見なぎさ": ("at most 40%", True, "a part is not told"),
        "柚木さら": ("–", False, "nobody told who follows it"),
    }
    assert found.rows[0].parts == ("Country 90%", "Gender 60%–80%")
    assert found.finding.startswith("Within the target: 45%–65% of the followers, over the 2 of 3 accounts")
    assert found.finding.endswith("surely less than half is within it: 1.")


@pytest.mark.parametrize(("locale", "aim"), [("en", "Gender Women"), ("ja", "性別 女性")])
def test_whom_the_brief_aims_at_is_said_in_words(make: Make, locale: str, aim: str) -> None:
    found = target(read(aiming(make(locale=locale), *TOLD)))
    assert found is not None
    assert aim in found.text


def test_where_nobody_told_anything_there_is_no_row_and_no_figure(make: Make) -> None:
    silent = (
        whole("gender", None, None, 0),
        whole("all", None, None, 0),
        *(r for r in TOLD if r["influencer_id"] == "yuki"),
    )
    found = target(read(aiming(make(locale="en"), *silent)))
    assert found is not None
    assert found.rows == ()
    assert found.finding.startswith("How many followers are within the target is not known.")


def test_a_brief_without_a_target_is_said_to_have_none(make: Make) -> None:
    reading = read(make(locale="en"))
    assert target(reading) is None
    assert any("names no target audience" in line for line in audience.facts(reading).unknown)
    aimed = audience.facts(read(aiming(make(locale="en"), *TOLD)))
    assert not any("names no target audience" in line for line in aimed.unknown)


@pytest.mark.parametrize(("locale", "low"), [("en", "at most 40%"), ("ja", "最大40%")])
def test_the_page_marks_in_words_and_colour_whose_followers_are_others(make: Make, locale: str, low: str) -> None:
    page = render.page(aiming(make(locale=locale), *TOLD))
    assert f'<mark class="bad">{low}</mark>' in page
    assert ("less than half" if locale == "en" else "半数未満") in page
