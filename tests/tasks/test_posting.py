"""An edition becomes messages: the same bytes each time, with what goes with them, and told to the operator if held."""

import email
import email.policy
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reports import render
from reports.answered import answered
from reports.figures import Figures
from tasks import deliver as deliver_task
from tasks import pdf, posting
from tasks.ledger import Entry
from tasks.mail import deliver
from tasks.posting import Press, hosted_at, shortfall
from tasks.site import Site, open_site
from tests.reports import conftest

AT = datetime(2026, 7, 27, 0, 30, tzinfo=UTC)
MAIL = '[mail]\nsender = "hibiki <hibiki@example.jp>"\nallowed_domains = ["example.jp"]\n'
TWO = {**conftest.campaign(), "recipients": "mori@example.jp kuze@example.jp"}
Company = Callable[..., Site]


def rich(**changes: Any) -> Figures:
    """The finished campaign with few posts: how it is posted does not depend on how long it is."""
    whole = conftest.rich()
    few = {"posts": whole.posts.head(3), "influencers": whole.influencers.head(3), "days": whole.days.head(9)}
    return conftest.rich(**{**few, **changes})


@pytest.fixture
def company(tmp_path: Path) -> Company:
    def made(settings: str = "", name: str = "company") -> Site:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        (root / "hibiki.toml").write_text(MAIL + settings, "utf-8")
        return open_site(root, at=AT)

    return made


def posted(site: Site, figures: Figures, press: Press | None = None) -> list[Entry]:
    """The ledger after an edition was written and queued."""
    out = site.workspace.reports
    edition = render.edition(figures, out, posting.posting(site, press or Press(site)))
    posting.queue(site, figures, edition)
    with closing(posting.opened(site)) as ledger:
        return ledger.entries()


def letters(site: Site, entries: list[Entry]) -> dict[str, Any]:
    with closing(posting.opened(site)) as ledger:
        bodies = {e.recipient: ledger.body(e.mail_id) for e in entries}
    return {who: email.message_from_bytes(body, policy=email.policy.default) for who, body in bodies.items()}


def red(figures: Figures) -> Figures:
    """The same with half of the last nights lost."""
    late = pl.col("day") > figures.coverage["day"].max() - pl.duration(days=5)
    lost = figures.coverage.with_columns(got=pl.when(late).then(pl.lit(0)).otherwise("got"))
    return rich(campaign=TWO, coverage=lost)


@pytest.fixture
def _no_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "NAMES", ())


@pytest.mark.usefixtures("_no_chromium")
def test_each_recipient_gets_a_message_of_their_own_and_the_same_again_is_none(company: Company) -> None:
    site, figures = company(), rich(campaign=TWO)
    entries = posted(site, figures)
    assert {e.recipient: e.state for e in entries} == {"mori@example.jp": "pending", "kuze@example.jp": "pending"}
    assert posted(site, figures) == entries
    for who, letter in letters(site, entries).items():
        assert letter["To"] == who
        assert letter["List-Unsubscribe"] == "<mailto:hibiki@example.jp?subject=unsubscribe%20asanagi-uv>"
        assert "PDF" in letter.get_body(("plain",)).get_content()
        assert [a.get_filename() for a in letter.iter_attachments()] == ["asanagi-uv-final-v1.xlsx"]


@pytest.mark.usefixtures("_no_chromium")
def test_without_chromium_a_report_is_a_report_and_both_the_run_and_the_mail_say_what_is_missing(
    company: Company,
) -> None:
    site, figures = company(), rich(locale="en")
    press = Press(site)
    [entry] = posted(site, figures, press)
    assert press.printed("<p>again</p>") is None
    assert press.said == [
        "no PDF: Chromium is not installed (Debian: apt install chromium; or name it in reports.chromium)"
    ]
    text = letters(site, [entry])["mori@example.jp"].get_body(("plain",)).get_content()
    assert "Not attached, because it could not be made this time: the full report (PDF)." in text
    assert not (site.workspace.reports / "asanagi-uv" / "final-v1" / "report.pdf").exists()


