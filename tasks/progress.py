"""Long work says how far it is; who listens (a terminal, a log, nobody) is the caller's choice."""

import logging
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a step: it started, went on, or ended."""

    step: str
    state: Literal["started", "advanced", "done", "failed"]
    message: str = ""
    done: int = 0
    total: int | None = None
    seconds: float = 0.0


Listener = Callable[[Event], None]


def _nobody(_event: Event) -> None:
    """Who listens when nobody does."""


_listener: Listener = _nobody


@contextmanager
def heard_by(listener: Listener) -> Generator[None]:
    """While open, every step of this process is told to ``listener`` (from any thread)."""
    global _listener  # noqa: PLW0603 - steps run in Prefect's threads, where a context variable would not reach
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before


class Step:
    """A step under way."""

    def __init__(self, name: str, total: int | None) -> None:
        self.name, self.total, self.done, self.message = name, total, 0, ""
        self._started = time.monotonic()

    def advance(self, by: int = 1, message: str = "") -> None:
        """Some more is done."""
        self.done += by
        self.message = message or self.message
        _listener(Event(self.name, "advanced", message, self.done, self.total))

    def tell(self, message: str) -> None:
        """What will be said when the step is done."""
        self.message = message

    def end(self, state: Literal["done", "failed"], message: str) -> None:
        """It is over; :func:`step` calls this."""
        seconds = time.monotonic() - self._started
        log.info("%s: %s %s (%.1f s)", self.name, state, message, seconds)
        _listener(Event(self.name, state, message, self.done, self.total, seconds))


@contextmanager
def step(name: str, total: int | None = None) -> Generator[Step]:
    """A named piece of work; told when it starts and how it ends."""
    work = Step(name, total)
    _listener(Event(name, "started", total=total))
    try:
        yield work
    except BaseException as error:
        work.end("failed", str(error) or type(error).__name__)
        raise
    work.end("done", work.message)
