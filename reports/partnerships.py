"""Creators engaged in several campaigns: their rate in each, and whether it changed, where the two are of one kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from reports.alike import is_alike
from reports.headlines import headline
from reports.overview import Overview
from reports.reading import Cell, Grid, Head, KpiRow, Reading

MOST = 200
"""Rows shown; the page says how many more there are."""


@dataclass(frozen=True, slots=True)
class Partnership:
    """Whom the brand has worked with more than once. No row: nobody."""

    finding: Markup
    grid: Grid


def partnerships(campaigns: Sequence[tuple[Reading, Overview]]) -> Partnership:
    """Creators of two campaigns or more, by name. ``campaigns``: in the order in which they began, at least one."""
    reading = campaigns[0][0]
    _, n_ = reading.gettext, reading.ngettext
    engaged: dict[str, list[tuple[Reading, Overview]]] = {}
    for one, brief in campaigns:
        for who in one.figures.influencers["influencer_id"]:
            engaged.setdefault(str(who), []).append((one, brief))
    again = {who: where for who, where in engaged.items() if len(where) > 1}
    named = sorted(again.items(), key=lambda item: (item[1][-1][0].person(item[0]), item[0]))
    rows = tuple(_row(who, where) for who, where in named[:MOST])
    sentence = (
        n_(
            "%(num)s creator was in more than one campaign.",
            "%(num)s creators were in more than one campaign.",
            len(again),
        )
        if again
        else _("No creator was in more than one campaign yet.")
    )
    more = len(again) - len(rows)
    return Partnership(
        headline(sentence, reading.figures.locale),
        Grid(
            label=_("Creators in several campaigns"),
            heads=(
                Head(_("Creator")),
                Head(_("Campaigns"), numeric=True),
                Head(_("Last two campaigns")),
                Head(_("Measure")),
                Head(_("Before"), numeric=True),
                Head(_("Last"), numeric=True),
                Head(_("Since then")),
            ),
            rows=rows,
            note=n_("%(num)s more creator in the warehouse.", "%(num)s more creators in the warehouse.", more)
            if more
            else _("Each beside their own earlier figures, never beside other people."),
        ),
    )


def _row(who: str, where: Sequence[tuple[Reading, Overview]]) -> tuple[Cell, ...]:
    (before, earlier), (last, later) = where[-2:]
    kpi = _common(who, before, last)
    names = last.words(f"{earlier.name} → {later.name}")
    person = last.words(last.person(who), sub=last.handles(_handles(last, who)))
    count = Cell(last.formats.count(len(where)), sort=repr(len(where)), numeric=True)
    if not kpi:
        return person, count, names, Cell("–"), last.unknown(None), last.unknown(None), Cell(_no_kind(last))
    return (
        person,
        count,
        names,
        Cell(last.label(kpi)),
        before.kpi(kpi, "influencer", influencer_id=who),
        last.kpi(kpi, "influencer", influencer_id=who),
        _change(last, _before(before, who, kpi), last.row(kpi, "influencer", influencer_id=who)),
    )


def _handles(reading: Reading, who: str) -> object:
    return reading.figures.influencers.filter(pl.col("influencer_id") == who)["handles"][0]


def _no_kind(reading: Reading) -> str:
    return reading.gettext("Cannot be compared: no rate is known in both by the same definition.")


def _common(who: str, before: Reading, last: Reading) -> str:
    """The first rate that both campaigns tell of the creator by one definition and an unchanged meaning."""
    bases = [f"er_{reading.figures.campaign['engagement_base']}" for reading in (before, last)]
    for kpi in [*(bases[:1] if bases[0] == bases[1] else []), "er_followers_public"]:
        rows = [reading.row(kpi, "influencer", influencer_id=who) for reading in (before, last)]
        known = [row["definition"] for row in rows if row is not None and row["value"] is not None]
        is_broken = any(_is_broken(reading, who, kpi) for reading in (before, last))
        if len(known) == 2 and known[0] == known[1] and not is_broken and is_alike(kpi, before, last):
            return kpi
    return ""


def _is_broken(reading: Reading, who: str, kpi: str) -> bool:
    mine = (pl.col("grain") == "influencer") & (pl.col("influencer_id") == who) & (pl.col("kpi") == kpi)
    return bool(reading.figures.kpis.filter(mine)["definition_changed"].is_not_null().any())


def _before(reading: Reading, who: str, kpi: str) -> tuple[float | None, float | None]:
    """The interval of the earlier rate as marts.influencer_history takes it: pooled where it is told."""
    mine = (pl.col("influencer_id") == who) & (pl.col("kpi") == kpi) & pl.col("pooled").is_not_null()
    ends = reading.figures.standings.filter(mine).select("pooled_lower", "pooled_upper").drop_nulls().rows()
    row = reading.row(kpi, "influencer", influencer_id=who)
    return ends[0] if ends else (None, None) if row is None else (row["lower"], row["upper"])


def _change(reading: Reading, low: tuple[float | None, float | None], last: KpiRow | None) -> Cell:
    """Higher or lower only where the two intervals lie apart."""
    _ = reading.gettext
    high = (None, None) if last is None else (last["lower"], last["upper"])
    if low[0] is None or low[1] is None or high[0] is None or high[1] is None:
        return Cell(_("Too little known to tell a change"), sort="1")
    if high[0] > low[1]:
        return Cell(_("Clearly higher"), sort="2")
    if high[1] < low[0]:
        return Cell(_("Clearly lower"), sort="0")
    return Cell(_("No clear difference"), sort="1")
