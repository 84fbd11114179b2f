"""Compliance in the page: one square per post, words that accuse nobody, and who mends what by when."""

import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from reports import drawing, kept, sections
from reports.figures import Figures
from reports.findings import levels, open_findings
from reports.headlines import plain
from reports.reading import read
from reports.sections import compliance, data
from tests.reports.test_page import tags_of
from tests.reports.told import account, finding, with_accounts, with_findings
from transforms.tables import compliance as tables

Make = Callable[..., Figures]


def text(markup: object) -> str:
    return re.sub("<[^>]+>", "", plain(str(markup)))


def only(figures: Figures, *rows: dict[str, object]) -> Figures:
    """The figures with these findings alone."""
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return replace(figures, compliance_findings=tables.FINDINGS.conform_loosely(frame))


def test_every_post_has_a_square_in_shape_and_colour(make: Make) -> None:
    facts = compliance.facts(read(with_findings(make(locale="en"))))
    assert len(facts.squares) == 30
    assert [facts.squares[n] for n in (0, 1, 4, 7, 9)] == [
        ("fail", "!"), ("pass", "✓"), ("fail", "!"), ("warn", "!"), ("unknown", "?")
    ]  # fmt: skip
    assert facts.squares_label == "No concern 26, Possible breach 2, Please check 1, Cannot be told 1"
    assert text(facts.finding) == (
        "26 of 30 posts raise no concern. 2 may break a rule. 1 should be looked at. Of 1 it cannot be told."
    )


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_nobody_is_said_to_have_broken_the_law(make: Make, locale: str) -> None:
    facts = compliance.facts(read(with_findings(make(locale=locale))))
    every = " ".join((text(facts.finding), facts.statement, facts.note, *(line.word for line in facts.lines)))
    assert not any(word in every.lower() for word in ("違法", "illegal", "violation", "unlawful"))
    assert ("法的助言ではありません" if locale == "ja" else "not legal advice") in facts.statement


def test_findings_come_by_gravity_and_say_who_does_what_by_when(make: Make) -> None:
    lines = compliance.facts(read(with_findings(make(locale="en")))).lines
    assert [line.word for line in lines] == ["Possible breach", "Possible breach", "Please check"]
    first = lines[0]
    assert (first.it.action, first.it.who, first.due) == ("Put #PR first, or take the post down.", "Creator", "7/29")
    assert first.it.rule == "ST-01 v1"
    assert first.it.law == "Premiums and Representations Act"


def test_what_cannot_be_told_is_no_finding_to_act_on(make: Make) -> None:
    found = open_findings(read(with_findings(make())))
    assert len(found) == 3
    assert {f.level for f in found} == {"fail", "warn"}


def test_a_finding_that_a_person_resolved_is_no_open_one_and_its_post_no_concern(make: Make) -> None:
    figures = with_findings(make(locale="en"))
    resolved = figures.compliance_findings.with_columns(
        pl.when(pl.col("verdict") == "fail").then(pl.lit("resolved")).otherwise(pl.col("state")).alias("state")
    )
    reading = read(replace(figures, compliance_findings=resolved))
    assert levels(reading)[0] == "pass"
    assert [f.level for f in open_findings(reading)] == ["warn"]
    assert "2 findings were resolved by a person." in compliance.facts(reading).note


def test_the_words_are_shown_in_their_place_only_in_the_caption_that_was_judged(make: Make) -> None:
    figures = make(locale="en")
    post = figures.posts.row(0, named=True)
    at = post["caption"].index("白浮き")
    row = finding(post, "fail", span_start=at, span_end=at + 3, quote="白浮き")
    [here] = open_findings(read(only(figures, row)))
    assert (here.quote, here.before.endswith("UVルーティン🌊 ")) == ("白浮き", True)
    [elsewhere] = open_findings(read(only(figures, {**row, "caption_sha256": "0" * 64})))
    assert (elsewhere.before, elsewhere.quote, elsewhere.after) == ("", "白浮き", "")


def test_a_place_that_quotes_a_post_is_told_with_its_address_as_text(make: Make) -> None:
    figures = make(locale="en")
    row = finding(
        figures.posts.row(0, named=True), "fail", rule="ST-09", subject="reuse", subject_id="r1", place="lp",
        address="https://evil.example/<b>", influencer_id=None,
    )  # fmt: skip
    facts = compliance.facts(read(only(figures, row)))
    assert facts.lines[0].it.about == "quoted: landing page, https://evil.example/<b>"
    assert "Outside the posts, 1 place or agreement may break a rule." in text(facts.finding)


def test_without_checks_nothing_is_said_to_be_in_order(make: Make) -> None:
    facts = compliance.facts(read(make(locale="en")))
    assert text(facts.finding) == "The posts were not checked against guidelines."
    assert facts.squares == ()


def test_one_text_for_one_message_is_ready_to_be_sent(make: Make) -> None:
    figures = with_findings(make(locale="en"))
    one = figures.compliance_tasks.with_columns(pl.lit("m1").alias("message_id"))
    letters = compliance.facts(read(replace(figures, compliance_tasks=one))).letters
    assert [letter.text for letter in letters] == ["Dear creator, please put #PR first."]


@pytest.mark.parametrize("text_", [
    "</span><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}%(x)s",
    "\u202e\u200b\x00\ue000mark\ue003",
])  # fmt: skip
def test_words_out_of_captions_letters_places_and_imports_are_inert(
    make: Make, monkeypatch: pytest.MonkeyPatch, text_: str
) -> None:
    own = [section for section in sections.load() if section.stem in {"audience", "compliance"}]
    monkeypatch.setattr(drawing.sections, "load", lambda: own)
    figures = with_findings(make(locale="en"))
    figures = with_accounts(figures, account(0, "asahina", None, handle=text_), audience=((0, "interest", text_, 1.0),))
    harmless = {tag for tag, _ in tags_of(drawing.page(figures)).tags}
    said = pl.lit(text_)
    columns = ("quote", "reason_en", "title_en", "law_en", "source", "rule", "advice_en")
    reuse = finding(figures.posts.row(0, named=True), "fail", subject="reuse", place="lp", address=text_, quote=text_)
    frame = tables.FINDINGS.conform_loosely(pl.DataFrame([reuse], infer_schema_length=None))
    hostile = replace(
        figures,
        compliance_findings=pl.concat([figures.compliance_findings, frame]).with_columns(
            said.alias(c) for c in columns
        ),
        compliance_tasks=figures.compliance_tasks.with_columns(what_en=said, text_en=said),
    )
    found = tags_of(drawing.page(hostile))
    assert (found.faults, found.open) == ([], [])
    assert {tag for tag, _ in found.tags} <= harmless | {"wbr"}
    assert [a for t, a in found.tags if t == "script"] == [{}]
    assert not [name for _, a in found.tags for name in a if name.startswith("on") or name == "style"]
    assert not any(sign in drawing.page(hostile) for sign in "\u202e\u200b\x00\ue000")


def test_a_row_that_is_led_to_is_there(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a campaign with more posts than the page holds, those that were found fault with keep their row."""
    monkeypatch.setattr(kept, "MOST", 3)
    reading = read(with_findings(make()))
    rows = set(data.facts(reading).parts[1].grid.ids)
    assert len(rows) == 3
    assert {f.anchor.removeprefix("#") for f in open_findings(reading)} <= rows
