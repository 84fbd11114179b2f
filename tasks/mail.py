"""Messages: composed to the same bytes each time, queued once, and sent at most once by the machine."""

import hashlib
import re
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

import polars as pl

from reports.render import MailParts
from tasks.clock import Clock
from tasks.errors import ConfigurationError
from tasks.ledger import Entry, Ledger, Message, Overtaken
from tasks.smtp import Deferred, InDoubt, Refused, Transport, Unreachable
from transforms.tables.ops import MAILS

# refold_source: CPython's folding drops spaces between encoded words (gh-92081, gh-144156); ours are folded already
_POLICY = SMTP.clone(refold_source="none")
_LONGEST_NAME = 160
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)
LONGEST_WAIT = timedelta(days=5)
"""After this a message that no server took is given up (RFC 5321, 4.5.4.1: four to five days)."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run of :func:`deliver` did, by mail_id."""

    sent: list[str] = field(default_factory=list[str])
    failed: list[str] = field(default_factory=list[str])
    deferred: list[str] = field(default_factory=list[str])
    in_doubt: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Leaving:
    """How a reader leaves the list: a letter to ``mail``, and where there is an https ``url``, one POST to it."""

    mail: str
    url: str = ""


def compose(
    parts: MailParts,
    *,
    campaign_id: str,
    edition: str,
    locale: str,
    sender: str,
    recipient: str,
    dated: datetime,
    reply_to: str = "",
    list_id: str = "",
    leaving: Leaving | None = None,
) -> Message:
    """One message to one recipient. The same arguments give the same bytes: ``dated`` is the figures' instant, not now.

    ``leaving``: how the reader leaves the list; none: it is no list. Errors: ConfigurationError names an address that
    cannot be written to.
    """
    author, reader = address(sender), address(recipient)
    mail_id = _digest(campaign_id, edition, locale, reader.addr_spec)[:24]
    message = EmailMessage(policy=_POLICY)
    for name, value in (
        ("From", _written(author)),
        ("To", _written(reader)),
        ("Subject", _encoded(_one_line(parts.subject))),
        ("Date", format_datetime(dated)),
        ("Message-ID", f"<{mail_id}@{author.domain}>"),
        *((("Reply-To", address(reply_to).addr_spec),) if reply_to else ()),
        *((("List-Id", f"<{_token(list_id)}>"),) if list_id else ()),
        *(_ways_out(leaving, campaign_id, reader.addr_spec) if leaving else ()),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ):
        # set_raw keeps the value as written: assigning would parse it and fold it anew, which loses spaces
        message.set_raw(name, value)
    message.set_content(parts.text, subtype="plain", charset="utf-8", cte="base64")
    message.add_alternative(parts.html, subtype="html", charset="utf-8", cte="base64")
    for file in parts.attachments:
        kind, _slash, subtype = file.kind.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    # only now: turning the message into several parts moves every Content- header into the first of them
    message.set_raw("Content-Language", locale)
    for depth, part in enumerate(p for p in message.walk() if p.is_multipart()):
        # chosen at random else; base64 has no underscore, so that no part can hold it
        part.set_boundary(f"=_{depth}_{_digest(mail_id, parts.text, parts.html)[:32]}")
    body = message.as_bytes()
    return Message(
        mail_id,
        campaign_id,
        edition,
        locale,
        reader.addr_spec,
        author.addr_spec,
        hashlib.sha256(body).hexdigest(),
        body,
    )


def _ways_out(leaving: Leaving, campaign_id: str, reader: str) -> Iterator[tuple[str, str]]:
    mailto = f"<mailto:{quote(leaving.mail, safe='@')}?subject={quote(f'unsubscribe {campaign_id}')}>"
    if not leaving.url:
        yield "List-Unsubscribe", mailto
        return
    link = f"<{leaving.url.replace('{recipient}', quote(reader, safe=''))}>"
    # mail programs take the first way that they know; one click needs https (RFC 8058)
    yield "List-Unsubscribe", f"{link},\n {mailto}"
    yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def address(text: str) -> Address:
    """An address object of ``Name <a@example.jp>`` or ``a@example.jp``. Errors: ConfigurationError if it is not one."""
    found = _MAILBOX.fullmatch(text.strip())
    if found is None or any(unicodedata.category(c).startswith("C") for c in text):
        raise ConfigurationError(f"{text!r} is no mail address: write name@example.jp, or Name <name@example.jp>")
    local, _at, domain = (found["spec"] or found["only"]).rpartition("@")
    # an object, never a text: a comma in a text would add a second recipient
    return Address(_one_line(found["name"] or "").strip('"'), local, domain.lower())


