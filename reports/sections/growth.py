"""What each platform's posts gained day by day, and of which days we know only a part or nothing."""

from dataclasses import dataclass
from datetime import date

import polars as pl
from markupsafe import Markup

from reports.charts import Bar, columns, day_labels, round_end
from reports.figures import DAY_METRICS
from reports.headlines import headline, marked
from reports.reading import Reading
from transforms.breaks import switches

ORDER = 30


@dataclass(frozen=True, slots=True)
class Panel:
    """One platform's columns."""

    platform: str
    total: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Day:
    """One platform's day, typed."""

    day: date
    gain: float | None
    known: int
    every: int


@dataclass(frozen=True, slots=True)
class Facts:
    """One chart per platform, on one scale."""

    title: str
    finding: Markup
    lead: str
    panels: tuple[Panel, ...]
    note: str


def facts(reading: Reading) -> Facts:
    """Daily gains of the first metric that any platform tells: views before likes."""
    _ = reading.gettext
    frame = reading.figures.days
    metric = next((m for m in DAY_METRICS if frame[f"gained_{m}"].count()), None)
    if metric is None:
        return Facts(
            title=_("Growth by day"),
            finding=headline(_("No daily gain is known yet."), reading.figures.locale),
            lead=_("A gain needs the figures of two days in a row."),
            panels=(),
            note="",
        )
    series = {p: _days(frame.filter(pl.col("platform") == p), metric) for p in sorted(set(frame["platform"]))}
    gains = [day.gain for days in series.values() for day in days if day.gain is not None]
    broken = _broken(reading, series, metric)
    end, low = round_end(max(*gains, 0)), min(*gains, 0)
    low = -round_end(-low) if low < 0 else 0.0
    return Facts(
        title=_("Growth by day"),
        finding=headline(_finding(reading, {} if broken else series, metric), reading.figures.locale),
        lead=_(
            "%(metric)s gained per business day, summed over the posts whose gain of that day is known. One scale.",
            metric=reading.metric(metric),
        ),
        panels=tuple(_panel(reading, platform, days, metric, (low, end)) for platform, days in series.items()),
        note=_(
            "Pale: known for only some of the posts. Grey on the base line: nothing known, which is not zero."
            " Below the line: platforms also take counts away."
        )
        + broken,
    )


def _broken(reading: Reading, series: dict[str, list[Day]], metric: str) -> str:
    """What is to be said of platforms that changed the metric's meaning on days that are drawn; empty if none did."""
    _ = reading.gettext
    said: list[str] = []
    for platform, days in series.items():
        for since, _until in switches(platform, metric, days[0].day, days[-1].day):
            said.append(
                _(
                    "%(platform)s counts %(metric)s in another way from %(day)s on: that day has no gain, and what is"
                    " drawn before and after it is not growth from one to the other.",
                    platform=reading.platform(platform),
                    metric=reading.metric(metric),
                    day=reading.formats.day(since),
                )
            )
    return "".join(f" {sentence}" for sentence in said)


def _days(frame: pl.DataFrame, metric: str) -> list[Day]:
    return [
        Day(*row) for row in frame.select("day", f"gained_{metric}", f"{metric}_known", "posts_all").sort("day").rows()
    ]


def _finding(reading: Reading, series: dict[str, list[Day]], metric: str) -> str:
    """The best day, if one stands alone and all of its posts are known; else only what is drawn."""
    _ = reading.gettext
    known = [(day.gain, day, platform) for platform, days in series.items() for day in days if day.gain is not None]
    if not known:
        return _("%(metric)s gained, day by day", metric=reading.metric(metric))
    best, day, platform = max(known, key=lambda found: (found[0], found[2], found[1].day))
    stands_alone = sum(gain == best for gain, *_rest in known) == 1
    all_told = all(d.known == d.every for days in series.values() for d in days if d.day == day.day)
    if best > 0 and stands_alone and all_told:
        return _(
            "The strongest day was %(day)s on %(platform)s: %(gain)s %(metric)s.",
            day=reading.formats.day(day.day),
            platform=reading.platform(platform),
            gain=marked("+" + reading.formats.compact(best)),
            metric=reading.metric(metric),
        )
    return _("%(metric)s gained, day by day", metric=reading.metric(metric))


def _panel(reading: Reading, platform: str, days: list[Day], metric: str, scale: tuple[float, float]) -> Panel:
    _ = reading.gettext
    low, end = scale
    said = reading.formats
    gains = [day.gain for day in days if day.gain is not None]
    total = sum(gains) if gains else None
    name = reading.platform(platform)
    labels = [said.short_day(day.day) for day in days]
    bars = [
        Bar(
            day.gain,
            _(
                "%(day)s: %(gain)s (%(known)s of %(all)s posts known)",
                day=said.day(day.day),
                gain=said.count(day.gain),
                known=said.count(day.known),
                all=said.count(day.every),
            ),
            is_partial=day.known < day.every,
        )
        for day in days
    ]
    ticks = ((end, said.compact(end)), (end / 2, said.compact(end / 2)), *(((low, said.compact(low)),) if low else ()))
    summary = _(
        "%(platform)s: %(metric)s gained by day, %(total)s in all known days.",
        platform=name,
        metric=reading.metric(metric),
        total=said.compact(total),
    )
    return Panel(
        name,
        said.compact(total),
        columns(bars, end=end, low=low, ticks=ticks, days=day_labels(labels), label=summary),
    )
