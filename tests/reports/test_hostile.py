"""One corpus of hostile texts through everything that is shown or sent: read as text everywhere, obeyed nowhere."""

import csv
import email
import email.policy
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from reports import feedback, portfolio, render
from reports import subject as subjects
from reports.drawing import PREHEADER_PAD
from reports.exports import exports
from reports.figures import Figures
from reports.links import HOSTS
from reports.neutral import is_formula
from reports.portfolio import Entry
from reports.reading import read, said_in
from reports.workbook import workbook
from tasks import mail
from tasks.sheets import file_name
from transforms.tables import compliance

Make = Callable[..., Figures]
CORPUS = Path(__file__).parents[1] / "fixtures" / "hostile" / "texts.json"
VOID = {"meta", "link", "img", "br", "input", "hr", "wbr", "col"}
ALLOWED = frozenset(
    (
        *("html", "head", "meta", "title", "style", "body", "a", "div", "header", "main", "section", "footer", "nav"),
        *("p", "span", "strong", "em", "b", "u", "br", "bdi", "wbr", "mark", "code", "pre", "small", "center"),
        *("h1", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "details", "summary"),
        *(
            "table",
            "caption",
            "colgroup",
            "col",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "button",
            "label",
            "input",
            "output",
        ),
        *("svg", "g", "path", "rect", "circle", "line", "polyline", "polygon", "text", "tspan", "script"),
    )
)
"""What our own templates are made of."""
LOADING = {"src", "srcset", "srcdoc", "action", "formaction", "data", "background", "poster", "ping"}
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")
PAD = str(PREHEADER_PAD.unescape())
"""Fills the mail's preview line; ours."""
AS_OF = datetime(2026, 7, 26, 15, 0, tzinfo=UTC)


@cache
def corpus() -> dict[str, str]:
    """Name to text, as it was told: JSON may carry half a surrogate."""
    told = json.loads(CORPUS.read_text("ascii"))
    return {one["name"]: one["text"] * one.get("times", 1) for one in told}


def stored(text: str) -> str:
    """The text as a warehouse can hold it: UTF-8 has no half surrogates, all the rest it has."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


TEXTS = tuple(stored(text) for text in corpus().values())
SHORT = "".join(text for text in TEXTS if len(text) < 120)
FREE = re.compile(
    r"(caption|handles?|permalink|name|note|message|quote|wanted|address|screenshot|resolved_\w+|source|publisher"
    r"|(title|reason|advice|law|what|text)_(en|ja)|product|brand)$"
)


def spoilt(frame: pl.DataFrame, shift: int, *more: str) -> pl.DataFrame:
    """The frame with another hostile text in each cell of each column that takes text from outside."""
    free = [c for c in frame.columns if frame.schema[c] == pl.String and (FREE.match(c) or c in more)]
    return frame.with_columns(
        pl.Series(c, [TEXTS[(row + shift * (n + 1) * 7) % len(TEXTS)] for row in range(frame.height)], pl.String)
        for n, c in enumerate(free)
    )


def repeated(frame: pl.DataFrame, times: int, **keys: Callable[[int], Any]) -> pl.DataFrame:
    """The rows several times over, with keys of their own."""
    many = pl.concat([frame] * times)
    return many.with_columns(
        pl.Series(name, [key(row) for row in range(many.height)], frame.schema[name]) for name, key in keys.items()
    )


def findings() -> pl.DataFrame:
    """One finding for each text."""
    rows: list[dict[str, object]] = [
        {
            **dict.fromkeys(c for c in compliance.FINDINGS.columns if FREE.match(c)),
            **dict.fromkeys(("span_start", "span_end", "rule_version", "nth"), 1),
            "campaign_id": "asanagi-uv",
            "finding_id": f"f{n}",
            "subject": "post",
            "subject_id": f"instagram/{n}",
            "platform": "instagram",
            "post_id": f"1800{n % 10:02d}0",
            "influencer_id": "asahina",
            "as_of": AS_OF,
            "rule": "ST-01",
            "kind": "disclosure",
            "profile": "jp_caa",
            "severity": "fail",
            "state": "open",
            "verdict": ("fail", "warn", "unknown")[n % 3],
        }
        for n in range(len(TEXTS))
    ]
    frame = compliance.FINDINGS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))
    return spoilt(frame.with_columns(code=pl.lit("none")), 5, "code")


def tasks() -> pl.DataFrame:
    """What is to do about each of them."""
    rows = [
        {
            "campaign_id": "asanagi-uv", "finding_id": f"f{n}", "who": "influencer", "influencer_id": "asahina",
            "platform": "instagram", "post_id": f"1800{n % 10:02d}0", "verdict": "fail", "due_on": date(2026, 7, 28),
            "state": "open", "as_of": AS_OF,
        }
        for n in range(len(TEXTS))
    ]  # fmt: skip
    return spoilt(compliance.TASKS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None)), 2)


@pytest.fixture(scope="module")
def hostile(make: Make) -> Figures:
    """The campaign with a hostile text in every place that takes text from outside: ids, names, captions, reasons."""
    figures = make(locale="en")
    soon = pl.col("day") < date(2026, 6, 6)
    known = figures.influencers["influencer_id"].to_list()
    odd = [f"{n}{text[:40]}" for n, text in enumerate(TEXTS)]
    posts = repeated(figures.posts, 4, post_key=lambda n: n, post_id=lambda n: odd[n % len(odd)] + str(n))
    people = repeated(figures.influencers, 11, influencer_id=lambda n: (known + odd)[n])
    own = {
        "posts": posts.with_columns(
            influencer_id=pl.when(pl.int_range(pl.len()) < 30).then("influencer_id").otherwise(pl.lit("asahina"))
        ),
        "influencers": people,
        "coverage": figures.coverage.filter(soon),
        "days": figures.days.filter(soon),
        "compliance_findings": findings(),
        "compliance_tasks": tasks(),
    }
    frames = {f.name: own.get(f.name, getattr(figures, f.name)) for f in fields(figures)}
    more = {"rejected": ("reason",), "coverage": ("reason",), "influencers": ("tier",)}
    changed = {
        name: spoilt(frame, n + 1, *more.get(name, ()))
        for n, (name, frame) in enumerate(frames.items())
        if isinstance(frame, pl.DataFrame)
    }
    texts = {**figures.campaign, "name": SHORT, "brand": SHORT[::-1], "product": SHORT, "category": SHORT}
    return make(**changed, locale="en", campaign=texts, run_id=SHORT)


class Document(HTMLParser):
    """Tags, what they hold, and what is shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if len(dict(attrs)) != len(attrs):
            self.faults.append(f"{tag} has an attribute twice")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} is closed and not open")

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in {"script", "style"}:
            self.text.append(data)

    @property
    def shown(self) -> str:
        return "".join(self.text)


