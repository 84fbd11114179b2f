"""Pages in a real browser: readable by everyone, in every width and light, on paper, and asking for nothing."""

import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from reports import drawing, feedback, portfolio
from reports.fonts import NEVER, Face
from tests.reports.conftest import rich

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WIDE, NARROW = 1280, 390
LOOKS = [(scheme, width) for scheme, width in product(("light", "dark"), (WIDE, NARROW))]
AXE = {"resultTypes": ["violations"]}


@dataclass
class Opened:
    """A page in the browser, all it asked for, what of it its own policy refused, and what it complained of."""

    page: Page
    devtools: CDPSession
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def run(self, script: str) -> Any:
        """What a script says that the page's own policy has no say in: it comes from outside of it."""
        answer = self.devtools.send(
            "Runtime.evaluate", {"expression": script, "returnByValue": True, "awaitPromise": True}
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def look(self, scheme: str, width: int) -> None:
        """Show it in this light and width."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

    def faults(self, *without: str) -> list[str]:
        """What axe finds, a line each. ``without``: rules that do not apply."""
        if not self.run("typeof axe === 'object'"):
            self.run(AXE_SCRIPT)
        options = AXE | {"rules": {rule: {"enabled": False} for rule in without}}
        found = self.run(f"axe.run(document, {json.dumps(options)}).then((r) => r.violations)")
        return [
            f"{fault['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
            for fault in found
            for node in fault["nodes"][:3]
        ]

    def unfold(self) -> None:
        """Open everything that is folded."""
        self.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")

    def too_wide(self) -> list[str]:
        """Elements that stick out of the window, where the window itself would scroll sideways."""
        return self.run(
            """(() => {
              const wide = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= wide) return [];
              return [...document.body.querySelectorAll("*")]
                .filter((e) => e.getBoundingClientRect().right > wide + 1 && !e.parentElement.closest(".scroll"))
                .map((e) => (e.closest("section") || {}).id + ": " + e.outerHTML.slice(0, 120)).slice(0, 4);
            })()"""
        )


Open = Callable[..., Opened]


def report(locale: str, face: Face | None) -> str:
    return drawing.page(rich(locale=locale), face=face)


def opened(context: BrowserContext, path: Path) -> Opened:
    page = context.new_page()
    found = Opened(page, context.new_cdp_session(page))
    page.on("request", lambda r: found.asked.append(r.url))
    page.on("requestfailed", lambda r: found.refused.append(r.url) if r.failure == "csp" else None)
    page.on("console", lambda m: found.told.append(m.text))
    page.on("pageerror", lambda e: found.told.append(str(e)))
    page.goto(path.as_uri())
    return found


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Motion is off: a test must not meet a page halfway."""
    with browser.new_context(reduced_motion="reduce", viewport={"width": WIDE, "height": 900}) as made:
        made.set_default_timeout(10_000)
        yield made


@pytest.fixture(scope="module")
def reports(context: BrowserContext, pages: Path, face: Face | None) -> dict[str, Opened]:
    """The report in both languages, opened once for all tests that do not change it."""
    found: dict[str, Opened] = {}
    for locale in ("ja", "en"):
        path = pages / f"report.{locale}.html"
        path.write_text(report(locale, face), "utf-8")
        found[locale] = opened(context, path)
    return found


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_axe_finds_no_fault(reports: dict[str, Opened], locale: str, scheme: str, width: int) -> None:
    shown = reports[locale]
    shown.look(scheme, width)
    assert shown.faults() == []


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_nothing_scrolls_sideways_but_tables_in_their_boxes(reports: dict[str, Opened], locale: str) -> None:
    for width in (1600, WIDE, 768, NARROW, 320):
        reports[locale].look("light", width)
        assert reports[locale].too_wide() == [], width


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_a_page_asks_for_nothing_and_complains_of_nothing(reports: dict[str, Opened], locale: str) -> None:
    shown = reports[locale]
    shown.page.wait_for_load_state("networkidle")
    assert [url for url in shown.asked if not url.startswith("data:font/")] == [shown.page.url]
    assert shown.told == []


def test_what_is_injected_is_refused_by_the_page_s_own_policy(context: BrowserContext, pages: Path) -> None:
    """The second wall: were a caption not escaped, it would still do nothing."""
    bad = (
        "<script>window.broken = 1</script><img src=x onerror='window.broken = 2'>"
        "<img src=https://evil.example/pixel><p id=styled style='color:rgb(1, 2, 3)'>x</p>"
        "<link rel=stylesheet href=https://evil.example/a.css><iframe src=https://evil.example></iframe>"
        "<form action=https://evil.example id=f><button>go</button></form><base href=https://evil.example>"
    )
    path = pages / "injected.html"
    path.write_text(report("en", None).replace("</main>", f"{bad}</main>", 1), "utf-8")
    shown = opened(context, path)
    assert shown.run("window.broken") is None
    assert shown.run("getComputedStyle(document.getElementById('styled')).color") != "rgb(1, 2, 3)"
    assert shown.run("document.baseURI") == shown.page.url
    shown.run("document.getElementById('f').requestSubmit()")
    shown.page.wait_for_timeout(200)
    assert shown.run("location.href") == shown.page.url == path.as_uri()
    assert set(shown.asked) - set(shown.refused) == {path.as_uri()}
    assert {"https://evil.example/pixel", "https://evil.example/a.css"} <= set(shown.refused)
    assert sum("Content Security Policy" in line for line in shown.told) >= 5
    shown.page.close()


