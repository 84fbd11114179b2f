"""One night: ask, land, audit, compute, publish, report, mail."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run
from prefect.states import Completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows import engine
from tasks import deliver, diary, ingest, progress, publish, push
from tasks.ingest import Fetched
from tasks.site import Site, open_site
from transforms.days import business_day

PARTS_AT_ONCE = 6

if "PREFECT__FLOW_RUN_ID" in os.environ:  # a process of its own for one scheduled run
    engine.quiet_exit()

_RUNNER = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner[Any](max_workers=PARTS_AT_ONCE))


@flow(name="nightly", task_runner=_RUNNER)
def nightly(root: Path, day: date | None = None, at: datetime | None = None) -> State:
    """Run the night of ``day`` (default: the day it was scheduled for) in the workspace at ``root``.

    ``at`` stops the clock, for simulated days. The state is Completed, named "Partial" where something is missing; its
    data is the run. Errors: AuditRefused where an audit lets nothing be published.
    """
    site = open_site(root, at=at)
    day = day or _scheduled_day(site, at)
    with site.workspace.lock("nightly", site.clock), diary.page(site, "nightly", day) as page:
        publish.land_briefs(site)
        publish.load(site)
        fetched = ask_everyone(site, day)
        loaded = publish.load(site)
        publish.evaluate(site)
        failed = publish.settle_corrections(site)
        publish.publish(site)
        deliver.write_reports(site)
        deliver.write_portfolio(site)
        delivered = deliver.deliver(site)
        unpushed = push.push(site)
        gaps = [
            *map(str, (*site.briefs.broken, *site.references.broken)),
            *ingest.gaps(fetched),
            *loaded.held,
            *failed,
            *delivered.gaps,
            *unpushed,
        ]
        page.end("gaps" if gaps else "done", "\n".join([*gaps, *ingest.notes(fetched)]))
    return Completed(name="Partial" if gaps else "Completed", message=page.run.message, data=page.run)


def ask_everyone(site: Site, day: date) -> list[Fetched]:
    """Ask every part of every source, several at once; one source's failure stops no other."""
    with ingest.tonight(site, day) as asks, progress.step("ask the platforms", total=len(asks)) as step:
        futures = [ingest.ingest.submit(site, ask, day) for ask in asks]
        fetched: list[Fetched] = []
        for future, ask in zip(futures, asks, strict=True):
            future.wait()
            fetched.append(ingest.outcome(future.state, ask))
            step.advance(message=f"{ask.source} {ask.shard.name}")
        step.tell(ingest.summary(fetched))
    return fetched


def _scheduled_day(site: Site, at: datetime | None) -> date:
    """The logical day: when the run was due, not when it got its turn."""
    due = None if at is not None else flow_run.scheduled_start_time
    return business_day(due, site.zone) if due is not None else site.today
