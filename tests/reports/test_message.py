"""The mail: what is to be done first, charts of table cells that tell the truth, and a text that is read alone."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import message, render
from reports.drawing import TEMPLATES, held_note
from reports.enclosures import KINDS, Enclosed, Posting, attachments, enclosed
from reports.figures import Figures
from reports.held import Shortfall
from reports.message_bars import COLOURS, THIN, Part, bar, dot
from reports.reading import read
from tests.reports.told import large, with_findings

Make = Callable[..., Figures]
shares = st.floats(0, 3, allow_nan=False)


def filled(parts: tuple[Part, ...]) -> int:
    return sum(int(p.width.rstrip("%")) for p in parts if p.width.endswith("%"))


class Tags(HTMLParser):
    """What is open, what was closed out of turn, and every attribute."""

    VOID = frozenset({"meta", "br", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def tags(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    return found


@given(attained=shares)
def test_a_goal_s_bar_is_a_hundred_per_cent_wide_and_crosses_its_line_only_if_it_is_met(attained: float) -> None:
    parts = bar(attained, "good")
    assert filled(parts) == 100
    line = next(i for i, part in enumerate(parts) if part.kind == "k-line")
    beyond = [p for p in parts[line:] if p.kind == "k-good"]
    short = [p for p in parts[:line] if p.kind == "k-track"]
    assert bool(short) == (attained < 1)
    assert not beyond or attained >= 1


def test_an_unknown_goal_is_an_empty_bar() -> None:
    assert {p.kind for p in bar(None, "none")} == {"k-track", "k-line"}


@given(value=shares, low=shares, high=shares, reference=shares)
def test_a_person_s_row_is_a_hundred_per_cent_wide_and_keeps_the_order_of_its_figures(
    value: float, low: float, high: float, reference: float
) -> None:
    lower, _, upper = sorted((low, value, high))
    parts = dot(value, lower, upper, reference=reference, end=2.0, tone="same")
    assert filled(parts) == 100
    kinds = [p.kind for p in parts]
    assert kinds.count("k-dot-same") == 1
    assert kinds.count("k-ref") == (reference <= 2.0)
    assert {p.kind for p in parts} <= COLOURS.keys()
    if reference <= 2.0 and value <= 2.0 and value != reference:
        assert (kinds.index("k-dot-same") < kinds.index("k-ref")) == (value < reference)


def test_without_an_interval_there_is_a_dot_alone_and_without_a_value_nothing() -> None:
    assert {p.kind for p in dot(1, None, None, reference=None, end=2, tone="above")} == {"k-blank", "k-dot-above"}
    assert {p.kind for p in dot(None, None, None, reference=None, end=2, tone="untold")} == {"k-blank"}
    assert {p.kind for p in dot(0, 0, 0, reference=0, end=0, tone="same")} == {"k-blank"}


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_what_is_urgent_has_an_owner_and_a_day(make: Make, locale: str) -> None:
    letter = render.mail(make(locale=locale))
    facts = message.facts(read(make(locale=locale)))
    assert facts.urgent
    for duty in (*facts.urgent, *facts.later):
        assert duty.who
        assert duty.who in letter.html
        assert duty.who in letter.text
    assert letter.html.index(facts.urgent[0].title) < letter.html.index('class="k-line"')


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_posts_to_be_put_right_are_named_in_the_red_box(make: Make, locale: str) -> None:
    figures = with_findings(make(locale=locale))
    letter, facts = render.mail(figures), message.facts(read(figures))
    cases = facts.urgent[0].cases
    assert len(cases) == 2
    assert letter.subject.startswith("【要対応3件】" if locale == "ja" else "[3 to do]")
    for case in cases:
        assert letter.text.index(f"{case.name} ({case.about})") < letter.text.index(facts.goals_finding)
        assert case.text.split()[0] in letter.html


def test_many_posts_to_be_put_right_are_counted_not_listed(make: Make) -> None:
    figures = with_findings(make(locale="en"), verdicts=dict.fromkeys(range(9), "fail"))
    facts = message.facts(read(figures))
    assert facts.urgent[0].cases == ()
    assert facts.urgent[0].title.startswith("Have 9 posts put right")


def test_large_campaigns_have_small_mails(make: Make) -> None:
    html = render.mail(large(with_findings(make()), people=500, each=6)).html
    assert len(html.encode()) < 90_000


def test_names_without_end_end_in_a_mail(make: Make) -> None:
    figures = make()
    long = figures.influencers.with_columns(name=pl.lit("終わりのない名前<b>" * 2000))
    campaign = {**figures.campaign, "name": "長い" * 5000, "brand": "<i>長い" * 5000}
    letter = render.mail(with_findings(make(influencers=long, campaign=campaign)))
    assert len(letter.html.encode()) < 90_000
    assert "<b>" not in letter.html
    assert len(letter.text.encode()) < 20_000


def test_people_are_named_only_where_they_stand_apart(make: Make) -> None:
    facts = message.facts(read(make())).creators
    named = {person.name for band in facts.bands for person in band.people}
    by_tone = {band.tone: band for band in facts.bands}
    assert by_tone["above"].people
    assert by_tone["below"].people
    assert by_tone["same"].people == ()
    html = render.mail(make()).html
    assert all(name in html for name in named)
    assert len(named) < make().influencers.height


def test_where_nobody_stands_apart_all_are_shown_side_by_side(make: Make) -> None:
    figures = make()
    alike = figures.standings.with_columns(
        comparison=figures.standings["comparison"].replace({"above": "no_difference", "below": "no_difference"}),
        is_better=None,
    )
    facts = message.facts(read(make(standings=alike))).creators
    assert {band.tone for band in facts.bands if band.people} == {"same"}


def test_many_names_are_cut_and_counted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.message_creators.MOST", 1)
    bands = message.facts(read(make())).creators.bands
    assert all(len(band.people) <= 1 for band in bands)
    assert any(band.more for band in bands)


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_html_is_what_old_programs_draw(make: Make, locale: str) -> None:
    html = render.mail(make(locale=locale, report_url="https://reports.example.jp/a")).html
    found = tags(html)
    assert (found.open, found.wrong) == ([], [])
    for tag, attributes in found.seen:
        assert tag not in {"img", "svg", "script", "link", "iframe", "form", "input", "video", "picture", "base"}
        assert not [name for name in attributes if name.startswith("on")]
        style = attributes.get("style") or ""
        assert not re.search(r"url\(|flex|grid|position:|float:|var\(|calc\(|background-image|@", style), style
        if (
            tag == "td"
            and "background-color" in style
            and set((attributes.get("class") or "").split()) & COLOURS.keys()
        ):
            raise AssertionError("a chart's colour is said by bgcolor alone, so that dark rules can change it")
    cells = [a for t, a in found.seen if t == "td" and (a.get("class") or "") in COLOURS]
    assert len(cells) > 20
    assert all(a.get("width") and a.get("bgcolor") == COLOURS[str(a["class"])] for a in cells)
    layout = [a for t, a in found.seen if t == "table" and (a.get("class") or "").startswith(("wrap", "box", "bars"))]
    assert all(a.get("role") == "presentation" for a in layout)
    assert [t for t, _ in found.seen].count("h1") == 1
    assert "<!--[if mso]>" in html
    assert len(html.encode()) < 90_000


def test_every_colour_has_its_dark_side() -> None:
    dark = (TEMPLATES / "mail" / "dark.css").read_text("utf-8")
    assert [kind for kind in COLOURS if f".{kind}" not in dark] == []
    assert THIN.keys() <= COLOURS.keys()


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_text_part_is_read_alone(make: Make, locale: str) -> None:
    figures = make(locale=locale, report_url="https://reports.example.jp/a")
    letter, facts = render.mail(figures), message.facts(read(figures))
    assert not re.search(r"<[a-z/!]|&[a-z]+;|\n\n\n|[ \t]\n", letter.text)
    for said in (facts.sentence, facts.lead, facts.caveat, "https://reports.example.jp/a", figures.run_id):
        assert said in letter.text
    for goal, _bar in facts.goals:
        assert f"{goal.label}: {goal.result.text}" in letter.text
    for band in facts.creators.bands:
        for person in band.people:
            assert f"{person.name}: {person.text}" in letter.text
            assert "万円" not in person.text + person.span, "¥8,932〜3.6万円 has its ends in two units"
    assert len(letter.text.encode()) < 20_000


def test_the_foot_says_what_goes_with_it_and_what_does_not(make: Make) -> None:
    def said(files: dict[str, bytes], posting: Posting) -> tuple[str, ...]:
        letter = render.mail(make(locale="en"), enclosed(files, posting), posting)
        lines = [line for line in letter.text.partition("----")[2].splitlines() if line]
        assert all(line in letter.html for line in lines if not line.startswith("Change"))
        return tuple(lines)

    both = {"report.pdf": b"p" * 1000, "report.xlsx": b"x" * 1000}
    assert said(both, Posting())[0] == "Attached: the full report (PDF), its data (Excel)"
    lines = said({"report.xlsx": b"x"}, Posting(printer=lambda _page: None))
    assert lines[0] == "Attached: its data (Excel)"
    assert lines[1].startswith("Not attached, because it could not be made this time: the full report (PDF)")
    large = said({**both, "report.pdf": b"p" * 4_000_000}, Posting(limit=5_000_000))
    assert large[0] == "Attached: its data (Excel)"
    assert large[1].startswith("Too large to attach: the full report (PDF)")
    assert not [line for line in said(both, Posting(limit=0)) if "ttach" in line]
    preferences = said(both, Posting(preferences_url="https://example.jp/prefs", is_answered=True))
    assert "Change or stop delivery: https://example.jp/prefs" in preferences
    assert "To change or stop delivery, answer this mail." in said(both, Posting(is_answered=True))


@settings(deadline=None)
@given(sizes=st.tuples(*[st.integers(0, 4_000_000)] * 2), limit=st.integers(300_000, 6_000_000))
def test_what_is_attached_fits(sizes: tuple[int, ...], limit: int) -> None:
    files = {name: bytes(size) for name, size in zip(KINDS, sizes, strict=True)}
    names = enclosed(files, Posting(limit=limit)).names
    assert sum(len(files[name]) for name in names) * 1.37 < limit


@pytest.mark.parametrize("campaign_id", ["朝凪UV-夏", "a b/../c", "x" * 200, "..."])
def test_attachments_have_plain_names_in_ascii(make: Make, campaign_id: str) -> None:
    figures = make(campaign={**make().campaign, "campaign_id": campaign_id})
    [file] = attachments(figures, {"report.pdf": b"x"}, ("report.pdf",))
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.pdf", file.name)


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_operator_s_note_says_what_is_missing_what_to_run_and_what_waits(make: Make, locale: str) -> None:
    waiting = (("m1", "mori@example.jp"), ("m2", "kuze@example.jp"))
    figures = make(locale=locale)
    note = held_note(figures, Shortfall("late", 50, 27, 0.9), waiting)
    assert note == held_note(figures, Shortfall("late", 50, 27, 0.9), waiting), "the same each time"
    for part in (note.text, note.html):
        for said in ("27", "TikTok", "hibiki status", "hibiki mail resolve", "m1"):
            assert said in part
        assert "kuze@example.jp" in part
    found = tags(note.html)
    assert (found.open, found.wrong) == ([], [])
    assert note.subject != render.mail(figures).subject
    over = held_note(figures, Shortfall("campaign", 50, 27, 0.9), waiting)
    assert over.text != note.text


def test_an_empty_enclosure_says_nothing(make: Make) -> None:
    assert "ttach" not in render.mail(make(locale="en"), Enclosed(), Posting()).text
