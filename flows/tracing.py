"""What `hibiki trace` shows: a figure, what it was added from, where that was landed, and the sum once more."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from rich.text import Text
from rich.tree import Tree

from flows.screen import Screen, plain
from tasks import settings as settings_file
from tasks import trace as tracing
from tasks.errors import DONE, REFUSED, ConfigurationError
from tasks.knowledge import marts_at
from tasks.site import open_site
from tasks.trace import Part, Trace
from tasks.tracing.figures import Place, Published, kpis_at, published
from tasks.tracing.rereading import Rereading
from tasks.warehouse import Warehouse
from tasks.workspace import Workspace
from transforms import corrections

ALL = "all"
_FEW = 5
"""Parts of an input that are shown; the rest is folded."""


def trace(
    screen: Screen,
    where: Workspace,
    place: Place,
    kpi: str,
    *,
    as_of: datetime | None,
    verify: bool,
    show_all: bool,
) -> int:
    """Show where a figure came from; with ``verify`` only whether it holds. Refused where anything does not agree."""
    zone = settings_file.read(where.root).timezone
    found = published(where.serving) if as_of is None else _known_at(where, as_of)
    names = kpis_at(place) if kpi == ALL else [kpi]
    landed = Rereading(where.landing)
    told = [one for name in names for one in tracing.traces(place, name, found, landed)]
    if not told:
        raise ConfigurationError(f"there is no such figure: {place.command(kpi)}")
    for one in told:
        if verify or kpi == ALL:
            screen.say(f"{'✓' if one.agrees else '✗'} {plain(one.kpi.name)}  {_title(one)}  {_again(one)}")
        else:
            _show(screen, one, zone, show_all=show_all)
    if len(told) > 1 and (verify or kpi == ALL):
        screen.say("", f"  {sum(one.agrees for one in told):,} of {len(told):,} figures hold")
    faults = list(dict.fromkeys(fault for one in told for fault in one.faults))
    screen.faults([plain(f) for f in faults])
    screen.document([_as_json(one) for one in told])
    return REFUSED if faults else DONE


def _known_at(where: Workspace, as_of: datetime) -> Published:
    """The figures as they were known at an instant, made again from core."""
    site = open_site(where.root)
    if as_of > site.now:
        raise ConfigurationError(f"--as-of {as_of.isoformat()} is in the future: nothing is known then")
    with where.lock("trace", site.clock), site.warehouse() as warehouse:
        marts = marts_at(site, warehouse, as_of)
        return Published(
            marts["marts.kpi_values"],
            marts["marts.lineage"],
            warehouse.frame("ops.responses"),
            warehouse.frame("core.campaigns"),
            warehouse.frame("core.influencers"),
            _corrections_at(warehouse, as_of),
            version=f"as known at {as_of.isoformat()}",
        )


def _corrections_at(warehouse: Warehouse, as_of: datetime) -> pl.DataFrame:
    """What persons had set right by then; whether it still applied shows in the figures."""
    files, rows = (warehouse.frame(t.name, "known_at <= ?", [as_of]) for t in corrections.FRAMES)
    return corrections.in_force(files, rows)


def _show(screen: Screen, one: Trace, zone: str, *, show_all: bool) -> None:
    screen.heading(f"{one.kpi.label.en} ({one.kpi.name}) · {_title(one)}")
    screen.say(
        f"  {_value(one.figure['value'], one)}{_interval(one)}", f"  {one.kpi.formula}", f"  {_state(one, zone)}"
    )
    numbers = {landed_id: n for n, landed_id in enumerate(one.answers, start=1)}
    tree = Tree(Text("added from"), guide_style="dim")
    shown: set[str] = set()
    parts = sorted(one.parts, key=_order)
    for name, group in groupby(parts, key=lambda p: p.input):
        members = list(group)
        branch = tree.add(Text(f"{name}: {_together(members)}", style="bold"))
        listed = members if show_all else members[:_FEW]
        for part in listed:
            branch.add(_part(part, numbers))
        shown.update(p.landed_id for p in listed if p.landed_id)
        if len(listed) < len(members):
            branch.add(Text(f"… {len(members) - len(listed):,} more (--all)", style="dim"))
    screen.draw(tree)
    _answers(screen, one, numbers, shown, zone)
    screen.say("", f"  re-added: {_again(one)} {'✓ equals the stored figure' if one.agrees else '✗ see below'}")


def _order(part: Part) -> tuple[object, ...]:
    """By input; what a person set right and what does not agree is never folded behind larger parts."""
    is_plain = part.correction is None and part.fault is None
    return (part.input, is_plain, not part.counts, -abs(part.value or 0.0), part.thing_id or "")


def _answers(screen: Screen, one: Trace, numbers: dict[str, int], shown: set[str], zone: str) -> None:
    """The answers that the parts shown were read from."""
    tree = Tree(Text(f"from {len(numbers):,} landed answers"), guide_style="dim")
    for landed_id, n in numbers.items():
        if landed_id not in shown:
            continue
        a = one.answers[landed_id]
        at = a.received_at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
        branch = tree.add(Text(f"[{n}] {plain(a.file)}, line {a.line}"))
        branch.add(Text(f"{a.method} {plain(a.url)} → {a.status}, {at}", style="dim"))
        branch.add(Text(f"sha256 {a.sha256}", style="dim"))
    if hidden := len(numbers) - len(shown):
        tree.add(Text(f"… {hidden:,} more (--all)", style="dim"))
    screen.draw(tree)


def _part(part: Part, numbers: dict[str, int]) -> Text:
    what = plain(part.thing_id or part.thing)
    figure = _number(part.told) if part.value is not None else f"unknown ({part.reason or 'not_reported'})"
    times = "" if part.weight in {None, 1.0} or part.value is None else f" × {part.weight:.6g} = {_number(part.value)}"
    left_out = "" if part.counts or part.value is None else " (left out: the other side is unknown)"
    line = Text(f"{what}  {part.metric or part.input} {figure}{times}{left_out}")
    if part.landed_id is None:
        return line
    where = "; ".join(f"{plain(s.place)}: {plain(s.raw) if s.raw is not None else 'not there'}" for s in part.shown)
    line.append(f"  ← [{numbers.get(part.landed_id, '?')}] {where}", style="dim")
    if (c := part.correction) is not None:
        line.append(f"  set right from {_number(c.expected)} by {plain(c.author)}: {plain(c.reason)}", style="yellow")
    return line.append(f"  ✗ {plain(part.fault)}", style="red") if part.fault else line


def _together(parts: Sequence[Part]) -> str:
    """What the parts that count add up to, and how many do not: a row that lacks the other side is left out."""
    counted = [p.value for p in parts if p.counts and p.value is not None]
    left_out = len(parts) - len(counted)
    return f"{_number(math.fsum(counted))} in {len(counted):,}" + (f"; {left_out:,} left out" if left_out else "")


def _title(one: Trace) -> str:
    ids = (one.figure["platform"], one.figure["influencer_id"], one.name, one.figure["post_id"])
    return " · ".join(plain(str(i)) for i in (one.place.campaign_id, *ids) if i)


def _state(one: Trace, zone: str) -> str:
    f = one.figure
    at = f["as_of"]
    when = at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes") if isinstance(at, datetime) else "?"
    said = f"{f['state']} · {f['posts_known']} of {f['posts_all']} posts known · as known {when} · {one.version}"
    if f["posts_manual"]:
        said += f" · {f['posts_manual']} typed or set right by a person †"
    return f"{said} · {f['reason']}" if f["reason"] else said


def _interval(one: Trace) -> str:
    lower, upper = one.figure["lower"], one.figure["upper"]
    return "" if lower is None or upper is None else f"  (95 %: {_value(lower, one)} to {_value(upper, one)})"


def _again(one: Trace) -> str:
    """The sum, written out."""
    if one.value is None:
        return f"unknown, from {one.rows_known:,} of {one.rows_all:,} rows that know both sides"
    if one.kpi.expr.denominator is None:
        return _value(one.value, one)
    scale = "" if one.kpi.expr.scale == 1 else f" × {one.kpi.expr.scale:,.0f}"
    return f"{_number(one.numerator)} ÷ {_number(one.denominator)}{scale} = {_value(one.value, one)}"


def _value(value: object, one: Trace) -> str:
    """A value in its unit."""
    if not isinstance(value, int | float):
        return "–"
    unit = one.kpi.unit
    if unit == "ratio":
        return f"{value * 100:,.4g} %"
    if unit.startswith("money"):
        per = " per 1,000" if "1000" in unit else ""  # per what else, the KPI's name says
        return f"{one.currency} {_number(round(value, 2))}{per}"
    return f"{_number(round(value, 4))}{'' if unit == 'count' else f' {unit}'}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0").rstrip(".")


def _as_json(one: Trace) -> dict[str, Any]:
    return {
        "kpi": one.kpi.name,
        "grain": one.grain,
        "unit": one.kpi.unit,
        "formula": one.kpi.formula,
        "figure": dict(one.figure),
        "re_added": {"numerator": one.numerator, "denominator": one.denominator, "value": one.value},
        "agrees": one.agrees,
        "faults": list(one.faults),
        "parts": [asdict(p) for p in one.parts],
        "answers": {landed_id: asdict(a) for landed_id, a in one.answers.items()},
        "published": one.version,
    }
