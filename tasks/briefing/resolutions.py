"""resolutions.csv: what a person decided about findings, a line each, and lines are only added."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tasks.briefing import sheet
from tasks.errors import Mistake
from tasks.toml_places import suggestion
from transforms.captions import clean
from transforms.tables.compliance import REOPENED, RESOLUTIONS

FILE = "resolutions.csv"
DECISIONS = (*RESOLUTIONS, REOPENED)
COLUMNS: dict[str, tuple[str, ...]] = {
    "finding_id": ("指摘ID",),
    "campaign_id": ("キャンペーンID", "キャンペーン"),
    "caption_sha256": ("本文SHA256",),
    "rule_version": ("ルール版",),
    "resolution": ("結果", "対応"),
    "reason": ("理由",),
    "resolved_by": ("担当", "記入者"),
    "resolved_at": ("日時", "対応日時"),
}
NEEDED = ("finding_id", "campaign_id", "rule_version", "resolution", "reason", "resolved_by", "resolved_at")
_ID = re.compile(r"[0-9a-f]{8,64}")
_HASH = re.compile(r"[0-9a-f]{64}")
Wrong = Callable[[str, str, str], None]


@dataclass(frozen=True, slots=True)
class Resolution:
    """One line: what was decided about a finding, for which text and version of the rule."""

    row: int
    finding_id: str
    campaign_id: str
    caption_sha256: str | None
    rule_version: int
    resolution: str
    reason: str
    resolved_by: str
    resolved_at: datetime


def read(data: bytes, file: str) -> tuple[list[Resolution], list[Mistake]]:
    """The lines that are right, and every mistake."""
    if not data.strip():
        return [], []
    table = sheet.read(data, file, COLUMNS, NEEDED)
    mistakes = list(table.mistakes)
    found: list[Resolution] = []
    seen: dict[tuple[str, datetime], int] = {}
    for row in table.rows:
        wrong: list[Mistake] = []
        told = _resolution(row, file, wrong)
        if told is not None:
            first = seen.setdefault((told.finding_id, told.resolved_at), told.row)
            if first != told.row:
                what = f"says of the same finding and instant what row {first} does"
                wrong.append(Mistake(file, what, "Keep one of the two rows", row=row.number, column="finding_id"))
            else:
                found.append(told)
        mistakes += wrong
    return found, mistakes


def _resolution(row: sheet.Row, file: str, mistakes: list[Mistake]) -> Resolution | None:
    def wrong(column: str, what: str, remedy: str) -> None:
        mistakes.append(Mistake(file, what, remedy, row=row.number, column=column, value=row[column]))

    for name in NEEDED:
        if row[name] is None:
            wrong(name, "is empty", "Write it, or let `hibiki findings resolve` write the line")
    finding_id, resolution = row["finding_id"], row["resolution"]
    if finding_id is not None and not _ID.fullmatch(finding_id):
        wrong("finding_id", "is no id of a finding", "Copy it from `hibiki findings`")
    if (digest := row["caption_sha256"]) is not None and not _HASH.fullmatch(digest):
        wrong("caption_sha256", "is no SHA-256", "Copy it from `hibiki findings show`, or leave it empty")
    if resolution is not None and resolution not in DECISIONS:
        wrong("resolution", "is no resolution", suggestion(resolution, DECISIONS))
    version = _version(row["rule_version"], wrong)
    at = _instant(row["resolved_at"], wrong)
    if mistakes or finding_id is None or resolution is None or version is None or at is None:
        return None
    return Resolution(
        row.number,
        finding_id,
        unicodedata.normalize("NFC", row["campaign_id"] or ""),
        digest,
        version,
        resolution,
        clean(row["reason"] or ""),
        clean(row["resolved_by"] or ""),
        at,
    )


def _version(said: str | None, wrong: Wrong) -> int | None:
    if said is None:
        return None
    plain = unicodedata.normalize("NFKC", said)
    if not re.fullmatch(r"[1-9][0-9]{0,5}", plain):
        wrong("rule_version", "is no version", "Write a whole number, such as 1")
        return None
    return int(plain)


def _instant(said: str | None, wrong: Wrong) -> datetime | None:
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        wrong("resolved_at", "is no instant", "Write it as 2026-07-28T09:00:00+09:00")
        return None
    if at.tzinfo is None:
        wrong("resolved_at", "is an instant without a timezone", "Write it as 2026-07-28T09:00:00+09:00")
        return None
    return at.astimezone(UTC)
