"""Editions that are due are written, queued once for each recipient, and sent."""

import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from reports import render
from reports.figures import EditionName, Figures
from reports.render import Edition
from tasks import diary, differences, knowledge, mail, progress, publish
from tasks.errors import ConfigurationError
from tasks.figures import figures_of
from tasks.ledger import Ledger
from tasks.site import Site
from tasks.smtp import OutboxTransport, SmtpServer, SmtpTransport, Transport
from tasks.warehouse import Warehouse
from transforms.days import business_day
from transforms.tables import load as tables

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PREVIEWS = "_previews"
"""Below reports/: editions that nobody was sent. No campaign's name starts with an underscore."""


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
            stored = _stored_marts(warehouse)
            as_of = publish.known_until(site, warehouse)
            due = due_editions(warehouse.frame("core.campaigns"), site, as_of)
            out = site.workspace.reports
            drawn = [_figures(site, warehouse, stored, c, as_of=as_of, edition=kind, out=out) for c, kind in due]
        for figures in drawn:
            with _promised(out / figures.campaign_id, figures.label):
                written.append(_write(figures, out))
                _queue(site, figures, written[-1])
        step.tell(", ".join(f"{e.campaign_id} {e.label}" for e in written) or "none is due")
    return written


@task(name="write-report", cache_policy=NO_CACHE)
def write_report(site: Site, campaign_id: str, as_of: datetime | None, *, send: bool) -> Edition:
    """Write one edition that a person asked for, as known at ``as_of``; ``send`` queues its mails.

    Errors: ConfigurationError names the campaigns that there are, or an instant in the future.
    """
    with progress.step("write report") as step:
        out = site.workspace.reports if send else site.workspace.reports / PREVIEWS
        with site.warehouse() as warehouse:
            now = publish.known_until(site, warehouse)
            if as_of is not None and as_of > site.now:
                raise ConfigurationError(f"--as-of {as_of.isoformat()} is in the future: nothing is known then")
            then = min(as_of, now) if as_of is not None else now
            marts = knowledge.marts_at(site, warehouse, then)
            campaign = marts["core.campaigns"].filter(pl.col("campaign_id") == campaign_id)
            kind = _kind(campaign.row(0, named=True), then, site.zone) if campaign.height else "mid"
            figures = _figures(site, warehouse, marts, campaign_id, as_of=then, edition=kind, out=out)
        with _promised(out / campaign_id, figures.label) if send else nullcontext():
            edition = _write(figures, out)
            if send:
                _queue(site, figures, edition)
        step.tell(f"{edition.campaign_id} {edition.label}")
    return edition


@task(name="deliver", cache_policy=NO_CACHE)
def deliver(site: Site) -> Mailed:
    """Send what is queued; what a killed run had in flight waits for a person."""
    with progress.step("mail") as step, closing(_ledger(site)) as ledger:
        done = mail.deliver(ledger, _transport(site), site.clock, allowed_domains=site.settings.mail.allowed_domains)
        waiting = [
            e
            for e in ledger.entries("held", "in_doubt", "failed")
            if e.mail_id in {*done.failed, *done.in_doubt} or e.state != "failed"
        ]
        where = "sent" if site.settings.mail.host else "written to outbox/"
        step.tell(f"{len(done.sent)} {where}" + (f", {len(waiting)} wait for a person" if waiting else ""))
    return Mailed(len(done.sent), [f"mail to {e.recipient} is {e.state}: {e.detail}" for e in waiting])


def _ledger(site: Site) -> Ledger:
    return Ledger(site.workspace.outbox / "ledger.sqlite", site.clock)


def due_editions(campaigns: pl.DataFrame, site: Site, as_of: datetime) -> list[tuple[str, EditionName]]:
    """Campaign and edition that should exist by now and do not: weekly while it runs, at its end, when settled."""
    due: list[tuple[str, EditionName]] = []
    with closing(_ledger(site)) as ledger:
        queued = {(e.campaign_id, e.edition) for e in ledger.entries()}
    for campaign in campaigns.sort("campaign_id").iter_rows(named=True):
        if site.today < campaign["starts_on"]:
            continue
        name, kind = campaign["campaign_id"], _kind(campaign, as_of, site.zone)
        there = site.workspace.reports / name
        told = [e for e in there.glob(f"{kind}-v*") if (name, e.name) in queued or not _promise(there, e.name).exists()]
        if kind == "mid":
            is_the_day = WEEKDAYS[site.today.weekday()] == site.settings.reports.mid_flight_weekday
            if is_the_day and site.today not in _days_of(told, site.zone):
                due.append((name, kind))
        elif not told:
            due.append((name, kind))
    return due


