"""Whom to book again, on what condition, with whom to pause: said only where comparisons tell people apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl
from markupsafe import Markup

from reports import kept
from reports.charts_people import span
from reports.findings import open_findings
from reports.headlines import headline, marked
from reports.reading import Reading
from reports.sources import Source, sources
from reports.standing import Group, Standing, Standings, standings
from transforms.insight.shifts import KEEPS, LEVEL, Paid, Shift, shift

Kind = Literal["go", "if", "pause"]

ORDER = 100
NAMED = 24
"""People named on a card; the others are folded."""
_BOUGHT = {"cpo": ("orders", 1.0), "cpe": ("engagements", 1.0), "cpm_views": ("views", 1000.0)}
"""What a cost buys, and how many of it for once the cost."""


@dataclass(frozen=True, slots=True)
class Name:
    """One person on a card. ``mark``: why the card does not hold for this one as it stands."""

    name: str
    anchor: str
    mark: str


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to do and for whom."""

    kind: Kind
    title: str
    people: str
    names: tuple[Name, ...]
    more: tuple[Name, ...]
    text: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """The same budget, moved: a range with what it takes for granted."""

    text: str
    range: str
    said: str
    chart: Markup
    label: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What to do next."""

    title: str
    finding: Markup
    lead: str
    cards: tuple[Card, ...]
    scenario: Scenario | None
    sources: tuple[Source, ...]
    note: str


def facts(reading: Reading) -> Facts:
    """Cards for the groups that there are; one that says what is missing where nobody can be told apart."""
    _ = reading.gettext
    found = standings(reading)
    told = found if found and found.is_separable else None
    moved = _moved(reading, told) if told else None
    cards = _cards(reading, told) if told else ()
    return Facts(
        title=_("What to do next"),
        finding=headline(_finding(reading, told, moved), reading.figures.locale),
        lead=_lead(reading, told),
        cards=cards,
        scenario=_scenario(reading, told, moved) if told and moved else None,
        sources=sources(reading, [told.kpi, _BOUGHT[told.kpi][0]]) if told and moved else (),
        note=_untold(reading, told, moved) if told else "",
    )


def _finding(reading: Reading, found: Standings | None, moved: Shift | None) -> str:
    """A gain is claimed only where the whole range lies above what was reached."""
    _ = reading.gettext
    said = reading.formats.count
    if found is None:
        return _("Nobody can be told apart by result yet, so nobody is to be preferred.")
    better, worse = len(found.of("better")), len(found.of("worse"))
    if moved and moved.low > moved.now:
        result = _BOUGHT[found.kpi][0]
        return _(
            "The same budget, moved to those who did clearly better, may bring %(low)s to %(high)s: %(result)s.",
            low=marked(said(round(moved.low)), "good"),
            high=marked(said(round(moved.high)), "good"),
            result=reading.label(result),
        )
    if better and worse:
        return _(
            "Continue with %(better)s, pause with %(worse)s, and learn more of the others.",
            better=marked(said(better), "good"),
            worse=marked(said(worse), "bad"),
        )
    if better:
        return _("Continue with %(better)s, and learn more of the others.", better=marked(said(better), "good"))
    if worse:
        return _("Pause with %(worse)s, and learn more of the others.", worse=marked(said(worse), "bad"))
    return _("Nobody stands apart, so nobody is to be preferred yet.")


def _lead(reading: Reading, found: Standings | None) -> str:
    _ = reading.gettext
    if found is None:
        return _("More posts per creator, codes or links of their own and shared insights are what a comparison needs.")
    return _(
        "By %(kpi)s. These are suggestions from results alone; what a creator means to the brand is not in them.",
        kpi=reading.label(found.kpi),
    )


def _cards(reading: Reading, found: Standings) -> tuple[Card, ...]:
    _ = reading.gettext
    again = _again(reading, found)
    flagged = {f.influencer_id for f in open_findings(reading) if f.level == "fail" and f.influencer_id}
    links = kept.people(reading.figures)
    cards: list[Card] = []
    for group, kind in _KINDS:
        them = found.of(group)
        if not them:
            continue
        ids = [p.influencer_id for p in them]
        names = tuple(Name(reading.person(i), links.get(i, ""), "!" if i in flagged else "") for i in ids)
        titles = {"go": _("Continue"), "if": _("Continue on a condition"), "pause": _("Pause")}
        notes = [_long(reading, again)] if kind == "go" and again else []
        if any(name.mark for name in names):
            notes.append(_("! An open finding under Compliance is to be settled first."))
        cards.append(
            Card(
                kind,
                titles[kind],
                reading.ngettext("%(num)s creator", "%(num)s creators", len(them)),
                names[:NAMED],
                names[NAMED:],
                _reason(reading, found, kind, them),
                tuple(notes),
            )
        )
    return tuple(cards)


_KINDS: tuple[tuple[Group, Kind], ...] = (("better", "go"), ("same", "if"), ("worse", "pause"))


def _reason(reading: Reading, found: Standings, kind: str, them: Sequence[Standing]) -> str:
    """Why the card says so; that no interval reaches the campaign's value is said only if none does."""
    _ = reading.gettext
    unit = reading.unit(found.kpi)
    if kind == "if":
        return _(
            "Too little sets them apart. Book them again for little, in the format that did best and with a part of the"
            " fee by result, and decide then."
        )
    ends = [(p.lower, p.upper) for p in them]
    reference = found.reference
    is_high = (kind == "go") != found.lower_is_better
    clear = reference is not None and all(
        (low is not None and low > reference) if is_high else (high is not None and high < reference)
        for low, high in ends
    )
    values = [p.estimate for p in them if p.estimate is not None]
    span_ = ""
    if values:
        low, high = reading.formats.value(min(values), unit), reading.formats.value(max(values), unit)
        span_ = low if low == high else reading.formats.span(low, high)
    said = {"kpi": reading.label(found.kpi), "span": span_, "whole": reading.formats.value(reference, unit)}
    if kind == "go":
        if clear and values:
            return _(
                "%(kpi)s is estimated at %(span)s, against %(whole)s for the campaign; the whole interval of each is"
                " on the better side.",
                **said,
            )
        return _("%(kpi)s is estimated at %(span)s, clearly better than the others together.", **said)
    if clear and values:
        return _(
            "%(kpi)s is estimated at %(span)s, against %(whole)s for the campaign; not even the better end of an"
            " interval reaches it. Think of other goals or another fee before booking again.",
            **said,
        )
    return _(
        "%(kpi)s is estimated at %(span)s, clearly behind the others together. Think of other goals or another fee"
        " before booking again.",
        **said,
    )


