"""How a total grew against an even plan, day by day and week by week; nothing is claimed that does not add up."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from reports.figures import DAY_METRICS
from reports.goals import FIRST
from reports.measures import results
from reports.overview import overview
from reports.progress import PROGRESS, SEVERAL
from reports.reading import KpiRow, Reading
from transforms.breaks import switches

_OFF = 0.002
"""A sum of days that differs by more than this share from the KPI is another quantity, and is not drawn."""


@dataclass(frozen=True, slots=True)
class Week:
    """What a platform gained in a week from the campaign's first day on; null where nothing of it is known."""

    number: int
    gain: float | None
    is_part: bool


@dataclass(frozen=True, slots=True)
class Weeks:
    """Each platform's weeks of one measure, all as long."""

    kpi: str
    first: date
    last: date
    of: dict[str, tuple[Week, ...]]


@dataclass(frozen=True, slots=True)
class Track:
    """A total on each day from the campaign's first, and the share of its goal that an even plan asks for by then.

    ``elapsed``: the share of the campaign's time that is over, if it runs: the last day then is not over yet.
    ``is_whole``: whether every post tells the total; if not, it is at least what is drawn.
    """

    kpi: str
    first: date
    totals: tuple[float, ...]
    target: float | None
    planned_days: int
    elapsed: float | None = None
    is_whole: bool = True

    def planned(self, day: int) -> float:
        """What an even plan asks for at the end of a day (counted from 0)."""
        assert self.target is not None  # noqa: S101 - callers ask for the plan only where there is one
        share = min(day + 1, self.planned_days) / self.planned_days
        is_last = day == len(self.totals) - 1 and self.elapsed is not None
        return self.target * (min(share, self.elapsed or 0) if is_last else share)

    @property
    def lead(self) -> tuple[bool, int] | None:
        """Whether the total is at or above the plan now, and since which day without a break.

        Nothing where it is below and not every post tells it, as what is unknown could only add; nor where the sides
        changed on a day that is not over yet.
        """
        if self.target is None or not self.totals:
            return None
        if not self.is_whole and self.totals[-1] < self.planned(len(self.totals) - 1):
            return None
        sides = [total >= self.planned(day) for day, total in enumerate(self.totals)]
        since = next((day + 1 for day in range(len(sides) - 1, -1, -1) if sides[day] != sides[-1]), 0)
        is_today = 0 < since == len(sides) - 1 and self.elapsed is not None
        return None if is_today else (sides[-1], since)


def track(reading: Reading) -> Track | None:
    """The first agreed total whose days add up to its KPI, else the objective's own; nothing where none does.

    Days before and after a platform changed what it counts add up to nothing: such a total is passed over.
    """
    figures = reading.figures
    brief = overview(reading)
    told = figures.progress
    wanted = _wanted(reading)
    last = min(figures.today, max(brief.final_on, brief.ends_on))
    for kpi in wanted:
        own = told.filter((pl.col("kpi") == kpi) & (pl.col("day") <= last))
        kept = reading.row(kpi)
        if own.is_empty() or kept is None or kept["value"] is None or last < brief.starts_on:
            continue
        every = _daily(own, brief.starts_on, last)
        if any(switches(platform, kpi, brief.starts_on, last) for platform in every):
            continue
        totals = [sum(day) for day in zip(*every.values(), strict=True)]
        if not totals or abs(totals[-1] - kept["value"]) > max(_OFF * abs(kept["value"]), 1e-6):
            continue
        goal = figures.goals.filter(pl.col("kpi") == kpi)
        return Track(
            kpi,
            brief.starts_on,
            tuple(totals),
            float(goal["target"][0]) if goal.height else None,
            (brief.ends_on - brief.starts_on).days + 1,
            elapsed=goal["elapsed"][0] if goal.height and not brief.is_over else None,
            is_whole=is_whole(kept),
        )
    return None


def is_whole(row: KpiRow) -> bool:
    """Whether every post that a figure is about tells it."""
    return row["posts_known"] is None or row["posts_known"] == row["posts_all"]


def _wanted(reading: Reading) -> list[str]:
    agreed = [str(kpi) for kpi in reading.figures.goals["kpi"]]
    first = FIRST.get(str(reading.figures.campaign["objective"]), ())
    agreed.sort(key=lambda kpi: (first.index(kpi) if kpi in first else len(first), kpi))
    return list(dict.fromkeys([*agreed, *results(reading, "campaign")]))


