"""The three things to do: what is due today, with whom to go on, what to change; fewer where less is known."""

from reports.course import is_whole
from reports.duties import LATER
from reports.headlines import within
from reports.measures import results
from reports.reading import Reading
from reports.spend import TIERS
from reports.standing import Standings, standings
from reports.waiting import Task, assigned, tasks

MOST = 3
_FEW = 2
"""Fewer people of a size than this say nothing about the size."""


def actions(reading: Reading) -> tuple[Task, ...]:
    """At most three, each with its reason in figures, who does it and by when.

    What is urgent comes first; then one that says with whom to go on and one that says what to change, where people
    are clearly told apart; what else waits fills the rest.
    """
    waiting = tasks(reading)
    found = standings(reading)
    advice = [one for one in (_continue(reading, found), _change(reading, found)) if one is not None]
    urgent = [one for one in waiting if one.tone == "act"]
    first = urgent[: MOST - len(advice)]
    rest = [one for one in waiting if one not in first and one.due]
    chosen = [*first, *advice, *rest][:MOST]
    return tuple(chosen or waiting[:1])


def _continue(reading: Reading, found: Standings | None) -> Task | None:
    """Go on with those who are clearly better than all others together: how many, and what they took and brought."""
    better = found.of("better") if found else ()
    if found is None or not better:
        return None
    _, n_ = reading.gettext, reading.ngettext
    text = n_(
        "Clearly better than the others by %(kpi)s, beyond what chance explains.",
        "Each is clearly better than the others by %(kpi)s, beyond what chance explains.",
        len(better),
        kpi=within(reading.label(found.kpi), reading.figures.locale),
    )
    taken = _share(reading, [p.influencer_id for p in better])
    gap = "" if reading.figures.locale == "ja" else " "
    made = Task(
        "good",
        _("Continue"),
        n_("Work with %(num)s creator again", "Work with %(num)s creators again", len(better)),
        text + (gap + taken if taken else ""),
    )
    return assigned(reading, made, "casting", "next_steps", later=LATER)


def _share(reading: Reading, people: list[str]) -> str:
    """What they took of the spend and brought of the result, if both are known of everybody."""
    figures = reading.figures
    measure = next(iter(results(reading, "influencer")), None)
    costs = dict(figures.influencers.select("influencer_id", "cost").rows())
    if measure is None or any(cost is None for cost in costs.values()):
        return ""
    rows = {i: reading.row(measure, "influencer", influencer_id=str(i)) for i in costs}
    brought = {
        i: row["value"] for i, row in rows.items() if row is not None and row["value"] is not None and is_whole(row)
    }
    spent, all_brought = sum(float(c) for c in costs.values()), sum(brought.values())
    if len(brought) < len(costs) or spent <= 0 or all_brought <= 0:
        return ""
    return reading.gettext(
        "Together %(spent)s of the spend, %(brought)s of %(result)s.",
        spent=reading.formats.rate(round(sum(float(costs[i]) for i in people) / spent, 2)),
        brought=reading.formats.rate(round(sum(brought[i] for i in people) / all_brought, 2)),
        result=within(reading.label(measure), reading.figures.locale),
    )


def _change(reading: Reading, found: Standings | None) -> Task | None:
    """Move money between sizes where people of both are told apart; else think over those who are clearly weaker."""
    worse = found.of("worse") if found else ()
    if found is None or not worse:
        return None
    _, n_ = reading.gettext, reading.ngettext
    kpi = within(reading.label(found.kpi), reading.figures.locale)
    sizes = _sizes(reading, found)
    if sizes is not None:
        gaining, losing, better, fewer = sizes
        made = Task(
            "warn",
            _("Change"),
            _("Move budget from %(losing)s to %(gaining)s creators", losing=losing, gaining=gaining),
            _(
                "By %(kpi)s %(better)s %(gaining)s creators are clearly better than the others and none is behind; of"
                " the %(losing)s ones %(worse)s are clearly behind and none is better.",
                kpi=kpi,
                better=reading.formats.count(better),
                worse=reading.formats.count(fewer),
                gaining=gaining,
                losing=losing,
            ),
        )
    else:
        made = Task(
            "warn",
            _("Change"),
            n_(
                "Think over terms with %(num)s creator before the next campaign",
                "Think over terms with %(num)s creators before the next campaign",
                len(worse),
            ),
            _("By %(kpi)s they stand clearly behind the others, beyond what chance explains.", kpi=kpi),
        )
    return assigned(reading, made, "planning", "next_steps", later=LATER)


def _sizes(reading: Reading, found: Standings) -> tuple[str, str, int, int] | None:
    """Gaining and losing size with how many are better and worse: at least two each, and none the other way."""
    tiers = {str(i): str(t) for i, t in reading.figures.influencers.select("influencer_id", "tier").rows() if t}
    better: dict[str, int] = {}
    worse: dict[str, int] = {}
    for person in found.people:
        tier = tiers.get(person.influencer_id)
        if tier is not None and person.group in {"better", "worse"}:
            counts = better if person.group == "better" else worse
            counts[tier] = counts.get(tier, 0) + 1
    gaining = [t for t, n in better.items() if n >= _FEW and not worse.get(t)]
    losing = [t for t, n in worse.items() if n >= _FEW and not better.get(t)]
    if not gaining or not losing:
        return None

    def size(tier: str) -> int:
        return TIERS.index(tier) if tier in TIERS else len(TIERS)

    up = min(gaining, key=lambda t: (-better[t], size(t), t))
    down = min(losing, key=lambda t: (-worse[t], size(t), t))
    return reading.tier(up), reading.tier(down), better[up], worse[down]