def test_a_chromium_that_fails_stops_no_report(company: Company, tmp_path: Path) -> None:
    broken = tmp_path / "chrome"
    broken.write_text("#!/bin/sh\necho 'no usable sandbox' >&2\nexit 1\n")
    broken.chmod(0o755)
    site = company(f'[reports]\nchromium = "{broken}"\n')
    press = Press(site)
    assert posted(site, rich(), press)
    assert len(press.said) == 1
    assert "no usable sandbox" in press.said[0]
    gone = Press(company('[reports]\nchromium = "/no/such/chrome"\n', "gone"))
    assert gone.printed("<p>x</p>") is None
    assert "/no/such/chrome" in gone.said[0]


@pytest.mark.usefixtures("_no_chromium")
def test_settings_say_what_goes_with_a_mail_and_how_one_leaves(company: Company) -> None:
    plain = company("attachments = false\n[reports]\npdf = false\n", "plain")
    [letter] = letters(plain, posted(plain, rich())).values()
    assert letter.get_content_type() == "multipart/alternative"
    assert "添付" not in letter.get_body(("plain",)).get_content()
    rich_one = company(
        'reply_to = "mori@example.jp"\npreferences_url = "https://example.jp/prefs"\n'
        'unsubscribe_url = "https://example.jp/off?who={recipient}"\nlist_id = "reports.example.jp"\n'
        '[reports]\npdf = false\nurl = "https://reports.example.jp/r/"\n',
        "rich",
    )
    figures = rich(report_url=hosted_at(rich_one, rich()))
    [letter] = letters(rich_one, posted(rich_one, figures)).values()
    assert "https://example.jp/off?who=mori%40example.jp" in letter["List-Unsubscribe"]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Id"] == "<reports.example.jp>"
    html = letter.get_body(("html",)).get_content()
    assert 'href="https://reports.example.jp/r/asanagi-uv/final-v1/report.html"' in html
    assert 'href="https://example.jp/prefs"' in html


def test_where_reports_are_hosted_is_no_figure(company: Company) -> None:
    """A report does not become another edition because a server moved."""
    assert render.digest(rich()) == render.digest(rich(report_url="https://reports.example.jp/x"))
    assert hosted_at(company(), rich()) == ""


@pytest.mark.usefixtures("_no_chromium")
def test_a_held_report_is_told_to_the_operator_once_and_to_nobody_else(company: Company) -> None:
    site, figures = company('operator = "ops@example.jp"\n'), red(rich())
    entries = posted(site, figures)
    assert {e.recipient: (e.edition, e.state) for e in entries} == {
        "mori@example.jp": ("final-v1", "held"),
        "kuze@example.jp": ("final-v1", "held"),
        "ops@example.jp": ("final-v1 held", "pending"),
    }
    assert posted(site, figures) == entries, "once for each edition"
    note = letters(site, entries)["ops@example.jp"]
    assert note["List-Unsubscribe"] is None
    said = note.get_body(("plain",)).get_content()
    for entry in entries:
        assert (entry.mail_id in said) == (entry.state == "held")
    with closing(posting.opened(site)) as ledger:
        done = deliver(ledger, posting.transport(site), site.clock, allowed_domains=["example.jp"])
        assert len(done.sent) == 1
    assert [p.name for p in site.workspace.outbox.glob("*.eml")] == [f"{done.sent[0]}.eml"]


@pytest.mark.usefixtures("_no_chromium")
def test_an_operator_who_is_a_recipient_gets_the_note_and_the_held_report(company: Company) -> None:
    site = company('operator = "mori@example.jp"\n')
    entries = posted(site, red(rich()))
    mine = sorted((e.edition, e.state) for e in entries if e.recipient == "mori@example.jp")
    assert mine == [("final-v1", "held"), ("final-v1 held", "pending")]
    assert len({e.mail_id for e in entries}) == 3


@pytest.mark.usefixtures("_no_chromium")
def test_without_an_operator_nobody_is_written_to(company: Company) -> None:
    assert {e.state for e in posted(company(), red(rich()))} == {"held"}