def is_inert(html: str, *, is_mail: bool = False) -> Document:
    """The document, after all that must hold of it."""
    assert not UNSEEN.search(html.replace(PAD, ""))
    found = Document(html)
    assert (found.faults, found.open) == ([], [])
    assert {tag for tag, _ in found.tags} <= ALLOWED
    assert sum(tag == "script" for tag, _ in found.tags) == (0 if is_mail else 1)
    assert sum(tag == "style" for tag, _ in found.tags) == 1
    for tag, attributes in found.tags:
        assert not [a for a in attributes if a.startswith("on") or a in LOADING]
        assert is_mail or "style" not in attributes, tag
        assert attributes.get("http-equiv") in {None, "Content-Security-Policy", "Content-Type", "X-UA-Compatible"}
        href = attributes.get("href") or "#"
        local = re.fullmatch(r"#[^\s\"'<>]*|(\.\./)?[\w%./~-]+\.html", href) and ":" not in href
        host = re.fullmatch(r"https://([a-z.]+)/[^\s\"'<>\\]*", href)
        assert local or (host and host[1] in HOSTS), href
    return found


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_page_shows_all_of_it_as_text(make: Make, hostile: Figures, locale: str) -> None:
    found = is_inert(render.page(make_again(hostile, locale)))
    for name in ("script", "jinja", "percent", "entity", "SQL", "old kanji"):
        assert " ".join(said_in(corpus()[name]).split())[:40] in " ".join(found.shown.split()), name


def make_again(figures: Figures, locale: str) -> Figures:
    """The same figures for another reader."""
    return Figures(**{f.name: getattr(figures, f.name) for f in fields(figures)} | {"locale": locale})


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_mail_and_its_text_do_as_well(hostile: Figures, locale: str) -> None:
    parts = render.mail(make_again(hostile, locale))
    is_inert(parts.html, is_mail=True)
    assert len(parts.html.encode()) < 102_000, "beyond it Gmail clips"
    assert not UNSEEN.search(parts.text)
    assert len(parts.subject.splitlines()) == len(parts.preheader.splitlines()) == 1


def test_a_feedback_sheet_is_as_inert(hostile: Figures) -> None:
    people = ["asahina", *hostile.influencers["influencer_id"][10::25]]
    for who in people:
        is_inert(feedback.page(hostile, who, other_file="x.en.html"))
    assert said_in(corpus()["jinja"])[:20] in Document(feedback.page(hostile, "asahina", other_file="x.html")).shown


