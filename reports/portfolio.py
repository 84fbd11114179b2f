"""All campaigns on one page: each as it stands, and beside others only what is of one kind and one currency."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from urllib.parse import quote

import polars as pl
from markupsafe import Markup

from reports.alike import is_alike
from reports.answered import answered
from reports.charts import dot, round_end
from reports.drawing import sheet
from reports.figures import Figures, Locale
from reports.fonts import Face
from reports.goals import goals
from reports.headlines import headline, marked
from reports.measures import CHIEF_COST, RESULTS
from reports.overview import Overview, overview
from reports.partnerships import Partnership, partnerships
from reports.reading import Cell, Grid, Head, KpiRow, Reading, read
from transforms.kpis import Grain


@dataclass(frozen=True, slots=True)
class Entry:
    """One campaign: its figures as known now, and the labels of its editions that were written, newest first."""

    figures: Figures
    editions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Campaigns by one measure that means the same in all of them, on one scale."""

    title: str
    finding: Markup
    grid: Grid


@dataclass(frozen=True, slots=True)
class Facts:
    """The page in order."""

    title: str
    brand: str
    kind: str
    finding: Markup
    lead: str
    campaigns: Grid
    comparisons: tuple[Comparison, ...]
    apart: tuple[str, ...]
    people: Partnership
    as_of: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One campaign as the page's language reads it."""

    entry: Entry
    reading: Reading
    brief: Overview

    @property
    def campaign_id(self) -> str:
        """The campaign's id."""
        return self.entry.figures.campaign_id


def page(entries: Sequence[Entry], *, locale: Locale, other_file: str = "", face: Face | None = None) -> str:
    """The page as one HTML file. ``entries``: at least one. Errors: ValueError where there is none."""
    if not entries:
        raise ValueError("a portfolio needs a campaign: give at least one entry")
    found = _shown(entries, locale)
    return sheet(found[0].reading, "portfolio.html.j2", face=face, s=facts(found), other_file=other_file, wide=True)


def _shown(entries: Sequence[Entry], locale: Locale) -> list[Shown]:
    """The newest campaign first."""
    readings = [(entry, read(replace(entry.figures, locale=locale))) for entry in entries]
    found = [Shown(entry, reading, overview(reading)) for entry, reading in readings]
    return sorted(found, key=lambda s: (-s.brief.starts_on.toordinal(), s.campaign_id))


def facts(found: Sequence[Shown]) -> Facts:
    """What the page says."""
    reading = found[0].reading
    _ = reading.gettext
    brands = list(dict.fromkeys(s.brief.brand for s in found))
    compared = tuple(_comparisons(found))
    return Facts(
        title=_("All campaigns"),
        brand=reading.formats.listed(brands) if len(brands) <= 3 else _("All brands"),
        kind=_("Portfolio"),
        finding=headline(_finding(found), reading.figures.locale),
        lead=_lead(found),
        campaigns=_campaigns(found),
        comparisons=compared,
        apart=tuple(_apart(found)),
        people=partnerships([(s.reading, s.brief) for s in reversed(found)]),
        as_of=reading.formats.instant(max(s.entry.figures.as_of for s in found)),
    )


def _finding(found: Sequence[Shown]) -> str:
    """How many goals of campaigns that are over are met; where none can be told, how many campaigns there are."""
    reading = found[0].reading
    n_ = reading.ngettext
    told = [g for s in found if s.brief.is_over for g in goals(s.reading) if g.verdict in {"met", "missed"}]
    if told:
        met = sum(goal.verdict == "met" for goal in told)
        return n_(
            "%(met)s of %(num)s goal of finished campaigns is met.",
            "%(met)s of %(num)s goals of finished campaigns are met.",
            len(told),
            met=marked(reading.formats.count(met), "good" if met == len(told) else "plain"),
        )
    running = sum(not s.brief.is_over for s in found)
    return n_(
        "%(num)s campaign, %(running)s of them not over yet.",
        "%(num)s campaigns, %(running)s of them not over yet.",
        len(found),
        running=reading.formats.count(running),
    )


def _lead(found: Sequence[Shown]) -> str:
    reading = found[0].reading
    _ = reading.gettext
    people = {str(i) for s in found for i in s.entry.figures.influencers["influencer_id"]}
    sentences = [
        _(
            "%(campaigns)s campaigns, %(people)s creators, %(posts)s confirmed posts.",
            campaigns=reading.formats.count(len(found)),
            people=reading.formats.count(len(people)),
            posts=reading.formats.count(sum(s.brief.posts for s in found)),
        ),
        *_spent(found),
    ]
    return ("" if reading.figures.locale == "ja" else " ").join(sentences)


