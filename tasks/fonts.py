"""The face that pages bring along is the configured one, else an installed one, else none; and it is said which."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reports import fonts
from reports.fonts import Face, FaceRefused
from tasks.settings import Reports
from tasks.workspace import Workspace

NONE = "none"
"""Value of reports.font that leaves pages in their readers' own fonts."""
INSTALL = "Install fonts-morisawa-bizud-gothic (Debian), or name a TrueType file in reports.font"
KNOWN = (
    ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf"),
    ("NotoSansJP-Regular.ttf", "NotoSansJP-Bold.ttf"),
    ("mplus-1p-regular.ttf", "mplus-1p-bold.ttf"),
    ("ipaexg.ttf", ""),
    ("ipagp.ttf", ""),
    ("TakaoPGothic.ttf", ""),
    ("VL-PGothic-Regular.ttf", ""),
)
"""Japanese TrueType faces as packages install them, regular and bold, the best first."""
FOLDERS = tuple(
    map(
        Path,
        (
            "/usr/share/fonts",
            "/usr/local/share/fonts",
            "~/.local/share/fonts",
            "~/.fonts",
            "/Library/Fonts",
            "~/Library/Fonts",
        ),
    )
)
"""Where systems keep fonts."""
_MOST_KEPT = 200
_LARGEST_FILE = 64 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """The face, if there is one, and a sentence about it. ``is_fault``: one was asked for and cannot be used."""

    face: Face | None
    said: str
    is_fault: bool = False


def find(wanted: Reports, workspace: Workspace) -> Found:
    """The face of this workspace's pages. A file that cannot be used is told, and nothing fails for it."""
    kept = _OnDisk(workspace.root / ".cache" / "fonts")
    if wanted.font == NONE:
        return Found(None, "pages use their readers' own fonts, as reports.font says")
    if wanted.font:
        regular = workspace.root / Path(wanted.font).expanduser()
        bold = workspace.root / Path(wanted.font_bold).expanduser() if wanted.font_bold else None
        try:
            face = _load(regular, bold, kept)
        except FaceRefused as refused:
            return Found(None, f"{refused}; until then pages use their readers' own fonts", is_fault=True)
        return Found(face, f"pages are set in {face.name} {face.version}")
    if wanted.font_bold:
        said = "reports.font_bold is given without reports.font; until both are, pages use their readers' own fonts"
        return Found(None, said, is_fault=True)
    refusals: list[str] = []
    for regular, bold in _installed():
        try:
            face = _load(regular, bold, kept)
        except FaceRefused as refused:
            refusals.append(str(refused))
        else:
            return Found(face, f"pages are set in {face.name} {face.version}")
    why = "; ".join(refusals) or "no Japanese TrueType face is installed"
    return Found(None, f"{why}: pages use their readers' own fonts")


def _installed() -> Iterator[tuple[Path, Path | None]]:
    """Known faces below the system's font folders, the best first."""
    names = {name for pair in KNOWN for name in pair if name}
    there: dict[str, Path] = {}
    for folder in FOLDERS:
        for at, _folders, files in os.walk(folder.expanduser()):
            for name in names.intersection(files):
                there.setdefault(name, Path(at) / name)
    for regular, bold in KNOWN:
        if regular in there:
            yield there[regular], there.get(bold)


def _load(regular: Path, bold: Path | None, kept: fonts.Kept) -> Face:
    read = [_bytes(regular), None if bold is None else _bytes(bold)]
    try:
        return fonts.face(read[0] or b"", read[1], kept=kept)
    except FaceRefused as refused:
        both = regular.name if bold is None else f"{regular.name} with {bold.name}"
        raise FaceRefused(f"{both} is no face for pages: {refused}") from refused


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise FaceRefused(
                f"{path.name} is larger than {_LARGEST_FILE >> 20} MB: give one face as a TrueType file (.ttf)"
            )
        return path.read_bytes()
    except OSError as error:
        raise FaceRefused(
            f"{path} cannot be read: {error.strerror}. Give the path of a TrueType file (.ttf)"
        ) from error


@dataclass(frozen=True, slots=True)
class _OnDisk:
    """Cut faces in a folder, each beside its hash; the oldest make room. Losing it costs a second, never a page."""

    folder: Path

    def read(self, key: str) -> bytes | None:
        """What was kept under a key, if it is whole."""
        try:
            stored = (self.folder / key).read_bytes()
        except OSError:
            return None
        sum_, content = stored[:32], stored[32:]
        return content if hashlib.sha256(content).digest() == sum_ else None

    def write(self, key: str, content: bytes) -> None:
        """Keep this, whole or not at all."""
        with suppress(OSError):  # a full or read-only disk: it is cut again next time
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as file:
                file.write(hashlib.sha256(content).digest() + content)
            Path(file.name).replace(self.folder / key)
            self._make_room()

    def _make_room(self) -> None:
        files = [(path.stat().st_mtime, path) for path in self.folder.iterdir()]
        for _age, path in sorted(files, reverse=True)[_MOST_KEPT:]:
            path.unlink(missing_ok=True)
