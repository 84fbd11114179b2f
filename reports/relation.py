"""Whether creators whose followers react more also bring more for the money: a cloud of dots and a guarded sentence."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.charts_people import cloud, scale_end
from reports.reading import Reading, rows_of
from reports.standing import TONES, Standing, Standings, standings
from transforms.insight.correlation import Correlation, correlation


@dataclass(frozen=True, slots=True)
class Relation:
    """The picture, what it says and what it does not."""

    title: str
    finding: str
    text: str
    chart: Markup


def relation(reading: Reading) -> Relation | None:
    """None where fewer than eight people have both a place among peers and an estimate."""
    _ = reading.gettext
    found = standings(reading)
    if found is None:
        return None
    places = _places(reading)
    pairs = [(places[p.influencer_id], p.estimate, p) for p in found.people if p.influencer_id in places and _told(p)]
    known = [(place, estimate, p) for place, estimate, p in pairs if estimate is not None]
    sign = -1 if found.lower_is_better else 1
    told = correlation([place for place, _, _ in known], [sign * estimate for _, estimate, _ in known])
    if told is None:
        return None
    finding = _finding(reading, told)
    return Relation(
        title=_("Reactions of followers and %(kpi)s", kpi=reading.label(found.kpi)),
        finding=finding,
        text=_(
            "Across: place among peers. Up: %(kpi)s. Rank correlation with the better side %(rank)s (95%% interval"
            " %(low)s to %(high)s, %(people)s creators).",
            kpi=reading.label(found.kpi),
            rank=reading.formats.decimal(told.rank),
            low=reading.formats.decimal(told.lower),
            high=reading.formats.decimal(told.upper),
            people=reading.formats.count(told.pairs),
        ),
        chart=_drawn(reading, found, [(place, estimate, TONES[p.group]) for place, estimate, p in known], finding),
    )


def _told(person: Standing) -> bool:
    return person.group != "untold"


def _places(reading: Reading) -> dict[str, float]:
    """Each person's place among peers, by the largest of the accounts that have one."""
    rows = sorted(rows_of(reading.figures.accounts), key=lambda a: int(str(a["followers"] or 0)))
    return {str(a["influencer_id"]): float(str(a["percentile"])) for a in rows if a["percentile"] is not None}


def _finding(reading: Reading, told: Correlation) -> str:
    """A tendency is named only where the whole interval lies on one side."""
    _ = reading.gettext
    if told.lower > 0:
        return _(
            "The more followers react for their size, the better the result tends to be. This is no proof of a cause."
        )
    if told.upper < 0:
        return _(
            "The more followers react for their size, the worse the result tends to be. This is no proof of a cause."
        )
    return _("No relation between followers' reactions and results can be told.")


def _drawn(reading: Reading, found: Standings, dots: list[tuple[float, float, str]], label: str) -> Markup:
    unit = reading.unit(found.kpi)
    end = scale_end([value for _, value, _ in dots], [])
    return cloud(
        dots,
        end=end,
        ticks=[(value, reading.formats.value(value, unit, short=True)) for value in (0.0, end / 2, end)],
        below=("0%", "100%"),
        label=label,
    )
