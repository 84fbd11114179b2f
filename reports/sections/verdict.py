"""The result in one sentence, chosen by rules of which each checks its own claim, with its bad news in it."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.actions import actions
from reports.claims import claims
from reports.duties import due_on
from reports.headlines import headline, marked, plain
from reports.nights import Nights, nights
from reports.overview import overview
from reports.reading import Reading
from reports.reasons import lead, why
from reports.waiting import Task, open_tasks, subjects, tasks

ORDER = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """The verdict, why, how firm it is, at most three things to do, and what else waits."""

    title: str
    finding: Markup
    sentence: str
    why: str
    lead: str
    tasks: tuple[Task, ...]
    more: tuple[Task, ...]
    rule: str


def facts(reading: Reading) -> Facts:
    """The first claim that holds, then what must be decided."""
    sentence = next(claim.sentence for claim in claims(reading) if claim.holds)
    gap = "" if reading.figures.locale == "ja" else " "
    if must := must_do(reading):
        sentence += gap + must
    unrun = nights(reading.figures, overview(reading))
    chosen = actions(reading)
    if unrun.unrun:
        sentence += gap + not_run(reading, unrun, marked(reading.formats.count(len(unrun.unrun)), "bad"))
    return Facts(
        title=reading.gettext("Verdict"),
        finding=headline(sentence, reading.figures.locale),
        sentence=plain(sentence),
        why=gap.join(why(reading)),
        lead=lead(reading),
        tasks=chosen,
        more=tuple(one for one in tasks(reading) if one.due and one not in chosen),
        rule=_rule(reading) if any(one.due for one in chosen) else "",
    )


def _rule(reading: Reading) -> str:
    """How due dates are counted, and from when."""
    day = reading.formats.full_day(due_on(reading))
    country = reading.figures.workdays.country
    if country:
        return reading.gettext(
            "Due dates count working days (Monday to Friday, without the public holidays of %(country)s) from %(day)s.",
            country=reading.formats.country(country),
            day=day,
        )
    return reading.gettext(
        "Due dates count working days (Monday to Friday; public holidays are not considered) from %(day)s.", day=day
    )


def must_do(reading: Reading) -> str:
    """The one thing that must be done: posts to be put right before posts to be decided; empty if there is neither."""
    if what := subjects(reading, open_tasks(reading, "fail"), tone="bad"):
        return reading.gettext("%(what)s may breach the rules: have this put right.", what=what)
    waiting = reading.figures.pending.height
    if not waiting:
        return ""
    return reading.ngettext(
        "%(num)s post waits for a decision.",
        "%(num)s posts wait for a decision.",
        waiting,
        num=marked(reading.formats.count(waiting), "bad"),
    )


def not_run(reading: Reading, found: Nights, number: str) -> str:
    """How many of the window's nights were not run."""
    return reading.ngettext(
        "%(num)s of %(nights)s nights was not run.",
        "%(num)s of %(nights)s nights were not run.",
        len(found.unrun),
        num=number,
        nights=reading.formats.count(len(found.every)),
    )
