"""What moved the result: the total against an even plan, and each platform's weeks on one scale."""

from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from reports import charts_time
from reports.charts import round_end
from reports.course import Track, Week, Weeks, is_whole, track, weeks
from reports.goals import Goal, goals
from reports.headlines import headline, marked
from reports.overview import overview
from reports.progress import SEVERAL
from reports.reading import TWO_WAYS, Reading
from reports.sources import Source, sources
from transforms.breaks import switches

ORDER = 40
_A_HALF = 0.5
"""Shared credits add up to a hair less than whole orders: what rounds to 0 is not called a fall."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One platform's weeks."""

    platform: str
    total: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Facts:
    """The course of the total, and one chart per platform, on one scale."""

    title: str
    finding: Markup
    lead: str
    course: Markup | None
    panels: tuple[Panel, ...]
    panels_lead: str
    note: str
    sources: tuple[Source, ...]


def facts(reading: Reading) -> Facts:
    """The first total that adds up day by day, and its weeks."""
    _ = reading.gettext
    drawn = weeks(reading)
    if drawn is None:
        return Facts(
            title=_("What moved the result"),
            finding=headline(_("No daily gain is known yet."), reading.figures.locale),
            lead=_("A gain needs the figures of two days in a row."),
            course=None,
            panels=(),
            panels_lead="",
            note="",
            sources=(),
        )
    found, broken = track(reading), _broken(reading, drawn)
    label = _label(reading, drawn.kpi)
    return Facts(
        title=_("What moved the result"),
        finding=headline(_finding(reading, found, None if broken else drawn, label), reading.figures.locale),
        lead=_lead(reading, found, label),
        course=charts_time.course(_course(reading, found, label)) if found else None,
        panels=_panels(reading, drawn, label),
        panels_lead=_(
            "%(kpi)s by week from the campaign's first day on, one scale. Dark: the strongest week.", kpi=label
        )
        if _strongest_weeks(drawn) and not broken
        else _("%(kpi)s by week from the campaign's first day on, one scale.", kpi=label),
        note=_note(reading, drawn) + broken,
        sources=sources(reading, [drawn.kpi]) if reading.row(drawn.kpi) else (),
    )


def _label(reading: Reading, kpi: str) -> str:
    return reading.label(kpi) if kpi in reading.figures.registry else reading.metric(kpi)


def _note(reading: Reading, drawn: Weeks) -> str:
    _ = reading.gettext
    every = [week for rows in drawn.of.values() for week in rows]
    said: list[str] = []
    if any(week.is_part for week in every):
        said.append(_("Outlined: in that week some posts' figures were not known on every day."))
    if any(week.gain is None for week in every):
        said.append(_("A dash: nothing known, which is not zero."))
    if any(week.gain is not None and week.gain <= -_A_HALF for week in every):
        said.append(_("Below the line: platforms also take counts away."))
    days = (drawn.last - drawn.first).days + 1
    if days % 7 > 0 and len(every) > 1:
        said.append(
            reading.ngettext(
                "The last week has %(num)s day so far.", "The last week has %(num)s days so far.", days % 7
            )
        )
    return ("" if reading.figures.locale == "ja" else " ").join(said)


def _broken(reading: Reading, drawn: Weeks) -> str:
    """What is to be said of platforms that changed the metric's meaning on days that are drawn; empty if none did."""
    _ = reading.gettext
    said: list[str] = []
    for platform in drawn.of:
        for since, _until in switches(platform, drawn.kpi, drawn.first, drawn.last):
            said.append(
                _(
                    "%(platform)s counts %(metric)s in another way from %(day)s on: that day has no gain, and what is"
                    " drawn before and after it is not growth from one to the other.",
                    platform=reading.platform(platform),
                    metric=reading.metric(drawn.kpi),
                    day=reading.formats.day(since),
                )
            )
    return "".join(f" {sentence}" for sentence in said)


