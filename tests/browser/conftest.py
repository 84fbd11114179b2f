"""Pages in a real Chromium: Debian's own, driven without a download; skipped with the reason where there is none."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from reports import reading
from reports.fonts import Face
from tasks import fonts
from tasks.settings import Reports
from tasks.workspace import Workspace

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a file. Closed with the file: its event loop would be in the way of others."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed (Debian: chromium)")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def face(tmp_path_factory: pytest.TempPathFactory) -> Face | None:
    """The installed face, if there is one."""
    return fonts.find(Reports(), Workspace(tmp_path_factory.mktemp("fonts"))).face


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pages that are opened."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="session", autouse=True)
def _every_sentence_is_translated() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "STRICT", True)
        yield