_SPEC = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*"
_MAILBOX = re.compile(rf"(?:(?P<name>[^<>@,;:]*?)\s*<(?P<spec>{_SPEC})>|(?P<only>{_SPEC}))")


def deliver(ledger: Ledger, transport: Transport, clock: Clock, *, allowed_domains: Collection[str]) -> Delivered:
    """Sends what is due, each message once: what a killed run had in flight is in doubt and waits for a person.

    ``allowed_domains``: where mail may go at all; anything else fails, unsent. The in-flight mark is on the disk before
    the first byte of a message leaves.
    """
    done = Delivered()
    done.in_doubt.extend(entry.mail_id for entry in ledger.recover())
    allowed = {domain.lower() for domain in allowed_domains}
    try:
        while (message := ledger.claim()) is not None:
            try:
                if message.recipient.rpartition("@")[2].lower() not in allowed:
                    ledger.mark_failed(message.mail_id, _not_allowed(message))
                    done.failed.append(message.mail_id)
                else:
                    _send(ledger, transport, clock, message, done)
            except Unreachable:
                # nobody is there: the messages that still wait keep their turn for the next run
                break
            except Overtaken:
                # another run doubted and took this row: what becomes of it is told there
                continue
    finally:
        transport.close()
    return done


def _send(ledger: Ledger, transport: Transport, clock: Clock, message: Message, done: Delivered) -> None:
    try:
        reply = transport.send(message, _marker(ledger, message))
    except Refused as error:
        ledger.mark_failed(message.mail_id, str(error))
        done.failed.append(message.mail_id)
    except Deferred as error:
        _defer(ledger, clock, message, str(error), done)
        if isinstance(error, Unreachable):
            raise
    except InDoubt as error:
        ledger.mark_in_doubt(message.mail_id, str(error))
        done.in_doubt.append(message.mail_id)
    else:
        ledger.mark_sent(message.mail_id, reply)
        done.sent.append(message.mail_id)


def _defer(ledger: Ledger, clock: Clock, message: Message, why: str, done: Delivered) -> None:
    entry = ledger.entry(message.mail_id)
    if clock() - entry.enqueued_at > LONGEST_WAIT:
        ledger.mark_failed(message.mail_id, f"given up after {entry.attempts} attempts: {why}")
        done.failed.append(message.mail_id)
        return
    pause = min(FIRST_PAUSE * 2 ** min(entry.attempts - 1, 10), LONGEST_PAUSE)
    ledger.put_back(message.mail_id, why, clock() + pause)
    done.deferred.append(message.mail_id)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _marker(ledger: Ledger, message: Message) -> Callable[[], None]:
    return lambda: ledger.mark_in_flight(message.mail_id)


def _not_allowed(message: Message) -> str:
    domain = message.recipient.rpartition("@")[2]
    return f"{domain} is not among mail.allowed_domains: add it in hibiki.toml, then send again"


def rows(ledger: Ledger) -> pl.DataFrame:
    """The ledger as ops.mails."""
    return mails(ledger.entries())


def mails(entries: list[Entry]) -> pl.DataFrame:
    """Entries as ops.mails."""
    return pl.DataFrame(
        [{name: getattr(entry, name) for name in MAILS.columns} for entry in entries], schema=MAILS.schema
    )


def _one_line(text: str) -> str:
    """Without line ends and control characters, which would begin another header."""
    joined = " ".join(text.split())
    return "".join(c for c in joined if unicodedata.category(c) not in {"Cc", "Zl", "Zp", "Cs"})


def _encoded(text: str) -> str:
    return Header(text, _charset(text), maxlinelen=75, header_name="Subject").encode()


def _charset(text: str) -> str:
    # a text that looks like an encoded word would be decoded by its reader
    return "us-ascii" if text.isascii() and "=?" not in text else "utf-8"


def _written(who: Address) -> str:
    if not who.display_name:
        return who.addr_spec
    if _charset(who.display_name) == "us-ascii":
        return str(who)
    # one word however long it gets: between several, CPython's parser puts spaces that nobody wrote. The 75 characters
    # of RFC 2047 are passed by names of more than 15 kana, which readers take; a line has 998 at most
    word = b64encode(who.display_name[:_LONGEST_NAME].encode()).decode()
    return f"=?utf-8?b?{word}?= <{who.addr_spec}>"


def _token(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text).strip("-.")[:200]
