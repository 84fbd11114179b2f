"""Raw answers are kept verbatim, whole or absent, and every one can be found again.

A segment is one file: gzip members, one JSON line each. The first says what was asked for, the last how it ended, the
lines between are answers. It is written aside (``.part``), synced and renamed; a file left aside by a killed run is
sealed on the next start with the answers that are whole. ``manifest.jsonl`` lists sealed segments in order; segments
describe themselves, so a torn or lost manifest is made again from them.
"""

import base64
import gzip
import json
import os
import re
import shutil
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO

from tasks.clock import Clock
from tasks.disk import sync
from tasks.errors import HibikiError
from tasks.sources import Answer, Landed

MANIFEST = "manifest.jsonl"
SUFFIX = ".jsonl.gz"
_CHUNK = 1 << 16


class LandingError(HibikiError):
    """Landing cannot be written or is damaged; the message names the file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sealed segment: what it was for, what it holds, how it ended."""

    segment: str
    source: str
    day: date
    shard: str
    run_id: str
    opened_at: datetime
    answers: int
    complete: bool
    expected: int
    got: int
    reason: str | None = None
    blob: str | None = None


@dataclass(slots=True)
class Writer:
    """An open segment. ``complete`` is what makes it count as a success mark for its day and shard."""

    segment: str
    _file: BinaryIO
    answers: int = 0
    expected: int = 0
    got: int = 0
    complete: bool = False
    reason: str | None = None
    _line: int = field(default=1)

    def add(self, answer: Answer) -> str:
        """Land one answer; its landed_id."""
        self._line += 1
        self.answers += 1
        with _explained(Path(self._file.name)):
            _write_line(self._file, {"answer": _to_json(answer)})
        return f"{self.segment}#{self._line}"

    def finish(self, *, expected: int, got: int, reason: str | None = None) -> None:
        """Say that the shard was asked to its end, and what came of it."""
        self.complete, self.expected, self.got, self.reason = True, expected, got, reason