def _spent(found: Sequence[Shown]) -> Iterator[str]:
    """What was spent in each currency, where every campaign's cost is known: a sum without one of them is no sum."""
    spent: dict[str, list[float | None]] = {}
    money: dict[str, Reading] = {}
    for s in found:
        spent.setdefault(s.entry.figures.currency, []).append(s.brief.cost.value)
        money.setdefault(s.entry.figures.currency, s.reading)
    for currency, costs in sorted(spent.items()):
        known = [cost for cost in costs if cost is not None]
        reading = money[currency]
        if len(known) == len(costs):
            yield reading.gettext("They cost %(cost)s in all.", cost=reading.formats.money(sum(known)))


def _campaigns(found: Sequence[Shown]) -> Grid:
    _ = found[0].reading.gettext
    with_disclosure = any(_row(s, "disclosure_rate") is not None for s in found)
    rows: list[tuple[Cell, ...]] = []
    for s in found:
        result, price = _chief(s)
        rows.append(
            (
                s.reading.words(s.brief.name, sub=s.brief.brand, href=_link(s)),
                Cell(s.reading.formats.period(s.brief.starts_on, s.brief.ends_on), sort=s.brief.starts_on.isoformat()),
                s.reading.words(_state(s)),
                _met(s),
                _posts(s),
                s.brief.cost,
                _named(s, result),
                _with_interval(s, price),
                *((s.reading.kpi("disclosure_rate"),) if with_disclosure else ()),
                _coverage(s),
            )
        )
    return Grid(
        label=_("All campaigns"),
        heads=(
            Head(_("Name of the campaign")),
            Head(_("Period")),
            Head(_("State")),
            Head(_("Goals met"), numeric=True),
            Head(_("Posts"), numeric=True),
            Head(_("Cost"), numeric=True),
            Head(_("Result of its objective"), numeric=True),
            Head(_("Cost of one result"), note=_("with its 95%% interval"), numeric=True),
            *((Head(found[0].reading.label("disclosure_rate"), numeric=True),) if with_disclosure else ()),
            Head(_("Answered"), note=_("of what was asked"), numeric=True),
        ),
        rows=tuple(rows),
        note=_("A name leads to the newest edition. A dash is unknown, not zero."),
    )


def _link(s: Shown) -> str:
    """The newest edition, in the page's language, as seen from reports/portfolio/."""
    if not s.entry.editions:
        return ""
    own = str(s.entry.figures.locale)
    locale = s.reading.figures.locale
    file = "report.html" if locale == own else f"report.{locale}.html"
    return f"../{quote(s.campaign_id)}/{quote(s.entry.editions[0])}/{file}"


def _state(s: Shown) -> str:
    _ = s.reading.gettext
    if s.entry.figures.today < s.brief.starts_on:
        return _("Not begun")
    return {"mid": _("Running"), "provisional": _("Over, figures may still move"), "final": _("Over, figures final")}[
        s.entry.figures.edition
    ]


def _met(s: Shown) -> Cell:
    _ = s.reading.gettext
    found = goals(s.reading)
    if not found:
        return s.reading.unknown("no_goal")
    told = [goal for goal in found if goal.verdict in {"met", "missed"}]
    if not told:
        return Cell(_("not over yet") if not s.brief.is_over else _("Cannot be told"), numeric=True)
    met = sum(goal.verdict == "met" for goal in told)
    said = {"met": s.reading.formats.count(met), "all": s.reading.formats.count(len(found))}
    return Cell(_("%(met)s of %(all)s", **said), sort=repr(met / len(found)), numeric=True)


def _posts(s: Shown) -> Cell:
    _ = s.reading.gettext
    count = s.reading.formats.count
    said = count(s.brief.posts)
    if s.brief.promised is not None:
        said = _("%(met)s of %(all)s", met=said, all=count(s.brief.promised))
    return Cell(said, sort=repr(s.brief.posts), numeric=True)


def _chief(s: Shown) -> tuple[str, str]:
    """The objective's own result and its price."""
    objective = str(s.entry.figures.campaign["objective"])
    known = [kpi for kpi in RESULTS.get(objective, ()) if _row(s, kpi) is not None]
    return (known[0] if known else ""), CHIEF_COST.get(objective, "")


def _named(s: Shown, kpi: str) -> Cell:
    cell = s.reading.kpi(kpi, short=True)
    return replace(cell, sub=s.reading.label(kpi)) if kpi and cell.is_known else cell


def _with_interval(s: Shown, kpi: str) -> Cell:
    cell = s.reading.kpi(kpi)
    row = _row(s, kpi)
    if row is None or not cell.is_known:
        return cell
    said = s.reading.label(kpi)
    if row["lower"] is not None and row["upper"] is not None:
        unit = s.reading.unit(kpi)
        as_ = s.reading.formats
        said += f" ({as_.span(as_.value(row['lower'], unit), as_.value(row['upper'], unit))})"
    return replace(cell, sub=said)


