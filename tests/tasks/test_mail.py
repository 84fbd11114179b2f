"""Composing: the same bytes each time, subjects that survive, and no second recipient."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.enclosures import KINDS, Attachment
from reports.render import MailParts
from tasks.errors import ConfigurationError
from tasks.ledger import Message
from tasks.mail import Leaving, address, compose

AT = datetime(2026, 7, 26, 15, 0, tzinfo=UTC)
PARTS = MailParts("【要対応2件】朝凪UV「夏の素肌」結果:CPA ¥1,240", "先に読む行", "本文\n二行目\n", "<p>本文</p>")


def composed(parts: MailParts = PARTS, **changes: Any) -> Message:
    said: dict[str, Any] = {
        "campaign_id": "asanagi-uv",
        "edition": "final-v1",
        "locale": "ja",
        "sender": "ミナモ堂 レポート <hibiki@example.jp>",
        "recipient": "mori@example.jp",
        "dated": AT,
    }
    return compose(parts, **(said | changes))


def read(message: Message) -> Any:
    return email.message_from_bytes(message.body, policy=email.policy.default)


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert composed() == composed()
    assert composed(edition="final-v2").mail_id != composed().mail_id


def test_a_mail_carries_text_and_html_in_base64_and_says_that_a_machine_wrote_it() -> None:
    message = composed(reply_to="mori@example.jp", list_id="reports.example.jp")
    got = read(message)
    assert message.body.isascii()
    assert max(len(line) for line in message.body.split(b"\r\n")) <= 998
    assert got.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
    assert [part["Content-Transfer-Encoding"] for part in got.iter_parts()] == ["base64", "base64"]
    assert got.get_body(("plain",)).get_content().splitlines() == PARTS.text.splitlines()
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Content-Language"] == "ja"
    assert got["Date"].datetime == AT
    assert got["Message-ID"] == f"<{message.mail_id}@example.jp>"
    assert got["List-Id"] == "<reports.example.jp>"
    assert got["Reply-To"] == "mori@example.jp"
    assert got["From"].addresses[0].display_name == "ミナモ堂 レポート"
    assert [a.addr_spec for a in got["To"].addresses] == ["mori@example.jp"]


def test_files_go_with_it_and_the_same_files_give_the_same_bytes() -> None:
    pdf = Attachment("asanagi-uv-final-v1.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(range(256)) * 9)
    sheet = Attachment("asanagi-uv-final-v1.xlsx", KINDS["report.xlsx"], b"PK\x03\x04" + b"\x00" * 999)
    parts = replace(PARTS, attachments=(pdf, sheet))
    message = composed(parts)
    assert message == composed(parts)
    assert message.sha256 != composed().sha256
    got = read(message)
    assert got.get_content_type() == "multipart/mixed"
    [body, *files] = got.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in body.iter_parts()] == ["text/plain", "text/html"]
    assert got["Content-Language"] == "ja"
    for file, part in zip((pdf, sheet), files, strict=True):
        assert (part.get_filename(), part.get_content_type()) == (file.name, file.kind)
        assert part.get_content_disposition() == "attachment"
        assert part.get_content() == file.content
    assert message.body.isascii()
    assert max(len(line) for line in message.body.split(b"\r\n")) <= 998
    assert got.get_body(("plain",)).get_content().splitlines() == PARTS.text.splitlines()


def test_an_old_reader_decodes_every_part_too() -> None:
    """As a program from before EmailMessage reads it: the legacy policy, bytes decoded by hand."""
    parts = replace(PARTS, attachments=(Attachment("a.pdf", "application/pdf", b"%PDF\x00\xff"),))
    got = email.message_from_bytes(composed(parts).body, policy=email.policy.compat32)
    texts = [p for p in got.walk() if p.get_content_maintype() == "text"]
    decoded = [p.get_payload(decode=True).decode(str(p.get_content_charset())) for p in texts]
    assert [t.splitlines() for t in decoded] == [PARTS.text.splitlines(), PARTS.html.splitlines()]
    assert str(make_header(decode_header(got["Subject"]))) == PARTS.subject
    assert [p.get_payload(decode=True) for p in got.walk() if p.get_filename()] == [b"%PDF\x00\xff"]


def test_a_reader_can_leave_by_mail_always_and_by_one_click_only_where_it_is_configured() -> None:
    by_mail = read(composed(leaving=Leaving("mori@example.jp")))
    assert by_mail["List-Unsubscribe"] == "<mailto:mori@example.jp?subject=unsubscribe%20asanagi-uv>"
    assert by_mail["List-Unsubscribe-Post"] is None
    by_click = read(composed(leaving=Leaving("mori@example.jp", "https://reports.example.jp/off?who={recipient}")))
    assert [way.strip(" <>") for way in by_click["List-Unsubscribe"].split(",")] == [
        "https://reports.example.jp/off?who=mori%40example.jp",
        "mailto:mori@example.jp?subject=unsubscribe%20asanagi-uv",
    ]
    assert by_click["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read(composed())["List-Unsubscribe"] is None, "a note to one person is no list"


names = st.text(alphabet="ミナモ堂 レポート宵待ち Hibiki Report=?_.-'()🌊", min_size=1, max_size=60)


@settings(deadline=None)
@given(names)
def test_a_display_name_survives_the_journey(name: str) -> None:
    """For this Python, which puts spaces between a name's encoded words, and for readers by the standard."""
    wanted = " ".join(name.split())
    sent = composed(sender=f"{name} <hibiki@example.jp>").body
    [found] = email.message_from_bytes(sent, policy=email.policy.default)["From"].addresses
    assert (found.display_name, found.addr_spec) == (wanted, "hibiki@example.jp")
    assert max(len(line) for line in sent.split(b"\r\n")) <= 998
    if not wanted.isascii():
        raw = email.message_from_bytes(sent)["From"]
        assert str(make_header(decode_header(raw))) == f"{wanted} <hibiki@example.jp>"


