"""A small simulated company whose nights are run step by step, in this process, without Prefect or a socket."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tasks import deliver, diary, fonts, ingest, pdf, publish
from tasks.errors import DONE, GAPS
from tasks.ingest import Fetched
from tasks.ledger import Ledger
from tasks.load import LoadResult
from tasks.sandbox.apis import InProcess
from tasks.sandbox.faults import Fault
from tasks.sandbox.standin import Sandbox
from tasks.sandbox.workspace import write_workspace
from tasks.sandbox.world import World
from tasks.site import Site, open_site
from tasks.warehouse import Warehouse

SEED, INFLUENCERS = 3, 14
BACK = timedelta(days=15)
"""The morning after the first campaign's end, a Monday: one campaign is provisional, the other runs."""
ENDED, RUNNING = "asanagi-uv-2026-summer", "yoimachi-ale-2026-festival"


@dataclass(frozen=True)
class Night:
    """What came of one night; ``waits``: every wait that was asked for, in seconds, not waited."""

    fetched: Sequence[Fetched] = ()
    loaded: LoadResult = field(default_factory=LoadResult)
    gaps: Sequence[str] = ()
    editions: Sequence[str] = ()
    waits: Sequence[float] = ()

    @property
    def exit_code(self) -> int:
        return GAPS if self.gaps else DONE

    def states(self, source: str) -> set[str]:
        return {f.state for f in self.fetched if f.source == source}


@dataclass(frozen=True)
class Company:
    """A workspace, and the world that its stand-ins tell of."""

    root: Path
    sandbox: Sandbox

    @property
    def at(self) -> datetime:
        """The morning of the night that the tests run."""
        return self.sandbox.world.now - BACK

    def site(self, at: datetime | None = None) -> Site:
        return open_site(self.root, at=at or self.at)

    def ask(self, at: datetime | None = None, *faults: Fault) -> tuple[list[Fetched], list[float]]:
        """Ask every platform and land the answers: as in a night, one part after another."""
        site, waits = self.site(at), list[float]()
        self.sandbox.move(site.now)
        self.sandbox.faults[:] = [replace(f) for f in faults]
        try:
            with ingest.tonight(site, site.today, InProcess(self.sandbox), sleep=waits.append) as asks:
                return [ingest.fetch(site, ask, site.today) for ask in asks], waits
        finally:
            self.sandbox.faults.clear()

    def night(self, at: datetime | None = None, *faults: Fault) -> Night:
        """A night as flows.nightly has it, without Prefect."""
        site = self.site(at)
        with site.workspace.lock("nightly", site.clock), diary.page(site, "nightly", site.today) as page:
            publish.land_briefs.fn(site)
            publish.load.fn(site)
            fetched, waits = self.ask(site.now, *faults)
            loaded = publish.load.fn(site)
            publish.evaluate.fn(site)
            publish.publish.fn(site)
            editions = deliver.write_reports.fn(site)
            delivered = deliver.deliver.fn(site)
            gaps = [*map(str, site.briefs.broken), *ingest.gaps(fetched), *loaded.held, *delivered.gaps]
            if gaps:
                page.end("gaps", "\n".join(gaps))
        return Night(fetched, loaded, gaps, [f"{e.campaign_id} {e.label}" for e in editions], waits)

    def brought(self, at: datetime | None = None, *faults: Fault) -> Night:
        """The first half of a night: asked, landed, audited, loaded."""
        site = self.site(at)
        publish.land_briefs.fn(site)
        fetched, waits = self.ask(site.now, *faults)
        return Night(fetched, publish.load.fn(site), ingest.gaps(fetched), (), waits)

    def table(self, name: str) -> pl.DataFrame:
        """A table of the writer's warehouse."""
        with Warehouse(self.root / "warehouse.duckdb") as warehouse:
            return warehouse.frame(name)

    def served(self, query: str) -> list[tuple[object, ...]]:
        """What a reader of the serving copy sees."""
        with duckdb.connect(str(self.root / "serving" / "current" / "hibiki.duckdb"), read_only=True) as con:
            con.execute("SET TimeZone = 'UTC'")
            return con.execute(query).fetchall()

    def unaccounted(self) -> list[object]:
        """Landed files whose rows are not all good or rejected, and landed answers that ops.responses lacks."""
        with Warehouse(self.root / "warehouse.duckdb") as warehouse:
            loads, responses = warehouse.frame("ops.loads"), warehouse.frame("ops.responses")
        wrong = loads.filter(pl.col("rows_in") != pl.col("rows_good") + pl.col("rows_rejected"))
        landing = self.site().landing
        landed = {a.landed_id for e in landing.entries() for a in landing.read(e)}
        return [*wrong["segment"], *(landed ^ set(responses["landed_id"]))]

    def fingerprints(self, *schemas: str) -> dict[str, str]:
        """The hash of every table of these schemas."""
        with Warehouse(self.root / "warehouse.duckdb") as warehouse:
            return {n: h for n, h in warehouse.fingerprint().items() if n.split(".")[0] in schemas}

    def mails(self) -> list[tuple[str, str, str, str, str | None]]:
        """The ledger: campaign, edition, recipient, state, detail."""
        ledger = Ledger(self.root / "outbox" / "ledger.sqlite", lambda: self.at)
        try:
            return [(e.campaign_id, e.edition, e.recipient, e.state, e.detail) for e in ledger.entries()]
        finally:
            ledger.close()

    def figures(self, campaign: str, edition: str) -> dict[str, object]:
        return json.loads((self.root / "reports" / campaign / edition / "figures.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def world() -> World:
    return World(SEED, influencers=INFLUENCERS)


@pytest.fixture(scope="session")
def yesterday(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company after two calm nights, the second in full: tests work on copies of it."""
    root = tmp_path_factory.mktemp("company")
    write_workspace(world, root, "http://127.0.0.1:9", at=world.now - BACK)
    company = Company(root, Sandbox(world, throttle_every=None))
    with bare():
        company.ask(company.at - timedelta(days=2))
        company.night(company.at - timedelta(days=1))
    return root


@pytest.fixture(scope="session")
def copied(world: World, yesterday: Path) -> Callable[[Path], Company]:
    """A copy of the company below a folder, on the morning before the night that tests run."""

    def copy(folder: Path) -> Company:
        shutil.copytree(yesterday, folder / "company", symlinks=True)
        return Company(folder / "company", Sandbox(world, throttle_every=None))

    return copy


@pytest.fixture
def company(copied: Callable[[Path], Company], tmp_path: Path) -> Company:
    """A copy of its own for one test."""
    return copied(tmp_path)


@pytest.fixture
def fresh(world: World, tmp_path: Path) -> Company:
    """The company before its first night."""
    root = write_workspace(world, tmp_path / "company", "http://127.0.0.1:9", at=world.now - BACK)
    return Company(root, Sandbox(world, throttle_every=None))


@contextmanager
def bare() -> Iterator[None]:
    """Pages are set in their readers' fonts and not printed, whatever is installed: both take seconds an edition."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "FOLDERS", ())
        patch.setattr(pdf, "NAMES", ())
        yield


@pytest.fixture(scope="module", autouse=True)
def _pages_are_bare() -> Iterator[None]:
    with bare():
        yield


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("HIBIKI_")]:
        monkeypatch.delenv(name)
