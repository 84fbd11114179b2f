"""The files in references/ (exchange rates, rate cards, levels) are landed as they stand, and read back from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tasks.briefing import emv_rates, fx_rates, levels
from tasks.clock import Clock
from tasks.errors import Mistake
from tasks.landing import Entry, Landing
from tasks.settings import Settings
from tasks.sources import Answer, Landed, Staged
from tasks.workspace import Workspace
from tasks.written import framed, rejected
from transforms.contracts import Table
from transforms.fx import GOOD_FOR_DAYS, expanded
from transforms.tables import money, staging

NAME = "reference"
FOLDER = "references"
FILES: Mapping[str, str] = {
    "fx_rates": fx_rates.FILE,
    "emv_rates": emv_rates.FILE,
    "benchmarks": levels.FILE,
}
_MOST_BYTES = 16 << 20
_TABLES = (money.REFERENCE_FILES, money.FX_RATES, money.EMV_RATES, money.OWN_BENCHMARKS)
_THERE, _REMOVED = 200, 404


@dataclass(frozen=True, slots=True)
class References:
    """The good files by kind, what the settings say of each, and every mistake and warning in all of them."""

    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes], repr=False)
    about: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    mistakes: tuple[Mistake, ...] = ()
    kept: frozenset[str] = frozenset()
    """Kinds whose file is broken or cannot be read: what was landed before stays in force."""

    @property
    def broken(self) -> tuple[Mistake, ...]:
        """The mistakes that left a file out."""
        return tuple(m for m in self.mistakes if not m.warning)

    @property
    def currencies(self) -> frozenset[tuple[str, str]]:
        """The pairs of currencies (from, to) for which there is any rate."""
        if (data := self.files.get("fx_rates")) is None:
            return frozenset()
        return frozenset((base, quote) for _, base, quote in _usable(data, self.about["fx_rates"]))

    @property
    def cards(self) -> frozenset[str]:
        """Names of rate cards."""
        if (data := self.files.get("emv_rates")) is None:
            return frozenset()
        rates, _ = emv_rates.read(data, "", self.about["emv_rates"]["currency"])
        return frozenset(r.card for r in rates)


def read(workspace: Workspace, settings: Settings) -> References:
    """Every file that is there. One with a mistake is left out, and the others go on."""
    folder = workspace.root / FOLDER
    fx = settings.fx
    about: dict[str, dict[str, str]] = {
        "fx_rates": {"inverse": str(fx.inverse), "pivot": fx.pivot, "good_for_days": str(fx.good_for_days)},
        "emv_rates": {"currency": settings.currency},
        "benchmarks": {},
    }
    files: dict[str, bytes] = {}
    mistakes: list[Mistake] = []
    kept: set[str] = set()
    for kind, name in FILES.items():
        shown = f"{FOLDER}/{name}"
        data = _data(folder / name, shown)
        if isinstance(data, bytes):
            _, found = _parse(kind, data, shown, about[kind])
        else:
            found = [data] if data is not None else []
        mistakes += found
        if any(not m.warning for m in found):
            kept.add(kind)
        elif isinstance(data, bytes):
            files[kind] = data
    return References(files, about, (*mistakes, *_strangers(folder)), frozenset(kept))


def land(landing: Landing, references: References, *, day: date, run_id: str, clock: Clock) -> list[Entry]:
    """Land each good file that changed since it was last landed, and that a file was removed; the new entries."""
    last = {e.shard: e for e in landing.entries() if e.source == NAME and e.complete}
    landed: list[Entry] = []
    for kind, name in FILES.items():
        data, before = references.files.get(kind), last.get(kind)
        if kind in references.kept or (data is None and before is None):
            continue
        about = references.about[kind] if data is not None else {}
        answer = Answer(
            f"{NAME}_{kind}",
            "FILE",
            f"{FOLDER}/{name}",
            _REMOVED if data is None else _THERE,
            {},
            data or b"",
            clock(),
            about,
        )
        if before is not None and _same(landing.read(before), answer):
            continue
        with landing.segment(NAME, day, kind, run_id) as writer:
            writer.add(answer)
            writer.finish(expected=1, got=1)
        landed.append(landing.entries()[-1])
    return landed


def stage(answers: Sequence[Landed]) -> Staged:
    """What landed files say; a broken file becomes rejects, whole. Pure; never raises for bad data."""
    rows: dict[str, list[dict[str, Any]]] = {t.name: [] for t in _TABLES}
    rejects: list[dict[str, Any]] = []
    for landed in answers:
        kind = landed.answer.kind.removeprefix(f"{NAME}_")
        trace = {"known_at": landed.answer.received_at, "landed_id": landed.landed_id}
        version = {"kind": kind, "is_there": landed.answer.status != _REMOVED, **trace}
        if landed.answer.status == _REMOVED:
            rows[money.REFERENCE_FILES.name].append(version)
            continue
        found, mistakes = _parse(kind, landed.answer.body, kind, landed.answer.about)
        wrong = [m for m in mistakes if not m.warning]
        if wrong:
            rejects += [
                rejected(m, n, landed, table=money.REFERENCE_FILES, rule="broken_reference")
                for n, m in enumerate(wrong, start=1)
            ]
            continue
        rows[money.REFERENCE_FILES.name].append(version)
        rows[_TABLE_OF[kind].name] += [row | trace for row in found]
    return Staged({t.name: framed(t, rows[t.name]) for t in _TABLES}, framed(staging.REJECTS, rejects))


_TABLE_OF = {"fx_rates": money.FX_RATES, "emv_rates": money.EMV_RATES, "benchmarks": money.OWN_BENCHMARKS}


def _data(path: Path, shown: str) -> bytes | Mistake | None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return Mistake(shown, f"has {path.stat().st_size} bytes", f"Keep it below {_MOST_BYTES >> 20} MB")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return Mistake(shown, f"cannot be read: {error.strerror}", "Make the file readable for this user")


def _strangers(folder: Path) -> list[Mistake]:
    """CSV files in the folder that nobody reads: most likely misnamed."""
    names = sorted(p.name for p in folder.glob("*.csv")) if folder.is_dir() else []
    remedy = f"Known are: {', '.join(FILES.values())}"
    return [
        Mistake(f"{FOLDER}/{name}", "is not read", remedy, warning=True) for name in names if name not in FILES.values()
    ]


def _parse(kind: str, data: bytes, shown: str, about: Mapping[str, str]) -> tuple[list[dict[str, Any]], list[Mistake]]:
    """A file's rows, in the shape of its table but for their trace, and every mistake."""
    if kind == "fx_rates":
        rates, mistakes = fx_rates.read(data, shown)
        return (_fx_rows(rates, about) if not _broken(mistakes) else []), mistakes
    if kind == "emv_rates":
        cards, mistakes = emv_rates.read(data, shown, about.get("currency", "JPY"))
        return [_row(c, money.EMV_RATES, c.source, c.row) for c in cards], mistakes
    if kind == "benchmarks":
        found, mistakes = levels.read(data, shown)
        return [_row(one, money.OWN_BENCHMARKS, one.source, one.row) for one in found], mistakes
    return [], [Mistake(shown, "is no file that is known here", "Update hibiki, then rebuild")]