@pytest.mark.usefixtures("_no_chromium")
def test_a_mail_that_did_not_leave_is_a_gap_of_the_night(company: Company) -> None:
    site = company('host = "127.0.0.1"\nport = 1\nsecurity = "none"\n')
    posted(site, rich(campaign=TWO))
    delivered = deliver_task.deliver.fn(site)
    assert delivered.sent == 0
    assert sorted(gap.partition(":")[0] for gap in delivered.gaps) == [
        "mail to kuze@example.jp waits for the next run",
        "mail to mori@example.jp waits for the next run",
    ]
    assert any("cannot be reached" in gap for gap in delivered.gaps)


def test_one_bad_night_holds_no_report_three_do() -> None:
    figures = rich()
    assert shortfall(figures, 0.9) is None
    last = figures.coverage["day"].max()
    bad = figures.coverage.with_columns(got=pl.when(pl.col("day") == last).then(pl.lit(0)).otherwise("got"))
    assert shortfall(rich(coverage=bad), 0.9) is None
    lack = shortfall(red(figures), 0.9)
    assert lack is not None
    assert lack.when == "late"
    assert (lack.got, lack.share) == (0, 0.0)
    assert shortfall(rich(coverage=figures.coverage.clear()), 0.9) is None


def test_who_never_gave_access_holds_no_report_and_who_falls_silent_does() -> None:
    coverage = conftest.rich().coverage
    tiktok = pl.col("source") == "tiktok"
    silent = coverage.with_columns(
        got=pl.when(tiktok).then(pl.lit(2)).otherwise("got"),
        state=pl.when(tiktok).then(pl.lit("partial")).otherwise("state"),
        reason=pl.when(tiktok).then(pl.lit("gave no access, or no longer there")).otherwise("reason"),
    )
    assert silent["got"].sum() / silent["expected"].sum() < 0.9
    assert shortfall(rich(coverage=silent), 0.9) is None
    # the same reason, but only since a few nights: that is no want of access
    since = pl.col("day") > coverage["day"].max() - pl.duration(days=5)
    lost = coverage.with_columns(
        got=pl.when(since).then(pl.lit(0)).otherwise("got"),
        state=pl.when(since).then(pl.lit("partial")).otherwise("state"),
        reason=pl.when(since).then(pl.lit("gave no access, or no longer there")).otherwise("reason"),
    )
    lack = shortfall(rich(coverage=lost), 0.9)
    assert lack is not None
    assert lack.got == 0
    # a platform that fails beside those who gave no access: what failed counts, they do not
    failed = silent.with_columns(
        got=pl.when(tiktok & since).then(pl.lit(0)).otherwise("got"),
        reason=pl.when(tiktok & since).then(pl.lit("server_error")).otherwise("reason"),
    )
    night = answered(failed).row(-1, named=True)
    assert (night["expected"] - night["got"]) == 2


@pytest.mark.browser
@pytest.mark.skipif(pdf.find() is None, reason="Chromium is not installed: no page can be printed")
def test_an_edition_written_and_composed_twice_is_the_same_mail_with_pdf_and_workbook(company: Company) -> None:
    first, second = company(name="first"), company(name="second")
    [one], [two] = posted(first, rich()), posted(second, rich())
    assert one.sha256 == two.sha256
    [letter] = letters(first, [one]).values()
    files = {a.get_filename(): a.get_content() for a in letter.iter_attachments()}
    assert sorted(files) == ["asanagi-uv-final-v1.pdf", "asanagi-uv-final-v1.xlsx"]
    folder = first.workspace.reports / "asanagi-uv" / "final-v1"
    assert files["asanagi-uv-final-v1.pdf"] == (folder / "report.pdf").read_bytes()
    assert files["asanagi-uv-final-v1.xlsx"] == (folder / "report.xlsx").read_bytes()
    assert pdf.pages(files["asanagi-uv-final-v1.pdf"]) >= 3
    # a run that was killed after the edition was written composes from the folder, where nothing is printed again
    again = posted(first, rich(), Press(first))
    assert again == [one]