def _lead(reading: Reading, found: Track | None, label: str) -> str:
    _ = reading.gettext
    if found is None:
        return _("Drawn week by week. There is no goal for this total whose course could be drawn against a plan.")
    if found.target is None:
        return _(
            "%(kpi)s so far, day by day. No goal was agreed for it, so there is no plan to compare with.", kpi=label
        )
    lead = _(
        "%(kpi)s so far, day by day, against an even plan: the brief gives no plan by day, so the goal is spread evenly"
        " over the campaign's days.",
        kpi=label,
    )
    row = reading.row(found.kpi)
    if row is None or found.is_whole:
        return lead
    gap = "" if reading.figures.locale == "ja" else " "
    known = reading.basis(row["posts_known"] or 0, row["posts_all"] or 0)
    return lead + gap + _("Only %(known)s tell it: the total is at least this.", known=known)


def _finding(reading: Reading, found: Track | None, drawn: Weeks | None, label: str) -> str:
    """Where the total stands against the plan and since when; else the strongest week; else what is drawn."""
    _ = reading.gettext
    if found is not None and (lead := found.lead) is not None:
        is_above, since = lead
        said = {"kpi": label, "day": reading.formats.day(found.first + timedelta(days=since))}
        if overview(reading).is_over and is_above:
            first = _("%(kpi)s stayed above the even plan from the first day to the last.", **said)
            later = _("%(kpi)s overtook the even plan on %(day)s and stayed above it.", **said)
        elif overview(reading).is_over:
            first = _("%(kpi)s stayed below the even plan from the first day to the last.", **said)
            later = _("%(kpi)s fell below the even plan on %(day)s and stayed there.", **said)
        elif is_above:
            first = _("%(kpi)s: above the even plan from the first day on.", **said)
            later = _("%(kpi)s: above the even plan from %(day)s on.", **said)
        else:
            first = _("%(kpi)s: below the even plan from the first day on.", **said)
            later = _("%(kpi)s: below the even plan from %(day)s on.", **said)
        gap = "" if reading.figures.locale == "ja" else " "
        return gap.join(filter(None, (later if since else first, _carried(reading, drawn))))
    return _strongest(reading, drawn, label) or _("%(kpi)s gained, week by week", kpi=label)


def _carried(reading: Reading, drawn: Weeks | None) -> str:
    """The platform that brought more than all others together, where there are several and none is in between."""
    row = reading.row(drawn.kpi) if drawn else None
    if drawn is None or len(drawn.of) < 2 or SEVERAL in drawn.of or row is None or not is_whole(row):
        return ""
    totals = {p: sum(w.gain or 0 for w in rows) for p, rows in drawn.of.items()}
    every, most = sum(totals.values()), max(totals, key=lambda p: (totals[p], p))
    if every <= 0 or min(totals.values()) < 0 or totals[most] * 2 <= every:
        return ""
    share = marked(reading.formats.attainment(totals[most] / every))
    return reading.gettext("%(platform)s brought %(share)s of it.", platform=reading.platform(most), share=share)


def _strongest(reading: Reading, drawn: Weeks | None, label: str) -> str:
    """The best week, if one stands alone and was known in full."""
    best = _best(drawn) if drawn else None
    if best is None:
        return ""
    platform, week = best
    return reading.gettext(
        "The strongest week was week %(week)s on %(platform)s: %(gain)s %(metric)s.",
        week=reading.formats.count(week.number),
        platform=_platform(reading, platform),
        gain=marked("+" + reading.formats.compact(week.gain)),
        metric=label,
    )


def _strongest_weeks(drawn: Weeks) -> list[Week]:
    """The weeks of the largest gain that are known in full."""
    known = [week for rows in drawn.of.values() for week in rows if week.gain is not None]
    top = max((week.gain or 0 for week in known), default=0)
    return [week for week in known if week.gain == top and top > 0 and not week.is_part]


def _best(drawn: Weeks) -> tuple[str, Week] | None:
    every = [
        (week.gain, platform, week) for platform, rows in drawn.of.items() for week in rows if week.gain is not None
    ]
    if not every:
        return None
    top = max(gain for gain, _platform, _week in every)
    tops = [(platform, week) for gain, platform, week in every if gain == top]
    alike = [week for _gain, _p, week in every if week.number == tops[0][1].number]
    return tops[0] if top > 0 and len(tops) == 1 and not any(week.is_part for week in alike) else None


