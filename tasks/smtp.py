"""How a message leaves: by SMTP, or as a file in the outbox; what went wrong says whether it may have arrived."""

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from tasks.errors import ConfigurationError
from tasks.ledger import Message

DATA_TIMEOUT = 600.0
"""Seconds that a server may think over a message before it answers (RFC 5321, 4.5.3.2.6: ten minutes)."""

Security = Literal["starttls", "tls", "none"]


class NotSent(Exception):
    """The message has certainly not been handed over."""


class Deferred(NotSent):
    """Not now: the server said 4xx, or cannot be reached. Ask again later."""


class Unreachable(Deferred):
    """The server cannot be reached at all: the other messages need not try now."""


class Refused(NotSent):
    """Never: the server said 5xx."""


class InDoubt(Exception):
    """Something went wrong after the hand-over began: the message may have arrived."""


class Transport(Protocol):
    """One way out."""

    def send(self, message: Message, about_to_hand_over: Callable[[], None]) -> str:
        """Hands one message over and returns the taker's words; calls ``about_to_hand_over`` at the last moment before.

        Errors: Deferred, Refused, InDoubt.
        """
        ...

    def close(self) -> None:
        """Leaves politely."""
        ...


@dataclass(frozen=True, slots=True)
class OutboxTransport:
    """Writes each message as a file, whole or not at all. Writing it again gives the same file: nothing is in doubt."""

    folder: Path

    def send(self, message: Message, about_to_hand_over: Callable[[], None]) -> str:
        """Writes ``<mail_id>.eml``. Errors: Deferred if the folder cannot be written."""
        del about_to_hand_over  # a file that was half written is written again: there is no moment of doubt
        target = self.folder / f"{message.mail_id}.eml"
        aside = target.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                file.write(message.body)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        except OSError as error:
            raise Unreachable(f"the outbox {self.folder} cannot be written: {error.strerror}") from error
        return f"written to outbox/{target.name}"

    def close(self) -> None:
        """Nothing to leave."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where and how. ``security``: starttls (587), tls (465) or none. The password is never shown."""

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = ""
    timeout: float = 30.0
    context: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        if self.user and self.security == "none":
            raise ConfigurationError(
                f"the mail server {self.host} is to be logged in to without TLS: set mail.security to starttls or tls"
            )

    def __repr__(self) -> str:
        return f"SmtpServer({self.host}:{self.port}, {self.security})"


class SmtpTransport:
    """One connection, opened when first needed and again after a fault."""

    def __init__(self, server: SmtpServer, *, data_timeout: float = DATA_TIMEOUT) -> None:
        self._server = server
        self._data_timeout = data_timeout
        self._open: smtplib.SMTP | None = None

    def send(self, message: Message, about_to_hand_over: Callable[[], None]) -> str:
        """MAIL, RCPT, the last moment, DATA. Errors: Deferred, Refused, InDoubt."""
        smtp = self._envelope(message)
        try:
            about_to_hand_over()
        except BaseException:
            self._drop()
            raise
        if smtp.sock is not None:
            smtp.sock.settimeout(self._data_timeout)
        try:
            code, reply = smtp.data(message.body)
        except smtplib.SMTPDataError as error:
            # the server refused the word DATA itself: nothing of the message has been given
            self._drop()
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise InDoubt(f"the connection broke while the message was handed over: {_brief(error)}") from error
        except BaseException:
            self._drop()
            raise
        if smtp.sock is not None:
            smtp.sock.settimeout(self._server.timeout)
        if code == 250:
            return _said(code, reply)
        self._drop()
        if 500 <= code < 600:
            raise Refused(_said(code, reply))
        raise InDoubt(f"the server took the message and answered {_said(code, reply)}")

    def close(self) -> None:
        """Says QUIT. A fault here changes nothing about what was sent."""
        if self._open is not None:
            try:
                self._open.quit()
            except (smtplib.SMTPException, OSError):
                self._open.close()
            self._open = None

    def _envelope(self, message: Message) -> smtplib.SMTP:
        try:
            smtp = self._connected()
            code, reply = smtp.mail(message.sender)
            if code == 250:
                code, reply = smtp.rcpt(message.recipient)
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            # no fault of the message: it waits until the password is mended
            said = _said(error.smtp_code, error.smtp_error)
            remedy = "mend mail.username or HIBIKI_SMTP_PASSWORD"
            raise Unreachable(f"the mail server {self._server.host} refused the login ({said}): {remedy}") from error
        except smtplib.SMTPResponseException as error:
            # connecting or greeting was refused: whatever the code, it says nothing of this message
            self._drop()
            said = _said(error.smtp_code, error.smtp_error)
            raise Unreachable(f"the mail server {self._server.host} takes no mail now ({said})") from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Unreachable(f"the mail server {self._server.host} cannot be reached: {_brief(error)}") from error
        if code not in {250, 251}:
            self._drop()
            raise _refusal(code, reply)
        return smtp

    def _connected(self) -> smtplib.SMTP:
        if self._open is not None:
            return self._open
        server = self._server
        context = server.context or ssl.create_default_context()
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        self._open = smtp
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=context)
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
        return smtp

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _refusal(code: int, reply: bytes | str) -> NotSent:
    return Refused(_said(code, reply)) if 500 <= code < 600 else Deferred(_said(code, reply))


def _said(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {re.sub(r'[^ -~]+', ' ', text)[:300]}".strip()


def _brief(error: Exception) -> str:
    return re.sub(r"[^ -~]+", " ", str(error))[:200] or type(error).__name__
