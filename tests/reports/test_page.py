"""The page: one file that asks for nothing, runs nothing of others, and admits what it does not know."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

import polars as pl
import pytest

from reports import render
from reports.figures import Figures
from reports.formats import DASH
from reports.links import HOSTS, safe_link
from reports.reading import Cell

Make = Callable[..., Figures]

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "</title></details></table><iframe src=//evil.example>",
    "javascript:alert(1)",
    "\u202etxt.exe\u202c \u200b\ufeff\u00ad hidden",
    "\x00\x1b[31mred\x07",
    "%(name)s %s %",
    "\ue000mark\ue003",
    "a" * 5000,
)


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "img", "br", "input", "hr", "wbr"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def tags_of(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    return found


def with_text(make: Make, text: str) -> Figures:
    """The campaign with one text in every place that takes text from outside."""
    figures = make()
    said = pl.lit(text)
    soon = pl.col("day") < date(2026, 6, 12)
    return make(
        days=figures.days.filter(soon),
        campaign={**figures.campaign, "name": text, "brand": text},
        run_id=text,
        posts=figures.posts.with_columns(caption=said, handle=said, permalink=said),
        influencers=figures.influencers.with_columns(name=said, handles=said, tier=said),
        pending=figures.pending.with_columns(caption=said, handle=said, permalink=said),
        rejected=figures.rejected.with_columns(reason=said),
        coverage=figures.coverage.filter(soon).with_columns(reason=said),
        decisions=figures.decisions.with_columns(message=said),
    )


@cache
def harmless(make: Make) -> tuple[set[str], set[str]]:
    """The tags of page and mail where no text means harm."""
    page, mail = render.page(make()), render.mail(make()).html
    return {tag for tag, _ in tags_of(page).tags}, {tag for tag, _ in tags_of(mail).tags}


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_policy_names_the_page_s_own_style_and_script_and_nothing_else(make: Make, locale: str) -> None:
    html = render.page(make(locale=locale))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    assert html.index("Content-Security-Policy") < html.index("<style>")
    said = policy[1].replace("&#39;", "'")
    assert "unsafe" not in said
    assert said.startswith("default-src 'none'")
    for tag in ("style", "script"):
        blocks = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert len(blocks) == 1
        digest = base64.b64encode(hashlib.sha256(blocks[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in said


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_page_asks_for_nothing_and_links_only_to_known_hosts(make: Make, locale: str) -> None:
    found = tags_of(render.page(make(locale=locale)))
    assert found.faults == []
    assert found.open == []
    for tag, attributes in found.tags:
        assert tag not in {"img", "link", "iframe", "object", "embed", "form", "base", "video", "audio"}
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "srcset", "action"}]
        href = attributes.get("href")
        if href and not href.startswith("#") and href not in {"report.en.html", "report.ja.html"}:
            parts = urlsplit(href)
            assert (parts.scheme, parts.netloc in HOSTS) == ("https", True)
            assert "noopener" in (attributes.get("rel") or "")


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_outside_is_inert(make: Make, text: str) -> None:
    clean, clean_mail = harmless(make)
    html = render.page(with_text(make, text))
    found = tags_of(html)
    assert (found.faults, found.open) == ([], [])
    assert {tag for tag, _ in found.tags} <= clean
    assert [a for t, a in found.tags if t in {"script", "style"}] == [{}, {}]
    assert not [a for _, a in found.tags for name in a if name.startswith("on")]
    assert not [a for _, a in found.tags if (a.get("href") or "").startswith(("javascript", "//", "data"))]
    for unseen in "\u202e\u200b\x00\x1b\ue000":
        assert unseen not in html
    mail = render.mail(with_text(make, text))
    assert "\n" not in mail.subject
    assert {tag for tag, _ in tags_of(mail.html).tags} <= clean_mail


@pytest.mark.parametrize("address", [
    "javascript:alert(1)", "http://www.instagram.com/p/1/", "https://evil.example/p/1", "https://www.instagram.com@evil.example/",
    "https://www.instagram.com:8080/", "//www.instagram.com/p", "https://www.instagram.com.evil.example/", "", None,
    "https://[::1", "https://www.instagram.com/\u202ep",
])  # fmt: skip
def test_a_link_that_is_not_a_platform_s_own_is_text(address: str | None) -> None:
    assert safe_link(address) == ""


def test_a_platform_s_own_link_is_a_link() -> None:
    assert safe_link("https://www.instagram.com/p/A_b-1/") == "https://www.instagram.com/p/A_b-1/"
    assert safe_link('https://www.youtube.com/watch?v=a"b') == "https://www.youtube.com/watch?v=a%22b"


def test_unknown_is_a_dash_with_its_reason(make: Make) -> None:
    html = render.page(make(locale="en"))
    assert f'<td class="na">{DASH}<small>the creator has given no access</small>' in html
    assert f'<td class="na">{DASH}<small>hidden by the creator</small>' in html
    assert f'<td class="na">{DASH}<small>cost not known</small>' in html
    assert not re.search(r">(None|nan|inf|null)<", html)


def test_a_campaign_of_which_nothing_is_known_shows_no_zero_as_a_result(make_bare: Make) -> None:
    for locale in ("ja", "en"):
        figures = make_bare(locale=locale)
        html, mail = render.page(figures), render.mail(figures)
        assert DASH in html
        assert "¥0" not in html + mail.html + mail.text
        assert tags_of(html).faults == []
    assert "No post of this campaign has been confirmed yet." in re.sub("<[^>]+>", "", html)


def test_long_tables_are_written_in_few_bytes(make: Make) -> None:
    tables = re.findall(r'<table class="grid".*?</table>', render.page(make(locale="ja")), re.DOTALL)
    cells = sum(len(re.findall("<t[dh][ >]", table)) for table in tables)
    markup = sum(len("".join(re.findall("<[^>]*>", table))) for table in tables)
    assert cells > 500
    assert markup / cells < 40, "a page of sixty posts has thousands of cells: what surrounds each is most of its size"


def test_a_number_is_sorted_by_what_it_shows_and_told_apart_where_its_text_is_rounded() -> None:
    assert Cell("¥190,570", sort="190570", numeric=True).key is None
    assert Cell("¥22.14", sort="22.13741987", numeric=True).key == "22.13741987"
    assert Cell("2万", sort="20000", numeric=True).key == "20000"
    assert Cell("-93.6%", sort="-0.936", numeric=True).key == "-0.936"
    assert Cell("あられ", sort="あられ").key is None
    assert Cell("–", sort="").key == "", "a word that is missing stands last"


def test_every_figure_of_a_part_says_so(make: Make) -> None:
    html = render.page(make(locale="en"))
    assert "4.2%<small>15 of 30 posts</small>" in html


def test_the_same_figures_give_the_same_bytes(make: Make) -> None:
    assert render.page(make()) == render.page(make())
    assert render.mail(make()) == render.mail(make())


def test_the_mail_says_the_same_figures_as_the_page(make: Make) -> None:
    figures = make(locale="en")
    page, mail = render.page(figures), render.mail(figures)
    for said in ("858", "¥5,408", "4.2%", "16.5K", "107%", "91%", "30 of 31"):
        assert said in page
        assert said in mail.html
        assert said in mail.text


def test_a_running_campaign_is_not_said_to_have_met_its_goals(make: Make) -> None:
    figures = make(
        locale="en", edition="mid", as_of=datetime(2026, 6, 20, 15, 0, tzinfo=UTC),
        goals=make().goals.with_columns(
            verdict=pl.when(pl.col("verdict") == "met").then(pl.lit("ahead"))
            .when(pl.col("verdict") == "missed").then(pl.lit("behind")).otherwise("verdict"), elapsed=pl.lit(0.476)
        ),
    )  # fmt: skip
    text = render.mail(figures).text
    assert "Orders reached 107% of the goal, with 47% of the campaign over" in text
    assert "goals are met" not in text
    assert "the goal is met" not in text