def test_the_page_of_all_campaigns_is_as_inert(make_bare: Make) -> None:
    brief = make_bare().campaign
    entries = [
        Entry(
            make_bare(campaign={**brief, "campaign_id": f"{n}\"'<b>&%", "name": text, "brand": TEXTS[-n]}),
            (f"final-v{n}",),
        )
        for n, text in enumerate((*TEXTS[::3], corpus()["jinja"]))
    ]
    found = is_inert(portfolio.page(entries, locale="en", other_file="index.ja.html"))
    assert corpus()["jinja"] in found.shown


def test_the_workbook_holds_it_as_text_and_has_no_formula_and_no_link(hostile: Figures) -> None:
    with zipfile.ZipFile(BytesIO(workbook(hostile))) as book:
        names = book.namelist()
        for name in names:
            assert name.isascii()
            if name.endswith((".xml", ".rels")):
                tree = ET.fromstring(book.read(name))
                named = {e.tag.rpartition("}")[2] for e in tree.iter()}
                assert not named & {"f", "hyperlink", "externalReference"}
                assert not [e for e in tree.iter() if e.get("TargetMode") == "External"]
        strings = book.read("xl/sharedStrings.xml").decode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", strings)
    assert said_in(corpus()["jinja"]) in "".join(ET.fromstring(strings).itertext())


def test_no_cell_of_the_csv_files_is_a_formula_and_no_row_is_broken(hostile: Figures) -> None:
    for name, content in exports(hostile).items():
        rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
        assert len({len(row) for row in rows}) == 1, name
        for cell in (cell for row in rows for cell in row):
            assert not is_formula(cell) or re.fullmatch(r"-[0-9.]+", cell), (name, cell[:40])
            assert not UNSEEN.search(cell)
        read_back = pl.read_csv(content, infer_schema=False, truncate_ragged_lines=False)
        assert read_back.height == len(rows) - 1, "another reader sees the same rows"


def test_the_figures_as_json_are_json_without_control_characters(hostile: Figures) -> None:
    said = render._json(render._content(read(hostile)))

    def strings(thing: object) -> list[str]:
        if isinstance(thing, dict):
            return [s for k, v in thing.items() for s in (*strings(k), *strings(v))]
        if isinstance(thing, list):
            return [s for v in thing for s in strings(v)]
        return [thing] if isinstance(thing, str) else []

    told = strings(json.loads(said, parse_constant=pytest.fail))
    assert not [s for s in told if UNSEEN.search(s)]
    assert len(told) > 500


def test_every_subject_is_one_line_that_arrives_as_it_was(make: Make) -> None:
    figures = make()
    seen = set()
    for name, text in corpus().items():
        reading = read(make(campaign={**figures.campaign, "name": stored(text)}, locale="ja"))
        subject = subjects.subject(reading)
        assert not UNSEEN.search(subject), name
        assert subject.strip()
        assert subjects.width(subject) <= 60, name
        parts = render.MailParts(subject, "preheader", "text", "<p>html</p>")
        sent = mail.compose(
            parts, campaign_id="c", edition="final-v1", locale="ja", sender="a@example.jp", recipient="b@example.jp",
            dated=AS_OF,
        )  # fmt: skip
        back = email.message_from_bytes(sent.body, policy=email.policy.default)
        assert back["Subject"] == " ".join(subject.split()), name
        assert "Bcc" not in back
        assert len(back.get_all("To", [])) == len(back.get_all("Subject", [])) == 1
        assert max(map(len, sent.body.split(b"\r\n"))) < 998
        seen.add(subject)
    assert len(seen) > len(TEXTS) * 0.7, "what was said is in the subjects"


def test_every_file_name_is_safe_and_of_one_creator_alone() -> None:
    names = {text: file_name(stored(text)) for text in {*map(stored, corpus().values())}}
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in (*names.values(), file_name("Mina"), file_name("mina.en"), file_name("x" * 300)):
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", name)
        assert name not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
    assert file_name("minori_01") == "minori_01"
    assert len({file_name("mina"), file_name("Mina"), file_name("ＭＩＮＡ"), file_name("mina.en")}) == 4


def test_the_corpus_is_as_bad_as_it_says() -> None:
    texts = corpus()
    assert len(texts) > 100
    assert max(map(len, texts.values())) >= 10_000
    assert any("\ud800" <= c <= "\udfff" for c in texts["lone surrogate, high"])
    assert any(unicodedata.category(c) == "Cf" for c in texts["isolates"])
    assert sum(is_formula(text) for text in texts.values()) >= 15