def _promise(folder: Path, label: str) -> Path:
    return folder / f".unqueued-{label}"


@contextmanager
def _promised(folder: Path, label: str) -> Generator[None]:
    """Leave a note beside an edition until its mails are queued: a run killed in between does not lose them."""
    note = _promise(folder, label)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        note.touch()
    except OSError as error:
        raise _unwritable(folder, error) from error
    yield
    note.unlink(missing_ok=True)


def _days_of(editions: Iterable[Path], zone: str) -> set[date]:
    """Business days on which editions were written."""
    told = [json.loads((edition / "figures.json").read_text("utf-8"))["as_of"] for edition in editions]
    return {business_day(datetime.fromisoformat(at), zone) for at in told}


def _kind(campaign: Mapping[str, object], as_of: datetime, zone: str) -> EditionName:
    ends_on, settle_days, today = campaign["ends_on"], campaign["settle_days"], business_day(as_of, zone)
    if not isinstance(ends_on, date) or not isinstance(settle_days, int):
        raise TypeError("core.campaigns promises ends_on and settle_days")
    if today <= ends_on:
        return "mid"
    return "final" if today > ends_on + timedelta(days=settle_days) else "provisional"


def _stored_marts(warehouse: Warehouse) -> dict[str, pl.DataFrame]:
    names = ["core.campaign_posts", *(n for n in tables() if n.startswith("marts."))]
    return {name: warehouse.frame(name) for name in names}


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
    )
    return render.versioned(figures, out)


def _write(figures: Figures, out: Path) -> Edition:
    try:
        return render.edition(figures, out)
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(folder: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"{folder} cannot be written: {error.strerror}. Make room or make it writable; nothing of the edition is left"
    )


def _queue(site: Site, figures: Figures, edition: Edition) -> None:
    """One message for each recipient of the brief; held, with the reason, where too much is missing."""
    settings, why = site.settings.mail, _why_held(figures, site.settings.coverage.hold_mail_below)
    if why is not None:
        diary.decided(site, "mail_held", f"{figures.campaign_id}/{edition.label}", why[0], why[1])
    messages = [
        mail.compose(
            edition.mail,
            campaign_id=figures.campaign_id,
            edition=edition.label,
            locale=figures.locale,
            sender=settings.sender,
            recipient=recipient,
            dated=figures.as_of,
            reply_to=settings.reply_to,
            list_id=settings.list_id,
        )
        for recipient in str(figures.campaign["recipients"] or "").split()
    ]
    with closing(_ledger(site)) as ledger:
        ledger.enqueue_all(messages, held=why[0] if why else None)


def _why_held(figures: Figures, below: float) -> tuple[str, float] | None:
    """Why a mail is held: too small a share answered, over the campaign or of late; None if it may go.

    Of late: on the best of the last three nights, so that one bad night does not hold a report.
    """
    if figures.coverage.is_empty():
        return None
    nights = figures.coverage.group_by("day").agg(pl.col("expected", "got").sum()).sort("day")
    latest = nights.tail(3).sort(pl.col("got") / pl.col("expected")).tail(1)
    for when, rows in (("over the campaign", nights), ("on the best of the last three nights", latest)):
        expected, got = int(rows["expected"].sum()), int(rows["got"].sum())
        if expected and got / expected < below:
            said = f"only {got:,} of {expected:,} answered {when}, less than coverage.hold_mail_below = {below}"
            return f"{said}: look at `hibiki status`, then `hibiki mail resolve ID --resend`", got / expected
    return None


def _transport(site: Site) -> Transport:
    settings = site.settings.mail
    if not settings.host:
        return OutboxTransport(site.workspace.outbox)
    password = site.settings.secrets.smtp_password
    return SmtpTransport(
        SmtpServer(
            settings.host,
            settings.port,
            settings.security,
            settings.username,
            password.get_secret_value() if password else "",
        )
    )