def _broken(mistakes: Sequence[Mistake]) -> bool:
    return any(not m.warning for m in mistakes)


def _row(thing: object, table: Table, publisher: str, number: int) -> dict[str, Any]:
    names = [c for c in table.columns if hasattr(thing, c)]
    return {**{n: getattr(thing, n) for n in names}, "publisher": publisher, "pointer": f"row {number}"}


def _fx_rows(rates: Sequence[fx_rates.Rate], about: Mapping[str, str]) -> list[dict[str, Any]]:
    told = {(r.day, r.base, r.quote): r for r in rates}
    by_day: dict[date, fx_rates.Rate] = {}
    for r in rates:
        by_day.setdefault(r.day, r)
    good_for = int(about.get("good_for_days", GOOD_FOR_DAYS))
    rows: list[dict[str, Any]] = []
    for (day, base, quote), (rate, method) in _expanded(rates, about).items():
        of = told.get((day, base, quote)) or told.get((day, quote, base)) or by_day[day]
        rows.append(
            {
                "day": day,
                "base": base,
                "quote": quote,
                "rate": rate,
                "method": method,
                "good_for_days": good_for,
                "publisher": of.source,
                "pointer": f"row {of.row}",
            }
        )
    return rows


def _expanded(
    rates: Sequence[fx_rates.Rate], about: Mapping[str, str]
) -> dict[tuple[date, str, str], tuple[float, str]]:
    given = {(r.day, r.base, r.quote): r.rate for r in rates}
    return expanded(given, inverse=about.get("inverse") == "True", pivot=about.get("pivot") or None)


def _usable(data: bytes, about: Mapping[str, str]) -> dict[tuple[date, str, str], tuple[float, str]]:
    return _expanded(fx_rates.read(data, "")[0], about)


def _same(before: Sequence[Landed], now: Answer) -> bool:
    if not before:
        return False
    told = before[0].answer
    return (told.status, told.body, dict(told.about)) == (now.status, now.body, dict(now.about))