def _coverage(s: Shown) -> Cell:
    nights = answered(s.entry.figures.coverage)
    expected, got = int(nights["expected"].sum()), int(nights["got"].sum())
    if not expected:
        return s.reading.unknown(None)
    return Cell(s.reading.formats.attainment(got / expected), sort=repr(got / expected), numeric=True)


def _row(s: Shown, kpi: str, grain: Grain = "campaign") -> KpiRow | None:
    return s.reading.row(kpi, grain) if kpi else None


_Kind = tuple[str, str, int, int]
"""KPI, currency, version of the definition, and the number of the group that platforms counted alike."""


def _kinds(found: Sequence[Shown]) -> Mapping[_Kind, list[tuple[Shown, KpiRow]]]:
    """Campaigns by what makes their cost of a result the same thing."""
    kinds: dict[_Kind, list[tuple[Shown, KpiRow]]] = {}
    for price in sorted({_chief(s)[1] for s in found}):
        for s in found:
            row = _row(s, price)
            if row is None or row["value"] is None or _is_broken(s, price):
                continue
            same = (price, s.entry.figures.currency, row["definition"])
            groups = (kinds.setdefault((*same, nth), []) for nth in count())
            next(g for g in groups if all(is_alike(price, s.reading, o.reading) for o, _row in g)).append((s, row))
    return kinds


def _is_broken(s: Shown, kpi: str) -> bool:
    """Whether a platform changed the meaning of what goes into a value: it is then compared with no other."""
    own = s.entry.figures.kpis.filter((pl.col("grain") == "campaign") & (pl.col("kpi") == kpi))
    return bool(own["definition_changed"].is_not_null().any())


def _comparisons(found: Sequence[Shown]) -> Iterator[Comparison]:
    """One for each kind of which there are two campaigns or more."""
    reading = found[0].reading
    _ = reading.gettext
    for (kpi, currency, *_same), rows in sorted(_kinds(found).items(), key=lambda k: k[0]):
        if len(rows) < 2:
            continue
        end = round_end(max(max(row["upper"] or 0, row["value"] or 0) for _s, row in rows))
        own = rows[0][0].reading
        scale = _("0 to %(end)s", end=own.formats.value(end, own.unit(kpi)))
        yield Comparison(
            title=f"{own.label(kpi)} · {currency}",
            finding=headline(_cheapest(own, kpi, rows), reading.figures.locale),
            grid=Grid(
                label=own.label(kpi),
                heads=(
                    Head(_("Name of the campaign")),
                    Head(own.label(kpi), numeric=True),
                    Head(_("Value and 95%% interval"), note=scale),
                ),
                rows=tuple(
                    (
                        s.reading.words(s.brief.name, sub=s.reading.formats.period(s.brief.starts_on, s.brief.ends_on)),
                        replace(s.reading.kpi(kpi), basis=""),
                        Cell(
                            "", sort=repr(row["value"]), chart=dot(row["value"], row["lower"], row["upper"], None, end)
                        ),
                    )
                    for s, row in rows
                ),
                note=_("Who reached whom, and when, differs between campaigns: a difference is no proof of its cause."),
            ),
        )


def _cheapest(reading: Reading, kpi: str, rows: Iterable[tuple[Shown, KpiRow]]) -> str:
    """Which campaign's results cost clearly less than those of every other; else that they cannot be told apart."""
    _ = reading.gettext
    spans = [(s, row["lower"], row["upper"]) for s, row in rows]
    for s, _lower, upper in spans:
        others = [low for other, low, _up in spans if other is not s]
        if upper is not None and all(low is not None and upper < low for low in others):
            return _(
                "%(kpi)s was clearly lower in “%(campaign)s” than in the others.",
                kpi=reading.label(kpi),
                campaign=s.brief.name,
            )
    if any(lower is None or upper is None for _s, lower, upper in spans):
        return _("%(kpi)s side by side: without intervals it cannot be said which is lower.", kpi=reading.label(kpi))
    return _("%(kpi)s: no campaign is clearly below all others.", kpi=reading.label(kpi))


def _apart(found: Sequence[Shown]) -> Iterator[str]:
    """Campaigns whose cost of a result stands beside no other's, and why."""
    reading = found[0].reading
    _ = reading.gettext
    together = {
        (kpi, s.campaign_id) for (kpi, *_same), rows in _kinds(found).items() if len(rows) > 1 for s, _row in rows
    }
    for s in found:
        _result, price = _chief(s)
        if (price, s.campaign_id) in together:
            continue
        row = _row(s, price)
        if row is None or row["value"] is None:
            why = s.reading.reason(row["reason"] if row else None)
        elif _is_broken(s, price):
            why = s.reading.reason("definition_changed")
        else:
            why = _(
                "no other campaign has a %(kpi)s in %(currency)s by the same definition",
                kpi=s.reading.label(price),
                currency=s.entry.figures.currency,
            )
        yield _("%(campaign)s: %(reason)s", campaign=s.brief.name, reason=why)
