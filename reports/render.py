"""The same figures give the same bytes: an edition of a report as a folder, whole or absent."""

import hashlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

from markupsafe import Markup

from reports import message
from reports.drawing import OTHER, MailParts, mail, page, shown
from reports.enclosures import Posting, attachments, enclosed
from reports.exports import spreadsheets
from reports.figures import Figures
from reports.fonts import Face
from reports.reading import Reading, read

__all__ = ["Edition", "EditionExists", "MailParts", "Posting", "edition", "mail", "page", "versioned"]


class EditionExists(Exception):
    """An edition of that name says something else; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition on the disk. ``is_new``: written now, not found. ``untranslated``: sentences shown in English."""

    campaign_id: str
    label: str
    folder: Path
    digest: str
    is_new: bool
    mail: MailParts
    untranslated: tuple[str, ...]

    @property
    def report(self) -> Path:
        """The page in the campaign's language."""
        return self.folder / "report.html"


def versioned(figures: Figures, out: Path) -> Figures:
    """The figures with their version below ``out``: the newest one's if it says the same, else the next."""
    found = _versions(figures, out)
    if not found:
        return replace(figures, version=1)
    newest = max(found)
    same = _stored(found[newest]).get("digest") == digest(figures)
    return replace(figures, version=newest if same else newest + 1)


def edition(figures: Figures, out: Path, posting: Posting | None = None, face: Face | None = None) -> Edition:
    """Writes ``out/<campaign_id>/<edition>-v<version>/``: page and workbook in both languages, mail, CSV and JSON.

    ``posting``: the printer that makes the page a PDF, and what the mail says of its delivery. ``face``: the
    letters that its pages bring along. An edition that is there already and says the same is left as it is. Errors:
    EditionExists if it says otherwise; OSError if the folder cannot be written, and then nothing of it is left.
    """
    folder = _folder(figures, out) / figures.label
    sum_ = digest(figures)
    if folder.exists():
        kept = _stored(folder)
        if kept.get("digest") != sum_:
            raise EditionExists(
                f"{figures.campaign_id} {figures.label} was written with other figures: raise the version to"
                f" {figures.version + 1}, what was sent is never changed"
            )
        return _edition(figures, folder, sum_, _kept_mail(figures, folder, kept), is_new=False)
    posting = posting or Posting()
    other = replace(figures, locale=OTHER[figures.locale])
    own = page(figures, other_file=f"report.{other.locale}.html", face=face)
    files = {
        "report.html": own.encode(),
        f"report.{other.locale}.html": page(other, other_file="report.html", face=face).encode(),
    }
    if posting.printer is not None and (pdf := posting.printer(own)) is not None:
        files["report.pdf"] = pdf
    files |= spreadsheets(figures)
    chosen = enclosed(files, posting)
    letter = mail(figures, chosen, posting)
    letter = replace(letter, attachments=attachments(figures, files, chosen.names))
    content = _content(read(figures)) | _identity(figures, sum_, letter, chosen.names)
    files |= {
        "mail.html": letter.html.encode(),
        "mail.txt": letter.text.encode(),
        "figures.json": _json(content).encode(),
    }
    _write(folder, files)
    return _edition(figures, folder, sum_, letter, is_new=True)


def _edition(figures: Figures, folder: Path, sum_: str, letter: MailParts, *, is_new: bool) -> Edition:
    lost = {text for locale in OTHER for text in read(replace(figures, locale=locale)).catalogue.missing}
    return Edition(figures.campaign_id, figures.label, folder, sum_, is_new, letter, tuple(sorted(lost)))


def digest(figures: Figures) -> str:
    """What the edition says, as a number: run and version do not count, the instant of the figures does."""
    bare = replace(figures, run_id="", version=0, report_url="")
    return hashlib.sha256(_json(_content(read(bare))).encode()).hexdigest()


