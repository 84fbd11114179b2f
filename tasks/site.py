"""An opened workspace: its settings, briefs, landing and clock, as one value that tasks hand round."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from tasks import briefs as brief_files
from tasks import references as reference_files
from tasks import settings as settings_file
from tasks.briefs import Briefs
from tasks.clock import Clock, stopped_clock, system_clock
from tasks.landing import Landing
from tasks.references import References
from tasks.settings import Settings
from tasks.warehouse import Warehouse
from tasks.workspace import Workspace
from transforms.compliance.work import Due
from transforms.days import business_day
from transforms.workdays import Workdays


@dataclass(frozen=True, slots=True)
class Site:
    """One company's workspace, as one run sees it."""

    workspace: Workspace
    settings: Settings
    briefs: Briefs
    landing: Landing
    clock: Clock
    run_id: str
    references: References

    @property
    def zone(self) -> str:
        """The workspace's timezone."""
        return self.settings.timezone

    @property
    def due(self) -> Due:
        """Working days in which findings in posts are to be mended."""
        days = self.settings.compliance
        return Due(days.fail_due_days, days.warn_due_days, self.workdays)

    @property
    def workdays(self) -> Workdays:
        """Which days due dates are counted in."""
        return Workdays(self.settings.holidays)

    @property
    def now(self) -> datetime:
        """This instant (UTC)."""
        return self.clock()

    @property
    def today(self) -> date:
        """The business day of this instant."""
        return business_day(self.now, self.zone)

    def at(self, instant: datetime) -> "Site":
        """The same site at another instant (simulated days)."""
        clock = stopped_clock(instant)
        return replace(self, clock=clock, landing=Landing(self.landing.root, clock))

    @contextmanager
    def warehouse(self) -> Generator[Warehouse]:
        """The writer's warehouse, opened and closed. One writer at a time: hold the workspace's lock."""
        engine = self.settings.engine
        with Warehouse(
            self.workspace.warehouse,
            memory_limit=engine.memory_limit,
            threads=engine.threads,
        ) as opened:
            opened.create()
            yield opened


def open_site(root: Path, *, at: datetime | None = None, run_id: str | None = None) -> Site:
    """Open the workspace at ``root``; ``at`` stops its clock. A broken brief is left out; broken settings are refused.

    Errors: Mistakes names every fault of hibiki.toml at once.
    """
    workspace = Workspace(root.resolve())
    clock = stopped_clock(at) if at is not None else system_clock
    settings = settings_file.read(workspace.root)
    return Site(
        workspace,
        settings,
        brief_files.read(workspace, settings),
        Landing(workspace.landing, clock),
        clock,
        run_id or f"{clock().astimezone(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}",
        reference_files.read(workspace, settings),
    )
