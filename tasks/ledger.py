"""The mail ledger: what was promised to whom, and how far each message got; it outlives every kill."""

import sqlite3
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from tasks.clock import Clock
from tasks.errors import ConfigurationError, HibikiError

State = Literal["pending", "claimed", "in_flight", "sent", "failed", "in_doubt", "held"]

_TABLES = """
CREATE TABLE IF NOT EXISTS mails (
    mail_id TEXT NOT NULL UNIQUE,
    campaign_id TEXT NOT NULL,
    edition TEXT NOT NULL,
    locale TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('pending', 'claimed', 'in_flight', 'sent', 'failed', 'in_doubt', 'held')),
    detail TEXT,
    owner TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before TEXT,
    enqueued_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (campaign_id, edition, locale, recipient)
) STRICT;
CREATE TABLE IF NOT EXISTS history (
    mail_id TEXT NOT NULL,
    at TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT
) STRICT;
"""
_COLUMNS = (
    "mail_id, campaign_id, edition, locale, recipient, sender, state, detail, attempts, enqueued_at, changed_at, sha256"
)


class MailConflict(HibikiError):
    """Another message stands under the same key; the message names both remedies."""


class Overtaken(Exception):
    """Another process changed the row since it was claimed: whoever holds it now decides."""


@dataclass(frozen=True, slots=True)
class Message:
    """A finished message to one recipient: its key, its envelope and the bytes that will be sent, now or ever."""

    mail_id: str
    campaign_id: str
    edition: str
    locale: str
    recipient: str
    sender: str
    sha256: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger, without the bytes."""

    mail_id: str
    campaign_id: str
    edition: str
    locale: str
    recipient: str
    sender: str
    state: State
    detail: str | None
    attempts: int
    enqueued_at: datetime
    changed_at: datetime
    sha256: str


class Ledger:
    """One company's mails in one SQLite file. Every change is on the disk before the method returns.

    States: ``pending → claimed → in_flight → sent | failed | in_doubt``, and ``held``, which waits for a person.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Opens or makes the ledger. Errors: ConfigurationError if the file is no ledger or cannot be written."""
        self._clock = clock
        self._owner = uuid.uuid4().hex
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            # FULL: a commit that was acknowledged survives a power cut; a message marked in flight stays marked
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_TABLES)
        except (sqlite3.Error, OSError) as error:
            raise ConfigurationError(
                f"the mail ledger {path} cannot be opened ({error}): make the folder writable, or restore the file"
            ) from error

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Generator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def enqueue(self, message: Message, *, held: str | None = None) -> bool:
        """Stores a message to be sent, or ``held`` with a reason; whether it is new.

        The same message again changes nothing. Errors: MailConflict if other bytes stand under the same key.
        """
        with self._transaction():
            return self._enqueue(message, held)

    def enqueue_all(
        self, messages: Sequence[Message], *, held: str | None = None, notes: Sequence[Message] = ()
    ) -> None:
        """Stores all of an edition's messages or none: a kill between two recipients forgets nobody. As enqueue().

        ``notes``: what is to be sent about them, also where they are held.
        """
        with self._transaction():
            for message in messages:
                self._enqueue(message, held)
            for note in notes:
                self._enqueue(note, None)

    def _enqueue(self, message: Message, held: str | None) -> bool:
        now = self._now()
        state: State = "pending" if held is None else "held"
        found = self._db.execute(
            "SELECT sha256, state FROM mails WHERE campaign_id = ? AND edition = ? AND locale = ? AND recipient = ?",
            (message.campaign_id, message.edition, message.locale, message.recipient),
        ).fetchone()
        if found is not None:
            if found[0] != message.sha256:
                raise MailConflict(
                    f"{message.campaign_id} {message.edition} to {message.recipient} stands in the ledger with"
                    f" other contents ({found[1]}): what was queued is never changed, so raise the version"
                )
            return False
        self._db.execute(
            "INSERT INTO mails (mail_id, campaign_id, edition, locale, recipient, sender, state, detail,"
            " enqueued_at, changed_at, sha256, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                message.mail_id,
                message.campaign_id,
                message.edition,
                message.locale,
                message.recipient,
                message.sender,
                state,
                held,
                now,
                now,
                message.sha256,
                message.body,
            ),
        )
        self._note(message.mail_id, now, state, held)
        return True

    def recover(self) -> list[Entry]:
        """Sorts out what a killed run left: claimed goes back to pending, in flight becomes in doubt.

        A message in flight may have arrived: the machine never sends it again. Returns those newly in doubt.
        """
        doubt = "The run ended while the server had the message: it may have arrived. A person must look."
        with self._transaction():
            self._move_all("claimed", "pending", "The run ended before the message was sent.")
            stuck = [e.mail_id for e in self.entries("in_flight")]
            self._move_all("in_flight", "in_doubt", doubt)
        return [e for e in self.entries("in_doubt") if e.mail_id in stuck]

    def claim(self) -> Message | None:
        """The next message that is due, now claimed by this ledger; nothing if none is."""
        now = self._now()
        with self._transaction():
            row = self._db.execute(
                "SELECT mail_id, campaign_id, edition, locale, recipient, sender, sha256, message FROM mails"
                " WHERE state = 'pending' AND (not_before IS NULL OR not_before <= ?)"
                " ORDER BY enqueued_at, campaign_id, edition, locale, recipient LIMIT 1",
                (now,),
            ).fetchone()
            if row is None:
                return None
            self._db.execute(
                "UPDATE mails SET state = 'claimed', owner = ?, attempts = attempts + 1, changed_at = ?"
                " WHERE mail_id = ?",
                (self._owner, now, row[0]),
            )
            self._note(row[0], now, "claimed", None)
        return Message(*row)

    def mark_in_flight(self, mail_id: str) -> None:
        """Commits that the message is about to be handed over. Errors: Overtaken."""
        self._move(mail_id, ("claimed",), "in_flight", None)

    def mark_sent(self, mail_id: str, detail: str) -> None:
        """The server took it. Errors: Overtaken."""
        # in_doubt too: another process may have doubted it meanwhile, and this one knows
        self._move(mail_id, ("claimed", "in_flight", "in_doubt"), "sent", detail)

    def mark_failed(self, mail_id: str, detail: str) -> None:
        """It was refused for good, or may not be sent. Errors: Overtaken."""
        self._move(mail_id, ("claimed", "in_flight", "in_doubt"), "failed", detail)

    def mark_in_doubt(self, mail_id: str, detail: str) -> None:
        """It may have arrived. Errors: Overtaken."""
        self._move(mail_id, ("in_flight", "in_doubt"), "in_doubt", detail)

    def put_back(self, mail_id: str, detail: str, not_before: datetime) -> None:
        """It has certainly not been sent; try again from ``not_before``. Errors: Overtaken."""
        self._move(mail_id, ("claimed", "in_flight"), "pending", detail, not_before=not_before)

    def resolve(self, mail_id: str, as_: Literal["sent", "resend"]) -> Entry:
        """What a person found out of a message in doubt. Errors: ConfigurationError if it is not in doubt."""
        state: State = "sent" if as_ == "sent" else "pending"
        return self._by_hand(mail_id, ("in_doubt",), state, f"Resolved by hand: {as_}.")

    def resend(self, mail_id: str) -> Entry:
        """Sends a message again that is sent, failed or in doubt. Errors: ConfigurationError in any other state."""
        return self._by_hand(mail_id, ("sent", "failed", "in_doubt"), "pending", "Sent again by hand.")

    def release(self, mail_id: str) -> Entry:
        """Lets a held message go. Errors: ConfigurationError if it is not held."""
        return self._by_hand(mail_id, ("held",), "pending", "Released by hand.")

    def entries(self, *states: State) -> list[Entry]:
        """The ledger's rows, oldest first; of these states only, if any is named."""
        every = f"SELECT {_COLUMNS} FROM mails ORDER BY enqueued_at, mail_id"  # noqa: S608  (a constant of ours)
        found = (_entry(row) for row in self._db.execute(every))
        return [entry for entry in found if not states or entry.state in states]

    def entry(self, mail_id: str) -> Entry:
        """One row. Errors: ConfigurationError if there is none."""
        found = [e for e in self.entries() if e.mail_id == mail_id]
        if not found:
            raise ConfigurationError(f"no mail is called {mail_id}: `hibiki mail list` names them all")
        return found[0]

    def body(self, mail_id: str) -> bytes:
        """The frozen bytes of a message. Errors: ConfigurationError if there is none."""
        row = self._db.execute("SELECT message FROM mails WHERE mail_id = ?", (mail_id,)).fetchone()
        if row is None:
            raise ConfigurationError(f"no mail is called {mail_id}: `hibiki mail list` names them all")
        return cast("bytes", row[0])

    def history(self, mail_id: str) -> list[tuple[State, str | None]]:
        """Every state that a message was in, with what was said."""
        found = self._db.execute("SELECT state, detail FROM history WHERE mail_id = ? ORDER BY rowid", (mail_id,))
        return [(cast("State", state), detail) for state, detail in found]

    def _by_hand(self, mail_id: str, may_be: tuple[State, ...], state: State, detail: str) -> Entry:
        seen = self.entry(mail_id)
        now = self._now()
        with self._transaction():
            changed = self._db.execute(
                "UPDATE mails SET state = ?, detail = ?, owner = NULL, attempts = 0, not_before = NULL,"
                " enqueued_at = CASE WHEN ? = 'pending' THEN ? ELSE enqueued_at END, changed_at = ?"
                " WHERE mail_id = ? AND instr(?, '|' || state || '|')",
                (state, detail, state, now, now, mail_id, _among(may_be)),
            ).rowcount
            if not changed:
                raise ConfigurationError(
                    f"mail {mail_id} is {seen.state}, not {' or '.join(may_be)}: nothing was changed"
                )
            self._note(mail_id, now, state, detail)
        return self.entry(mail_id)

    def _move(
        self,
        mail_id: str,
        may_be: tuple[State, ...],
        state: State,
        detail: str | None,
        *,
        not_before: datetime | None = None,
    ) -> None:
        now = self._now()
        with self._transaction():
            changed = self._db.execute(
                "UPDATE mails SET state = ?, detail = ?, not_before = ?, changed_at = ?"
                " WHERE mail_id = ? AND owner = ? AND instr(?, '|' || state || '|')",
                (state, detail, _written(not_before), now, mail_id, self._owner, _among(may_be)),
            ).rowcount
            if not changed:
                raise Overtaken(f"mail {mail_id} was taken over by another run")
            self._note(mail_id, now, state, detail)

    def _move_all(self, before: State, state: State, detail: str) -> None:
        now = self._now()
        for entry in self.entries(before):
            self._db.execute(
                "UPDATE mails SET state = ?, detail = ?, changed_at = ? WHERE mail_id = ?",
                (state, detail, now, entry.mail_id),
            )
            self._note(entry.mail_id, now, state, detail)

    def _note(self, mail_id: str, now: str, state: State, detail: str | None) -> None:
        self._db.execute(
            "INSERT INTO history (mail_id, at, state, detail) VALUES (?, ?, ?, ?)", (mail_id, now, state, detail)
        )

    def _now(self) -> str:
        return _written(self._clock()) or ""


def _among(states: tuple[State, ...]) -> str:
    return f"|{'|'.join(states)}|"


def _written(at: datetime | None) -> str | None:
    # one form of fixed width, so that text compares as time does
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def _entry(row: tuple[str, str, str, str, str, str, str, str | None, int, str, str, str]) -> Entry:
    state = cast("State", row[6])  # the table's CHECK holds it
    return Entry(
        *row[:6], state, row[7], row[8], datetime.fromisoformat(row[9]), datetime.fromisoformat(row[10]), row[11]
    )
