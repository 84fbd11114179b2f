"""Delivery to a real SMTP server on loopback: nothing twice, nothing lost without a word, whatever the server does."""

import shutil
import smtplib
import sqlite3
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tasks.clock import stopped_clock
from tasks.errors import ConfigurationError
from tasks.ledger import Ledger, MailConflict, Message, Overtaken
from tasks.mail import LONGEST_WAIT, deliver, rows
from tasks.smtp import OutboxTransport, SmtpServer, SmtpTransport
from transforms.tables.ops import MAILS

AT = datetime(2026, 7, 27, 0, 0, tzinfo=UTC)
ALLOWED = ["example.jp"]


def message(n: int, **changes: Any) -> Message:
    said: dict[str, Any] = {
        "mail_id": f"m{n}",
        "campaign_id": "asanagi-uv",
        "edition": "final-v1",
        "locale": "ja",
        "recipient": f"r{n}@example.jp",
        "sender": "hibiki@example.jp",
        "sha256": "0" * 64,
        "body": f"Message-ID: <m{n}@example.jp>\r\nSubject: {n}\r\n\r\nHello\r\n".encode(),
    }
    return Message(**(said | changes))


class Mailbox:
    """A server that keeps what it takes and answers as told: by recipient, at RCPT or after DATA."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.at_rcpt: dict[str, str] = {}
        self.after_data: dict[str, str] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.at_rcpt:
            return self.at_rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        [recipient] = envelope.rcpt_tos
        answer = self.after_data.get(recipient, "250 2.0.0 taken")
        if answer == "drop":
            self.taken.append(recipient)
            server.transport.abort()
            return "250 never heard"
        if answer.startswith("250"):
            self.taken.append(recipient)
        return answer


class AnyPort(Controller):
    """A controller on a port that the system chooses."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def box() -> Iterator[tuple[Mailbox, SmtpServer]]:
    mailbox = Mailbox()
    controller = AnyPort(mailbox, hostname="127.0.0.1", port=0, ready_timeout=30)
    controller.start()
    yield mailbox, SmtpServer("127.0.0.1", controller.port, security="none", timeout=10)
    controller.stop()


def ledger_in(folder: Path, at: datetime = AT) -> Ledger:
    return Ledger(folder / "ledger.sqlite", stopped_clock(at))


def states(folder: Path) -> dict[str, str]:
    ledger = ledger_in(folder)
    found = {entry.recipient: str(entry.state) for entry in ledger.entries()}
    ledger.close()
    return found


def test_refusals_before_and_after_data_end_where_they_must(box: tuple[Mailbox, SmtpServer], tmp_path: Path) -> None:
    mailbox, server = box
    mailbox.at_rcpt = {"r0@example.jp": "451 4.7.1 greylisted", "r1@example.jp": "550 5.1.1 no such user"}
    mailbox.after_data = {
        "r2@example.jp": "554 5.7.1 spam",
        "r3@example.jp": "451 4.3.0 disk full",
        "r4@example.jp": "drop",
    }
    ledger = ledger_in(tmp_path)
    for n in range(6):
        ledger.enqueue(message(n))
    done = deliver(ledger, SmtpTransport(server), stopped_clock(AT), allowed_domains=ALLOWED)
    found = {entry.recipient[:2]: (entry.state, entry.detail or "") for entry in ledger.entries()}
    assert {who: state for who, (state, _) in found.items()} == {
        "r0": "pending",
        "r1": "failed",
        "r2": "failed",
        "r3": "in_doubt",
        "r4": "in_doubt",
        "r5": "sent",
    }
    assert "greylisted" in found["r0"][1]
    assert "no such user" in found["r1"][1]
    assert "taken" in found["r5"][1]
    assert (done.sent, done.deferred) == (["m5"], ["m0"])
    assert ledger.history("m5") == [
        ("pending", None),
        ("claimed", None),
        ("in_flight", None),
        ("sent", found["r5"][1]),
    ]
    # nothing of this is sent again in the next run, but the one that was put off, and only when its time has come
    mailbox.at_rcpt, mailbox.after_data = {}, {}
    deliver(ledger, SmtpTransport(server), stopped_clock(AT), allowed_domains=ALLOWED)
    assert mailbox.taken == ["r4@example.jp", "r5@example.jp"]
    ledger.close()
    later = ledger_in(tmp_path, AT + timedelta(minutes=6))
    deliver(later, SmtpTransport(server), stopped_clock(AT), allowed_domains=ALLOWED)
    assert mailbox.taken == ["r4@example.jp", "r5@example.jp", "r0@example.jp"]
    later.close()


