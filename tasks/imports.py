"""An export that somebody hands over is landed verbatim and read by a known profile or by a mapping of a few lines."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path

import polars as pl

from tasks.clock import Clock
from tasks.errors import ConfigurationError, Mistake, Mistakes
from tasks.importing import rows, tables
from tasks.importing.guide import GUIDE
from tasks.importing.mapping import PROFILES, Mapping, check, check_against, narrowed
from tasks.importing.pieces import ROW, Broken, Chunk
from tasks.importing.rows import NAME, Origin, Read
from tasks.landing import Entry, Landing, LandingError
from tasks.settings import Settings
from tasks.sources import Landed, Staged
from tasks.toml_places import Document, suggestion, validate
from tasks.toml_places import read as open_toml
from tasks.workspace import Workspace
from transforms.tables import staging
from transforms.tables.imports import IMPORTS

__all__ = ["GUIDE", "NAME", "Preview", "broken_mappings", "imported", "kinds", "land", "preview", "resolve", "stage"]

_PREVIEW_ROWS = 2000
MANUAL = "manual"
"""``source`` of rows that a person typed."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A mapping that fits a file, and its name as it was asked for."""

    name: str
    mapping: Mapping


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file would be read: the first rows of each table and every reject among the rows looked at."""

    mapping: Mapping
    rows_seen: int
    tables: Table[str, pl.DataFrame]
    rejects: pl.DataFrame

    def text(self, rows_shown: int = 5, *, width: int = 200) -> str:
        """The preview for a terminal of so many columns."""
        lines = [f"The first {_rows(self.rows_seen)}, read as {self.mapping.kind}:"]
        with pl.Config(tbl_cols=-1, tbl_rows=rows_shown, tbl_hide_dataframe_shape=True, tbl_width_chars=width):
            for name, frame in self.tables.items():
                shown = frame.head(rows_shown)
                told = [c for c in shown.columns if c not in _TRACE and shown[c].null_count() < shown.height]
                lines += ["", f"{name}: {_rows(frame.height)}", str(shown.select("pointer", *told))]
        lines += ["", f"{_rows(self.rejects.height)} cannot be read"]
        lines += [
            f"  {pointer}: {reason}" for pointer, reason in self.rejects.select("pointer", "reason").head(20).rows()
        ]
        return "\n".join(lines)


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"


_TRACE = ("known_at", "source", "landed_id", "pointer")


def kinds(workspace: Workspace) -> list[str]:
    """What ``--as`` may name: the profiles, and the mappings in the workspace's imports/."""
    return [*PROFILES, *sorted(p.stem for p in workspace.imports.glob("*.toml"))]


def resolve(file: Path, kind: str, *, workspace: Workspace, settings: Settings) -> Resolved:
    """The mapping that ``kind`` names, checked against the file. Errors: Mistakes, all of them at once."""
    mapping, document = _mapping(kind, workspace, settings)
    mistakes = check(mapping, document, kind)
    for ours, value, problem in rows.constant_problems(mapping, settings.timezone):
        place = ("constants", ours)
        line = document.line(place) if document else None
        mistakes.append(Mistake(kind, problem, "Mend the value", column=".".join(place), value=value, line=line))
    try:
        existing = tables.columns_of(file, mapping.read)
    except OSError as error:
        raise Mistakes(
            [*mistakes, Mistake(str(file), f"cannot be read: {error.strerror}", "Check the path")]
        ) from error
    except ConfigurationError as error:
        raise Mistakes([*mistakes, Mistake(file.name, str(error), "See `hibiki import-guide`")]) from error
    if document is None and kind != "shopify_orders_csv":
        mapping = narrowed(mapping, existing)
    mistakes += check_against(mapping, document, file.name, existing)
    if mistakes:
        raise Mistakes(mistakes)
    return Resolved(kind, mapping)


def broken_mappings(workspace: Workspace) -> list[Mistake]:
    """What is wrong with the mappings in imports/, whatever files they are for."""
    mistakes: list[Mistake] = []
    for path in sorted(workspace.imports.glob("*.toml")):
        document = open_toml(path, f"imports/{path.name}")
        if isinstance(document, Mistake):
            mistakes.append(document)
            continue
        mapping, wrong = validate(Mapping, document)
        mistakes += wrong
        if mapping is not None:
            mistakes += check(mapping, document, path.name)
    return mistakes


def land(
    landing: Landing,
    file: Path,
    kind: str,
    *,
    workspace: Workspace,
    settings: Settings,
    day: date,
    run_id: str,
    is_manual: bool = False,
    evidence: Path | None = None,
) -> tuple[Entry, bool]:
    """Land a file verbatim with the mapping that reads it; its entry, and whether it is new.

    Landing alone is enough to read it again: the mapping goes with it. ``is_manual``: a person typed these figures, and
    they are marked so. ``evidence`` (a screenshot, say) is copied beside and never opened. Errors: Mistakes;
    LandingError.
    """
    resolved = resolve(file, kind, workspace=workspace, settings=settings)
    about = {
        "as": resolved.name,
        "mapping": resolved.mapping.model_dump_json(exclude_defaults=True),
        "timezone": settings.timezone,
    }
    if is_manual:
        about["provenance"] = MANUAL
    if evidence is not None:
        try:
            blob, digest, _ = landing.keep(evidence, source=NAME, day=day)
        except OSError as error:
            what = f"cannot be read: {error.strerror}"
            raise Mistakes([Mistake("--evidence", what, "Check the path", value=str(evidence))]) from error
        about |= {"evidence": blob, "evidence_sha256": digest, "evidence_name": evidence.name}
    return landing.land_file(
        file, source=NAME, kind=f"import_{resolved.mapping.kind}", day=day, run_id=run_id, about=about
    )


