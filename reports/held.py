"""The note to the operator of a report that was not sent: what is missing, and what to run."""

from dataclasses import dataclass
from typing import Literal

from reports.figures import Figures
from reports.formats import DASH
from reports.nights import nights
from reports.overview import overview
from reports.reading import Reading
from reports.subject import fitted, width
from reports.wording import refused

SUBJECT_WIDTH = 45


@dataclass(frozen=True, slots=True)
class Shortfall:
    """By how much too little answered: over the whole campaign, or on the best of the last three nights."""

    when: Literal["campaign", "late"]
    expected: int
    got: int
    below: float

    @property
    def share(self) -> float:
        """What answered, of what was asked."""
        return self.got / self.expected

    @property
    def said(self) -> str:
        """For the ledger and the diary, which speak English to the operator."""
        when = "over the campaign" if self.when == "campaign" else "on the best of the last three nights"
        said = f"only {self.got:,} of {self.expected:,} answered {when}"
        remedy = "look at `hibiki status`, then `hibiki mail resolve ID --resend`"
        return f"{said}, less than coverage.hold_mail_below = {self.below}: {remedy}"


@dataclass(frozen=True, slots=True)
class Source:
    """What one source lacks."""

    name: str
    answered: str
    nights: str
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something to run, and what for."""

    text: str
    command: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The note's content in order."""

    subject: str
    preheader: str
    brand: str
    campaign: str
    finding: str
    lead: str
    sources: tuple[Source, ...]
    steps: tuple[Step, ...]
    held: tuple[tuple[str, str], ...]
    path: str
    foot: str


def facts(reading: Reading, shortfall: Shortfall, held: tuple[tuple[str, str], ...]) -> Facts:
    """What is missing and what helps. ``held``: id and recipient of each mail that waits."""
    _ = reading.gettext
    figures, said, brief = reading.figures, reading.formats, overview(reading)
    share = said.attainment(shortfall.share)
    number = reading.ngettext("%(num)s mail is held", "%(num)s mails are held", len(held))
    over = (
        _("Over the campaign, %(got)s of %(expected)s questions were answered.", **_counts(reading, shortfall))
        if shortfall.when == "campaign"
        else _(
            "On the best of the last three nights, %(got)s of %(expected)s questions were answered.",
            **_counts(reading, shortfall),
        )
    )
    rule = _("Mails are held below %(share)s (coverage.hold_mail_below).", share=said.rate(shortfall.below))
    head, tail = (
        _("[Held] "),
        _(": report of %(day)s not sent, %(share)s answered", day=said.day(figures.today), share=share),
    )
    if figures.version > 1:
        tail += _(" (revised v%(version)s)", version=figures.version)
    name = fitted(brief.name, max(SUBJECT_WIDTH - width(head) - width(tail), 8))
    gap = "" if figures.locale == "ja" else " "
    return Facts(
        subject=" ".join((head + name + tail).split()),
        preheader=f"{over}{gap}{number}",
        brand=fitted(brief.brand, 60),
        campaign=f"{fitted(brief.name, 60)} · {said.period(brief.starts_on, brief.ends_on)} · {figures.label}",
        finding=_("%(held)s: too little answered for a report.", held=number),
        lead=f"{over}{gap}{rule}",
        sources=_sources(reading, figures),
        steps=(
            Step(_("See who did not answer, and why."), "hibiki status"),
            Step(
                _("Mend it and ask again; counters of nights that passed cannot be asked for later."), "hibiki nightly"
            ),
            Step(_("If figures came after all, write the next version and send it."), _report(figures)),
            Step(_("If this edition may go as it is, release each mail by its id."), "hibiki mail resolve ID --resend"),
        ),
        held=held,
        path=f"reports/{figures.campaign_id}/{figures.label}/report.html",
        foot=_("hibiki wrote this to mail.operator. Nobody else was told, and it is said once for each edition."),
    )


def _counts(reading: Reading, shortfall: Shortfall) -> dict[str, str]:
    return {"got": reading.formats.count(shortfall.got), "expected": reading.formats.count(shortfall.expected)}


def _report(figures: Figures) -> str:
    return f"hibiki report {figures.campaign_id} --send"


def _sources(reading: Reading, figures: Figures) -> tuple[Source, ...]:
    """Sources that answered less than was asked, the one that lacks most first."""
    found = nights(figures, overview(reading))
    lacking = sorted((s for s in found.sources if s.got < s.expected or found.unrun), key=lambda s: s.got - s.expected)
    told: list[Source] = []
    for own in lacking:
        reasons = [refused(reading, reason) for reason in own.reasons]
        words = dict.fromkeys(r.text or r.quoted for r in reasons)
        bad = sum(state != "whole" for state in own.states.values())
        told.append(
            Source(
                reading.source(own.source),
                f"{reading.formats.count(own.got)} / {reading.formats.count(own.expected)}",
                reading.ngettext("%(num)s night with a gap", "%(num)s nights with gaps", bad),
                " / ".join(list(words)[:3]) or DASH,
            )
        )
    return tuple(told)
