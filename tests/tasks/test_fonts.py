"""Which face pages bring along: configured, installed or none, and what is said of it."""

import shutil
from pathlib import Path

import pytest

from reports.fonts import FaceRefused
from tasks import fonts
from tasks.check import check
from tasks.clock import system_clock
from tasks.settings import Reports
from tasks.workspace import Workspace, init

INSTALLED = Path("/usr/share/fonts/truetype/bizud-gothic")
needs_a_face = pytest.mark.skipif(
    not (INSTALLED / "BIZUDPGothic-Regular.ttf").is_file(), reason="fonts-morisawa-bizud-gothic is not installed"
)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    init(tmp_path / "w")
    return Workspace(tmp_path / "w")


def test_without_a_face_the_reader_s_own_fonts_are_used_and_it_is_said(place: Workspace) -> None:
    found = fonts.find(Reports(), place)
    assert (found.face, found.is_fault) == (None, False)
    assert "no Japanese TrueType face is installed: pages use their readers' own fonts" in found.said
    told = [m for m in check(place, clock=system_clock) if m.column == "reports.font"]
    assert [(m.warning, "fonts-morisawa-bizud-gothic" in m.remedy) for m in told] == [(True, True)]


def test_a_face_that_was_asked_for_and_cannot_be_used_is_a_fault(place: Workspace) -> None:
    (place.root / "mine.ttf").write_bytes(b"\0\1\0\0 nothing follows")
    for wanted, why in (
        (Reports(font="there/is/none.ttf"), "No such file"),
        (Reports(font="mine.ttf"), "mine.ttf is no face for pages"),
        (Reports(font_bold="mine.ttf"), "without reports.font"),
        (Reports(font="."), "cannot be read"),
    ):
        found = fonts.find(wanted, place)
        assert found.is_fault
        assert found.face is None
        assert why in found.said
    place.settings_file.write_text('[reports]\nfont = "there/is/none.ttf"\n')
    assert [m.warning for m in check(place, clock=system_clock) if m.column == "reports.font"] == [False]


def test_no_face_is_wanted(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", (INSTALLED,))
    assert fonts.find(Reports(font="none"), place).face is None
    place.settings_file.write_text('[reports]\nfont = "none"\n')
    assert [m for m in check(place, clock=system_clock) if m.column == "reports.font"] == []


@needs_a_face
def test_an_installed_face_is_found_and_what_is_cut_of_it_is_kept(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", (INSTALLED.parent,))
    found = fonts.find(Reports(), place)
    assert found.said == "pages are set in BIZ UDPGothic 1.05"
    assert found.face is not None
    assert [w.css for w in found.face.weights] == [400, 700]
    kept = found.face.kept
    kept.write("a" * 64, b"as it was cut")
    assert kept.read("a" * 64) == b"as it was cut"
    assert kept.read("b" * 64) is None


def test_what_is_kept_is_whole_or_not_there_and_does_not_grow_for_ever(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = fonts._OnDisk(place.root / ".cache" / "fonts")
    kept.write("one", b"cut")
    (place.root / ".cache" / "fonts" / "one").write_bytes(b"half of what was written")
    assert kept.read("one") is None
    monkeypatch.setattr(fonts, "_MOST_KEPT", 3)
    for n in range(6):
        kept.write(f"n{n}", b"cut")
    assert len(list((place.root / ".cache" / "fonts").iterdir())) == 3
    assert kept.read("n5") == b"cut"


def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(place: Workspace) -> None:
    (place.root / ".cache").write_text("a file where a folder should be")
    kept = fonts._OnDisk(place.root / ".cache" / "fonts")
    kept.write("one", b"cut")
    assert kept.read("one") is None


@needs_a_face
def test_a_regular_face_given_with_a_bold_that_is_none_is_refused_by_both_names(tmp_path: Path) -> None:
    shutil.copy(INSTALLED / "BIZUDPGothic-Regular.ttf", tmp_path / "a.ttf")
    (tmp_path / "b.ttf").write_bytes(b"ttcf")
    with pytest.raises(FaceRefused, match=r"a\.ttf with b\.ttf is no face for pages: it is a collection"):
        fonts._load(tmp_path / "a.ttf", tmp_path / "b.ttf", fonts._OnDisk(tmp_path))
