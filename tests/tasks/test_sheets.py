"""Feedback sheets and the page of all campaigns are written whole, in their places, and again the same."""

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tasks import sheets
from tasks.editions import newest
from tasks.errors import ConfigurationError
from tasks.site import Site, open_site
from tests.reports.conftest import AS_OF, campaign, rich
from transforms.tables import core

FRAME = core.CAMPAIGNS.conform_loosely(
    pl.DataFrame(
        [campaign(), {**campaign(), "campaign_id": "yoimachi", "name": "宵待エール"}], infer_schema_length=None
    )
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose warehouse knows two campaigns."""
    root = tmp_path_factory.mktemp("company")
    (root / "hibiki.toml").write_text('[mail]\nallowed_domains = ["example.jp"]\n')
    with open_site(root, at=AS_OF).warehouse() as warehouse:
        warehouse.replace({"core.campaigns": FRAME})
    return root


@pytest.fixture
def company(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A copy of its own; the figures of both campaigns are those of the reports' tests."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    site = open_site(tmp_path, at=AS_OF)

    def figures_of(_warehouse: object, _marts: object, campaign_id: str, **how: object) -> object:
        if campaign_id not in {"asanagi-uv", "yoimachi"}:
            raise ConfigurationError(f"no campaign is called {campaign_id}")
        own = {**campaign(), "campaign_id": campaign_id, "name": campaign_id}
        return rich(campaign=own, as_of=how["as_of"], edition=how["edition"], locale=how.get("locale") or "ja")

    monkeypatch.setattr(sheets, "figures_of", figures_of)
    monkeypatch.setattr(sheets.knowledge, "marts_at", lambda *_a: {"core.campaigns": FRAME})
    return site


def edition(site: Site, label: str, as_of: str, name: str = "asanagi-uv") -> Path:
    folder = site.workspace.reports / name / label
    folder.mkdir(parents=True)
    (folder / "figures.json").write_text(json.dumps({"as_of": as_of}))
    (folder / "report.html").write_text("<p>")
    return folder


def test_sheets_stand_beside_the_newest_edition_in_both_languages(company: Site) -> None:
    edition(company, "provisional-v2", "2026-07-13T14:00:00+00:00")
    folder = edition(company, "final-v1", "2026-07-26T15:00:00+00:00")
    written = sheets.write_feedback(company, "asanagi-uv", "yuki")
    assert [p.relative_to(folder).as_posix() for p in written.pages] == ["feedback/yuki.html", "feedback/yuki.en.html"]
    ja, en = (p.read_text("utf-8") for p in written.pages)
    assert 'lang="ja"' in ja
    assert 'href="yuki.en.html"' in ja
    assert 'lang="en"' in en
    assert 'href="yuki.html"' in en
    assert {p.name for p in folder.iterdir()} == {"figures.json", "report.html", "feedback"}
    assert [p.name for p in (folder / "feedback").iterdir() if p.name.startswith(".")] == []


def test_everybody_gets_one_and_again_the_same(company: Site) -> None:
    edition(company, "final-v1", "2026-07-26T15:00:00+00:00")
    first = {p: p.read_bytes() for p in sheets.write_feedback(company, "asanagi-uv", None).pages}
    assert len(first) == 20
    assert {p: p.read_bytes() for p in sheets.write_feedback(company, "asanagi-uv", None).pages} == first


def test_without_an_edition_it_is_a_preview(company: Site) -> None:
    written = sheets.write_feedback(company, "asanagi-uv", "yuki")
    assert (
        written.folder.relative_to(company.workspace.reports).as_posix()
        == "_previews/asanagi-uv/provisional-v1/feedback"
    )


@pytest.mark.parametrize("name", ["nope", "..", "a/b", ""])
def test_unknown_names_write_nothing(company: Site, name: str) -> None:
    with pytest.raises(ConfigurationError, match="no campaign is called"):
        sheets.write_feedback(company, name, None)
    with pytest.raises(ConfigurationError, match=r"no creator .*asahina"):
        sheets.write_feedback(company, "asanagi-uv", name or "x")
    assert not list(company.workspace.root.rglob("*.html"))


def test_all_campaigns_on_one_page_link_to_their_newest_editions(company: Site) -> None:
    edition(company, "final-v1", "2026-07-26T15:00:00+00:00")
    edition(company, "final-v2", "2026-07-27T15:00:00+00:00")
    edition(company, "mid-v9", "2026-06-27T15:00:00+00:00")
    written = sheets.write_portfolio(company)
    assert written
    assert [p.relative_to(company.workspace.reports).as_posix() for p in written.pages] == [
        "portfolio/index.html",
        "portfolio/index.en.html",
    ]
    ja = written.pages[0].read_text("utf-8")
    assert re.findall(r'href="(\.\./[^"]+)"', ja) == ["../asanagi-uv/final-v2/report.html"]
    assert 'href="../asanagi-uv/final-v2/report.en.html"' in written.pages[1].read_text("utf-8")
    before = [p.read_bytes() for p in written.pages]
    again = sheets.write_portfolio(company)
    assert again
    assert [p.read_bytes() for p in again.pages] == before


def test_one_campaign_has_no_portfolio_and_a_campaign_of_that_name_keeps_its_folder(company: Site) -> None:
    with company.warehouse() as warehouse:
        both = warehouse.frame("core.campaigns")
        warehouse.replace({"core.campaigns": both.head(1)})
    assert sheets.write_portfolio(company) is None
    with company.warehouse() as warehouse:
        named = both.with_columns(campaign_id=pl.Series(["portfolio", "yoimachi"]))
        warehouse.replace({"core.campaigns": named})
    assert sheets.write_portfolio(company) is None
    assert not company.workspace.reports.exists()


def test_a_page_that_cannot_be_written_leaves_the_old_one(company: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    edition(company, "final-v1", "2026-07-26T15:00:00+00:00")
    page = sheets.write_feedback(company, "asanagi-uv", "yuki").pages[0]
    before = page.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sheets.os, "fsync", full)
    with pytest.raises(ConfigurationError, match="No space left"):
        sheets.write_feedback(company, "asanagi-uv", "yuki")
    assert page.read_bytes() == before
    assert sorted(p.name for p in page.parent.iterdir()) == ["yuki.en.html", "yuki.html"]


def test_the_newest_edition_is_that_of_the_latest_instant(company: Site) -> None:
    assert newest(company.workspace.reports / "asanagi-uv", company.zone) is None
    edition(company, "final-v2", "2026-07-26T15:00:00+00:00")
    edition(company, "final-v10", "2026-07-26T15:00:00+00:00")
    edition(company, "mid-v1", "2026-08-01T00:00:00+00:00")
    broken = company.workspace.reports / "asanagi-uv" / "mid-v2"
    broken.mkdir()
    (broken / "figures.json").write_text("{")
    found = newest(company.workspace.reports / "asanagi-uv", company.zone)
    assert found
    assert (found.folder.name, found.as_of) == ("mid-v1", datetime(2026, 8, 1, tzinfo=UTC))
    (company.workspace.reports / "asanagi-uv" / "mid-v1" / "figures.json").unlink()
    again = newest(company.workspace.reports / "asanagi-uv", company.zone)
    assert again
    assert again.folder.name == "final-v10"
