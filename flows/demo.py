"""The whole pipeline on a simulated world: many nights landed, the last one run in full."""

from datetime import datetime, timedelta
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State

from flows.nightly import nightly
from tasks import briefs, imports, ingest, progress, references
from tasks.sandbox import apis, journeys
from tasks.sandbox.standin import Sandbox
from tasks.sandbox.workspace import write_workspace
from tasks.sandbox.world import World
from tasks.site import Site, open_site
from transforms.tables.core import ACCOUNTS, POSTS

BEFORE = timedelta(days=3)
"""How long before its first campaign the simulated company has run hibiki: followers at posting time are known."""


def past_nights(sandbox: Sandbox, site: Site) -> int:
    """Land every night up to the one before last, as if hibiki had run since shortly before the first campaign."""
    first = min(b.campaign.starts_on for b in site.briefs.campaigns) - BEFORE
    nights = (site.today - first).days
    nothing = POSTS.empty().join(ACCOUNTS.empty().select("account_key", "handle"), on="account_key", how="left")
    landed = 0
    with progress.step(f"land {nights} nights", total=nights) as step:
        for back in range(nights, 0, -1):
            night = site.at(site.now - timedelta(days=back))
            sandbox.move(night.now)
            day, run_id, clock = night.today, night.run_id, night.clock
            references.land(night.landing, night.references, day=day, run_id=run_id, clock=clock)
            briefs.land(night.landing, night.briefs, day=day, run_id=run_id, clock=clock)
            with ingest.asks(night, night.today, nothing, apis.InProcess(sandbox)) as asks:
                landed += sum(ingest.fetch(night, ask, night.today).answers for ask in asks)
            step.advance(message=str(night.today))
        step.tell(f"{landed:,} answers of 6 platforms, kept verbatim")
    sandbox.move(site.now)
    imports.land(
        site.landing,
        site.workspace.imports / journeys.FILE,
        "order_touches",
        workspace=site.workspace,
        settings=site.settings,
        day=site.today,
        run_id=site.run_id,
    )
    return landed


def build(out: Path, seed: int, address: str, sandbox: Sandbox) -> Site:
    """Write the simulated company's workspace and open it at the world's now."""
    with progress.step("simulate a world") as step:
        world = sandbox.world
        write_workspace(world, out, address)
        with (out / "hibiki.toml").open("a", encoding="utf-8") as settings:
            day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[open_site(out, at=world.now).today.weekday()]
            settings.write(f'\n[reports]\nmid_flight_weekday = "{day}"\n')
        site = open_site(out, at=world.now, run_id=f"demo-{seed}")
        step.tell(f"seed {seed}: {len(world.campaigns)} campaigns, {len(world.accounts)} accounts")
    return site


@flow(name="demo")
def demo(root: Path, at: datetime) -> State:
    """The last night of the simulated world, in full."""
    return nightly.fn(root, None, at)


def simulate(seed: int) -> Sandbox:
    """A world and its stand-ins. They do not ask for patience: a demo has none."""
    return Sandbox(World(seed), throttle_every=None)
