"""How a campaign's people stand by one measure: told apart only where the stored comparison does, never by eye."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from reports.measures import objective
from reports.reading import Reading, rows_of

Group = Literal["better", "same", "worse", "untold"]
GROUPS: tuple[Group, ...] = ("better", "same", "worse", "untold")
TONES: Mapping[Group, str] = {"better": "above", "same": "same", "worse": "below", "untold": "untold"}

_BY: Mapping[str, tuple[str, ...]] = {
    "sales": ("cpo", "roas_net", "cvr_click", "er", "cpe", "cpm_views"),
    "traffic": ("cvr_click", "er", "cpe", "cpm_views", "cpo"),
    "engagement": ("er", "cpe", "cpm_views", "cpo"),
    "awareness": ("cpm_views", "er", "cpe", "cpo"),
}
"""Measures by which people are compared, the objective's own first; ``er`` is the rate on the brief's base."""
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """One person. ``estimate`` with its ends is what is drawn; ``observed`` is the bare figure."""

    influencer_id: str
    group: Group
    observed: float | None
    estimate: float | None
    lower: float | None
    upper: float | None
    is_pooled: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Standings:
    """Everybody by one KPI, in the order of the roster. ``reference``: the whole campaign's value."""

    kpi: str
    lower_is_better: bool
    reference: float | None
    people: tuple[Standing, ...]

    def of(self, group: Group) -> tuple[Standing, ...]:
        """Those of one group, in the order of the roster: within a group nobody stands before another."""
        return tuple(p for p in self.people if p.group == group)

    @property
    def is_separable(self) -> bool:
        """Whether anybody was compared at all."""
        return any(p.group != "untold" for p in self.people)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why some could not be compared, each once."""
        return tuple(dict.fromkeys(p.reason or "" for p in self.people if p.group == "untold"))


def standings(reading: Reading) -> Standings | None:
    """By the objective's first measure that compares at least half of the people; nothing where none knows a value."""
    figures = reading.figures
    everybody = [str(i) for i in figures.influencers["influencer_id"]]
    base = f"er_{figures.campaign['engagement_base']}"
    wanted = [base if k == "er" else k for k in _BY.get(objective(reading), _BY["engagement"])]
    told = figures.standings.filter(pl.col("kpi").is_in(wanted) & pl.col("influencer_id").is_in(everybody))
    rows: dict[str, dict[str, dict[str, object]]] = {}
    for row in rows_of(told):
        rows.setdefault(str(row["kpi"]), {})[str(row["influencer_id"])] = row
    compared = {k: sum(r["comparison"] != "unknown" for r in rows[k].values()) for k in wanted if k in rows}
    enough = [k for k, n in compared.items() if n >= _FEWEST and n * 2 >= len(everybody)]
    most = sorted((k for k in compared if compared[k]), key=lambda k: -compared[k])
    valued = [k for k in wanted if any(_value(reading, k, i) is not None for i in everybody)]
    kpi = next(iter([*enough, *most, *valued]), None)
    if kpi is None:
        return None
    known = figures.registry.get(kpi)
    whole = reading.row(kpi)
    return Standings(
        kpi,
        known is not None and known.better == "lower",
        whole["value"] if whole else None,
        tuple(_standing(reading, kpi, i, rows.get(kpi, {}).get(i)) for i in everybody),
    )


def _value(reading: Reading, kpi: str, influencer_id: str) -> float | None:
    row = reading.row(kpi, "influencer", influencer_id=influencer_id)
    return row["value"] if row else None


def _standing(reading: Reading, kpi: str, influencer_id: str, row: dict[str, object] | None) -> Standing:
    own = reading.row(kpi, "influencer", influencer_id=influencer_id)
    observed = own["value"] if own else None
    if row is None:
        lower, upper = (own["lower"], own["upper"]) if own else (None, None)
        why = own["reason"] if own else None
        return Standing(influencer_id, "untold", observed, observed, lower, upper, is_pooled=False, reason=why)
    better = row["is_better"]
    compared = row["comparison"] != "unknown"
    group: Group = "untold" if not compared else "same" if better is None else "better" if better else "worse"
    is_pooled = row["pooled"] is not None
    names = ("pooled", "pooled_lower", "pooled_upper") if is_pooled else ("value", "lower", "upper")
    estimate, lower, upper = (None if row[n] is None else float(str(row[n])) for n in names)
    reason = None if compared else str(row["reason"] or "too_little_known")
    return Standing(influencer_id, group, observed, estimate, lower, upper, is_pooled, reason)


def group_name(reading: Reading, found: Standings, group: Group) -> str:
    """The group in words: about the value where more is better, about the price where less is."""
    _ = reading.gettext
    if group == "untold":
        return _("Cannot be told")
    if group == "same":
        return _("No clear difference")
    if found.lower_is_better:
        return _("Clearly cheaper than the others") if group == "better" else _("Clearly dearer than the others")
    return _("Clearly above the others") if group == "better" else _("Clearly below the others")
