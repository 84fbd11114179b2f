"""What each word of the `hibiki` command does; each returns the exit code.

Flows are imported where they are run: Prefect reads its settings once, at import, and they must be set before.
"""

# ruff: noqa: PLC0415  # the reason is said above

import os
import shutil
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from flows import engine
from flows.screen import Screen
from tasks import progress, workspace
from tasks.clock import system_clock
from tasks.errors import DONE, USAGE, ConfigurationError
from tasks.workspace import Workspace
from transforms.days import ends_at

T = TypeVar("T")
_Place = tuple[str, str | None, str | None, str | None]
"""Campaign, influencer, platform and post of a figure, as far as they are named."""
DEMO_MARK = ".hibiki-demo"
"""Only a folder that bears it is ever emptied."""

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from tasks.diary import Run
    from tasks.ledger import Ledger


def demo(screen: Screen, out: Path, seed: int) -> int:
    """The whole pipeline on a simulated world, in ``out``."""
    out = out.resolve()
    screen.heading("hibiki 響き · demo")
    _clear(out)
    ready = engine.prepare(out / ".prefect")
    from flows import demo as simulation
    from tasks.sandbox import apis

    try:
        sandbox = simulation.simulate(seed)
        with apis.serve(sandbox) as address:
            site = simulation.build(out, seed, address, sandbox)
            simulation.past_nights(sandbox, site)
            with progress.step("start Prefect") as step:
                import_module("expectations.duckdb_sql")  # takes seconds, which the server needs too
                server = ready()
                step.tell(f"this workspace's own server at {server.url}")
            run = _run(lambda: simulation.demo(out, site.now, return_state=True))
        screen.warnings(run.message.splitlines())
    finally:
        engine.stop(out / ".prefect")
    _where_to_look(screen, site.workspace)
    screen.document({"run": _as_json(run), "workspace": str(out)})
    return run.exit_code


def _clear(out: Path) -> None:
    """Empty the folder of an earlier demo, and nothing else."""
    if out.is_dir() and any(out.iterdir()):
        if not (out / DEMO_MARK).exists():
            raise ConfigurationError(f"{out} is not empty and not of an earlier demo: name another with --out DIR")
        if server := engine.running(out / ".prefect"):
            server.stop()
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / DEMO_MARK).touch()


def _where_to_look(screen: Screen, made: Workspace) -> None:
    """Paths of what a demo made, for people and for BI tools."""
    shown: dict[str, str] = {}
    for folder in sorted(made.reports.glob("[!_]*/*-v*")):
        campaign, edition = folder.parent.name, folder.name
        shown |= {f"report  {campaign} {edition}": str(folder / "report.html")}
        shown |= {f"mail    {campaign} {edition}": str(folder / "mail.html")}
    if (everything := made.reports / "portfolio" / "index.html").is_file():
        shown |= {"all campaigns": str(everything)}
    shown |= {"outbox  messages (.eml)": str(made.outbox)}
    shown |= {"warehouse for BI": str(made.serving / "current" / "hibiki.duckdb")}
    shown |= {"data dictionary": str(made.docs / "dictionary" / "index.html")}
    shown |= {"data docs": str(made.docs / "expectations" / "index.html")}
    screen.say("")
    screen.heading("Look here")
    screen.pairs(shown)
    screen.say("", f"  More: hibiki status --workspace {made.root}")


def init(screen: Screen, directory: Path) -> int:
    """A workspace with a commented example."""
    written = workspace.init(directory)
    screen.say(f"✓ {directory} holds {len(written)} files:")
    screen.say(*(f"  {path.relative_to(directory)}" for path in written))
    screen.say("", "Next: edit hibiki.toml and campaigns/example, then run", f"  hibiki check --workspace {directory}")
    return DONE


def check(screen: Screen, where: Workspace, *, offline: bool) -> int:
    """All mistakes at once."""
    from tasks import check as checking
    from tasks import settings as settings_file
    from transforms.days import business_day

    settings, _ = settings_file.inspect(where.root)
    zone = settings.timezone if settings else "UTC"
    probe = None if offline else checking.asking(system_clock, business_day(system_clock(), zone))
    found = checking.check(where, clock=system_clock, probe=probe)
    faults, warnings = [m for m in found if not m.warning], [m for m in found if m.warning]
    screen.faults([str(m) for m in faults])
    screen.warnings([str(m) for m in warnings])
    if faults:
        screen.say(f"{len(faults)} to mend, {len(warnings)} to know")
    else:
        screen.say("✓ ready for the first night" + (f"; {len(warnings)} to know" if warnings else ""))
    screen.document({"faults": [str(m) for m in faults], "warnings": [str(m) for m in warnings]})
    return USAGE if faults else DONE


