"""The schedule: nightly every day, one at a time, on Prefect."""

from pathlib import Path

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron

from flows.nightly import nightly


def serve(root: Path, cron: str, zone: str) -> None:
    """Run nightly on ``cron`` in ``zone`` until stopped. Runs that were missed run late, each for its own day."""
    nightly.serve(
        name=f"nightly-{root.name}",
        schedule=Cron(cron, timezone=zone),
        parameters={"root": str(root)},
        print_starting_message=False,  # it names a page that our server does not have
        global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
    )
