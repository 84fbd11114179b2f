"""Every creator by the measure that the campaign is judged by, in groups that stored comparisons tell apart."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from reports import kept
from reports.charts_people import axis, dot_row, scale_end, stack, swarm
from reports.headlines import headline, marked
from reports.reading import Cell, Reading, rows_of
from reports.sources import Source, sources
from reports.standing import GROUPS, TONES, Group, Standing, Standings, group_name, standings

ORDER = 60
MANY = 40
"""With more creators than this their groups are folded, and each size class has one row that holds all of them."""
OPEN = 20
_SIZES = ("nano", "micro", "middle", "mid", "macro", "mega")


@dataclass(frozen=True, slots=True)
class Row:
    """One creator."""

    anchor: str
    name: str
    handles: str
    about: str
    chart: Markup
    estimate: Cell
    span: str
    observed: str
    cost: Cell


@dataclass(frozen=True, slots=True)
class Party:
    """One group: who is clearly on one side, who cannot be told apart, who was not compared."""

    group: Group
    tone: str
    title: str
    why: str
    rows: tuple[Row, ...]
    is_drawn: bool
    """Where many cannot be told apart only their names stand here; their figures are in all data."""

    @property
    def is_open(self) -> bool:
        """Of a large campaign's groups those stand open that a reader takes in."""
        return self.is_drawn and len(self.rows) <= OPEN


@dataclass(frozen=True, slots=True)
class Size:
    """All creators of a size class in one row."""

    name: str
    people: str
    said: str
    chart: Markup
    shares: Markup


@dataclass(frozen=True, slots=True)
class Facts:
    """The creators."""

    title: str
    finding: Markup
    lead: str
    measure: str
    axis: Markup
    parties: tuple[Party, ...]
    sizes: tuple[Size, ...]
    sources: tuple[Source, ...]
    note: str
    label: str


def facts(reading: Reading) -> Facts:
    """The groups in order, each in the order of the roster."""
    _ = reading.gettext
    found = standings(reading)
    people = {str(p["influencer_id"]): p for p in rows_of(reading.figures.influencers)}
    everybody = found.people if found else tuple(_bare(i) for i in people)
    end = _end(found)
    links = kept.people(reading.figures)
    is_long = len(people) > MANY
    parties = tuple(
        Party(
            group,
            TONES[group],
            _titled(reading, found, group, len(them)),
            _why(reading, them),
            tuple(
                replace(
                    _row(reading, found, people[p.influencer_id], p, end=end), anchor=links.get(p.influencer_id, "")
                )
                for p in them
            ),
            is_drawn=not is_long or group in {"better", "worse"},
        )
        for group in GROUPS
        if (them := [p for p in everybody if p.group == group])
    )
    return Facts(
        title=_("Creators"),
        finding=headline(_finding(reading, found, len(people)), reading.figures.locale),
        lead=_lead(reading, found),
        measure=reading.label(found.kpi) if found else "",
        axis=_axis(reading, found, end),
        parties=parties,
        sizes=_sizes(reading, found, people, end) if is_long and found else (),
        sources=sources(reading, [found.kpi]) if found else (),
        note=_note(reading, found),
        label=_("Creators and their figures"),
    )


def _bare(influencer_id: str) -> Standing:
    return Standing(influencer_id, "untold", None, None, None, None, is_pooled=False, reason=None)


def _end(found: Standings | None) -> float:
    if found is None:
        return 1.0
    # who is not compared does not stretch the scale of those who are
    them = [p for p in found.people if p.group != "untold"] or list(found.people)
    values = [*(p.estimate for p in them if p.estimate is not None), found.reference or 0.0]
    return scale_end(values, [p.upper for p in them if p.upper is not None])


def _axis(reading: Reading, found: Standings | None, end: float) -> Markup:
    if found is None:
        return Markup()
    unit = reading.unit(found.kpi)
    ticks = [(v, reading.formats.value(v, unit, short=True)) for v in (0.0, end)]
    reference = None
    if found.reference is not None:
        said = reading.formats.value(found.reference, unit)
        reference = (found.reference, reading.gettext("campaign %(value)s", value=said))
    return axis(end, ticks, reference)


def _titled(reading: Reading, found: Standings | None, group: Group, number: int) -> str:
    said = reading.formats.count(number)
    name = (
        group_name(reading, found, group)
        if found and found.is_separable
        else reading.gettext("In the order of the roster")
    )
    return reading.gettext("%(group)s: %(people)s", group=name, people=said)


def _why(reading: Reading, them: list[Standing]) -> str:
    """Why nobody of a group was compared, each reason once."""
    why = dict.fromkeys(reading.reason(p.reason) for p in them if p.group == "untold" and p.reason)
    return " / ".join(why)