def nightly(screen: Screen, where: Workspace, day: date | None) -> int:
    """One night."""
    _start(where)
    from flows.nightly import nightly as flow

    return _told(screen, _run(lambda: flow(where.root, day, return_state=True)))


def rebuild(screen: Screen, where: Workspace, first: date | None, last: date | None) -> int:
    """Everything but landing and the mail ledger, again."""
    if first and last and first > last:
        raise ConfigurationError(f"--from {first} is after --to {last}: swap them")
    _start(where)
    from flows.rebuild import rebuild as flow

    return _told(screen, _run(lambda: flow(where.root, first, last, return_state=True)))


def import_files(
    screen: Screen,
    where: Workspace,
    files: list[Path],
    kind: str,
    *,
    dry_run: bool,
    is_manual: bool = False,
    evidence: Path | None = None,
) -> int:
    """Land exports; a run or rebuild reads them."""
    from tasks import imports
    from tasks.site import open_site

    site = open_site(where.root)
    if dry_run:
        for file in files:
            shown = imports.preview(file, kind, workspace=where, settings=site.settings, clock=site.clock)
            screen.heading(str(file))
            screen.say(*shown.text(width=screen.width).splitlines())
        return DONE
    landed: list[dict[str, Any]] = []
    with where.lock("import", site.clock):
        for file in files:
            imports.resolve(file, kind, workspace=where, settings=site.settings)
        for file in files:
            entry, is_new = imports.land(
                site.landing,
                file,
                kind,
                workspace=where,
                settings=site.settings,
                day=site.today,
                run_id=site.run_id,
                is_manual=is_manual,
                evidence=evidence,
            )
            landed.append({"file": str(file), "segment": entry.segment, "is_new": is_new})
            screen.say(f"✓ {file} {'landed' if is_new else 'had landed already, byte for byte'}: {entry.segment}")
    screen.say("", "It counts from the next `hibiki nightly`, or now with `hibiki rebuild`.")
    screen.document({"landed": landed})
    return DONE


def report(screen: Screen, where: Workspace, campaign: str, as_of: str | None, *, send: bool) -> int:
    """An edition, as known at a day's end or an instant."""
    from tasks import settings as settings_file

    then = _instant(as_of, settings_file.read(where.root).timezone) if as_of else None
    _start(where)
    from flows.report import report as flow
    from reports.render import Edition

    edition = _result(lambda: flow(where.root, campaign, then, send=send, return_state=True), Edition)
    screen.say("", f"  {edition.report}")
    if not send:
        screen.say("", "A preview: nobody was sent anything. With --send it is queued and delivered.")
    screen.document({"campaign": edition.campaign_id, "edition": edition.label, "folder": str(edition.folder)})
    return DONE


def trace(
    screen: Screen, where: Workspace, place: _Place, kpi: str, as_of: str | None, *, verify: bool, show_all: bool
) -> int:
    """Where a figure came from."""
    from flows import tracing
    from tasks import settings as settings_file
    from tasks.tracing.figures import Place

    then = _instant(as_of, settings_file.read(where.root).timezone) if as_of else None
    return tracing.trace(screen, where, Place(*place), kpi, as_of=then, verify=verify, show_all=show_all)


def status(screen: Screen, where: Workspace) -> int:
    """How it goes, and what waits for a person."""
    from flows import overview

    return overview.status(screen, where)


def marts(screen: Screen, where: Workspace, as_of: str, out: Path) -> int:
    """Every mart as known at an instant, as Parquet files in a new folder."""
    from tasks import knowledge
    from tasks.site import open_site

    site = open_site(where.root)
    then = _instant(as_of, site.zone)
    with where.lock("marts", site.clock):
        files = knowledge.write_marts(site, then, out)
    at = then.astimezone(ZoneInfo(site.zone)).isoformat(timespec="seconds")
    screen.say(f"✓ {len(files)} tables as known at {at}: {out}")
    screen.document({"as_of": then.isoformat(), "folder": str(out), "tables": files})
    return DONE


