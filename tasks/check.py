"""Before the first night: everything that would go wrong is told at once, each with its remedy."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from tasks import briefs, corrections, fonts, imports, pdf, references, resolutions, settings, sources
from tasks.briefing.campaign import FILE as CAMPAIGN_FILE
from tasks.briefing.costs import FILE as COSTS_FILE
from tasks.briefing.emv_rates import FILE as EMV_FILE
from tasks.briefing.fx_rates import FILE as FX_FILE
from tasks.briefing.roster import FILE as ROSTER_FILE
from tasks.briefs import Briefs
from tasks.clock import Clock
from tasks.errors import ConfigurationError, HibikiError, Mistake
from tasks.http import client_for
from tasks.references import FOLDER, References
from tasks.settings import SETTINGS_FILE, Settings
from tasks.sources import Plan, Refusal
from tasks.workspace import Workspace, untouched
from transforms.insight.tiers import SCHEMES

_MOST_SKEW = timedelta(minutes=5)
_LEAST_FREE, _LITTLE_FREE = 200 << 20, 2 << 30
_PLATFORMS_ASKED = ("instagram", "tiktok", "youtube")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a source said when it was asked the cheapest question: what it refused, and its own time."""

    refusals: tuple[Refusal, ...] = ()
    date: datetime | None = None


Probe = Callable[[str, Settings, Briefs], Sighting]
"""Asks one source by name."""


def check(
    workspace: Workspace, *, clock: Clock, probe: Probe | None = None, free_bytes: Callable[[], int] | None = None
) -> list[Mistake]:
    """Every mistake and warning of a workspace. Without ``probe`` no network is used."""
    found, mistakes = settings.inspect(workspace.root)
    read = briefs.read(workspace, found)
    mistakes = [
        *mistakes,
        *read.mistakes,
        *corrections.read(workspace).mistakes,
        *resolutions.read(workspace).mistakes,
        *imports.broken_mappings(workspace),
    ]
    mistakes += [*_example(workspace)]
    mistakes += _disk(workspace, free_bytes or (lambda: shutil.disk_usage(workspace.root).free))
    if found is None:
        return mistakes
    given = references.read(workspace, found)
    mistakes += [*given.mistakes, *_unrated(given, read)]
    mistakes += [*_letters(workspace, found), *_scheme(found), *_tokens(found, read), *_sources_off(found, read)]
    mistakes += [*_mail(found, read), *_press(found)]
    if probe is not None:
        for name in found.enabled_sources:
            mistakes += _asked(name, probe(name, found, read), clock)
    return mistakes


def asking(clock: Clock, day: date, transport: httpx.BaseTransport | None = None) -> Probe:
    """A probe over the network: each enabled source's cheapest question, with every token there is."""

    def probe(name: str, found: Settings, read: Briefs) -> Sighting:
        source, configured = sources.load()[name], found.source(name)
        plan = Plan(
            day=day,
            since=clock(),
            until=clock(),
            accounts=read.accounts(name, day, found.secrets.creator_tokens(name)),
            options=configured.options if configured else {},
            token=found.secrets.token(name),
        )
        watching = _Watching(transport or httpx.HTTPTransport())
        try:
            with client_for(source, plan, clock=clock, transport=watching) as client:
                return Sighting(tuple(source.probe(client, plan)), watching.date)
        except HibikiError as error:
            return Sighting((Refusal("not_reachable", str(error), retry=True, scope="source"),), watching.date)

    return probe


class _Watching(httpx.BaseTransport):
    """Passes requests on and notes the time that the other side last told."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.date: datetime | None = None

    def _pass_on(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        with suppress(ValueError, TypeError):  # a Date that is none says nothing about our clock
            self.date = parsedate_to_datetime(response.headers["date"]) if "date" in response.headers else self.date
        return response

    handle_request = _pass_on  # httpx's name for it

    def close(self) -> None:
        """Close the transport within."""
        self._inner.close()


def _example(workspace: Workspace) -> Iterator[Mistake]:
    """A campaign that nobody runs: once landed, it stays in every table."""
    for path in untouched(workspace.root):
        if path.name == CAMPAIGN_FILE:
            what = "is still the example that `hibiki init` wrote, and the first night would take it for a campaign"
            remedy = "Write your own campaign over it, or remove its folder"
            yield Mistake(str(path.relative_to(workspace.root)), what, remedy, warning=True)


def _letters(workspace: Workspace, found: Settings) -> Iterator[Mistake]:
    """No face to bring along: pages then look as their readers' machines let them, which is worth knowing."""
    letters = fonts.find(found.reports, workspace)
    if letters.is_fault or (letters.face is None and found.reports.font != fonts.NONE):
        yield Mistake(SETTINGS_FILE, letters.said, fonts.INSTALL, column="reports.font", warning=not letters.is_fault)


