"""Text files say in which encoding they are written, if one looks closely: UTF-8, UTF-16, CP932 or CP1252."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import ConfigurationError

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 20
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uff01-\uff5e\u3001\u3002]")
# Private-use and half-width characters are what Western text turns into when it is misread as CP932.
_MISREAD = re.compile("[\ue000-\uf8ff\uff61-\uff9f]")
ChunkSource = Callable[[], Iterator[bytes]]
NAMES = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "shift_jis", "euc_jp", "cp1252", "latin-1")


class Unreadable(ConfigurationError):
    """The bytes are no text in any encoding that is known here."""


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file and the encoding that it was written in."""

    text: str
    encoding: str


def decode(data: bytes) -> Text:
    """The text of a small file. Errors: Unreadable."""
    encoding = _encoding_of(lambda: iter([data]))
    return Text(data.decode(encoding), encoding)


def encoding_of_file(path: Path) -> str:
    """The encoding of a file of any size, reading all of it in pieces."""

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    return _encoding_of(chunks)


def delimiter_of(sample: str) -> str:
    """Tab, comma or semicolon: the one that splits the first lines most evenly, outside quotes."""
    bare = re.sub(r'"(?:[^"]|"")*"', "", sample)
    lines = [line for line in bare.splitlines()[:20] if line.strip()]
    if not lines:
        return ","

    def score(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        return min(counts), sum(counts)

    return max((",", "\t", ";"), key=score)


def _encoding_of(chunks: ChunkSource) -> str:
    first = next(chunks(), b"")
    for mark, name in _BOMS:
        if first.startswith(mark):
            return _checked(chunks, name)
    if first[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") or first.startswith(b"PAR1"):
        raise Unreadable("is a binary file (Excel or Parquet), not text: give it its right ending")
    if nul_free_utf16 := _utf16_without_bom(first):
        return _checked(chunks, nul_free_utf16)
    if _decodes(chunks, "utf-8"):
        return "utf-8"
    if _mostly_utf8(first):
        return "utf-8"
    if _decodes(chunks, "cp932"):
        seen = b"".join(line for line in first.splitlines(keepends=True) if max(line, default=0) > 0x7F)
        text = seen.decode("cp932", errors="ignore")
        if len(_JAPANESE.findall(text)) >= len(_MISREAD.findall(text)):
            return "cp932"
    return "cp1252" if _decodes(chunks, "cp1252") else _checked(chunks, "cp932")


def _utf16_without_bom(first: bytes) -> str | None:
    sample = first[:2000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(sample) >= 8 and max(even, odd) > len(sample) // 8 and not min(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _mostly_utf8(sample: bytes) -> bool:
    """Whether the text is UTF-8 with a few broken characters, rather than another encoding."""
    text = sample.decode("utf-8", errors="surrogateescape")
    broken = sum("\udc80" <= c <= "\udcff" for c in text)
    whole = sum(ord(c) > 0x7F for c in text) - broken
    return whole > 4 * broken


def _decodes(chunks: ChunkSource, encoding: str) -> bool:
    try:
        _checked(chunks, encoding)
    except Unreadable:
        return False
    return True


def _checked(chunks: ChunkSource, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks():
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unreadable(f"is no text in {encoding}: byte {error.object[error.start]:#04x} has no meaning") from error
    return encoding
