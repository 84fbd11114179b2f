"""Composing: the same bytes each time, subjects that survive, and no second recipient."""

import email
import email.policy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.render import MailParts
from tasks.errors import ConfigurationError
from tasks.ledger import Message
from tasks.mail import address, compose

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
