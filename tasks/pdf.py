"""A page becomes a PDF by headless Chromium, cut off from any network; the same page gives the same bytes."""

import html
import io
import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pikepdf

from tasks.errors import ConfigurationError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
TIMEOUT = 120.0
"""Seconds that a page may take. A page of 500 creators takes 10 on two busy cores."""

_ALONE = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--metrics-recording-only",
    "--mute-audio",
    # no name resolves, and what needs none goes to a port that nobody serves: the page asks for nothing, and could not
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
)


class NotPrinted(Exception):
    """No PDF came of a page; the message says why and what helps."""


def find(chromium: str = "") -> str | None:
    """Path of Chromium: the one that is named, else the first on the PATH; None if there is none.

    Errors: ConfigurationError if the named one cannot be run.
    """
    if chromium:
        found = shutil.which(chromium)
        if found is None:
            raise ConfigurationError(
                f"reports.chromium is {chromium}, which is no program that can be run: mend it in hibiki.toml,"
                " or leave it empty to look on the PATH"
            )
        return found
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def printed(page: str, chromium: str, *, timeout: float = TIMEOUT) -> bytes:
    """The page (one HTML file that needs nothing else) as PDF. Errors: NotPrinted."""
    with tempfile.TemporaryDirectory(prefix="hibiki-pdf-", ignore_cleanup_errors=True) as folder:
        there = Path(folder)
        source, target = there / "report.html", there / "report.pdf"
        source.write_bytes(page.encode())
        _run(_command(chromium, there, source, target), there, timeout)
        try:
            drawn = target.read_bytes()
        except OSError as error:
            raise NotPrinted(f"{chromium} wrote no PDF: run it by hand to see why") from error
    return settled(drawn, _title(page))


def settled(drawn: bytes, title: str) -> bytes:
    """The PDF, packed, without anything that differs from one printing to the next: dates, ids, paths.

    Errors: NotPrinted if it is no PDF, or one of another page than that of this title.
    """
    try:
        with pikepdf.open(io.BytesIO(drawn)) as pdf:
            if title and _words(str(pdf.docinfo.get("/Title", ""))) != title:
                # a browser that may not read the file prints its own page about that, and calls it a success
                raise NotPrinted(
                    "Chromium printed another page than ours: one from a snap or flatpak cannot read the temporary"
                    " folder, so name another in reports.chromium"
                )
            _forget(pdf)
            out = io.BytesIO()
            pdf.save(
                out,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                compress_streams=True,
                deterministic_id=True,
            )
    except pikepdf.PdfError as error:
        raise NotPrinted(f"what Chromium wrote is no PDF: {error}") from error
    return out.getvalue()


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def _title(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    return _words(html.unescape(found[1])) if found else ""


def _words(text: str) -> str:
    return " ".join(text.split())


def _forget(pdf: pikepdf.Pdf) -> None:
    for name in ("/CreationDate", "/ModDate"):
        if name in pdf.docinfo:
            del pdf.docinfo[name]
    if "/Metadata" in pdf.Root:
        del pdf.Root["/Metadata"]
    # which browser drew it is no matter of the reader's
    pdf.docinfo["/Creator"] = "hibiki"
    for page in pdf.pages:
        for note in page.get("/Annots", pikepdf.Array()):
            # a link to a file beside the page was drawn as a path of the folder in which it was printed; the note stays
            # where it is, as the outline of the text for screen readers counts on it
            if _leads_to_a_file(note):
                del note["/A"]


def _leads_to_a_file(note: pikepdf.Object) -> bool:
    return "/A" in note and "/URI" in note.A and str(note.A.URI).startswith("file:")


def _command(chromium: str, folder: Path, source: Path, target: Path) -> list[str]:
    # Chromium refuses to sandbox itself for the superuser; what it loads is our own page alone
    boxed = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return [
        chromium,
        *_ALONE,
        *boxed,
        f"--user-data-dir={folder / 'profile'}",
        "--no-pdf-header-footer",
        "--generate-pdf-document-outline",
        f"--print-to-pdf={target}",
        source.as_uri(),
    ]


def _run(command: list[str], folder: Path, timeout: float) -> None:
    said = folder / "said"
    with said.open("wb") as words:
        try:
            # a session of its own: Chromium is several processes, and they end together
            process = subprocess.Popen(  # noqa: S603 - our own flags, and paths that we made or the settings name
                command,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
                env=_environment(folder),
            )
        except OSError as error:
            raise NotPrinted(f"{command[0]} cannot be started: {error.strerror}") from error
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise NotPrinted(f"{command[0]} was not done after {timeout:g} s and was ended") from error
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if code:
        raise NotPrinted(f"{command[0]} ended with {code}: {_last_line(said)}")


def _environment(folder: Path) -> dict[str, str]:
    """What Chromium needs to know, and nothing of ours: no token is in its environment."""
    known = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "FONTCONFIG_PATH") if name in os.environ}
    # a home of its own keeps Chromium's traces out of the user's; the user's fonts are found all the same
    fonts = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return {**known, "HOME": str(folder), "TMPDIR": str(folder), "XDG_DATA_HOME": fonts}


def _last_line(said: Path) -> str:
    lines = [line for line in said.read_text("utf-8", "replace").splitlines() if line.strip()]
    return re.sub(r"[^ -~]+", " ", lines[-1])[:200] if lines else "it said nothing"
