"""The mail's creators: who is clearly on one side by name, everybody else by number."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.charts_people import scale_end
from reports.message_bars import Part, dot
from reports.reading import Reading
from reports.sections import influencers
from reports.standing import Group, Standing, Standings, standings
from reports.subject import fitted

PERSON = 24
"""Full-width characters of a name."""
MOST = 12
"""Names in one group: a mail is read on a phone, and the report has them all."""


@dataclass(frozen=True, slots=True)
class Person:
    """One creator by name: the estimate in words and in cells, and its interval for those who see no picture."""

    name: str
    text: str
    span: str
    cells: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A group: its people by name, or only how many they are."""

    tone: str
    title: str
    why: str
    people: tuple[Person, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The creators in groups. ``finding`` is the page's own; ``text``: the same without marks."""

    finding: Markup
    text: str
    lead: str
    bands: tuple[Band, ...]


def facts(reading: Reading) -> Facts:
    """Groups in the page's order. Where nobody stands apart, those who cannot be told apart are shown side by side."""
    told = influencers.facts(reading)
    found = standings(reading)
    if found is None or not told.parties:
        return Facts(underlined(told.finding), told.finding.striptags(), told.lead, ())
    is_apart = bool(found.of("better") or found.of("worse"))
    values = [*(p.estimate for p in found.people if p.estimate is not None), found.reference or 0.0]
    end = scale_end(values, [p.upper for p in found.people if p.upper is not None])
    named: set[Group] = {"better", "worse"} if is_apart else {"same"} if found.is_separable else {"untold"}
    bands = [_band(reading, found, party, end, is_named=party.group in named) for party in told.parties]
    return Facts(underlined(told.finding), told.finding.striptags(), _lead(reading, found), tuple(bands))


def underlined(finding: Markup) -> Markup:
    """A headline whose numbers are underlined even where styles are stripped: bare marks would be drawn yellow."""
    said = str(finding).replace("<mark class=", "<u class=").replace("</mark>", "</u>")
    return Markup(said)  # noqa: S704 - escaped by headline(), and only its own marks are renamed


def _lead(reading: Reading, found: Standings) -> str:
    _ = reading.gettext
    label, unit = reading.label(found.kpi), reading.unit(found.kpi)
    if found.reference is None:
        return _("%(kpi)s. Dark: estimate; band: 95%% interval.", kpi=label)
    return _(
        "%(kpi)s. Dark: estimate; band: 95%% interval; thin line: the whole campaign, %(value)s.",
        kpi=label,
        value=reading.formats.value(found.reference, unit, short=True),
    )


def _band(reading: Reading, found: Standings, party: influencers.Party, end: float, *, is_named: bool) -> Band:
    them = found.of(party.group)
    shown = them[:MOST] if is_named else ()
    more = len(them) - len(shown) if is_named else 0
    return Band(
        tone=party.tone,
        title=party.title,
        why=party.why,
        people=tuple(_person(reading, found, one, end, party.tone) for one in shown),
        more=reading.ngettext("%(num)s more in the report", "%(num)s more in the report", more) if more else "",
    )


def _person(reading: Reading, found: Standings, one: Standing, end: float, tone: str) -> Person:
    unit = reading.unit(found.kpi)
    said = reading.formats
    span = (
        said.span(said.value(one.lower, unit), said.value(one.upper, unit))
        if one.lower is not None and one.upper is not None
        else ""
    )
    return Person(
        name=fitted(reading.person(one.influencer_id), PERSON),
        text=said.value(one.estimate, unit),
        span=span,
        cells=dot(one.estimate, one.lower, one.upper, reference=found.reference, end=end, tone=tone),
    )
