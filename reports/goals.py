"""A goal, its result and how far that is, with the words for it."""

from dataclasses import dataclass
from typing import Literal, TypedDict, cast

from reports.reading import Cell, Reading

Verdict = Literal["met", "missed", "ahead", "behind", "unknown"]

FIRST: dict[str, tuple[str, ...]] = {
    "sales": ("orders", "revenue_net", "revenue_gross", "roas_net", "cpo", "cpa"),
    "traffic": ("link_clicks", "clicks", "ctr", "ctr_reach", "cpc"),
    "engagement": ("engagements", "er_reach", "er_followers", "er_views", "er_followers_public", "cpe"),
    "awareness": ("reach", "views", "impressions", "cpm_reach", "cpm_views", "cpm_impressions"),
}
"""By objective: the goal that a verdict speaks of, first of those that were agreed."""


class GoalRow(TypedDict):
    """A row of marts.goal_progress."""

    kpi: str
    target: float
    value: float | None
    attainment: float | None
    elapsed: float | None
    forecast: float | None
    forecast_lower: float | None
    forecast_upper: float | None
    verdict: Verdict
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal as its reader meets it.

    ``drawn``: the value as a share of the target, as bars show it. ``standing``: where the value is, in words: the
    share of a goal that was reached, or how far below or above its limit a cost is (90 % of it reads like a success).
    """

    kpi: str
    label: str
    note: str
    result: Cell
    target: Cell
    attained: Cell
    attainment: float | None
    drawn: float | None
    standing: str
    elapsed: float | None
    forecast: str
    verdict: Verdict
    status: str
    tone: str
    lower_is_better: bool

    @property
    def is_sound(self) -> bool:
        """Whether the verdict agrees with the figures: a claim is made on no other."""
        if self.attainment is None:
            return self.verdict == "unknown"
        return {"met": self.attainment >= 1, "missed": self.attainment < 1}.get(self.verdict, self.verdict != "unknown")


def goals(reading: Reading) -> list[Goal]:
    """The campaign's goals: the one that matters most for its objective first, the others by name."""
    first = FIRST.get(str(reading.figures.campaign["objective"]), ())
    rows = [cast("GoalRow", row) for row in reading.figures.goals.iter_rows(named=True)]
    rows.sort(key=lambda row: (first.index(row["kpi"]) if row["kpi"] in first else len(first), row["kpi"]))
    return [_goal(reading, row) for row in rows]


def _goal(reading: Reading, row: GoalRow) -> Goal:
    _ = reading.gettext
    unit = reading.unit(row["kpi"])
    known = reading.figures.registry.get(row["kpi"])
    lower = known is not None and known.better == "lower"
    target = reading.number(row["target"], unit, short=True)
    kept = reading.row(row["kpi"])
    low, high = (kept["lower"], kept["upper"]) if kept else (None, None)
    result = reading.kpi(row["kpi"], short=True) if kept else reading.number(row["value"], unit, reason=row["reason"])
    note = _("lower is better") if lower else ""
    if low is not None and high is not None and result.is_known:
        span = f"{reading.formats.value(low, unit, short=True)}–{reading.formats.value(high, unit, short=True)}"
        note = " · ".join(filter(None, (note, _("95%% interval %(span)s", span=span))))
    status, tone = {
        "met": (_("Met"), "good"),
        "missed": (_("Missed"), "bad"),
        "ahead": (_("Ahead of pace"), "good"),
        "behind": (_("Behind pace"), "warn"),
    }.get(row["verdict"], (_("Cannot be told"), "none"))
    return Goal(
        kpi=row["kpi"],
        label=reading.label(row["kpi"]),
        note=note,
        result=result,
        # in words: BIZ UDPGothic, the face that Japanese readers here have, draws U+2264 and U+2265 the wrong way round
        target=Cell(
            _("at most %(target)s", target=target.text) if lower else target.text,
            value=target.value,
            unit=unit,
            numeric=True,
        ),
        attained=Cell(
            reading.formats.attainment(row["attainment"]),
            value=row["attainment"],
            unit="ratio",
            why="" if row["attainment"] is not None else reading.reason(row["reason"]),
            numeric=True,
        ),
        attainment=row["attainment"],
        drawn=result.value / row["target"]
        if lower and result.value is not None and row["target"]
        else row["attainment"],
        standing=against_limit(reading, result.value, row["target"])
        if lower and result.value is not None
        else reading.formats.attainment(row["attainment"]),
        elapsed=row["elapsed"],
        forecast=_forecast(reading, row, unit),
        verdict=row["verdict"],
        status=status,
        tone=tone,
        lower_is_better=lower,
    )


def against_limit(reading: Reading, value: float, limit: float) -> str:
    """How far a value is below or above its limit, in words. The share is rounded down, but never to nothing."""
    _ = reading.gettext
    if not limit or value == limit:
        return _("exactly at the limit") if value == limit else ""
    off = abs(limit - value) / limit
    share = reading.formats.attainment(off)
    if value < limit:
        return _("%(share)s below the limit", share=share) if off >= 0.01 else _("just below the limit")
    return _("%(share)s above the limit", share=share) if off >= 0.01 else _("just above the limit")


def _forecast(reading: Reading, row: GoalRow, unit: str) -> str:
    _ = reading.gettext
    if row["forecast"] is None or row["forecast_lower"] is None or row["forecast_upper"] is None:
        return ""
    said = {
        name: reading.formats.value(value, unit, short=True)
        for name, value in (("low", row["forecast_lower"]), ("high", row["forecast_upper"]))
    }
    return _("expected at the end: %(low)s to %(high)s (80%% interval)", **said)
