"""The data dictionary says all that is stored, and nothing that is not."""

import base64
import re
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from reports.dictionary import _READ_FROM, page
from tasks import dictionary
from transforms import kpis, tables, views
from transforms.origins import made_from

HTML = page()


class Tags(HTMLParser):
    """Ids, inner links and what would load something."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.loaded: list[str] = []
        self.feed(HTML)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        self.ids += [said["id"]] if "id" in said else []
        if tag == "a":
            self.links.add(said["href"])
        if tag in {"script", "link", "img", "iframe", "object"} or {"src", "onclick", "style"} & said.keys():
            self.loaded.append(tag)


def text(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html.replace("<wbr>", ""))


def test_every_table_view_column_and_kpi_is_there():
    said = text(HTML)
    for name, table in tables.load().items():
        if not name.startswith("staging."):
            assert f'id="{name.replace(".", "-").replace("_", "-")}"' in HTML, name
            assert all(f.name in said for f in table.fields)
    for view in views.load().values():
        assert all(f.name in said for f in view.shape.fields)
    for kpi in kpis.load().values():
        assert f'id="kpi-{kpi.name.replace("_", "-")}"' in HTML
        assert kpi.label.ja.replace("&", "&amp;") in said


def test_links_lead_somewhere_and_ids_are_unique():
    tags = Tags()
    assert len(tags.ids) == len(set(tags.ids))
    assert {link.removeprefix("#") for link in tags.links} <= set(tags.ids)


def test_nothing_is_loaded_and_nothing_runs():
    assert Tags().loaded == []
    (style,) = re.findall(r"<style>(.*?)</style>", HTML, re.DOTALL)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', HTML)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"
    assert "@import" not in style
    assert "url(" not in style


def test_the_page_is_the_same_each_time_and_written_when_it_changes(tmp_path):
    assert page() == HTML
    written = dictionary.write(tmp_path)
    assert written.read_text("utf-8") == HTML
    before = written.stat().st_mtime_ns
    assert dictionary.write(tmp_path).stat().st_mtime_ns == before, "left alone"
    written.write_text("old")
    assert dictionary.write(tmp_path).read_text("utf-8") == HTML
    assert [p.name for p in written.parent.iterdir()] == ["index.html"]


@pytest.mark.parametrize("place", sorted(set(_READ_FROM.values())))
def test_what_a_kpi_reads_is_stored(place):
    known = tables.load()
    table, _, column = place.rpartition(".")
    assert place in known or column in known[table].columns


@pytest.mark.parametrize("name", [n for n in tables.load() if n.split(".")[0] in {"core", "marts", "ref"}])
def test_every_table_has_an_origin(name):
    known = tables.load()
    origins = made_from(name, known)
    assert origins, "say in transforms/origins.py what it is made from"
    assert set(origins) <= {*known, "transforms"}
    assert name not in origins
