"""A page as PDF: the same bytes for the same page; whatever Chromium does, it ends and says why."""

import io
import os
import shutil
import time
from pathlib import Path

import pikepdf
import pytest

from tasks import pdf
from tasks.errors import ConfigurationError

PAGE = """<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>朝凪UV</title></head><body>
<h1>購入数は目標の107%</h1><p><a href="report.en.html">English</a> <a href="https://www.instagram.com/p/X/">post</a></p>
<h2>目標と実績</h2><p>858</p><img src="https://example.invalid/x.png"></body></html>"""


def program(folder: Path, script: str) -> str:
    """Something that is called as Chromium is."""
    path = folder / "chromium"
    path.write_text(f'#!/bin/sh\nfor a; do case "$a" in --print-to-pdf=*) target="${{a#*=}}";; esac; done\n{script}\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.browser
@pytest.mark.skipif(pdf.find() is None, reason="Chromium is not installed: no page can be printed")
def test_a_page_becomes_the_same_pdf_twice_with_text_outline_and_no_trace_of_the_machine() -> None:
    chromium = pdf.find()
    assert chromium is not None
    first = pdf.printed(PAGE, chromium)
    assert pdf.printed(PAGE, chromium) == first
    assert pdf.pages(first) == 1
    with pikepdf.open(io.BytesIO(first)) as opened:
        assert "/CreationDate" not in opened.docinfo
        assert str(opened.docinfo["/Title"]) == "朝凪UV"
        with opened.open_outline() as outline:
            assert [item.title for item in outline.root] == ["購入数は目標の107%"]
        notes = [note for page in opened.pages for note in page.get("/Annots", [])]
        assert [str(note.A.URI) for note in notes if "/A" in note] == ["https://www.instagram.com/p/X/"]
        opened.save(loose := io.BytesIO(), object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    assert b"hibiki-pdf-" not in loose.getvalue()


def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    hanging = program(tmp_path, f"sleep 300 & echo $! > {pid}\nwait")
    started = time.monotonic()
    with pytest.raises(pdf.NotPrinted, match=r"was not done after 1 s and was ended"):
        pdf.printed(PAGE, hanging, timeout=1)
    assert time.monotonic() - started < 30
    for _ in range(100):
        if not _alive(int(pid.read_text())):
            break
        time.sleep(0.05)
    assert not _alive(int(pid.read_text()))


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'no usable sandbox' >&2; exit 133", "ended with 133: no usable sandbox"),
        ("exit 0", "wrote no PDF"),
        ('echo "<html>" > "$target"', "is no PDF"),
        ("kill -9 $$", "ended with -9"),
    ],
)
def test_a_failure_says_what_happened(tmp_path: Path, script: str, why: str) -> None:
    with pytest.raises(pdf.NotPrinted, match=why):
        pdf.printed(PAGE, program(tmp_path, script))


def test_a_page_about_a_page_that_cannot_be_read_is_not_the_report(tmp_path: Path) -> None:
    other = pikepdf.new()
    other.add_blank_page()
    other.docinfo["/Title"] = "report.html"
    other.save(tmp_path / "other.pdf")
    with pytest.raises(pdf.NotPrinted, match="printed another page than ours"):
        pdf.printed(PAGE, program(tmp_path, f'cp {tmp_path / "other.pdf"} "$target"'))
    other.docinfo["/Title"] = "朝凪UV"
    other.save(tmp_path / "other.pdf")
    assert pdf.pages(pdf.printed(PAGE, program(tmp_path, f'cp {tmp_path / "other.pdf"} "$target"'))) == 1


def test_no_secret_is_in_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIBIKI_SMTP_PASSWORD", "hunter2")
    told = tmp_path / "told"
    with pytest.raises(pdf.NotPrinted):
        pdf.printed(PAGE, program(tmp_path, f'env > {told}; echo "$@" >> {told}; cat /proc/$$/environ >> {told}'))
    said = told.read_text("utf-8", "replace")
    assert "hunter2" not in said
    assert "--proxy-server=http://127.0.0.1:9" in said


def test_a_named_program_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match=r"reports.chromium is /no/such/chrome"):
        pdf.find("/no/such/chrome")
    monkeypatch.setenv("PATH", "")
    assert pdf.find() is None
    assert shutil.which("sh", path="/bin:/usr/bin") is not None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # a child that nobody has waited for yet is dead all the same
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