@pytest.mark.parametrize("text", ["=?utf-8?q?evil?=", "a =?utf-8?b?5pel?= b", "=?", "50% =?off?="])
def test_what_looks_like_an_encoded_word_is_read_as_it_was_written(text: str) -> None:
    assert read(composed(MailParts(text, "", "x", "x")))["Subject"] == text


@settings(deadline=None)
@given(st.text(alphabet="購入数は目標の施策結果 ABC CPA ¥1,240%【】「」:.-_=?🌊", min_size=1, max_size=90))
def test_a_japanese_subject_survives_the_journey(subject: str) -> None:
    wanted = " ".join(subject.split())
    assert read(composed(MailParts(subject, "", "x", "x")))["Subject"] == wanted


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: evil@example.com", "a\nX: y", "a\x00b", "a\u2028Bcc: c@example.com", "a\x0bb"]
)
def test_a_subject_begins_no_other_header(subject: str) -> None:
    got = read(composed(MailParts(subject, "", "x", "x")))
    assert got["Bcc"] is None
    assert got["X"] is None
    assert len(got["To"].addresses) == 1


@pytest.mark.parametrize(
    "text",
    [
        "a@x.jp, evil@x.jp",
        "a@x.jp\nBcc: evil@x.jp",
        "a@x.jp\r\n",
        "x",
        "",
        "@x.jp",
        "a@",
        "森@example.jp",
        "a b@x.jp",
        "<a@x.jp>, <b@x.jp>",
        "a@x.jp; b@x.jp",
        "a@x.jp\x00",
        "Group: a@x.jp;",
    ],
)
def test_what_is_not_one_address_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="no mail address"):
        address(text)


def test_an_address_keeps_its_name_and_its_domain_is_lower_case() -> None:
    found = address("Mori K <Mori@Example.JP>")
    assert (found.display_name, found.addr_spec) == ("Mori K", "Mori@example.jp")