def _row(reading: Reading, found: Standings | None, person: dict[str, object], it: Standing, *, end: float) -> Row:
    _ = reading.gettext
    key = it.influencer_id
    unit = reading.unit(found.kpi) if found else ""
    sized = (reading.tier(person["tier"]) if person["tier"] else "", _platforms(reading, person["platforms"]))
    estimate = reading.number(it.estimate, unit, reason=it.reason)
    if found and it.estimate is None:
        estimate = reading.kpi(found.kpi, "influencer", influencer_id=key)
    observed = ""
    if found and it.is_pooled and it.observed is not None:
        value = reading.kpi(found.kpi, "influencer", influencer_id=key).text
        observed = _("observed %(value)s", value=value)
    return Row(
        anchor="",
        name=reading.person(key),
        handles=reading.handles(person["handles"]),
        about=" · ".join(part for part in sized if part),
        chart=dot_row(
            it.estimate, it.lower, it.upper, end=end, reference=found.reference if found else None, tone=TONES[it.group]
        ),
        estimate=estimate,
        span=_span(reading, it, unit),
        observed=observed,
        cost=reading.number(None if person["cost"] is None else float(str(person["cost"])), "money", reason="no_cost"),
    )


def _span(reading: Reading, it: Standing, unit: str) -> str:
    if it.lower is None or it.upper is None:
        return ""
    return reading.formats.span(reading.formats.value(it.lower, unit), reading.formats.value(it.upper, unit))


def _platforms(reading: Reading, names: object) -> str:
    return ", ".join(reading.platform(name) for name in str(names or "").split())


def _finding(reading: Reading, found: Standings | None, people: int) -> str:
    """How many stand apart; a claim is made only of groups that somebody is in."""
    _, n_ = reading.gettext, reading.ngettext
    said = reading.formats.count
    if not people:
        return _("The roster is empty.")
    if found is None or not found.is_separable:
        return n_(
            "%(num)s creator took part.",
            "%(num)s creators took part, side by side.",
            people,
            num=marked(said(people)),
        )
    better, same, worse = (len(found.of(g)) for g in ("better", "same", "worse"))
    values = {
        "better": marked(said(better), "good"),
        "worse": marked(said(worse), "bad"),
        "same": said(same),
        "kpi": reading.label(found.kpi),
    }
    if not better and not worse:
        return _("No creator stands apart by %(kpi)s: the differences may be chance.", **values)
    return {
        (True, True, True): _(
            "By %(kpi)s, %(better)s are clearly cheaper than the others and %(worse)s clearly dearer."
            " Of %(same)s no difference can be told.",
            **values,
        ),
        (True, True, False): _(
            "By %(kpi)s, %(better)s are clearly cheaper than the others. Of %(same)s no difference can be told.",
            **values,
        ),
        (True, False, True): _(
            "By %(kpi)s, %(worse)s are clearly dearer than the others. Of %(same)s no difference can be told.",
            **values,
        ),
        (False, True, True): _(
            "By %(kpi)s, %(better)s are clearly above the others and %(worse)s clearly below."
            " Of %(same)s no difference can be told.",
            **values,
        ),
        (False, True, False): _(
            "By %(kpi)s, %(better)s are clearly above the others. Of %(same)s no difference can be told.", **values
        ),
        (False, False, True): _(
            "By %(kpi)s, %(worse)s are clearly below the others. Of %(same)s no difference can be told.", **values
        ),
    }[found.lower_is_better, better > 0, worse > 0]


def _lead(reading: Reading, found: Standings | None) -> str:
    _ = reading.gettext
    if found is None:
        return _("In the order of the roster. No rank is given: the differences may be chance.")
    label = reading.label(found.kpi)
    if any(p.is_pooled for p in found.people):
        return _(
            "%(kpi)s per creator. Dot: estimate; band: its 95%% interval. Who has few results is drawn towards"
            " creators of like size and platform. Upright line: the whole campaign.",
            kpi=label,
        )
    return _("%(kpi)s per creator. Dot: value; band: its 95%% interval, where one can be told.", kpi=label)


def _note(reading: Reading, found: Standings | None) -> str:
    _ = reading.gettext
    if found is None or not found.is_separable:
        return ""
    return _(
        "A creator is named above or below only if the difference from all others together would arise by chance in"
        " fewer than one campaign of twenty. Within a group the order is the roster's and says nothing."
    )


def _sizes(reading: Reading, found: Standings, people: dict[str, dict[str, object]], end: float) -> tuple[Size, ...]:
    """A row per size class, smallest first."""
    _, n_ = reading.gettext, reading.ngettext
    said: list[Size] = []
    tiers = dict.fromkeys(str(p["tier"] or "") for p in people.values())
    for tier in sorted(tiers, key=lambda t: _SIZES.index(t) if t in _SIZES else len(_SIZES)):
        them = [p for p in found.people if str(people[p.influencer_id]["tier"] or "") == tier]
        counts = {g: sum(p.group == g for p in them) for g in GROUPS}
        dots = [(p.estimate, TONES[p.group]) for p in them if p.estimate is not None]
        words = [f"{group_name(reading, found, g)} {reading.formats.count(counts[g])}" for g in GROUPS if counts[g]]
        name = reading.tier(tier) if tier else _("Size not known")
        told = reading.formats.listed(words)
        said.append(
            Size(
                name,
                n_("%(num)s creator", "%(num)s creators", len(them)),
                told,
                swarm(dots, end=end, reference=found.reference, label=f"{name}: {told}"),
                stack([(counts[g] / len(them), TONES[g]) for g in GROUPS]),
            )
        )
    return tuple(said)
