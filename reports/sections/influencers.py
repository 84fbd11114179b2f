"""Every creator with the measures that matter for the objective; ranked only where intervals set them apart."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from reports.charts import dot, round_end, tone_of
from reports.headlines import headline, marked
from reports.measures import chief, rates, results, told
from reports.reading import Cell, Grid, Head, KpiRow, Reading, rows_of

ORDER = 50


@dataclass(frozen=True, slots=True)
class Facts:
    """The creators."""

    title: str
    finding: Markup
    lead: str
    grid: Grid
    note: str


def facts(reading: Reading) -> Facts:
    """One row per creator. Without an interval for each, the roster's order stands and no rank is claimed."""
    _ = reading.gettext
    people = rows_of(reading.figures.influencers)
    measure = next(iter(_plotted(reading)), None)
    rows = {str(p["influencer_id"]): _row(reading, measure, p) for p in people}
    reference = _reference(reading, measure)
    is_separable = bool(people) and all(
        row and row["lower"] is not None and row["upper"] is not None for row in rows.values()
    )
    tones = {i: tone_of(row["lower"], row["upper"], reference) if row else "same" for i, row in rows.items()}
    if is_separable and reference is not None:
        order = {"above": 0, "same": 1, "below": 2}
        people.sort(key=lambda p: order[tones[str(p["influencer_id"])]])
    label = reading.label(measure) if measure else ""
    return Facts(
        title=_("Creators"),
        finding=headline(
            _finding(reading, tones, is_separable=is_separable and reference is not None), reading.figures.locale
        ),
        lead=(
            _("Groups: clearly above the campaign's %(kpi)s, no clear difference, clearly below.", kpi=label)
            if is_separable and reference is not None
            else _("In the order of the roster. No rank is given: the differences may be chance.")
        ),
        grid=_grid(reading, people, rows, measure, reference),
        note=_("Dots show %(kpi)s; the dashed line is the whole campaign.", kpi=label)
        if measure and reference is not None
        else _("Dots show %(kpi)s.", kpi=label)
        if measure
        else "",
    )


def _plotted(reading: Reading) -> list[str]:
    """Measures worth a picture: those that at least half of the creators know, and more than one."""
    wanted = [*rates(reading, "influencer"), *results(reading, "influencer")]
    ids = [str(i) for i in reading.figures.influencers["influencer_id"]]
    known = {k: sum(reading.kpi(k, "influencer", influencer_id=i).is_known for i in ids) for k in wanted}
    return [k for k, number in known.items() if number > 1 and number * 2 >= len(ids)]


def _row(reading: Reading, measure: str | None, person: dict[str, object]) -> KpiRow | None:
    return reading.row(measure, "influencer", influencer_id=str(person["influencer_id"])) if measure else None


def _reference(reading: Reading, measure: str | None) -> float | None:
    """The campaign's own value, where it compares with one creator's: of a ratio, not of a sum."""
    row = reading.row(measure) if measure and reading.unit(measure) not in {"count", "money", "persons"} else None
    return row["value"] if row else None


def _finding(reading: Reading, tones: dict[str, str], *, is_separable: bool) -> str:
    _ = reading.gettext
    said = reading.formats
    if not tones:
        return _("The roster is empty.")
    if not is_separable:
        number = marked(said.count(len(tones)))
        return reading.ngettext(
            "%(num)s creator took part.", "%(num)s creators took part, side by side.", len(tones), num=number
        )
    above, below = (sum(tone == wanted for tone in tones.values()) for wanted in ("above", "below"))
    return _(
        "%(above)s clearly above the campaign, %(below)s clearly below; %(same)s cannot be told apart from it.",
        above=marked(said.count(above), "good"),
        below=marked(said.count(below), "bad"),
        same=said.count(len(tones) - above - below),
    )


def _grid(
    reading: Reading,
    people: list[dict[str, object]],
    rows: dict[str, KpiRow | None],
    measure: str | None,
    reference: float | None,
) -> Grid:
    _ = reading.gettext
    kpis = [
        kpi for kpi in chief(reading, "influencer", results_shown=2) if kpi != measure and not _is_rate(kpi, measure)
    ]
    ends = [row["value"] if row["upper"] is None else row["upper"] for row in rows.values() if row]
    end = round_end(max([*(top for top in ends if top is not None), reference or 0]))
    said: list[tuple[list[Cell], list[Cell]]] = []
    for person in people:
        key = str(person["influencer_id"])
        row = rows[key]
        cells = [reading.kpi(kpi, "influencer", influencer_id=key) for kpi in kpis]
        before = [
            reading.words(person["name"] or key, sub=reading.handles(person["handles"])),
            replace(reading.words(reading.tier(person["tier"])), sub=_platforms(reading, person["platforms"])),
            _number(reading, person["followers"], "persons", "no_followers"),
            _number(reading, person["cost"], "money", "no_cost"),
        ]
        if measure and row:
            drawn = dot(row["value"], row["lower"], row["upper"], reference, end)
            before.append(replace(reading.kpi(measure, "influencer", influencer_id=key), chart=drawn, numeric=False))
        elif measure:
            before.append(reading.unknown(None))
        said.append((before, cells))
    heads = [
        Head(_("Creator")),
        Head(_("Size, platform")),
        Head(_("Followers"), numeric=True),
        Head(_("Cost"), numeric=True),
    ]
    if measure:
        heads.append(
            Head(reading.label(measure), note=_("0 to %(end)s", end=reading.formats.value(end, reading.unit(measure))))
        )
    return told(reading, heads, said, kpis, _("Creators and their figures"))


def _is_rate(kpi: str, measure: str | None) -> bool:
    """Whether the drawn measure already speaks of engagement rates."""
    return measure is not None and measure.startswith("er_") and kpi.startswith("er_")


def _platforms(reading: Reading, names: object) -> str:
    return " · ".join(reading.platform(name) for name in str(names or "").split())


def _number(reading: Reading, value: object, unit: str, reason: str) -> Cell:
    return reading.number(None if value is None else float(str(value)), unit, reason=reason)