def _press(found: Settings) -> Iterator[Mistake]:
    """No Chromium: reports come all the same, without their PDF."""
    named = found.reports.chromium
    try:
        if not found.reports.pdf or pdf.find(named):
            return
    except ConfigurationError:
        what, remedy = "is no program that can be run", "Mend the path, or leave it empty to look on the PATH"
        yield Mistake(SETTINGS_FILE, what, remedy, column="reports.chromium", value=named)
        return
    what = "finds no Chromium, which prints reports as PDF: they come without one"
    remedy = "Install it (Debian: apt install chromium), name it, or write pdf = false"
    yield Mistake(SETTINGS_FILE, what, remedy, column="reports.pdf", warning=True)


def _scheme(found: Settings) -> Iterator[Mistake]:
    if found.tier_scheme not in SCHEMES:
        remedy = f"Write one of: {', '.join(SCHEMES)}"
        value = found.tier_scheme
        yield Mistake(SETTINGS_FILE, "is not a tier scheme", remedy, column="tier_scheme", value=value)


def _unrated(given: References, read: Briefs) -> Iterator[Mistake]:
    """Costs in a currency for which there is no rate at all, and rate cards that are not there or not chosen."""
    for brief in read.campaigns:
        folder = f"campaigns/{brief.campaign_id}"
        paid = {e.currency: (ROSTER_FILE, e.row) for e in reversed(brief.roster)}
        paid |= {c.currency: (COSTS_FILE, c.row) for c in reversed(brief.costs)}
        for code, (file, row) in sorted(paid.items()):
            if code != brief.currency and (code, brief.currency) not in given.currencies:
                what = f"is not the campaign's {brief.currency}, and no rate leads there: these costs stay unknown"
                remedy = f"Write rates with base {code} and quote {brief.currency} into {FOLDER}/{FX_FILE}"
                yield Mistake(f"{folder}/{file}", what, remedy, row=row, column="currency", value=code, warning=True)
        card = brief.campaign.emv_card
        if card is not None and card not in given.cards:
            what, remedy = "is no rate card", f"Write it into {FOLDER}/{EMV_FILE}, or mend the name"
            yield Mistake(f"{folder}/{CAMPAIGN_FILE}", what, remedy, column="emv_card", value=card, warning=True)
        if card is None and len(given.cards) > 1:
            what = f"is not said, and there are several cards: {', '.join(sorted(given.cards))}"
            remedy = 'Write emv_card = "…", else earned media value stays unknown'
            yield Mistake(f"{folder}/{CAMPAIGN_FILE}", what, remedy, column="emv_card", warning=True)


def _tokens(found: Settings, read: Briefs) -> Iterator[Mistake]:
    """A source that is on and has nothing to ask with."""
    secrets = found.secrets
    for name in found.enabled_sources:
        creators = secrets.creator_tokens(name)
        handles = {e.handle for b in read.campaigns for e in b.roster if e.platform == name}
        without = sorted(handles - set(creators))
        if name != "tiktok" and secrets.token(name) is None and (without or name != "instagram"):
            variable = "HIBIKI_YOUTUBE_KEY" if name == "youtube" else f"HIBIKI_{name.upper()}_TOKEN"
            remedy = f"Set {variable}, or write it into secrets.toml below [{name}]"
            yield Mistake("secrets.toml", f"has no token for {name}, which is on", remedy, column=name)
        if name == "tiktok" and without:
            what = f"has no token of {', '.join('@' + h for h in without)}: TikTok tells nothing without"
            remedy = 'Ask the creator for access and write handle = "token" below [tiktok.creators]'
            yield Mistake("secrets.toml", what, remedy, column="tiktok.creators", warning=True)
        # a broken brief's roster is not read, and its creators' tokens are right
        for handle in sorted(set(creators) - handles) if not read.broken else ():
            what = "is in no roster"
            column = f"{name}.creators.{handle}"
            yield Mistake("secrets.toml", what, "Mend the handle, or remove the token", column=column, warning=True)
    instagram = found.sources.instagram
    if instagram is not None and instagram.business_account_id is None and secrets.token("instagram") is not None:
        remedy = 'Write business_account_id = "…", the id of the brand\'s own business account'
        what = "is missing: accounts without access are asked for in its name"
        yield Mistake(SETTINGS_FILE, what, remedy, column="sources.instagram.business_account_id")


