"""An edition: whole or absent, the same again for the same figures, and as drawn in the golden files."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import render
from reports.figures import DAYS, Figures, days_of
from reports.reading import read
from reports.subject import subject, width
from tasks.editions import Told, told_by
from transforms.contracts import ContractError
from transforms.tables.marts import POST_DAYS, POST_KPIS

Make = Callable[..., Figures]
GOLDEN = Path(__file__).parents[1] / "golden" / "reports"


def small(make: Make, **changes: object) -> Figures:
    """Three creators and their posts: enough to see a change of looks in a diff."""
    figures = make()
    ids = [*figures.influencers["influencer_id"].head(3), "hiro"]
    mine = pl.col("influencer_id").is_in(ids)
    days = figures.days.filter(pl.col("day") < date(2026, 6, 14))
    return make(
        influencers=figures.influencers.filter(mine),
        posts=figures.posts.filter(mine).head(6),
        platforms=figures.platforms.head(1),
        kpis=figures.kpis.filter(mine | pl.col("influencer_id").is_null()),
        days=days,
        coverage=figures.coverage.filter(pl.col("day") < date(2026, 6, 14)),
        **changes,
    )


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_page_and_mail_look_as_they_did(make: Make, locale: str) -> None:
    """Set HIBIKI_WRITE_GOLDEN=1 to draw them anew, then read the difference."""
    figures = small(make, locale=locale)
    mail = render.mail(figures)
    drawn = {
        f"page.{locale}.html": render.page(figures),
        f"mail.{locale}.html": mail.html,
        f"mail.{locale}.txt": mail.text,
    }
    for name, text in drawn.items():
        if os.environ.get("HIBIKI_WRITE_GOLDEN"):
            GOLDEN.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_bytes(text.encode())
        assert text == (GOLDEN / name).read_bytes().decode(), f"{name} changed: read the difference, then draw it anew"


def test_an_edition_is_a_folder_with_page_mail_and_every_figure(make: Make, tmp_path: Path) -> None:
    made = render.edition(small(make), tmp_path)
    assert made.folder == tmp_path / "asanagi-uv" / "final-v1"
    assert made.is_new
    assert made.untranslated == ()
    assert sorted(p.name for p in made.folder.iterdir()) == [
        "csv",
        "figures.json",
        "mail.html",
        "mail.txt",
        "report.en.html",
        "report.en.xlsx",
        "report.html",
        "report.xlsx",
    ]
    assert [p.name for p in made.folder.parent.iterdir()] == ["final-v1"]
    told = json.loads((made.folder / "figures.json").read_text(encoding="utf-8"))
    result = told["sections"]["goals"]["goals"][0][0]["result"]
    assert (result["value"], result["text"], result["unit"]) == (858.0, "858", "count")
    assert 'lang="ja"' in made.report.read_text(encoding="utf-8")
    assert 'href="report.en.html"' in made.report.read_text(encoding="utf-8")
    assert 'href="report.html"' in (made.folder / "report.en.html").read_text(encoding="utf-8")


def test_an_edition_says_of_which_window_it_speaks(make: Make, tmp_path: Path) -> None:
    """By it tasks.editions knows whether another is due."""
    made = render.edition(small(make), tmp_path)
    as_of = datetime(2026, 7, 26, 15, 0, tzinfo=UTC)
    wanted = Told(made.folder, as_of, date(2026, 7, 26), date(2026, 7, 12), 14)
    assert told_by(made.folder, "Asia/Tokyo") == wanted


def test_the_same_figures_are_the_same_edition_whatever_the_run(make: Make, tmp_path: Path) -> None:
    first = render.edition(small(make), tmp_path)
    before = {p.name: p.read_bytes() for p in first.folder.rglob("*.*")}
    again = render.edition(small(make, run_id="another"), tmp_path)
    assert not again.is_new
    assert again.mail == first.mail
    assert {p.name: p.read_bytes() for p in first.folder.rglob("*.*")} == before
    assert render.versioned(small(make, run_id="another"), tmp_path).version == 1


def test_other_figures_are_the_next_version_and_never_replace_what_was_said(make: Make, tmp_path: Path) -> None:
    render.edition(small(make), tmp_path)
    changed = small(make, goals=make().goals.head(2))
    with pytest.raises(render.EditionExists, match="raise the version to 2"):
        render.edition(changed, tmp_path)
    second = render.edition(render.versioned(changed, tmp_path), tmp_path)
    assert second.label == "final-v2"
    assert "改訂v2" in second.mail.subject
    assert render.versioned(changed, tmp_path).version == 2
    later = replace(changed, as_of=datetime(2026, 7, 27, 15, 0, tzinfo=UTC))
    assert render.versioned(later, tmp_path).version == 3


def test_an_edition_that_cannot_be_written_leaves_nothing(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        render.edition(small(make), tmp_path)
    assert list((tmp_path / "asanagi-uv").iterdir()) == []


def test_a_half_written_edition_of_a_killed_run_is_swept_away(make: Make, tmp_path: Path) -> None:
    left = tmp_path / "asanagi-uv" / ".final-v1.part"
    left.mkdir(parents=True)
    (left / "report.html").write_text("half")
    render.edition(small(make), tmp_path)
    assert not left.exists()


@pytest.mark.parametrize("name", ["..", "a/b", "", "a\\b", "."])
def test_a_campaign_s_id_never_leads_out_of_the_folder(make: Make, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no folder name"):
        render.edition(make(campaign={**make().campaign, "campaign_id": name}), tmp_path)


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_mail_is_small_needs_no_network_and_keeps_its_dark_rules(make: Make, locale: str) -> None:
    html = render.mail(make(locale=locale)).html
    assert len(html.encode()) < 90_000
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert len(styles) == 1
    assert len(styles[0]) < 16_000
    assert styles[0].count("@") == 1, "Gmail drops a block that has one @-rule in another"
    assert "prefers-color-scheme:dark" in styles[0]
    assert not re.search(r"(src|background)=|url\(|<img|<link|<script", html)
    assert not [a for a in re.findall(r'href="([^"]*)"', html) if not a.startswith("https://reports.example.jp/")]
    assert "var(--" not in html


def test_the_mail_s_button_leads_only_to_https(make: Make) -> None:
    there = render.mail(make(report_url="https://reports.example.jp/asanagi")).html
    assert 'href="https://reports.example.jp/asanagi"' in there
    assert "href=" not in render.mail(make(report_url="http://reports.example.jp/asanagi")).html


def test_the_subject_says_first_what_is_to_do_and_fits_a_phone(make: Make) -> None:
    figures = make()
    assert render.mail(figures).subject == "【要対応2件】朝凪UV「夏の素肌」最終結果:購入数 107%、リンククリック数未達"
    long = make(campaign={**figures.campaign, "name": "とても長い施策の名前" * 8})
    said = render.mail(long).subject
    assert said.startswith("【要対応2件】とても長い")
    assert said.endswith("…最終結果:購入数 107%")
    assert width(said) <= 45


@settings(deadline=None, max_examples=40)
@given(name=st.text(min_size=1, max_size=80), version=st.integers(1, 99), locale=st.sampled_from(["ja", "en"]))
def test_a_subject_fits_whatever_the_campaign_is_called(make: Make, name: str, version: int, locale: str) -> None:
    figures = make(campaign={**make().campaign, "name": name}, version=version, locale=locale)
    said = subject(read(figures))
    assert width(said) <= 45
    assert said == " ".join(said.split())
    assert ("v" + str(version) in said) == (version > 1)


def test_no_two_editions_share_a_subject(make: Make) -> None:
    """Threads of one subject add up until a mail program cuts them."""
    editions = [
        make(edition=edition, version=version, as_of=as_of)
        for edition in ("mid", "provisional", "final")
        for version in (1, 2)
        for as_of in (datetime(2026, 7, 5, 15, 0, tzinfo=UTC), datetime(2026, 7, 12, 15, 0, tzinfo=UTC))
        if edition == "mid" or as_of.day == 12
    ]
    subjects = [subject(read(figures)) for figures in editions]
    assert len(set(subjects)) == len(subjects) == 8


def test_the_preview_line_is_not_the_subject(make: Make) -> None:
    mail = render.mail(make())
    assert mail.preheader != mail.subject
    assert mail.html.index(mail.preheader) < mail.html.index("<h1")


def test_figures_without_a_column_or_a_zone_are_refused_by_name(make: Make) -> None:
    with pytest.raises(ContractError, match="posts lacks caption, tier"):
        make(posts=make().posts.drop("caption", "tier"))
    with pytest.raises(ContractError, match="no timezone"):
        make(as_of=datetime(2026, 7, 26))  # noqa: DTZ001
    with pytest.raises(ContractError, match="campaign lacks brand"):
        make(campaign={**make().campaign, "brand": None})


def test_days_keep_unknown_apart_from_zero() -> None:
    posts = POST_KPIS.conform_loosely(
        pl.DataFrame(
            {
                "post_key": [1, 2],
                "platform": ["tiktok", "tiktok"],
                "published_on": [date(2026, 6, 1), date(2026, 6, 2)],
            }
        )
    )
    seen = [(1, date(2026, 6, 2), 10), (1, date(2026, 6, 3), None), (2, date(2026, 6, 4), 0), (1, date(2026, 6, 4), -3)]
    post_days = POST_DAYS.conform_loosely(
        pl.DataFrame(seen, schema={"post_key": pl.Int64, "day": pl.Date, "gained_views": pl.Int64}, orient="row")
    )
    days = days_of(post_days, posts, until=date(2026, 6, 4))
    assert days.select("day", "gained_views", "views_known", "posts_all").rows() == [
        (date(2026, 6, 1), None, 0, 1),
        (date(2026, 6, 2), 10, 1, 2),
        (date(2026, 6, 3), None, 0, 2),
        (date(2026, 6, 4), -3, 2, 2),
    ]
    assert days_of(post_days, posts.clear(), until=date(2026, 6, 4)).equals(DAYS.empty())
