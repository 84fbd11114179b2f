"""A landed file is read line by line, and a line that is not what was landed is told by its number."""

import json
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from tasks.landing import SUFFIX, answer_of
from tasks.sources import Landed

_HEADER = 10
"""Bytes of a gzip header as landing writes it: no name, no time. All lines of a file have the same."""
_SHORTEST = 20
"""Bytes of the shortest gzip member."""
_PIECE = 1 << 16
_START = b"\x1f\x8b\x08\x00\x00\x00\x00\x00"


@dataclass(frozen=True, slots=True)
class Segment:
    """A landed file: the answers that are whole, by line, and what is wrong with other lines."""

    file: str
    answers: dict[int, Landed]
    faults: dict[int, str]
    missing: str | None = None
    """Why there is nothing to read at all."""

    def fault(self, line: int) -> str | None:
        """Why a line is not what was landed; None if it is whole."""
        if self.missing:
            return self.missing
        if line in self.faults:
            return f"{self.file}, line {line}: {self.faults[line]}"
        return None if line in self.answers else f"{self.file} has no answer in line {line}"


def opened(root: Path, segment: str) -> Segment:
    """The landed file of a segment below ``root``. Never raises for what is in the file, or for its absence."""
    shown = f"{root.name}/{segment}{SUFFIX}"
    path = root / f"{segment}{SUFFIX}"
    if not path.resolve().is_relative_to(root.resolve()):
        return Segment(shown, {}, {}, f"{shown} is not in landing")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Segment(shown, {}, {}, f"{shown} is not there any more")
    except OSError as error:
        return Segment(shown, {}, {}, f"{shown} cannot be read: {error.strerror}")
    raw, faults = _lines(data)
    head = _head(raw.get(1))
    if head is None:
        return Segment(shown, {}, {}, f"{shown}, line 1: it is damaged and does not say what the file is about")
    answers: dict[int, Landed] = {}
    for line, text in raw.items():
        try:
            said = json.loads(text)
            if "answer" in said:
                answers[line] = _landed(root, segment, line, head, said["answer"])
        except (ValueError, KeyError, TypeError) as error:
            faults[line] = f"it cannot be read any more ({type(error).__name__})"
    faults |= {line: wrong for line, landed in answers.items() if (wrong := _body_fault(root, landed))}
    return Segment(shown, {n: a for n, a in answers.items() if n not in faults}, faults)


def _lines(data: bytes) -> tuple[dict[int, bytes], dict[int, str]]:
    """Each line by its number, and what is wrong with those whose gzip member is damaged.

    A line is one gzip member; where one is damaged the next begins at the next header.
    """
    lines: dict[int, bytes] = {}
    faults: dict[int, str] = {}
    headers: dict[int, bytes] = {}
    at, line = 0, 0
    while at < len(data):
        line += 1
        headers[line] = data[at : at + _HEADER]
        try:
            lines[line], at = _member(memoryview(data), at)
        except zlib.error as error:
            faults[line] = f"it is damaged: {error}"
            after = data.find(_START, at + 1)
            after = len(data) if after < 0 else after
            if after - at < _SHORTEST:  # no line, but something put before one
                faults[line] = "something stands before it that was not landed"
                headers.pop(line)
                at, line = after, line - 1
                continue
            at = after
    usual = Counter(headers.values()).most_common(1)[0][0] if headers else b""
    faults |= {
        n: "its first bytes are not as they were landed" for n, h in headers.items() if n in lines and h != usual
    }
    return lines, faults


def _member(data: memoryview, at: int) -> tuple[bytes, int]:
    """What one gzip member holds, and where it ends. Errors: zlib.error."""
    member, found = zlib.decompressobj(wbits=31), b""
    while not member.eof:
        if at >= len(data):
            raise zlib.error("it is cut short")
        piece = data[at : at + _PIECE]
        found += member.decompress(piece)
        at += len(piece)
    return found, at - len(member.unused_data)


def _head(line: bytes | None) -> tuple[str, date, str] | None:
    try:
        said = json.loads(line or b"")["segment"]
        return str(said["source"]), date.fromisoformat(said["day"]), str(said["shard"])
    except (ValueError, KeyError, TypeError):
        return None


def _landed(root: Path, segment: str, line: int, head: tuple[str, date, str], said: dict[str, Any]) -> Landed:
    answer = answer_of(said)
    blob = answer.about.get("blob")
    digest = str(answer.about["sha256"] if blob else said["sha256"])
    size = int(answer.about["bytes"]) if blob else len(answer.body)
    source, day, shard = head
    place = root / blob if blob else None
    return Landed(f"{segment}#{line}", segment, line, source, day, shard, answer, digest, size, place)


def _body_fault(root: Path, landed: Landed) -> str | None:
    """What is wrong with what an answer brought."""
    if landed.blob is not None:
        return _blob_fault(root, landed)
    is_same = landed.sha256 == sha256(landed.answer.body).hexdigest()
    return None if is_same else "its body is not the one whose SHA-256 stands beside it"


def _blob_fault(root: Path, landed: Landed) -> str | None:
    """What is wrong with the file that was landed beside the line."""
    path = cast("Path", landed.blob)
    name = f"{root.name}/{landed.answer.about.get('blob', '')}"
    if not path.resolve().is_relative_to(root.resolve()):
        return f"{name} is not in landing"
    try:
        digest = sha256()
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    except OSError:
        return f"the file {name} is not there any more"
    return None if digest.hexdigest() == landed.sha256 else f"the file {name} is not the one that was landed"
