"""Page, mail, workbook, CSV and figures.json say the figures they were made from; where one differs it is found."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reports import render
from reports.figures import Figures
from tests.reports.agreement import compare, truth_of

Make = Callable[..., Figures]


@pytest.fixture(scope="module")
def edition(make: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render.edition(make(), tmp_path_factory.mktemp("agreement")).folder


def test_all_forms_of_an_edition_say_the_same(make: Make, edition: Path) -> None:
    found = compare(edition, truth_of(make()))
    assert found.wrong == []
    assert found.counts.keys() == {
        *("figures.json", "page.ja", "page.en", "workbook.ja", "workbook.en", "csv", "mail", "mail as text"),
    }
    assert min(found.counts.values()) >= 5
    assert found.counts["page.ja"] > 100
    assert found.counts["workbook.ja"] > 80


CHANGES = {
    "page.ja": ("report.html", 'data-v="5408.16"', 'data-v="5409.16"'),
    "page.en": ("report.en.html", ">¥5,408<", ">¥5,409<"),
    "mail": ("mail.html", "¥5,408", "¥5,409"),
    "mail as text": ("mail.txt", "¥5,408", "¥5,409"),
    "figures.json": ("figures.json", '"value": 5408.16', '"value": 5408.17'),
    "csv": ("csv/kpis.csv", "5408.16", "5408.17"),
    "workbook.ja": ("report.xlsx", "<v>5408.16</v>", "<v>5408.17</v>"),
}


def test_a_figure_that_differs_is_found_wherever_it_stands(make: Make, edition: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(edition, changed)
    for file, before, after in CHANGES.values():
        whole = unpacked(changed / file)
        assert any(before.encode() in part for part in whole.values()), (file, before)
        repack(changed / file, {name: part.replace(before.encode(), after.encode()) for name, part in whole.items()})
    found = {wrong.partition(":")[0] for wrong in compare(changed, truth_of(make())).wrong}
    assert found == CHANGES.keys()


def unpacked(file: Path) -> dict[str, bytes]:
    """A file's content; of a workbook, that of its parts."""
    if file.suffix != ".xlsx":
        return {"": file.read_bytes()}
    with zipfile.ZipFile(file) as book:
        return {name: book.read(name) for name in book.namelist()}


def repack(file: Path, parts: dict[str, bytes]) -> None:
    if file.suffix != ".xlsx":
        file.write_bytes(parts[""])
        return
    with zipfile.ZipFile(file, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part)