def _identity(figures: Figures, sum_: str, letter: MailParts, enclosed: tuple[str, ...]) -> dict[str, object]:
    """What a machine wants to know of the edition beside what it shows: the next one is compared with it."""
    own = figures.kpis.filter(figures.kpis["grain"] == "campaign").sort("kpi")
    told = own.select("kpi", "value", "definition").rows()
    return {
        "campaign_kpis": {
            kpi: {"value": value, "definition": version, "trace": _trace(figures, kpi)} for kpi, value, version in told
        },
        "changes": figures.changes.drop("campaign_id", "since", "as_of").to_dicts(),
        "since": None if figures.since is None else figures.since.isoformat(),
        "digest": sum_,
        "window": {name: str(figures.campaign[name]) for name in ("starts_on", "ends_on", "settle_days")},
        "run_id": figures.run_id,
        "version": figures.version,
        "mail": {"subject": letter.subject, "preheader": letter.preheader, "enclosed": list(enclosed)},
    }


def _trace(figures: Figures, kpi: str) -> str:
    """The command that shows where a figure came from, as it was known then."""
    return shlex.join(["hibiki", "trace", figures.campaign_id, kpi, "--as-of", figures.as_of.isoformat()])


def _content(reading: Reading) -> dict[str, object]:
    """Every figure shown, and as what, by section."""
    figures = reading.figures
    return {
        "campaign_id": figures.campaign_id,
        "as_of": figures.as_of.isoformat(),
        "zone": figures.zone,
        "currency": figures.currency,
        "locale": figures.locale,
        "edition": figures.edition,
        "sections": {section.stem: _plain(section.facts) for section in shown(reading)},
        "letter": _plain(message.facts(reading)),
    }


def _plain(thing: object) -> object:
    """Facts as JSON has them: markup as its text, charts left out (their numbers stand beside them)."""
    if isinstance(thing, Markup):
        return None if thing.startswith("<svg") else thing.striptags()
    if is_dataclass(thing) and not isinstance(thing, type):
        said = {f.name: _plain(getattr(thing, f.name)) for f in fields(thing)}
        return {name: value for name, value in said.items() if value is not None and value != ""}
    if isinstance(thing, tuple | list):
        return [_plain(part) for part in cast("tuple[object, ...]", thing)]
    if isinstance(thing, date):
        return thing.isoformat()
    return thing


def _json(content: Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def _folder(figures: Figures, out: Path) -> Path:
    name = figures.campaign_id
    if name in {"", ".", ".."} or re.search(r"[/\\\x00-\x1f]", name):
        raise ValueError(f"the campaign id {name!r} is no folder name: rename its folder in campaigns/")
    return out / name


def _versions(figures: Figures, out: Path) -> dict[int, Path]:
    shape = re.compile(rf"{figures.edition}-v([0-9]+)")
    folder = _folder(figures, out)
    found = ((shape.fullmatch(path.name), path) for path in folder.iterdir()) if folder.is_dir() else ()
    return {int(match[1]): path for match, path in found if match}


def _stored(folder: Path) -> dict[str, object]:
    """figures.json of an edition; empty if it cannot be read, which is never the same as what is to be said."""
    try:
        content = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, object]", content) if isinstance(content, dict) else {}


def _kept_mail(figures: Figures, folder: Path, kept: Mapping[str, object]) -> MailParts:
    head = cast("dict[str, str]", kept["mail"])
    text, html = ((folder / name).read_bytes().decode() for name in ("mail.txt", "mail.html"))
    # an edition of an earlier version names none
    names = tuple(cast("list[str]", head.get("enclosed", [])))
    files = {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    return MailParts(head["subject"], head["preheader"], text, html, attachments(figures, files, names))


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """All files in a folder beside, each on the disk, then the folder's name in one step."""
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        for name, content in files.items():
            (aside / name).parent.mkdir(exist_ok=True)
            with (aside / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for inner in sorted({(aside / name).parent for name in files}):
            _settle(inner)
        aside.rename(folder)
        _settle(folder.parent)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _settle(folder: Path) -> None:
    """The folder's entries on the disk; where the system cannot open a folder, it needs no such step."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
