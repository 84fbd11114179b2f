"""Text as people write it, in one form that patterns can read, with the way back to what they wrote."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Invisible in a caption, and able to split a word that a reader sees as one: soft hyphen, zero-width characters, bidi
# controls, variation selectors, tags. Emoji lose only what tells their variants apart.
UNSEEN = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
SAME = {"’": "'", "‘": "'", "ʼ": "'"}
"""Apostrophes of phones and of keyboards are one."""
_HALF_WIDTH_MARKS = "\uff9e\uff9f"
_JAMO = re.compile("[\u1160-\u11ff]")
BREAKS = "\r\n?|\u0085|\u2028|\u2029|\v|\f"
_unseen, _breaks = re.compile(UNSEEN), re.compile(BREAKS)
_same = str.maketrans(SAME)
_CLOSED = "。.!?！？…\n"


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the form in which two spellings of one word are equal, and where each character of it came from.

    ``text`` is NFKC, case folded, without invisible characters. ``starts[i]`` and ``ends[i]`` are the place in
    ``original`` of the characters that gave ``text[i]``.
    """

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of ``text[start:end]``, both in characters; empty at the end of an empty span."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else len(self.original)
            return at, at
        return min(self.starts[start:end]), max(self.ends[start:end])

    def at(self, place: int) -> int:
        """The first character of ``text`` that came from ``original[place:]``."""
        return bisect_right(self.ends, place)


def fold(text: str) -> Folded:
    """The folded text with its way back. Spellings that differ in width, case or normal form fold to one text.

    Characters are folded together with the marks that compose with them, so that ``か`` + ``゛`` and ``が`` are one.
    """
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        piece = text[start:end]
        if end - start > 1 and _PLAIN.fullmatch(piece):
            out.append(piece.lower())
            starts += range(start, end)
            ends += range(start + 1, end + 1)
            continue
        piece = _folded(piece)
        out.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    return Folded(text, "".join(out), tuple(starts), tuple(ends))


@lru_cache(maxsize=65536)
def _folded(piece: str) -> str:
    plain = _unseen.sub("", _breaks.sub("\n", piece))
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold()).translate(_same)


_PLAIN = re.compile("[ -~\n\u3001\u3002\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff]+")
"""Runs of characters each of which folds to one: ASCII, kana and most kanji."""


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Where each character with what composes with it begins and ends; runs of :data:`_PLAIN` in one piece."""
    start, length = 0, len(text)
    while start < length:
        run = _PLAIN.match(text, start)
        if run is not None and run.end() - start > 1:
            end = run.end()
            if end < length and _joins(text[end], text[end - 1]):
                end -= 1
            yield start, end
            start = end
            continue
        end = start + 1
        while end < length and _joins(text[end], text[end - 1]):
            end += 1
        yield start, end
        start = end


def _joins(c: str, before: str) -> bool:
    """Whether a character composes with what is before it, or is invisible and so belongs to it."""
    if c < "\u00ad":
        return c == "\n" and before == "\r"
    return _is_mark(c)


@lru_cache(maxsize=65536)
def _is_mark(c: str) -> bool:
    return (
        unicodedata.combining(c) != 0
        or c in _HALF_WIDTH_MARKS
        or _JAMO.match(c) is not None
        or _unseen.match(c) is not None
    )


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence of a folded text in which ``text[start:end]`` stands: from the stop before it to its own."""
    left = max((text.rfind(c, 0, start) for c in _CLOSED), default=-1) + 1
    right = min((i for i in (text.find(c, end) for c in _CLOSED) if i >= 0), default=len(text))
    return left, min(right + 1, len(text))
