"""What changed since the last edition is said in sentences, and figures made by hand bear a sign with its meaning."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from reports import message, render
from reports.changes import said, words
from reports.figures import Figures
from reports.reading import BY_HAND, TWO_WAYS, read
from reports.sheets import campaign as campaign_sheets
from transforms.differences import CAUSES, CHANGES

Make = Callable[..., Figures]


def changed(make: Make, rows: list[tuple], **more: object) -> Figures:
    """Figures with changes: place, kpi, cause, part, before, after, is_material."""
    figures = make(**more)
    frame = pl.DataFrame(
        [
            (figures.campaign_id, kpi, cause, part, before, after, _minus(after, before), 1.0, material, place)
            for place, kpi, cause, part, before, after, material in rows
        ],
        schema=[c for c in CHANGES.columns if c not in {"since", "as_of"}],
        orient="row",
        infer_schema_length=None,
    )
    since = figures.as_of - timedelta(days=7)
    dated = frame.with_columns(since=pl.lit(since), as_of=pl.lit(figures.as_of))
    return replace(figures, changes=CHANGES.conform(dated), since=since)


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


ROWS = [
    (1, "orders", "late_order", 12.0, 846.0, 858.0, True),
    (2, "views", "growth", 900.0, 100000.0, 101000.0, True),
    (2, "views", "restated", -100.0, 100000.0, 101000.0, True),
    (2, "views", "new_post", 200.0, 100000.0, 101000.0, True),
    (3, "likes", "growth", 1.0, 9000.0, 9001.0, False),
]


def test_material_changes_are_said_with_their_causes(make: Make) -> None:
    assert said(read(changed(make, ROWS, locale="en"))) == (
        "Orders: 846 → 858 (+12). Why: orders reported late +12",
        (
            "Views: 100,000 → 101,000 (+1,000). Why: the same posts, counted later +900, the platform restated earlier"
            " figures -100, new posts +200"
        ),
    )


def test_they_are_said_in_japanese(make: Make) -> None:
    first, _ = said(read(changed(make, ROWS)))
    assert first == "購入数:846 → 858 (+12)。理由:遅れて届いた注文 +12"


def test_a_figure_that_became_known_has_no_difference(make: Make) -> None:
    rows = [(1, "orders", "new_source", None, None, 858.0, True)]
    assert said(read(changed(make, rows, locale="en"))) == (
        "Orders: – → 858. Why: a source answered for the first time",
    )


def test_without_an_edition_before_nothing_is_said(make: Make) -> None:
    assert said(read(make())) == ()


def test_that_nothing_matters_is_said(make: Make) -> None:
    (only,) = said(read(changed(make, ROWS[4:], locale="en")))
    assert only.startswith("Nothing that matters has changed since Jul ")


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_every_cause_has_its_words(make: Make, locale: str) -> None:
    reading = read(make(locale=locale))
    assert len({words(reading, cause) for cause in CAUSES}) == len(CAUSES)


def test_the_page_shows_the_changes_and_figures_json_has_them_all(make: Make, tmp_path) -> None:
    figures = changed(make, ROWS)
    edition = render.edition(figures, tmp_path)
    assert "前回のレポートからの変化" in edition.report.read_text("utf-8")
    told = json.loads((edition.folder / "figures.json").read_text("utf-8"))
    assert [row["kpi"] for row in told["changes"]] == ["orders", "views", "views", "views", "likes"]
    assert told["campaign_kpis"]["orders"]["value"] == pytest.approx(858)


def test_a_figure_typed_by_hand_bears_a_sign_and_the_page_says_what_it_means(make: Make) -> None:
    figures = make()
    is_orders = (pl.col("kpi") == "orders") & (pl.col("grain") == "campaign")
    typed = figures.kpis.with_columns(posts_manual=pl.when(is_orders).then(2).otherwise(0))
    page = render.page(replace(figures, kpis=typed))
    assert f"858{BY_HAND}" in page
    assert "人が入力または訂正した値を含みます" in page
    assert BY_HAND not in render.page(figures)


@pytest.mark.parametrize(
    ("locale", "said"), [("ja", "数え方が途中で変わった投稿を含みます(YouTube "), ("en", "in two ways (YouTube Views)")]
)
def test_a_figure_that_was_counted_in_two_ways_bears_a_sign_in_page_mail_and_sheets(
    make: Make, locale: str, said: str
) -> None:
    figures = make(locale=locale)
    is_goal = (pl.col("kpi") == figures.goals["kpi"][0]) & (pl.col("grain") == "campaign")
    mixed = figures.kpis.with_columns(definition_changed=pl.when(is_goal).then(pl.lit("youtube.views")))
    counted = replace(figures, kpis=mixed)
    mail = message.facts(read(counted))
    assert any(goal.result.text.endswith(TWO_WAYS) for goal, _bar in mail.goals)
    assert said in mail.caveat
    assert said in render.page(counted)
    assert any("youtube.views" in row for row in campaign_sheets.values(read(counted)).rows)
    assert TWO_WAYS not in render.page(figures) + message.facts(read(figures)).caveat
