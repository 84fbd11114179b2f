"""An edition becomes messages: one for each recipient; held ones come with a note to the operator instead."""

from contextlib import closing
from dataclasses import replace
from urllib.parse import quote

import polars as pl

from reports.answered import answered
from reports.drawing import held_note
from reports.enclosures import Posting
from reports.figures import Figures
from reports.held import Shortfall
from reports.render import Edition
from tasks import diary, mail, pdf
from tasks.errors import ConfigurationError
from tasks.ledger import Ledger, Message
from tasks.mail import Leaving
from tasks.site import Site
from tasks.smtp import OutboxTransport, SmtpServer, SmtpTransport, Transport

MEGABYTE = 1_000_000


class Press:
    """Prints editions as PDF where Chromium is there; what kept it from that is said once each."""

    def __init__(self, site: Site) -> None:
        self._settings = site.settings.reports
        self.said: list[str] = []

    def printed(self, page: str) -> bytes | None:
        """The page as PDF, or nothing; why stands in ``said``. A report without a PDF is a report all the same."""
        try:
            chromium = pdf.find(self._settings.chromium)
            if chromium is not None:
                return pdf.printed(page, chromium)
            self._say(
                "no PDF: Chromium is not installed (Debian: apt install chromium; or name it in reports.chromium)"
            )
        except (pdf.NotPrinted, ConfigurationError, OSError) as error:
            self._say(f"no PDF: {error}")
        return None

    def _say(self, why: str) -> None:
        if why not in self.said:
            self.said.append(why)


def posting(site: Site, press: Press) -> Posting:
    """How the workspace's settings want an edition posted."""
    settings = site.settings
    return Posting(
        printer=press.printed if settings.reports.pdf else None,
        limit=round(settings.mail.max_megabytes * MEGABYTE) if settings.mail.attachments else 0,
        preferences_url=settings.mail.preferences_url,
        is_answered=bool(settings.mail.reply_to),
    )


def hosted_at(site: Site, figures: Figures) -> str:
    """The https address of an edition's page; empty where reports are hosted nowhere."""
    base = site.settings.reports.url
    return f"{base}/{quote(figures.campaign_id)}/{figures.label}/report.html" if base else ""


def queue(site: Site, figures: Figures, edition: Edition) -> None:
    """One message for each recipient of the brief; held, and the operator told, where too much is missing."""
    settings = site.settings.mail
    lack = shortfall(figures, site.settings.coverage.hold_mail_below)
    if lack is not None:
        diary.decided(site, "mail_held", f"{figures.campaign_id}/{edition.label}", lack.said, lack.share)
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
            leaving=Leaving(
                settings.unsubscribe_mail or settings.reply_to or mail.address(settings.sender).addr_spec,
                settings.unsubscribe_url,
            ),
        )
        for recipient in str(figures.campaign["recipients"] or "").split()
    ]
    notes = [_note(site, figures, lack, messages)] if lack and messages and settings.operator else []
    with closing(opened(site)) as ledger:
        ledger.enqueue_all(messages, held=lack.said if lack else None, notes=notes)


def _note(site: Site, figures: Figures, lack: Shortfall, held: list[Message]) -> Message:
    """The operator's note, in the workspace's language: under an edition's name of its own, so that it is sent once."""
    settings = site.settings
    told = replace(figures, locale=settings.locale)
    return mail.compose(
        held_note(told, lack, tuple((message.mail_id, message.recipient) for message in held)),
        campaign_id=figures.campaign_id,
        edition=f"{figures.label} held",
        locale=settings.locale,
        sender=settings.mail.sender,
        recipient=settings.mail.operator,
        dated=figures.as_of,
        reply_to=settings.mail.reply_to,
    )


def shortfall(figures: Figures, below: float) -> Shortfall | None:
    """Why a mail is held: too small a share answered, over the campaign or of late; None if it may go.

    Of late: on the best of the last three nights, so that one bad night does not hold a report. Who never gave access
    is not counted: a report says so every time, and would never go out.
    """
    nights = answered(figures.coverage)
    latest = nights.tail(3).sort(pl.col("got") / pl.col("expected")).tail(1)
    found = Shortfall("campaign", int(nights["expected"].sum()), int(nights["got"].sum()), below)
    late = Shortfall("late", int(latest["expected"].sum()), int(latest["got"].sum()), below)
    return next((lack for lack in (found, late) if lack.expected and lack.share < below), None)


def opened(site: Site) -> Ledger:
    """The workspace's mail ledger."""
    return Ledger(site.workspace.outbox / "ledger.sqlite", site.clock)


def transport(site: Site) -> Transport:
    """The way out: SMTP where a server is set, else files in the outbox."""
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