def test_without_scripts_every_row_is_there_and_no_button_that_does_nothing(
    browser: Browser, reports: dict[str, Opened], pages: Path
) -> None:
    with browser.new_context(java_script_enabled=False) as still:
        page = still.new_page()
        page.goto((pages / "report.ja.html").as_uri())
        with_scripts = reports["ja"].page
        for rows in ("#data tbody tr", "table tbody tr", "section"):
            assert page.locator(rows).count() == with_scripts.locator(rows).count() > 0
        shown = [b for b in page.locator("button, input").all() if b.is_visible()]
        assert shown == []
        closed = page.locator("details:not([open])")
        for _ in range(closed.count()):
            closed.first.locator(":scope > summary").click()
        assert closed.count() == 0, "everything folded opens without a script"


MAIL_ONLY = ("landmark-one-main", "region")
"""Rules for whole pages: a mail is shown within a mail reader's page, which has the landmarks."""


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_mail_is_readable_in_a_window_and_on_a_phone(context: BrowserContext, pages: Path, locale: str) -> None:
    path = pages / f"mail.{locale}.html"
    path.write_text(drawing.mail(rich(locale=locale)).html, "utf-8")
    shown = opened(context, path)
    for scheme, width in (("light", 640), ("dark", NARROW)):
        shown.look(scheme, width)
        assert shown.too_wide() == []
        assert shown.faults(*MAIL_ONLY) == []
    assert shown.asked == [path.as_uri()]
    shown.page.close()


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("kind", ["feedback", "portfolio"])
def test_sheets_and_the_page_of_all_campaigns_are_pages_like_the_report(
    context: BrowserContext, pages: Path, face: Face | None, kind: str, locale: str
) -> None:
    figures, other = rich(locale=locale), rich(locale=locale, campaign={**rich().campaign, "campaign_id": "next"})
    entries = [portfolio.Entry(figures, ("final-v1",)), portfolio.Entry(other, ())]
    path = pages / f"{kind}.{locale}.html"
    drawn = {
        "feedback": lambda: feedback.page(figures, "shiomi", face=face),
        "portfolio": lambda: portfolio.page(entries, locale=rich(locale=locale).locale, face=face),
    }
    path.write_text(drawn[kind](), "utf-8")
    shown = opened(context, path)
    for scheme, width in (("light", WIDE), ("dark", NARROW)):
        shown.look(scheme, width)
        assert shown.too_wide() == []
        assert shown.faults() == []
    assert shown.asked == [path.as_uri()]
    assert shown.told == []
    shown.page.close()


VALUES = """(column) => {
  const table = document.querySelector("#data table[data-sortable]");
  return [...table.tBodies[0].rows].map((row) => {
    const cell = row.cells[column];
    if (cell.className === "na") return "";
    return cell.dataset.v ?? cell.firstChild.textContent.replace(/[^\\d.-]/g, "");
  });
}"""


def test_a_click_on_a_heading_sorts_and_says_so(reports: dict[str, Opened]) -> None:
    shown = reports["en"]
    shown.unfold()
    table = shown.page.locator("#data table[data-sortable]").first
    heads = table.locator("thead th")
    kinds = [(heads.nth(i).get_attribute("class") or "").split() for i in range(heads.count())]
    numeric = [i for i, kind in enumerate(kinds) if "n" in kind]
    for column in (numeric[1], numeric[-1]):
        for wanted in ("descending", "ascending"):
            heads.nth(column).locator("button").click()
            assert heads.nth(column).get_attribute("aria-sort") == wanted
            values = shown.run(f"({VALUES})({column})")
            known = [float(v) for v in values if v]
            assert len(set(known)) > 3
            assert known == sorted(known, reverse=wanted == "descending")
            assert not any(values[len(known) :]), "what is not known stands last, both ways"
        assert table.locator("[aria-sort]").count() == 1
    heads.nth(0).locator("button").press("Enter")
    assert heads.nth(0).get_attribute("aria-sort") == "descending", "the keyboard sorts as well"