class Landing:
    """The folder of raw answers."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self.root = root
        self._clock = clock

    @contextmanager
    def segment(self, source: str, day: date, shard: str, run_id: str) -> Generator[Writer]:
        """Open a segment; on leaving, whatever happened, it is sealed with what was landed and what was expected.

        Where nothing was landed and nothing expected, nothing is left.
        """
        opened_at = self._clock()
        stem = f"{opened_at:%Y%m%dT%H%M%S%f}-{_slug(shard)}-{_slug(run_id)[-8:]}"
        name = self._free_name(f"{source}/{day}/{stem}")
        aside = self.root / f"{name}{SUFFIX}.part"
        with _explained(aside):
            aside.parent.mkdir(parents=True, exist_ok=True)
            file = aside.open("xb")
        with _closing(file, aside):
            head = {
                "source": source,
                "day": day.isoformat(),
                "shard": shard,
                "run_id": run_id,
                "opened_at": opened_at.isoformat(),
            }
            with _explained(aside):
                _write_line(file, {"segment": head})
            writer = Writer(name, file)
            try:
                yield writer
            except BaseException as error:
                writer.complete = False
                writer.reason = writer.reason or f"{type(error).__name__}: {error}"
                raise
            finally:
                if writer.answers or writer.complete or writer.expected:
                    self._seal(aside, file, writer)
                else:
                    aside.unlink()

    def land_file(
        self, file: Path, *, source: str, kind: str, day: date, run_id: str, about: Mapping[str, str]
    ) -> tuple[Entry, bool]:
        """Copy a file into landing verbatim; its entry, and whether it is new. Equal bytes land once a use."""
        digest, size = _digest_of(file)
        shard = f"{kind}-{sha256(json.dumps([digest, dict(sorted(about.items()))]).encode()).hexdigest()[:16]}"
        for entry in self.entries():
            if entry.source == source and entry.shard == shard and entry.complete:
                return entry, False
        blob, digest, size = self.keep(file, source=source, day=day)
        with self.segment(source, day, shard, run_id) as writer:
            told = {**about, "blob": blob, "sha256": digest, "bytes": str(size), "name": file.name}
            writer.add(Answer(kind, "FILE", file.name, 200, {}, b"", self._clock(), told))
            writer.finish(expected=1, got=1)
        return self.entries()[-1], True

    def keep(self, file: Path, *, source: str, day: date) -> tuple[str, str, int]:
        """Copy a file into landing verbatim: its place below landing/, its SHA-256 and its size. It is not opened."""
        digest, size = _digest_of(file)
        blob = f"{source}/{day.isoformat()}/{digest[:16]}{file.suffix.lower()}"
        target, aside = self.root / blob, self.root / f"{blob}.part"
        with _explained(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                shutil.copyfile(file, aside)
                sync(aside)
                aside.chmod(0o444)
                aside.rename(target)
                sync(target.parent)
        return blob, digest, size

    def entries(self) -> list[Entry]:
        """Sealed segments in the order in which they were sealed. Segments that the manifest misses are added to it."""
        path = self.root / MANIFEST
        listed: dict[str, Entry] = {}
        if path.exists():
            for line in path.read_bytes().split(b"\n"):
                try:
                    said = json.loads(line)
                    listed[said["segment"]] = _entry(said)
                except (ValueError, KeyError, TypeError):  # a torn last line: the segment itself still tells
                    continue
        on_disk = {str(p.relative_to(self.root))[: -len(SUFFIX)] for p in self.root.glob(f"*/*/*{SUFFIX}")}
        if lost := [s for s in listed if s not in on_disk]:
            raise LandingError(
                f"landing/{lost[0]}{SUFFIX} is in the manifest and not on disk ({len(lost)} such files): restore"
                " landing/ from a backup; it is the one folder that cannot be made again"
            )
        forgotten = sorted((self._describe(s) for s in on_disk - set(listed)), key=lambda e: (e.opened_at, e.segment))
        for entry in forgotten:
            self._list(entry)
        return [*listed.values(), *forgotten]

    def read(self, entry: Entry) -> list[Landed]:
        """The answers of a segment, in order."""
        return list(self._answers(entry))

    def find(self, landed_id: str) -> Landed:
        """One answer by its id."""
        segment, _, line = landed_id.rpartition("#")
        for landed in self._answers(self._describe(segment)):
            if landed.line == int(line):
                return landed
        raise LandingError(f"no answer is called {landed_id}")

    def is_complete(self, source: str, day: date, shard: str) -> bool:
        """Whether this shard was asked to its end on this day."""
        return any(e.complete and (e.source, e.day, e.shard) == (source, day, shard) for e in self.entries())

    def recover(self) -> list[Entry]:
        """Seal what killed runs left aside, with the answers that are whole. Call with the workspace locked."""
        sealed: list[Entry] = []
        for aside in sorted(self.root.glob(f"*/*/*{SUFFIX}.part")):
            name = str(aside.relative_to(self.root))[: -len(f"{SUFFIX}.part")]
            lines, good = _whole_lines(aside)
            if len(lines) < 2:
                aside.unlink()
                continue
            if "sealed" in lines[-1]:
                self._publish(aside, name)
            else:
                with aside.open("r+b") as file:
                    file.truncate(good)
                    file.seek(good)
                    writer = Writer(name, file, answers=len(lines) - 1, reason="the run was killed")
                    self._seal(aside, file, writer)
            sealed.append(self._describe(name))
        return sealed

    def _free_name(self, name: str) -> str:
        free, n = name, 1
        while (self.root / f"{free}{SUFFIX}").exists() or (self.root / f"{free}{SUFFIX}.part").exists():
            n += 1
            free = f"{name}-{n}"
        return free

    def _seal(self, aside: Path, file: BinaryIO, writer: Writer) -> None:
        tail = {
            "answers": writer.answers,
            "complete": writer.complete,
            "expected": writer.expected,
            "got": writer.got,
            "reason": writer.reason,
        }
        with _explained(aside):
            _write_line(file, {"sealed": tail})
            file.flush()
            os.fsync(file.fileno())
            self._publish(aside, writer.segment)
            self._list(self._describe(writer.segment))

    def _publish(self, aside: Path, name: str) -> None:
        aside.chmod(0o444)
        aside.rename(self.root / f"{name}{SUFFIX}")
        sync(aside.parent)

    def _list(self, entry: Entry) -> None:
        said = asdict(entry) | {"day": entry.day.isoformat(), "opened_at": entry.opened_at.isoformat()}
        with (self.root / MANIFEST).open("ab") as file:
            if file.tell() and not _ends_with_newline(self.root / MANIFEST):
                file.write(b"\n")
            file.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _describe(self, segment: str) -> Entry:
        path = self.root / f"{segment}{SUFFIX}"
        lines, _ = _whole_lines(path, ends_only=True)
        if not lines or "segment" not in lines[0] or "sealed" not in lines[-1]:
            raise LandingError(f"{path} is damaged: restore it from a backup")
        head, tail = lines[0]["segment"], lines[-1]["sealed"]
        return _entry({"segment": segment, **head, **tail})

    def _answers(self, entry: Entry) -> Iterator[Landed]:
        path = self.root / f"{entry.segment}{SUFFIX}"
        try:
            with gzip.open(path, "rb") as file:
                for number, line in enumerate(file, start=1):
                    said = json.loads(line)
                    if "answer" in said:
                        yield self._landed(entry, number, said["answer"])
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise LandingError(f"{path} is damaged ({error}): restore it from a backup") from error

    def _landed(self, entry: Entry, line: int, said: Mapping[str, Any]) -> Landed:
        answer = answer_of(said)
        landed_id = f"{entry.segment}#{line}"
        blob = answer.about.get("blob")
        digest = answer.about["sha256"] if blob else sha256(answer.body).hexdigest()
        if digest != said["sha256"] and not blob:
            raise LandingError(f"{landed_id} is damaged: its SHA-256 differs from the one noted; restore landing/")
        size, path = (int(answer.about["bytes"]), self.root / blob) if blob else (len(answer.body), None)
        return Landed(landed_id, entry.segment, line, entry.source, entry.day, entry.shard, answer, digest, size, path)


def _entry(said: Mapping[str, Any]) -> Entry:
    return Entry(
        segment=said["segment"],
        source=said["source"],
        day=date.fromisoformat(said["day"]),
        shard=said["shard"],
        run_id=said["run_id"],
        opened_at=datetime.fromisoformat(said["opened_at"]).astimezone(UTC),
        answers=said["answers"],
        complete=said["complete"],
        expected=said["expected"],
        got=said["got"],
        reason=said.get("reason"),
    )


def _to_json(answer: Answer) -> dict[str, Any]:
    try:
        body, encoding = answer.body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        body, encoding = base64.b64encode(answer.body).decode("ascii"), "base64"
    return {
        "kind": answer.kind,
        "method": answer.method,
        "url": answer.url,
        "status": answer.status,
        "headers": dict(answer.headers),
        "about": dict(answer.about),
        "received_at": answer.received_at.astimezone(UTC).isoformat(),
        "sha256": sha256(answer.body).hexdigest(),
        "encoding": encoding,
        "body": body,
    }


def answer_of(said: Mapping[str, Any]) -> Answer:
    """An answer as its line has it."""
    body = said["body"].encode("utf-8") if said["encoding"] == "utf-8" else base64.b64decode(said["body"])
    received_at = datetime.fromisoformat(said["received_at"]).astimezone(UTC)
    return Answer(
        said["kind"],
        said["method"],
        said["url"],
        said["status"],
        said["headers"],
        body,
        received_at,
        said["about"],
    )


def _write_line(file: BinaryIO, said: Mapping[str, Any]) -> None:
    """One gzip member holding one JSON line: a member that is cut short is recognised and dropped."""
    line = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"
    file.write(gzip.compress(line, compresslevel=6, mtime=0))
    file.flush()


def _whole_lines(path: Path, *, ends_only: bool = False) -> tuple[list[dict[str, Any]], int]:
    """The JSON lines of the gzip members that are whole, and how many bytes they take; ``ends_only``: first, last."""
    data = memoryview(path.read_bytes())
    raw: list[bytes] = []
    good = at = 0
    while at < len(data):
        member, line = zlib.decompressobj(wbits=31), b""
        try:
            while not member.eof and at < len(data):
                chunk = data[at : at + _CHUNK]
                line += member.decompress(chunk)
                at += len(chunk)
        except zlib.error:
            break
        if not member.eof:
            break
        at -= len(member.unused_data)
        good = at
        raw.append(line)
    if ends_only and len(raw) > 2:
        raw = [raw[0], raw[-1]]
    return [json.loads(line) for line in raw], good


def _digest_of(file: Path) -> tuple[str, int]:
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest(), stream.tell()


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60] or "all"


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


@contextmanager
def _closing(file: BinaryIO, path: Path) -> Generator[None]:
    """As ``with file``: closing writes once more what a full disk did not take."""
    try:
        yield
    finally:
        with _explained(path):
            file.close()


@contextmanager
def _explained(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        said = "Nothing already landed is lost; make room or make the folder writable and run again"
        raise LandingError(f"{path} cannot be written: {error.strerror}. {said}") from error
