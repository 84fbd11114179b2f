"""A goal, its result, how far that is and how sure, with the words for it."""

from dataclasses import dataclass
from typing import Literal, TypedDict, cast

from reports.reading import Cell, Reading

Verdict = Literal["met", "missed", "ahead", "behind", "unknown"]

LIKELY, UNLIKELY = 0.8, 0.2
"""Chances of reaching a goal from which on it is called likely, and at or below which somebody must act."""
KEPT_BY_HAND = ("disclosure_rate", "guideline_rate")
"""Goals that can still be mended once they are missed: a post is put right the same day."""

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
    chance: float | None
    verdict: Verdict
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal as its reader meets it.

    ``drawn``: how much of the goal is reached, as bars show it, 1 at the line: of a cost goal ÷ result, so that for
    every goal more is better. ``span``: the same of the ends of the result's interval; ``before``: of the brand's last
    campaign. ``standing``: where the value is, in words: the share of a goal that was reached, or how far below or
    above its limit a cost is (90 % of it reads like a success).
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
    span: tuple[float, float] | None = None
    before: float | None = None
    before_text: str = ""
    expected: tuple[float, float, float] | None = None

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
        said = reading.formats
        span = said.span(said.value(low, unit, short=True), said.value(high, unit, short=True))
        note = " · ".join(filter(None, (note, _("95%% interval %(span)s", span=span))))
    span = _span(row, low, high, lower=lower)
    status, tone = _status(reading, row, span)
    before = _before(reading, row["kpi"])
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
        drawn=row["attainment"],
        standing=against_limit(reading, result.value, row["target"])
        if lower and result.value is not None
        else reading.formats.attainment(row["attainment"]),
        elapsed=row["elapsed"],
        forecast=_forecast(reading, row, unit),
        verdict=row["verdict"],
        status=status,
        tone=tone,
        lower_is_better=lower,
        span=span,
        before=None if before is None else _attained(before, row["target"], lower=lower),
        before_text="" if before is None else reading.formats.value(before, unit, short=True),
        expected=_expected(row),
    )


def _expected(row: GoalRow) -> tuple[float, float, float] | None:
    """Middle and ends of what the campaign's last day is expected to bring; nothing where it cannot be told."""
    middle, low, high = row["forecast"], row["forecast_lower"], row["forecast_upper"]
    return None if middle is None or low is None or high is None else (middle, low, high)


def _status(reading: Reading, row: GoalRow, span: tuple[float, float] | None) -> tuple[str, str]:
    """The word for a goal and its tone. Likely: the result is beyond the goal, its interval is not, or not yet."""
    _ = reading.gettext
    verdict, chance = row["verdict"], row["chance"]
    if verdict in {"missed", "behind"} and row["kpi"] in KEPT_BY_HAND:
        return _("Act today"), "bad"
    if verdict == "met":
        return (_("Likely met"), "good") if span and span[0] < 1 else (_("Met"), "good")
    if verdict == "missed":
        return _("Missed"), "bad"
    if verdict in {"ahead", "behind"} and chance is not None:
        if chance >= LIKELY:
            return _("Likely to be met"), "good"
        if chance <= UNLIKELY:
            return _("Act today"), "bad"
    known = {"ahead": (_("Ahead of pace"), "good"), "behind": (_("Behind pace"), "warn")}
    return known.get(verdict, (_("Cannot be told"), "none"))


def _attained(value: float, target: float, *, lower: bool) -> float | None:
    if lower:
        return target / value if value > 0 else None
    return value / target if target else None


def _span(row: GoalRow, low: float | None, high: float | None, *, lower: bool) -> tuple[float, float] | None:
    """The result's interval as shares of the goal, the smaller first; nothing where either end is unknown."""
    if low is None or high is None or row["attainment"] is None:
        return None
    ends = [_attained(end, row["target"], lower=lower) for end in (low, high)]
    told = [end for end in ends if end is not None]
    return (min(told), max(told)) if len(told) == 2 else None


def _before(reading: Reading, kpi: str) -> float | None:
    """What the brand's last campaign reached, where both campaigns measured the same."""
    found = reading.figures.previous.filter(reading.figures.previous["kpi"] == kpi)["value"]
    return float(found[0]) if found.len() else None


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
    expected = _expected(row)
    if expected is None:
        return ""
    _middle, low, high = expected
    said = {name: reading.formats.value(value, unit, short=True) for name, value in (("low", low), ("high", high))}
    text = _("expected at the end: %(low)s to %(high)s (80%% interval)", **said)
    if row["chance"] is None:
        return text
    chance = reading.formats.attainment(min(max(row["chance"], 0.01), 0.99))
    return " · ".join((text, _("chance of reaching it: about %(chance)s", chance=chance)))
