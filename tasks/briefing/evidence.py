"""Screenshots that a brief names: files in the campaign's own folder, of which name and SHA-256 are kept."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tasks.briefing.cells import Cells
from tasks.errors import Mistake

_MOST_BYTES = 64 << 20


def file_in(cells: Cells, column: str) -> str | None:
    """The name of a file in the campaign's folder, as a cell gives it; what would lead out of it is a mistake."""
    named = cells.text(column)
    if named is None:
        return None
    plain = unicodedata.normalize("NFC", named).replace("\\", "/").removeprefix("./")
    parts = plain.split("/")
    if plain.startswith(("/", "~")) or ":" in parts[0] or any(p in ("", ".", "..") for p in parts):
        remedy = "Put the file into the campaign's folder, and write its name, such as screenshots/hana-1.png"
        cells.wrong(column, "is not a file in the campaign's folder", remedy)
        return None
    return plain


@dataclass(frozen=True, slots=True)
class Named:
    """A file that a row names."""

    name: str
    file: str
    row: int


def hashes(folder: Path, named: Iterable[Named]) -> tuple[dict[str, str], list[Mistake]]:
    """SHA-256 by name of the files that are there; what is not, or may not be read, is a warning.

    Nothing outside ``folder`` is opened: a link that leads out of it counts as not there.
    """
    found: dict[str, str] = {}
    mistakes: list[Mistake] = []
    root = folder.resolve()
    for it in named:
        if it.name in found:
            continue
        path = folder / it.name
        what = _refused(path, root)
        if what is None:
            try:
                found[it.name] = sha256(path.read_bytes()).hexdigest()
                continue
            except OSError as error:
                what = f"cannot be read: {error.strerror}"
        remedy = f"Put it into the campaign's folder, below {_MOST_BYTES >> 20} MB; until then it is no evidence"
        mistakes.append(Mistake(it.file, what, remedy, it.row, "screenshot", it.name, warning=True))
    return found, mistakes


def _refused(path: Path, root: Path) -> str | None:
    """Why a file is not read; None where it is one of the folder's own."""
    try:
        real = path.resolve()
        if not real.is_relative_to(root):
            return "leads out of the campaign's folder"
        if not real.is_file():
            return "does not exist" if not real.exists() else "is not a file"
        return f"has {real.stat().st_size} bytes" if real.stat().st_size > _MOST_BYTES else None
    except (OSError, ValueError, RuntimeError) as error:  # a name too long, a NUL, links in a circle
        return f"cannot be found: {error}"


def told(about: Mapping[str, str]) -> dict[str, str]:
    """The hashes that were landed with a brief, from its lines ``<sha256> <name>``."""
    pairs = (line.split(" ", 1) for line in about.get("evidence", "").splitlines() if " " in line)
    return {name: digest for digest, name in pairs}


def written(found: Mapping[str, str]) -> str:
    """The hashes as they are landed."""
    return "\n".join(f"{digest} {name}" for name, digest in sorted(found.items()))
