"""Why a result is what it is and how firm: at most two sentences that check their own claim, then size and spend."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from reports.course import track
from reports.headlines import within
from reports.nights import nights
from reports.overview import Overview, overview
from reports.reading import Reading
from reports.standing import standings

_NEAR = 0.01
"""A spend so near its budget is called about the same."""


def why(reading: Reading) -> Iterator[str]:
    """What carried the result and what held it back: at most two sentences, each of which checks its own claim."""
    _ = reading.gettext
    found = standings(reading)
    better, worse = (len(found.of("better")), len(found.of("worse"))) if found else (0, 0)
    if found is not None and better + worse:
        yield _(
            "By %(kpi)s %(better)s of %(all)s creators stand clearly better than the others, %(worse)s clearly behind.",
            kpi=within(reading.label(found.kpi), reading.figures.locale),
            better=reading.formats.count(better),
            worse=reading.formats.count(worse),
            all=reading.formats.count(len(found.people)),
        )
    elif found is not None and found.is_separable:
        yield _(
            "By %(kpi)s no creator differs from the others by more than chance.",
            kpi=within(reading.label(found.kpi), reading.figures.locale),
        )
    course = track(reading)
    if course is not None and course.lead is not None and course.totals:
        is_above, since = course.lead
        if since:
            said = {
                "kpi": reading.label(course.kpi),
                "day": reading.formats.day(course.first + timedelta(days=since)),
            }
            yield (
                _("%(kpi)s: above the even plan since %(day)s.", **said)
                if is_above
                else _("%(kpi)s: below the even plan since %(day)s.", **said)
            )


def lead(reading: Reading) -> str:
    """Posts, creators and spend in a sentence, and how firm the figures are."""
    _ = reading.gettext
    brief = overview(reading)
    said = {"posts": reading.formats.count(brief.posts), "people": reading.formats.count(brief.influencers)}
    if brief.promised is None:
        first = _("%(posts)s posts by %(people)s creators are confirmed.", **said)
    else:
        promised = reading.formats.count(brief.promised)
        first = _(
            "%(posts)s of %(promised)s promised posts by %(people)s creators are confirmed.", promised=promised, **said
        )
    second = (
        _against_budget(reading, brief) or _("They cost %(cost)s in all.", cost=brief.cost.text)
        if brief.cost.is_known
        else _("What they cost in all is not known, because a part of the costs is missing.")
    )
    unrun = nights(reading.figures, brief).unrun
    third = (
        _("No more figures are awaited, but those of nights that were not run are missing for good.")
        if reading.figures.edition == "final" and unrun
        else _("The figures are final.")
        if reading.figures.edition == "final"
        else _("The figures may still move until %(day)s.", day=reading.formats.full_day(brief.final_on))
    )
    # of an empty roster there is nothing to count
    said_first = (first, second) if brief.influencers else ()
    return ("" if reading.figures.locale == "ja" else " ").join((*said_first, third))


def _against_budget(reading: Reading, brief: Overview) -> str:
    """What was spent beside the agreed budget; nothing where there is none, or where tax makes them two things."""
    _ = reading.gettext
    budget, basis = reading.figures.campaign.get("budget"), reading.figures.campaign.get("tax_basis")
    if not isinstance(budget, Decimal) or budget <= 0 or basis not in {None, "as_given"} or brief.cost.value is None:
        return ""
    off = brief.cost.value / float(budget) - 1
    said = {
        "cost": brief.cost.text,
        "budget": reading.formats.money(budget),
        "share": reading.formats.attainment(abs(off)),
    }
    if abs(off) < _NEAR:
        return _("They cost %(cost)s in all, about the budget of %(budget)s.", **said)
    if off > 0:
        return _("They cost %(cost)s in all, %(share)s more than the budget of %(budget)s.", **said)
    if not brief.is_over:
        return _("They cost %(cost)s so far, of a budget of %(budget)s.", **said)
    return _("They cost %(cost)s in all, %(share)s less than the budget of %(budget)s.", **said)