def _sources_off(found: Settings, read: Briefs) -> Iterator[Mistake]:
    """What the rosters promise and no source will tell."""
    on = found.enabled_sources
    if not on:
        what = "no source is on: a night asks nobody, and all figures come from imports"
        remedy = "Remove the # before the tables of those that you use, such as [sources.youtube]"
        yield Mistake(SETTINGS_FILE, what, remedy, column="sources", warning=True)
    for name in _PLATFORMS_ASKED:
        if name not in on and (count := sum(e.platform == name for b in read.campaigns for e in b.roster)):
            rows = "1 row" if count == 1 else f"{count} rows"
            what = f"is off, and the rosters have {rows} on {name}, whose figures stay unknown"
            remedy = f"Write [sources.{name}], or import their figures"
            yield Mistake(SETTINGS_FILE, what, remedy, column=f"sources.{name}", warning=True)
    for name, column in (("bitly", "link"), ("shopify", "code")):
        if name not in on and any(getattr(e, column) for b in read.campaigns for e in b.roster):
            what = f"is off, and the rosters have a {column}: {'clicks' if column == 'link' else 'orders'} stay unknown"
            remedy = f"Write [sources.{name}], or import them"
            yield Mistake(SETTINGS_FILE, what, remedy, column=f"sources.{name}", warning=True)


def _mail(found: Settings, read: Briefs) -> Iterator[Mistake]:
    mail = found.mail
    if mail.username and mail.security == "none":
        what = "would send the password unencrypted"
        yield Mistake(SETTINGS_FILE, what, 'Write security = "starttls" or "tls"', column="mail.security")
    if mail.host and mail.username and found.secrets.token("smtp") is None:
        what = "has no password for the mail server"
        yield Mistake("secrets.toml", what, "Set HIBIKI_SMTP_PASSWORD, or write [smtp] password", column="smtp")
    if mail.operator and mail.operator.rpartition("@")[2].casefold() not in mail.allowed_domains:
        what = "is not in a domain that may receive mail"
        remedy = "Mend the address, or add its domain to allowed_domains"
        yield Mistake(SETTINGS_FILE, what, remedy, column="mail.operator", value=mail.operator)
    for brief in read.campaigns:
        for recipient in brief.campaign.recipients:
            if recipient.rpartition("@")[2].casefold() not in mail.allowed_domains:
                file = f"campaigns/{brief.campaign_id}/campaign.toml"
                remedy = "Mend the address, or add its domain to [mail] allowed_domains in hibiki.toml"
                what = "is not in a domain that may receive reports"
                yield Mistake(file, what, remedy, column="recipients", value=recipient)


def _disk(workspace: Workspace, free_bytes: Callable[[], int]) -> Iterator[Mistake]:
    try:
        workspace.prove_writable()
    except ConfigurationError as error:
        yield Mistake(str(workspace.root), "cannot be written", str(error))
        return
    if (free := free_bytes()) < _LITTLE_FREE:
        what = f"has {free >> 20} MB left on its disk"
        yield Mistake(str(workspace.root), what, "Make room: a full disk costs a night", warning=free >= _LEAST_FREE)


def _asked(name: str, seen: Sighting, clock: Clock) -> Iterator[Mistake]:
    for refusal in seen.refusals:
        remedy = "It may clear by itself: run `hibiki check` again later" if refusal.retry else "Mend token or settings"
        what = f"refused ({refusal.reason}): {refusal.message}"
        yield Mistake(name, what, remedy, warning=refusal.retry or refusal.scope == "item")
    if seen.date is not None and abs(skew := clock() - seen.date) > _MOST_SKEW:
        minutes = round(abs(skew).total_seconds() / 60)
        what = f"says that this machine's clock is {minutes} minutes {'ahead' if skew > timedelta(0) else 'behind'}"
        yield Mistake(name, what, "Set the clock (NTP): figures are dated by it")