def _daily(own: pl.DataFrame, first: date, last: date) -> dict[str, list[float]]:
    """Each platform's total at the end of every day from ``first`` to ``last``; before its first row it is 0."""
    found: dict[str, list[float]] = {}
    for (platform,), rows in own.sort("day").group_by("platform", maintain_order=True):
        told = dict(rows.select("day", "total").rows())
        before = [total for day, total in told.items() if day < first]
        total = before[-1] if before else 0.0
        days: list[float] = []
        for n in range((last - first).days + 1):
            total = told.get(first + timedelta(days=n), total)
            days.append(float(total))
        found[str(platform)] = days
    return dict(sorted(found.items(), key=lambda one: (one[0] == SEVERAL, one[0])))


def weeks(reading: Reading) -> Weeks | None:
    """The weeks of the total that :func:`track` draws, else of the first counter whose daily gains are known."""
    found = track(reading)
    if found is not None:
        return _weeks_of_totals(reading, found)
    frame = reading.figures.days
    metric = next((m for m in DAY_METRICS if frame[f"gained_{m}"].count()), None)
    if metric is None:
        return None
    first, last = min(overview(reading).starts_on, *frame["day"].to_list()), max(frame["day"].to_list())
    return Weeks(metric, first, last, _weeks_of_gains(frame, metric, first, last))


def _weeks_of_totals(reading: Reading, found: Track) -> Weeks:
    own = reading.figures.progress.filter(pl.col("kpi") == found.kpi)
    last = found.first + timedelta(days=len(found.totals) - 1)
    daily = _daily(PROGRESS.conform(own), found.first, last)
    metric = "likes" if found.kpi == "engagements" else "views" if found.kpi == "impressions" else found.kpi
    every: dict[str, tuple[Week, ...]] = {}
    for platform, totals in daily.items():
        before = _before(own, platform, found.first)
        rows: list[Week] = []
        for n, start in enumerate(range(0, len(totals), 7)):
            end = min(start + 6, len(totals) - 1)
            gain = totals[end] - (totals[start - 1] if start else before)
            days = [found.first + timedelta(days=day) for day in range(start, end + 1)]
            rows.append(Week(n + 1, gain, _is_part(reading, metric, platform, days)))
        every[platform] = tuple(rows)
    return Weeks(found.kpi, found.first, last, every)


def _before(own: pl.DataFrame, platform: str, first: date) -> float:
    told = own.filter((pl.col("platform") == platform) & (pl.col("day") < first)).sort("day")["total"]
    return float(told[-1]) if told.len() else 0.0


def _is_part(reading: Reading, metric: str, platform: str, days: list[date]) -> bool:
    """Whether some post's counter was not known on a day; orders and clicks are told by others, whole or not at all."""
    if metric not in {"views", "likes", "comments", "shares", "saves"}:
        return False
    own = reading.figures.days.filter((pl.col("platform") == platform) & pl.col("day").is_in(days))
    return own.filter(pl.col(f"{metric}_known") < pl.col("posts_all")).height > 0


def _weeks_of_gains(frame: pl.DataFrame, metric: str, first: date, last: date) -> dict[str, tuple[Week, ...]]:
    gain, known = pl.col(f"gained_{metric}"), pl.col(f"{metric}_known")
    told = (
        frame.with_columns(((pl.col("day") - pl.lit(first)).dt.total_days() // 7).alias("week"))
        .group_by("platform", "week")
        .agg(
            pl.when(gain.count() > 0).then(gain.sum()).otherwise(None).alias("gain"),
            (known < pl.col("posts_all")).any().alias("is_part"),
        )
        .sort("platform", "week")
    )
    numbers = range((last - first).days // 7 + 1)
    every: dict[str, tuple[Week, ...]] = {}
    for (platform,), rows in told.group_by("platform", maintain_order=True):
        by_week = {int(week): (gain, part) for week, gain, part in rows.select("week", "gain", "is_part").rows()}
        every[str(platform)] = tuple(
            Week(n + 1, None if found[0] is None else float(found[0]), bool(found[1]))
            for n in numbers
            for found in (by_week.get(n, (None, False)),)
        )
    return every
