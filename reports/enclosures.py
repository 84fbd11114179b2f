"""What goes with a mail: the files that fit, and in words those that do not, or could not be made."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from reports.figures import Figures

Printer = Callable[[str], bytes | None]
"""Makes a PDF of a page; nothing where it cannot."""
Missing = Literal["unprinted", "too_large"]

KINDS = {
    "report.pdf": "application/pdf",
    "report.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Files of an edition that go with its mail. No page: many gateways hold HTML attachments back as phishing."""
WRAPPING = 1.4
"""Bytes on the wire for a byte attached: base64 in lines, and a part's headers."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail. ``name``: in ASCII, which every mail program keeps; ``kind``: its media type."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Posting:
    """How an edition is posted, apart from what it says.

    ``printer``: makes the PDF; none: no PDF is wanted. ``limit``: bytes that a mail may have with what goes with it; 0:
    nothing goes with it. ``preferences_url``: where readers change what they get. ``is_answered``: a person reads
    answers to the mail.
    """

    printer: Printer | None = None
    limit: int = 5_000_000
    preferences_url: str = ""
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes with one mail (names of the edition's files), and why others do not."""

    names: tuple[str, ...] = ()
    missing: Mapping[str, Missing] | None = None


def enclosed(files: Mapping[str, bytes], posting: Posting) -> Enclosed:
    """Which of an edition's files go with its mail, in order, as long as they fit."""
    if not posting.limit:
        return Enclosed()
    names: list[str] = []
    missing: dict[str, Missing] = {}
    # the mail's own text and HTML come first
    room = posting.limit - 200_000
    for name in KINDS:
        if name not in files:
            if name == "report.pdf" and posting.printer is not None:
                missing[name] = "unprinted"
            continue
        size = len(files[name]) * WRAPPING
        if size > room:
            missing[name] = "too_large"
        else:
            names.append(name)
            room -= size
    return Enclosed(tuple(names), missing)


def attachments(figures: Figures, files: Mapping[str, bytes], names: tuple[str, ...]) -> tuple[Attachment, ...]:
    """The named files as they are called in a mail: campaign and edition, so that two of them can be told apart."""
    stem = re.sub(r"[^A-Za-z0-9._]+", "-", figures.campaign_id).strip("-.")[:60] or "report"
    return tuple(
        Attachment(f"{stem}-{figures.label}.{name.rpartition('.')[2]}", KINDS[name], files[name])
        for name in names
        if name in files
    )
