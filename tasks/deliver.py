"""Editions that are due are written, queued once for each recipient, and sent."""

import logging
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from reports import render
from reports.enclosures import Posting
from reports.figures import EditionName, Figures
from reports.fonts import Face, FaceRefused
from reports.render import Edition
from tasks import differences, fonts, knowledge, mail, posting, progress, publish, sheets
from tasks.editions import PREVIEWS, due_editions, kind_of, promise
from tasks.errors import ConfigurationError
from tasks.figures import figures_of
from tasks.posting import Press
from tasks.site import Site
from tasks.warehouse import Warehouse

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mailed:
    """What delivery did: numbers for a line, and what a person must look at."""

    sent: int
    gaps: list[str]


@task(name="write-reports", cache_policy=NO_CACHE)
def write_reports(site: Site) -> list[Edition]:
    """Write every edition that is due and queue its mails; the editions."""
    with progress.step("write reports") as step:
        written: list[Edition] = []
        with site.warehouse() as warehouse:
            stored = sheets.stored_marts(warehouse)
            as_of = publish.known_until(site, warehouse)
            due = due_editions(warehouse.frame("core.campaigns"), site, as_of)
            out = site.workspace.reports
            drawn = [_figures(site, warehouse, stored, c, as_of=as_of, edition=kind, out=out) for c, kind in due]
        letters = fonts.find(site.settings.reports, site.workspace) if drawn else None
        press = Press(site)
        for figures in drawn:
            with _promised(out / figures.campaign_id, figures.label):
                written.append(_write(figures, out, letters.face if letters else None, posting.posting(site, press)))
                posting.queue(site, figures, written[-1])
        made = ", ".join(f"{e.campaign_id} {e.label}" for e in written)
        step.tell("; ".join([made, letters.said, *press.said]) if letters else "none is due")
    return written


@task(name="write-portfolio", cache_policy=NO_CACHE)
def write_portfolio(site: Site) -> None:
    """Write the page of all campaigns, where there are two or more."""
    with progress.step("write portfolio") as step:
        written = sheets.write_portfolio(site)
        step.tell(f"reports/{written.folder.name}/{written.pages[0].name}" if written else "one campaign has none")


@task(name="write-report", cache_policy=NO_CACHE)
def write_report(site: Site, campaign_id: str, as_of: datetime | None, *, send: bool) -> Edition:
    """Write one edition that a person asked for, as known at ``as_of``; ``send`` queues its mails.

    Errors: ConfigurationError names the campaigns that there are, or an instant in the future.
    """
    with progress.step("write report") as step:
        out = site.workspace.reports if send else site.workspace.reports / PREVIEWS
        with site.warehouse() as warehouse:
            if as_of is not None and as_of > site.now:
                raise ConfigurationError(f"--as-of {as_of.isoformat()} is in the future: nothing is known then")
            then = as_of or publish.known_until(site, warehouse)
            marts = knowledge.marts_at(site, warehouse, then)
            campaign = marts["core.campaigns"].filter(pl.col("campaign_id") == campaign_id)
            kind = kind_of(campaign.row(0, named=True), then, site.zone) if campaign.height else "mid"
            figures = _figures(site, warehouse, marts, campaign_id, as_of=then, edition=kind, out=out)
        with _promised(out / campaign_id, figures.label) if send else nullcontext():
            letters = fonts.find(site.settings.reports, site.workspace)
            press = Press(site)
            edition = _write(figures, out, letters.face, posting.posting(site, press))
            if send:
                posting.queue(site, figures, edition)
        step.tell("; ".join([f"{edition.campaign_id} {edition.label}", letters.said, *press.said]))
    return edition


@task(name="deliver", cache_policy=NO_CACHE)
def deliver(site: Site) -> Mailed:
    """Send what is queued; what a killed run had in flight waits for a person."""
    with progress.step("mail") as step, closing(posting.opened(site)) as ledger:
        done = mail.deliver(
            ledger, posting.transport(site), site.clock, allowed_domains=site.settings.mail.allowed_domains
        )
        waiting = [
            e
            for e in ledger.entries("held", "in_doubt", "failed")
            if e.mail_id in {*done.failed, *done.in_doubt} or e.state != "failed"
        ]
        late = ledger.entries("pending")
        where = "sent" if site.settings.mail.host else "written to outbox/"
        said = [f"{len(done.sent)} {where}"]
        said += [f"{len(late)} wait for the next run"] if late else []
        said += [f"{len(waiting)} wait for a person"] if waiting else []
        step.tell(", ".join(said))
    gaps = [f"mail to {e.recipient} is {e.state}: {e.detail}" for e in waiting]
    gaps += [f"mail to {e.recipient} waits for the next run: {e.detail or 'it had no turn'}" for e in late]
    return Mailed(len(done.sent), gaps)


@contextmanager
def _promised(folder: Path, label: str) -> Generator[None]:
    """Leave a note beside an edition until its mails are queued: a run killed in between does not lose them."""
    note = promise(folder, label)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        note.touch()
    except OSError as error:
        raise _unwritable(folder, error) from error
    yield
    note.unlink(missing_ok=True)


def _figures(
    site: Site,
    warehouse: Warehouse,
    marts: Mapping[str, pl.DataFrame],
    campaign_id: str,
    *,
    as_of: datetime,
    edition: EditionName,
    out: Path,
) -> Figures:
    before = differences.edition_before(site.workspace.reports / campaign_id, as_of)
    if before is not None and not knowledge.has_versions(warehouse):
        before = None
    figures = figures_of(
        warehouse,
        marts,
        campaign_id,
        as_of=as_of,
        zone=site.zone,
        edition=edition,
        version=1,
        changes=None if before is None else differences.since(site, warehouse, campaign_id, before, as_of),
        since=None if before is None else before.as_of,
        workdays=site.workdays,
    )
    figures = render.versioned(figures, out)
    # a preview is shown to nobody: no link leads to it
    is_shown = out == site.workspace.reports
    return replace(figures, report_url=posting.hosted_at(site, figures) if is_shown else "")


def _write(figures: Figures, out: Path, face: Face | None, how: Posting) -> Edition:
    try:
        try:
            return render.edition(figures, out, how, face)
        except FaceRefused as refused:
            log.warning("pages of %s use their readers' own fonts: %s", figures.campaign_id, refused)
            return render.edition(figures, out, how)
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(folder: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"{folder} cannot be written: {error.strerror}. Make room or make it writable; nothing of the edition is left"
    )
