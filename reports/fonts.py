"""A face that may travel inside a page: checked before it is used, and cut down to the characters that are shown."""

import hashlib
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Protocol

import brotli
import fontTools
from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError
from fontTools.ttLib.scaleUpem import scale_upem

from transforms.captions import clean

NEVER = frozenset({0x2264, 0x2265})
"""≤ and ≥: BIZ UDPGothic 1.05 (Debian's) draws each as the other, so they are left to the reader's own fonts."""
PROBES = "永響愛円日本あア"
"""Characters of which no two look alike: a face in which two of them share an outline has no Japanese."""
FEATURES = ["kern", "palt", "mark", "mkmk"]
_TABLES_LEFT_OUT = ["DSIG", "GSUB", "meta", "vhea", "vmtx"]
"""Substitutions serve other scripts, vertical setting and old forms: reading them takes half of the time."""
_FINE = 512
"""Units of an em of what is embedded: 1/14 of a pixel in the largest headline, and a fifth fewer bytes than 2,048."""
_SCHEME = 2
"""Raised when the same characters of the same face shall give other bytes."""
_RESTRICTED, _MILDER, _NO_SUBSET, _BITMAPS_ONLY = 0x0002, 0x000C, 0x0100, 0x0200
_UNREADABLE = (TTLibError, struct.error, AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What fontTools raises on files that are broken or none."""


class FaceRefused(Exception):
    """A font file cannot be used; the message says why and what would do."""


class Kept(Protocol):
    """Where cut faces are kept between runs."""

    def read(self, key: str) -> bytes | None:
        """What was kept under a key; None if nothing was."""
        ...

    def write(self, key: str, content: bytes) -> None:
        """Keep this for the next time."""
        ...


@dataclass(frozen=True, slots=True)
class InMemory:
    """Kept as long as the face is."""

    known: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def read(self, key: str) -> bytes | None:
        """What was kept under a key."""
        return self.known.get(key)

    def write(self, key: str, content: bytes) -> None:
        """Keep this."""
        self.known[key] = content


@dataclass(frozen=True, slots=True)
class Weight:
    """One file of a face. ``css``: 400 or 700; ``characters``: the code points that it can draw."""

    css: int
    data: bytes = field(repr=False)
    characters: frozenset[int] = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True)
class Face:
    """A family in one or two weights, and where its cut forms are kept."""

    name: str
    version: str
    licence: str
    weights: tuple[Weight, ...]
    kept: Kept = field(default_factory=InMemory, repr=False, compare=False)
    besides: Mapping[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]], repr=False)
    """By weight: characters that come along in any case, so that pages that are alike share one cut."""


def face(regular: bytes, bold: bytes | None = None, *, kept: Kept | None = None) -> Face:
    """A face from its files. Errors: FaceRefused names the reason: no TrueType, no Japanese, no leave to embed."""
    first, opened = _weight(regular, 400)
    weights = (first,) if bold is None else (first, _weight(bold, 700)[0])
    return Face(_said(opened, 1), _version(opened), _licence(opened), weights, kept or InMemory())


def cut(one: Weight, characters: Collection[int], kept: Kept) -> bytes:
    """The weight with these characters only, as WOFF2, the same bytes each time; empty if it has none of them.

    Errors: FaceRefused where the file turns out to be broken in what is needed of it.
    """
    wanted = sorted((one.characters & frozenset(characters)) - NEVER)
    if not wanted:
        return b""
    # versions of the packages are part of the key: another version may give other bytes
    basis = [_SCHEME, fontTools.version, getattr(brotli, "__version__", ""), one.digest, *wanted]
    key = hashlib.sha256(" ".join(map(str, basis)).encode()).hexdigest()
    found = kept.read(key)
    if found is None:
        try:
            found = _cut(one.data, wanted)
        except _UNREADABLE as error:
            raise FaceRefused(f"it cannot be cut ({error}): give a TrueType file (.ttf) that is whole") from error
        kept.write(key, found)
    return found


def _cut(data: bytes, wanted: Collection[int]) -> bytes:
    font = _open(data)
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]  # its names, whose it is and under which licence stay with it
    options.name_languages = [0x409]
    options.drop_tables += _TABLES_LEFT_OUT
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    if "Open Font License" in _licence(font):
        _even_digits(font)
        head: Any = font["head"]
        if head.unitsPerEm > _FINE:
            scale_upem(font, _FINE)
    font.flavor = "woff2"
    made = BytesIO()
    font.save(made, reorderTables=False)
    return made.getvalue()


def _even_digits(font: TTFont) -> None:
    """All ten digits equally wide, where a narrow 1 would put the columns of a table out of line."""
    names, outlines, widths = font.getBestCmap() or {}, font["glyf"], font["hmtx"]
    digits = [names[ord(d)] for d in "0123456789" if ord(d) in names]
    widest = max((widths[d][0] for d in digits), default=0)
    for name in digits:
        width, bearing = widths[name]
        glyph = outlines[name]
        if width == widest or glyph.isComposite():
            continue
        shift = (widest - width) // 2
        glyph.coordinates.translate((shift, 0))
        glyph.recalcBounds(outlines)
        widths[name] = (widest, bearing + shift)


def _weight(data: bytes, css: int) -> tuple[Weight, TTFont]:
    font = _open(data)
    try:
        _allowed(font)
        drawn = frozenset(_japanese(font))
    except _UNREADABLE as error:
        raise FaceRefused(f"it cannot be read ({error}): give a TrueType file (.ttf) that is whole") from error
    return Weight(css, data, drawn, hashlib.sha256(data).hexdigest()), font


def _open(data: bytes) -> TTFont:
    if data[:4] == b"ttcf":
        raise FaceRefused("it is a collection of faces (.ttc): give one face as a TrueType file (.ttf)")
    try:
        font = TTFont(BytesIO(data), lazy=True, recalcTimestamp=False)
        tables = {str(tag) for tag in font.keys()}  # noqa: SIM118 - iterating over it asks for numbered tables
    except _UNREADABLE as error:
        raise FaceRefused(f"it is no font file ({error}): give a TrueType file (.ttf)") from error
    if tables & {"CFF ", "CFF2"}:
        raise FaceRefused(
            "its outlines are PostScript's (CFF), which PDFs hold as pictures of letters: give a TrueType one"
        )
    if "fvar" in tables:
        raise FaceRefused("it is a variable font: give its regular and bold weights as files of their own")
    if lost := {"glyf", "loca", "cmap", "hmtx", "head", "hhea", "maxp", "name", "OS/2"} - tables:
        raise FaceRefused(f"it lacks {', '.join(sorted(lost))}: give a TrueType file (.ttf) that is whole")
    return font


def _allowed(font: TTFont) -> None:
    """Whether its maker lets it be embedded (OpenType, OS/2 fsType)."""
    said: Any = font["OS/2"]
    bits = int(said.fsType)
    if bits & _RESTRICTED and not bits & _MILDER:
        raise FaceRefused("its maker does not allow embedding (fsType 2): give another, such as BIZ UDPGothic")
    if bits & _NO_SUBSET:
        raise FaceRefused("its maker does not allow parts of it (fsType 0x100): give another, such as BIZ UDPGothic")
    if bits & _BITMAPS_ONLY:
        raise FaceRefused("its maker allows its bitmaps only (fsType 0x200): give another, such as BIZ UDPGothic")


def _japanese(font: TTFont) -> set[int]:
    """The code points it draws, once it is seen to draw different Japanese characters differently."""
    names: dict[int, str] = font.getBestCmap() or {}
    outlines = font["glyf"]
    lost = [c for c in PROBES if ord(c) not in names]
    if lost:
        raise FaceRefused(f"it has no {lost[0]}: it is not a Japanese face")
    drawn = {tuple(outlines[names[ord(c)]].getCoordinates(outlines)[0]) for c in PROBES}
    if len(drawn) < len(PROBES) or () in drawn:
        raise FaceRefused("it draws different Japanese characters alike: it shows boxes instead of them")
    return set(names)


def _said(font: TTFont, name_id: int) -> str:
    """A name out of the file, in English where it has one, as plain text of one line."""
    names: Any = font["name"]
    return " ".join(clean(names.getDebugName(name_id) or "").split())[:120]


def _version(font: TTFont) -> str:
    return _said(font, 5).removeprefix("Version ").partition(";")[0]


def _licence(font: TTFont) -> str:
    """The licence by its short name."""
    said = f"{_said(font, 13)} {_said(font, 14)}"
    known = {
        "Open Font License": "SIL Open Font License 1.1",
        "OFL": "SIL Open Font License 1.1",
        "IPA": "IPA Font License",
    }
    return next((short for word, short in known.items() if word in said), said.strip()[:80])