def stage(answers: Sequence[Landed]) -> Staged:
    """Read landed files. Pure; a file or row that cannot be read becomes a reject.

    Errors: LandingError where a landed file is gone or differs from what was landed.
    """
    found: dict[str, list[pl.DataFrame]] = {}
    rejects: list[pl.DataFrame] = [staging.REJECTS.empty()]
    for landed in answers:
        read = _stage_file(landed)
        for name, frame in read.tables.items():
            found.setdefault(name, []).append(frame)
        rejects.append(read.rejects)
    return Staged({name: pl.concat(frames) for name, frames in found.items()}, pl.concat(rejects))


def imported(answers: Sequence[Landed]) -> pl.DataFrame:
    """Shape of ops.imports: the landed files among some answers."""
    rows = [
        (
            a.landed_id,
            a.answer.received_at,
            a.answer.about.get("name", a.answer.url),
            a.answer.about.get("as", ""),
            a.answer.about.get("provenance", NAME),
            a.sha256,
            a.size,
            a.answer.about.get("evidence_name"),
            a.answer.about.get("evidence_sha256"),
            a.answer.about.get("evidence"),
        )
        for a in answers
        if a.blob is not None
    ]
    return pl.DataFrame(rows, schema=IMPORTS.schema, orient="row")


def preview(file: Path, kind: str, *, workspace: Workspace, settings: Settings, clock: Clock) -> Preview:
    """How the first rows of a file would be read; nothing is landed. Errors: Mistakes."""
    mapping = resolve(file, kind, workspace=workspace, settings=settings).mapping
    origin = Origin("preview#1", clock(), settings.timezone, tables.is_spreadsheet(file))
    pieces = list(islice(tables.chunks(file, mapping.read, mapping.theirs, _PREVIEW_ROWS), 1))
    seen = sum(p.frame.height + len(p.broken) for p in pieces)
    read = rows.together([rows.stage(p, mapping, origin) for p in pieces], mapping)
    return Preview(mapping, seen, read.tables, read.rejects)


def _mapping(kind: str, workspace: Workspace, settings: Settings) -> tuple[Mapping, Document | None]:
    """The mapping by its name, and the file that it was written in, if any."""
    if kind in PROFILES:
        return _profile(kind, settings), None
    named = Path(kind)
    path = named if named.suffix == ".toml" else workspace.imports / f"{kind}.toml"
    if not path.is_file():
        what = "is neither a known kind nor a mapping in imports/"
        raise Mistakes([Mistake("--as", what, suggestion(kind, kinds(workspace)), value=kind)])
    shown = path.name if named.suffix == ".toml" else f"imports/{path.name}"
    document = open_toml(path, shown)
    if isinstance(document, Mistake):
        raise Mistakes([document])
    mapping, mistakes = validate(Mapping, document)
    if mapping is None:
        raise Mistakes(mistakes)
    return mapping, document


def _profile(kind: str, settings: Settings) -> Mapping:
    profile = PROFILES[kind]
    if kind != "shopify_orders_csv":
        return profile
    shopify = settings.sources.shopify
    if shopify is None:
        remedy = 'Add [sources.shopify] with the shop\'s own domain: shop = "example.myshopify.com"'
        raise Mistakes(
            [Mistake("hibiki.toml", "does not say whose orders these are", remedy, column="sources.shopify")]
        )
    return profile.model_copy(update={"constants": {"shop": shopify.shop}})


def _stage_file(landed: Landed) -> Read:
    about, known_at = landed.answer.about, landed.answer.received_at
    path = landed.blob
    if path is None or not path.is_file():
        raise LandingError(f"the file of {landed.landed_id} is not in landing ({path}): restore landing/ from a backup")
    with path.open("rb") as file:
        digest = sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
    if digest.hexdigest() != landed.sha256:
        raise LandingError(f"{path} differs from what was landed: restore landing/ from a backup")
    mapping = Mapping.model_validate_json(about["mapping"])
    origin = Origin(
        landed.landed_id,
        known_at,
        about.get("timezone", "UTC"),
        tables.is_spreadsheet(path),
        about.get("provenance", NAME),
    )
    parts: list[Read] = []
    try:
        parts.extend(rows.stage(chunk, mapping, origin) for chunk in tables.chunks(path, mapping.read, mapping.theirs))
    except ConfigurationError as error:  # unreadable from here on: what was read before stays
        rest = Broken(0, "unreadable_file", str(error), "")
        nothing = pl.DataFrame(schema={ROW: pl.Int64(), **dict.fromkeys(mapping.theirs, pl.String())})
        parts.append(rows.stage(Chunk(nothing, [rest]), mapping, origin))
    return rows.together(parts, mapping)