def serve(screen: Screen, where: Workspace, cron: str) -> int:
    """Nightly on a schedule, until stopped."""
    from tasks import settings as settings_file

    zone = settings_file.read(where.root).timezone
    server = _prefect(where)
    from flows.deploy import serve as forever

    screen.say(f"Nightly at {cron!r} ({zone}); Prefect at {server.url}. Ctrl-C stops the schedule.")
    forever(where.root, cron, zone)
    return DONE


def stop(screen: Screen, where: Workspace) -> int:
    """End the workspace's own Prefect server."""
    was = engine.running(where.prefect_home)
    engine.stop(where.prefect_home)
    screen.say(f"✓ Prefect at {was.url} has stopped" if was else "no server of this workspace is running")
    return DONE


def mail_list(screen: Screen, where: Workspace) -> int:
    """Every message and where it stands."""
    with _ledger(where) as ledger:
        entries = ledger.entries()
    rows = [[e.mail_id, e.state, e.campaign_id, e.edition, e.locale, e.recipient, e.detail or ""] for e in entries]
    screen.table(["id", "state", "campaign", "edition", "language", "recipient", "detail"], rows)
    screen.document(
        [
            dict(zip(("mail_id", "state", "campaign_id", "edition", "locale", "recipient", "detail"), r, strict=True))
            for r in rows
        ]
    )
    return DONE


def mail_resolve(screen: Screen, where: Workspace, mail_id: str, *, sent: bool) -> int:
    """What a person decided about a message in doubt or held."""
    with _ledger(where) as ledger, where.lock("mail"):
        before = ledger.entry(mail_id)
        after = (
            ledger.release(mail_id)
            if before.state == "held" and not sent
            else ledger.resolve(mail_id, "sent" if sent else "resend")
        )
    screen.say(f"✓ {mail_id} to {after.recipient}: {before.state} → {after.state}")
    return DONE


def mail_resend(screen: Screen, where: Workspace, mail_id: str) -> int:
    """Queue a message that was sent or failed once more."""
    with _ledger(where) as ledger, where.lock("mail"):
        after = ledger.resend(mail_id)
    screen.say(f"✓ {mail_id} to {after.recipient} is {after.state}; the next `hibiki nightly` delivers it")
    return DONE


def _prefect(where: Workspace) -> engine.Server:
    """The Prefect server that runs are told to: found, or started, which takes a while and is said."""
    is_there = "PREFECT_API_URL" in os.environ or engine.running(where.prefect_home) is not None
    ready = engine.prepare(where.prefect_home)
    if is_there:
        return ready()
    with progress.step("start Prefect") as step:
        server = ready()
        step.tell(f"this workspace's own server at {server.url}, kept for the next run (hibiki stop ends it)")
    return server


@contextmanager
def _ledger(where: Workspace) -> Generator["Ledger"]:
    from tasks.ledger import Ledger

    with closing(Ledger(where.outbox / "ledger.sqlite", system_clock)) as ledger:
        yield ledger


def _start(where: Workspace) -> None:
    """Start Prefect, unless the settings are broken: that is told at once."""
    from tasks import settings as settings_file

    settings_file.read(where.root)
    _prefect(where)


def _run(call: Callable[[], "State[Any]"]) -> "Run":
    from tasks.diary import Run

    return _result(call, Run)


def _result(call: Callable[[], "State[Any]"], kind: type[T]) -> T:
    """What a flow returned; its error if it failed."""
    found = call().result()
    if not isinstance(found, kind):
        raise TypeError(f"a flow returned {type(found).__name__}, not {kind.__name__}")
    return found


def _told(screen: Screen, run: "Run") -> int:
    screen.warnings(run.message.splitlines())
    screen.document(_as_json(run))
    return run.exit_code


def _as_json(run: "Run") -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "flow": run.flow,
        "day": run.day,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "outcome": run.outcome,
        "told": run.message.splitlines(),
    }


def _instant(said: str, zone: str) -> datetime:
    """A day means its end in the workspace's timezone; an instant without a zone is the workspace's."""
    try:
        try:
            return ends_at(date.fromisoformat(said), zone)
        except ValueError:  # no day
            at = datetime.fromisoformat(said)
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigurationError(
            f"--as-of {said!r} is no day or instant: write 2026-07-28 or 2026-07-28T09:00+09:00"
        ) from error
