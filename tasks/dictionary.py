"""docs/dictionary/index.html says what the tables of this version of hibiki hold."""

from pathlib import Path

from reports import dictionary

PAGE = Path("dictionary") / "index.html"


def write(docs: Path) -> Path:
    """Write the page below ``docs``, whole or not at all, unless it stands there already; its path."""
    target = docs / PAGE
    said = dictionary.page().encode()
    if not target.is_file() or target.read_bytes() != said:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.part")
        aside.write_bytes(said)
        aside.replace(target)
    return target