def test_the_filter_finds_what_is_written_in_another_width(reports: dict[str, Opened]) -> None:
    page = reports["ja"].page
    reports["ja"].unfold()
    box = page.locator("#data input").first
    rows = page.locator("#data table").first.locator("tbody tr")
    every = rows.count()
    name = rows.first.locator(":scope > :first-child").inner_text().split()[0]
    for typed in (name, unicodedata.normalize("NFKD", name)):
        box.fill(typed)
        shown = [r.inner_text() for r in rows.all() if r.is_visible()]
        assert 0 < len(shown) < every
        assert all(name in text for text in shown)
    handle = next(h for h in re.findall(r"@?([a-z]+)\.example", page.locator("#data").inner_text()))
    box.fill("".join(chr(ord(c) + 0xFEE0) for c in handle.upper()))
    assert [r for r in rows.all() if r.is_visible()]
    box.fill("☃ nobody is called so")
    assert not [r for r in rows.all() if r.is_visible()]
    box.fill("")
    assert sum(r.is_visible() for r in rows.all()) == every


def test_the_keyboard_leads_through_and_shows_where_it_is(reports: dict[str, Opened]) -> None:
    shown = reports["en"]
    shown.look("light", WIDE)
    shown.page.reload()
    shown.page.keyboard.press("Tab")
    first = shown.run("document.activeElement.className")
    assert first == "skip"
    assert shown.run("document.activeElement.getBoundingClientRect().left >= 0"), "the skip link is seen"
    for _ in range(25):
        shown.page.keyboard.press("Tab")
        seen = shown.run(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return [document.activeElement.tagName, s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        assert seen[0] != "BODY"
        assert seen[1] != "none", seen
        assert seen[2] >= 2, seen
    shown.page.reload()
    shown.page.keyboard.press("Tab")
    shown.page.keyboard.press("Enter")
    assert shown.page.url.endswith("#main")


def test_the_reader_may_turn_the_light_round(reports: dict[str, Opened]) -> None:
    shown = reports["en"]
    shown.look("light", WIDE)
    before = shown.run("getComputedStyle(document.body).backgroundColor")
    shown.page.click("#theme")
    assert shown.run("getComputedStyle(document.body).backgroundColor") != before
    shown.page.click("#theme")
    assert shown.run("getComputedStyle(document.body).backgroundColor") == before


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_on_paper_the_text_can_be_read_and_copied(
    reports: dict[str, Opened], locale: str, face: Face | None, tmp_path: Path
) -> None:
    shown = reports[locale]
    shown.look("dark", WIDE)  # paper is white whatever the screen is
    headings = shown.page.locator("h1, h2").all_inner_texts()
    path = tmp_path / "report.pdf"
    path.write_bytes(shown.page.pdf(prefer_css_page_size=True, print_background=True, tagged=True))
    with pikepdf.open(path) as pdf:
        assert 4 <= len(pdf.pages) <= 30
        assert all(abs(float(p.mediabox[2]) - 595) < 2 for p in pdf.pages), "A4"
        fonts = [f for p in pdf.pages for f in p.Resources.get("/Font", {}).values()]
        assert all("/ToUnicode" in f for f in fonts), "letters are letters to who searches and copies"
        if face is not None:
            drawn = {(str(f.get("/BaseFont", "")).partition("+")[2], str(f.Subtype)) for f in fonts}
            assert ("BIZUDPGothic-Regular", "/Type0") in drawn, drawn
    if shutil.which("pdftotext"):
        said = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True, text=True).stdout
        flat = re.sub(r"\s+", "", unicodedata.normalize("NFKC", said))
        for heading in headings:
            assert re.sub(r"\s+", "", unicodedata.normalize("NFKC", heading)) in flat, heading


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_every_letter_is_drawn_by_the_face_that_came_along(
    reports: dict[str, Opened], locale: str, face: Face | None
) -> None:
    if face is None:
        pytest.skip("no Japanese face is installed (Debian: fonts-morisawa-bizud-gothic)")
    shown = reports[locale]
    shown.look("light", WIDE)
    shown.unfold()
    can = {chr(c) for w in face.weights for c in w.characters - NEVER}
    cdp = shown.devtools
    cdp.send("DOM.enable")
    cdp.send("CSS.enable")
    root = cdp.send("DOM.getDocument")["root"]["nodeId"]
    strangers: list[str] = []
    for selector in (
        "h1",
        "h2",
        "h3",
        "th",
        "td",
        "dd",
        "dt",
        "strong",
        "summary",
        ".pill",
        ".eyebrow",
        "nav a",
        "button",
    ):
        nodes = cdp.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
        for node in nodes[:40]:
            used = cdp.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            if all(font["isCustomFont"] for font in used):
                continue
            outer = cdp.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"]
            text = re.sub("<[^>]+>", "", outer)
            is_code = 'class="formula"' in outer or 'class="run"' in outer or "<code" in outer
            if set(text) <= can | set("\n") and not is_code:
                strangers.append(f"{selector}: {text[:60]} {used}")
    assert strangers == []