def _platform(reading: Reading, name: str) -> str:
    return reading.gettext("Several platforms") if name == SEVERAL else reading.platform(name)


def _panels(reading: Reading, drawn: Weeks, label: str) -> tuple[Panel, ...]:
    _, said = reading.gettext, reading.formats
    broken = {platform for platform in drawn.of if switches(platform, drawn.kpi, drawn.first, drawn.last)}
    gains = [week.gain for rows in drawn.of.values() for week in rows if week.gain is not None]
    top, low = max(gains, default=0), min(gains, default=0)
    low = low if low <= -_A_HALF else 0
    end = max(top, 0) or 1
    strongest = _strongest_weeks(drawn)
    found: list[Panel] = []
    for platform, rows in drawn.of.items():
        known = [week.gain for week in rows if week.gain is not None]
        total = said.compact(round(sum(known))) if known else said.compact(None)
        total += TWO_WAYS if known and platform in broken else ""
        bars = [
            charts_time.Week(
                said.count(week.number),
                week.gain,
                said.compact(None if week.gain is None else round(week.gain)),
                _(
                    "Week %(week)s: %(gain)s",
                    week=said.count(week.number),
                    gain=said.compact(None if week.gain is None else round(week.gain)),
                ),
                "part" if week.is_part else "best" if week in strongest and not broken else "rest",
            )
            for week in rows
        ]
        summary = _(
            "%(platform)s: %(metric)s by week, %(total)s in all.",
            platform=_platform(reading, platform), metric=label, total=total,
        )  # fmt: skip
        found.append(
            Panel(_platform(reading, platform), total, charts_time.weeks(bars, end=end, low=low, label=summary))
        )
    return tuple(found)


def _course(reading: Reading, found: Track, label: str) -> charts_time.Course:
    _, said = reading.gettext, reading.formats
    brief = overview(reading)
    goal = next((g for g in goals(reading) if g.kpi == found.kpi), None)
    unit = reading.unit(found.kpi)
    days = max(len(found.totals), found.planned_days)
    expected = _expected(reading, goal, found)
    top = max(*found.totals, found.target or 0, expected.upper if expected else 0)
    step = round_end(top / 4)
    steps = range(int(-(-top // step)) + 1) if top else range(2)
    now = round(found.totals[-1]) if unit == "count" else found.totals[-1]
    summary = _("%(kpi)s so far: %(value)s.", kpi=label, value=said.value(now, unit, short=True))
    since: tuple[int, str, str] | None = None
    if found.lead is not None and 0 < found.lead[1] < len(found.totals):
        is_above, day = found.lead
        words = _("above plan") if is_above else _("below plan")
        on = _("from %(day)s", day=said.short_day(found.first + timedelta(days=day)))
        since = (day, words, on)
    plan = ((0, found.planned(0)), (found.planned_days - 1, found.target or 0)) if found.target else ()
    return charts_time.Course(
        days=days,
        actual=found.totals,
        end=step * max(steps[-1], 1),
        ticks=tuple((step * n, said.value(step * n, unit, short=True)) for n in steps),
        dates=tuple((n, said.short_day(found.first + timedelta(days=n))) for n in range(0, days, 7)),
        label=summary,
        actual_text=_("Result %(value)s", value=said.value(now, unit, short=True)),
        plan=(*plan, (days - 1, found.target or 0)) if plan and days > found.planned_days else plan,
        plan_text=_("Plan %(value)s", value=said.value(found.target, unit, short=True)),
        since=since,
        settling=(found.planned_days, _("still counting")) if brief.is_over and days > found.planned_days else None,
        expected=expected,
    )


def _expected(reading: Reading, goal: Goal | None, found: Track) -> charts_time.Expected | None:
    """What the campaign's last day is expected to bring, while it runs."""
    if goal is None or goal.expected is None or len(found.totals) >= found.planned_days:
        return None
    middle, lower, upper = goal.expected
    if not 0 <= lower <= middle <= upper:
        return None
    unit = reading.unit(found.kpi)
    text = reading.gettext("Expected %(value)s", value=reading.formats.value(middle, unit, short=True))
    return charts_time.Expected(found.planned_days - 1, middle, lower, upper, text)