def _again(reading: Reading, found: Standings) -> list[str]:
    """Who was clearly better in an earlier campaign of the brand, too, by the same measure."""
    before = reading.figures.earlier.filter((pl.col("kpi") == found.kpi) & pl.col("is_better"))
    known = set(before["influencer_id"])
    return [p.influencer_id for p in found.of("better") if p.influencer_id in known]


def _long(reading: Reading, again: list[str]) -> str:
    return reading.gettext(
        "Clearly better in an earlier campaign, too: %(names)s. Offer them a longer contract.",
        names=reading.formats.listed([reading.person(i) for i in again]),
    )


def _moved(reading: Reading, found: Standings) -> Shift | None:
    """The money of those who pause, moved to those who continue; none where a cost or a result is not known."""
    bought = _BOUGHT.get(found.kpi)
    better, worse = found.of("better"), found.of("worse")
    if bought is None or not better or not worse:
        return None
    result, per = bought
    paid = reading.figures.influencers.select("influencer_id", "cost").rows()
    costs = {str(i): None if c is None else float(c) for i, c in paid}
    now = reading.row(result)
    lost = [reading.row(result, "influencer", influencer_id=p.influencer_id) for p in worse]
    freed = [costs.get(p.influencer_id) for p in worse]
    if now is None or now["value"] is None or None in freed or any(r is None or r["value"] is None for r in lost):
        return None
    receivers: list[Paid] = []
    for person in better:
        cost = costs.get(person.influencer_id)
        if cost is None or not person.estimate or not person.lower or not person.upper:
            return None
        receivers.append(Paid(cost, per / person.estimate, per / person.upper, per / person.lower))
    whole = sum(r["value"] or 0.0 for r in lost if r is not None)
    return shift(now["value"], whole, sum(c for c in freed if c is not None), receivers)


def _scenario(reading: Reading, found: Standings, moved: Shift) -> Scenario:
    _ = reading.gettext
    said = reading.formats
    result = reading.label(_BOUGHT[found.kpi][0])
    low, middle, high, now = (said.count(round(v)) for v in (moved.low, moved.middle, moved.high, moved.now))
    change = moved.middle / moved.now - 1 if moved.now else None
    sign = "+" if change is not None and change > 0 else ""
    label = _("%(result)s: %(low)s to %(high)s, this time %(now)s", result=result, low=low, high=high, now=now)
    return Scenario(
        text=_(
            "Trial sum: %(money)s of those who pause goes to those who continue, and brings %(keeps)s of what their"
            " own money brought. This time: %(now)s.",
            money=said.compact_money(moved.moved),
            keeps=said.rate(KEEPS),
            now=now,
        ),
        range=said.span(low, high),
        said=_(
            "%(result)s, %(level)s interval, middle %(middle)s (%(change)s)",
            result=result,
            level=said.rate(LEVEL),
            middle=middle,
            change=sign + said.rate(change),
        ),
        chart=span(
            moved.low,
            moved.middle,
            moved.high,
            moved.now,
            texts=(middle, _("this time %(now)s", now=now)),
        ),
        label=label,
    )


def _untold(reading: Reading, found: Standings, moved: Shift | None) -> str:
    """Why there is no trial sum, and of how many nothing is said."""
    _ = reading.gettext
    parts: list[str] = []
    if untold := len(found.of("untold")):
        parts.append(
            reading.ngettext(
                "Of %(num)s creator too little is known to say anything.",
                "Of %(num)s creators too little is known to say anything.",
                untold,
            )
        )
    if moved is None and found.of("better") and found.of("worse"):
        parts.append(_("No trial sum is made: a cost, a result or an interval that it needs is not known."))
    elif moved is not None:
        parts.append(
            _(
                "The trial sum is no forecast: it takes it for granted that another campaign finds the same people as"
                " willing, and that creators do not affect each other."
            )
        )
    return ("" if reading.figures.locale == "ja" else " ").join(parts)
