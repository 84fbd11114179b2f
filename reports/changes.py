"""What changed since the last edition, in a few sentences: what matters first, each with its causes."""

from itertools import groupby

from reports.reading import Reading, rows_of

SHOWN = 6
_CAUSES_SHOWN = 3


def said(reading: Reading) -> tuple[str, ...]:
    """A sentence for each KPI whose change is material, the largest against its threshold first."""
    _ = reading.gettext
    figures = reading.figures
    if figures.since is None:
        return ()
    rows = [row for row in rows_of(figures.changes) if row["is_material"]]
    kpis = [list(group) for _kpi, group in groupby(rows, key=lambda row: row["kpi"])]
    told = [_sentence(reading, group) for group in kpis[:SHOWN]]
    if not told:
        return (_("Nothing that matters has changed since %(since)s.", since=reading.formats.instant(figures.since)),)
    if (more := len(kpis) - SHOWN) > 0:
        told.append(reading.ngettext("%(num)s more KPI in figures.json.", "%(num)s more KPIs in figures.json.", more))
    return tuple(told)


def _sentence(reading: Reading, rows: list[dict[str, object]]) -> str:
    """Name: before → after (difference): causes, the largest first."""
    _ = reading.gettext
    first = rows[0]
    kpi = str(first["kpi"])
    unit = reading.unit(kpi)

    def value(number: object) -> str:
        return reading.formats.value(number if isinstance(number, int | float) else None, unit)

    def signed(number: object) -> str:
        return ("+" if isinstance(number, int | float) and number > 0 else "") + value(number)

    causes = [
        cause if row["part"] is None else f"{cause} {signed(row['part'])}"
        for row in rows[:_CAUSES_SHOWN]
        for cause in (words(reading, str(row["cause"])),)
    ]
    if len(rows) > _CAUSES_SHOWN:
        causes.append("…")
    change = f"{value(first['before'])} → {value(first['after'])}"
    if first["difference"] is not None:
        change += f" ({signed(first['difference'])})"
    return _("%(kpi)s: %(change)s. Why: %(causes)s", kpi=reading.label(kpi), change=change, causes=", ".join(causes))


def words(reading: Reading, cause: str) -> str:
    """A cause as a reader says it."""
    _ = reading.gettext
    return {
        "definition": _("the KPI's definition changed"),
        "recalculated": _("answers were read or computed anew"),
        "time": _("the time that passed"),
        "brief": _("the brief changed"),
        "cost": _("costs changed"),
        "reference": _("rates or reference files changed"),
        "decision": _("posts confirmed or rejected by hand"),
        "identity": _("accounts were found"),
        "new_post": _("new posts"),
        "post_changed": _("posts were edited or went away"),
        "correction": _("values set right by hand"),
        "restated": _("the platform restated earlier figures"),
        "meaning": _("the same posts, which the platform counts in another way by now (not growth alone)"),
        "growth": _("the same posts, counted later"),
        "followers": _("follower counts"),
        "refund": _("refunds and cancellations"),
        "late_order": _("orders reported late"),
        "new_order": _("new orders"),
        "clicks": _("link clicks"),
        "sessions": _("visits to the site"),
        "new_source": _("a source answered for the first time"),
        "other": _("other figures"),
    }[cause]