def test_an_unreachable_server_leaves_every_message_waiting(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    for n in range(3):
        ledger.enqueue(message(n))
    nobody = SmtpTransport(SmtpServer("127.0.0.1", 1, security="none", timeout=2))
    done = deliver(ledger, nobody, stopped_clock(AT), allowed_domains=ALLOWED)
    assert len(done.deferred) == 1, "one try is enough to know that nobody is there"
    assert [e.state for e in ledger.entries()] == ["pending"] * 3
    late = AT + LONGEST_WAIT + timedelta(hours=1)
    ledger.close()
    old = ledger_in(tmp_path, late)
    done = deliver(old, nobody, stopped_clock(late), allowed_domains=ALLOWED)
    assert len(done.failed) == 1
    assert "given up after" in (old.entries("failed")[0].detail or "")
    old.close()


def test_mail_goes_only_to_allowed_domains(box: tuple[Mailbox, SmtpServer], tmp_path: Path) -> None:
    mailbox, server = box
    ledger = ledger_in(tmp_path)
    ledger.enqueue(message(1, recipient="a@evil.example"))
    ledger.enqueue(message(2, recipient="a@sub.example.jp"))
    ledger.enqueue(message(3))
    deliver(ledger, SmtpTransport(server), stopped_clock(AT), allowed_domains=["Example.JP"])
    assert mailbox.taken == ["r3@example.jp"]
    assert [e.state for e in ledger.entries()] == ["failed", "failed", "sent"]
    assert "mail.allowed_domains" in (ledger.entries("failed")[0].detail or "")
    ledger.close()


def test_the_same_message_again_is_no_second_mail_and_another_under_its_key_is_refused(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    assert ledger.enqueue(message(1))
    assert not ledger.enqueue(message(1))
    with pytest.raises(MailConflict, match="raise the version"):
        ledger.enqueue(message(1, body=b"other", sha256="1" * 64))
    assert ledger.enqueue(message(2, recipient="r1@example.jp", edition="final-v2"))
    assert len(ledger.entries()) == 2
    ledger.close()


def test_a_held_message_waits_for_a_person(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    ledger.enqueue(message(1), held="coverage is 0.5, below 0.9")
    out = OutboxTransport(tmp_path)
    assert deliver(ledger, out, stopped_clock(AT), allowed_domains=ALLOWED).sent == []
    assert ledger.entries("held")[0].detail == "coverage is 0.5, below 0.9"
    ledger.release("m1")
    assert deliver(ledger, out, stopped_clock(AT), allowed_domains=ALLOWED).sent == ["m1"]
    ledger.close()


def test_a_doubt_is_resolved_by_a_person_and_by_nobody_else(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    for n in (1, 2):
        ledger.enqueue(message(n))
        claimed = ledger.claim()
        assert claimed is not None
        ledger.mark_in_flight(claimed.mail_id)
    out = OutboxTransport(tmp_path)
    for _ in range(3):
        assert deliver(ledger, out, stopped_clock(AT), allowed_domains=ALLOWED).sent == []
    assert [e.state for e in ledger.entries()] == ["in_doubt", "in_doubt"]
    assert ledger.resolve("m1", "sent").state == "sent"
    assert ledger.resolve("m2", "resend").state == "pending"
    assert deliver(ledger, out, stopped_clock(AT), allowed_domains=ALLOWED).sent == ["m2"]
    with pytest.raises(ConfigurationError, match="m1 is sent, not in_doubt"):
        ledger.resolve("m1", "sent")
    assert ledger.resend("m1").state == "pending"
    with pytest.raises(ConfigurationError, match="no mail is called nobody: `hibiki mail list`"):
        ledger.resolve("nobody", "sent")
    ledger.close()


def test_two_runs_at_once_send_a_message_once(tmp_path: Path) -> None:
    first, second = ledger_in(tmp_path), ledger_in(tmp_path)
    first.enqueue(message(1))
    claimed = first.claim()
    assert claimed is not None
    second.recover()
    taken = second.claim()
    assert taken == claimed
    sent: list[str] = []

    class Noted:
        def send(self, message: Message, about_to_hand_over: Any) -> str:
            about_to_hand_over()
            sent.append(message.mail_id)
            return "250"

        def close(self) -> None: ...

    with pytest.raises(Overtaken):
        Noted().send(claimed, lambda: first.mark_in_flight("m1"))
    assert sent == []
    Noted().send(claimed, lambda: second.mark_in_flight("m1"))
    second.mark_sent("m1", "250")
    assert sent == ["m1"]
    first.close()
    second.close()


def test_without_a_server_messages_are_files_written_whole_and_again_the_same(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    ledger.enqueue(message(1))
    deliver(ledger, OutboxTransport(tmp_path / "outbox"), stopped_clock(AT), allowed_domains=ALLOWED)
    [entry] = ledger.entries()
    assert (entry.state, entry.detail) == ("sent", "written to outbox/m1.eml")
    assert (tmp_path / "outbox" / "m1.eml").read_bytes() == message(1).body == ledger.body("m1")
    assert [p.name for p in (tmp_path / "outbox").iterdir()] == ["m1.eml"]
    ledger.close()


def test_an_outbox_that_cannot_be_written_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    ledger = ledger_in(tmp_path)
    ledger.enqueue(message(1))
    done = deliver(ledger, OutboxTransport(tmp_path / "outbox"), stopped_clock(AT), allowed_domains=ALLOWED)
    assert done.deferred == ["m1"]
    assert "cannot be written" in (ledger.entries("pending")[0].detail or "")
    ledger.close()


def test_the_ledger_is_told_as_ops_mails(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    assert rows(ledger).schema == MAILS.schema
    ledger.enqueue(message(1))
    frame = rows(ledger)
    assert frame.schema == MAILS.schema
    assert frame.row(0, named=True)["state"] == "pending"
    ledger.close()


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"this is not a database, and it is long enough to be read as one" * 20)
    with pytest.raises(ConfigurationError, match="mail ledger"):
        ledger_in(tmp_path)


def test_every_commit_is_on_the_disk(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert ledger._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    ledger.close()
    assert isinstance(sqlite3.sqlite_version, str)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: there is no certificate to encrypt with")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "certificate.pem", folder / "key.pem"
    asked = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run([openssl, *asked, *names], check=True, capture_output=True)
    return made, key


@pytest.fixture
def sealed(certificate: tuple[Path, Path]) -> Iterator[tuple[Mailbox, SmtpServer]]:
    """A server that takes nothing but over TLS, from those who logged in."""
    mailbox = Mailbox()
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(*certificate)
    controller = AnyPort(
        mailbox,
        hostname="127.0.0.1",
        port=0,
        ready_timeout=30,
        tls_context=theirs,
        require_starttls=True,
        auth_required=True,
        authenticator=lambda _server, _session, _envelope, _mechanism, said: AuthResult(
            success=said == LoginPassword(b"hibiki", b"right"), handled=False
        ),
    )
    controller.start()
    ours = ssl.create_default_context(cafile=str(certificate[0]))
    yield mailbox, SmtpServer("localhost", controller.port, user="hibiki", password="right", timeout=10, context=ours)
    controller.stop()


def test_mail_goes_over_tls_after_a_login(sealed: tuple[Mailbox, SmtpServer], tmp_path: Path) -> None:
    mailbox, server = sealed
    ledger = ledger_in(tmp_path)
    ledger.enqueue(message(1))
    assert deliver(ledger, SmtpTransport(server), stopped_clock(AT), allowed_domains=ALLOWED).sent == ["m1"]
    assert mailbox.taken == ["r1@example.jp"]
    ledger.close()


def test_a_wrong_password_loses_no_message_and_is_named(sealed: tuple[Mailbox, SmtpServer], tmp_path: Path) -> None:
    mailbox, server = sealed
    ledger = ledger_in(tmp_path)
    for n in range(3):
        ledger.enqueue(message(n))
    wrong = SmtpTransport(replace(server, password="wrong"))
    done = deliver(ledger, wrong, stopped_clock(AT), allowed_domains=ALLOWED)
    assert (done.failed, len(done.deferred), mailbox.taken) == ([], 1, [])
    assert [e.state for e in ledger.entries()] == ["pending"] * 3
    [said] = [e.detail for e in ledger.entries() if e.detail]
    assert "HIBIKI_SMTP_PASSWORD" in said
    assert "wrong" not in said
    ledger.close()


def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    sealed: tuple[Mailbox, SmtpServer], tmp_path: Path
) -> None:
    mailbox, server = sealed
    ledger = ledger_in(tmp_path)
    ledger.enqueue(message(1))
    strangers = SmtpTransport(replace(server, context=None))
    done = deliver(ledger, strangers, stopped_clock(AT), allowed_domains=ALLOWED)
    assert (done.deferred, mailbox.taken) == (["m1"], [])
    assert "CERTIFICATE" in str(ledger.entries()[0].detail).upper()
    ledger.close()


def test_a_login_without_tls_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="without TLS"):
        SmtpServer("mail.example.jp", 25, security="none", user="hibiki", password="secret")
    assert "secret" not in repr(SmtpServer("mail.example.jp", 587, user="hibiki", password="secret"))


def test_a_server_that_offers_no_tls_gets_no_message(box: tuple[Mailbox, SmtpServer], tmp_path: Path) -> None:
    mailbox, server = box
    ledger = ledger_in(tmp_path)
    ledger.enqueue(message(1))
    asks_tls = SmtpTransport(SmtpServer("127.0.0.1", server.port, security="starttls", timeout=5))
    done = deliver(ledger, asks_tls, stopped_clock(AT), allowed_domains=ALLOWED)
    assert (mailbox.taken, done.deferred) == ([], ["m1"])
    assert issubclass(smtplib.SMTPNotSupportedError, smtplib.SMTPException)
    ledger.close()
