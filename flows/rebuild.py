"""Everything but landing and the mail ledger, made again."""

from datetime import date, datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks import diary, publish, push
from tasks.site import open_site


@flow(name="rebuild")
def rebuild(root: Path, first: date | None = None, last: date | None = None, at: datetime | None = None) -> State:
    """Core, marts and the serving copy of the workspace at ``root`` again from landing; no API is called.

    ``first``, ``last``: only what was landed for these days is read again.

    The state is Completed, named "Partial" where a source is held back; its data is the run.
    """
    site = open_site(root, at=at)
    with site.workspace.lock("rebuild", site.clock), diary.page(site, "rebuild", None) as page:
        publish.land_briefs(site)
        loaded = publish.load_again(site, first, last)
        publish.evaluate(site)
        failed = publish.settle_corrections(site)
        publish.publish(site)
        if gaps := [*loaded.held, *failed, *push.push(site)]:
            page.end("gaps", "\n".join(gaps))
    return Completed(name="Partial" if gaps else "Completed", message=page.run.message, data=page.run)
