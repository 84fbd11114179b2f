"""One edition of one campaign's report, when a person asks for it."""

from datetime import datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks import deliver, publish
from tasks.site import open_site


@flow(name="report")
def report(
    root: Path, campaign_id: str, as_of: datetime | None = None, *, send: bool = False, at: datetime | None = None
) -> State:
    """Write the report of a campaign as known at ``as_of``; with ``send``, put it into the outbox and deliver.

    The state's data is the edition. Errors: ConfigurationError names the campaigns that there are.
    """
    site = open_site(root, at=at)
    with site.workspace.lock("report", site.clock):
        publish.land_briefs(site)
        publish.load(site)
        edition = deliver.write_report(site, campaign_id, as_of, send=send)
        if send:
            deliver.deliver(site)
    return Completed(message=str(edition.folder), data=edition)
