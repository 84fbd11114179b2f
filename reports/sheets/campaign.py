"""The campaign's own tables: its KPIs, its goals, its days, and every KPI above the single post in long form."""

from reports.figures import DAY_METRICS
from reports.reading import KpiRow, Reading, rows_of
from reports.sheets.shape import Column, Measured, Sheet, Value, day, kind_of, number, reasons, state, text, unit_of
from transforms.kpis import Grain

_ORDER: dict[str, int] = {"campaign": 0, "platform": 1, "influencer": 2}


def summary(reading: Reading) -> Sheet:
    """One row for each KPI of the campaign."""
    _ = reading.gettext
    rows = sorted((r for r in reading.index.values() if r["grain"] == "campaign"), key=lambda r: r["kpi"])
    return Sheet(
        "summary",
        _("Summary"),
        (
            Column(_("Measure")),
            *_figure_heads(reading),
            Column(_("KPI id")),
            Column(_("Definition")),
        ),
        tuple((reading.label(row["kpi"]), *_figure(reading, row), row["kpi"], _defined(reading, row)) for row in rows),
    )


def _defined(reading: Reading, row: KpiRow) -> str | None:
    known = reading.figures.registry.get(row["kpi"])
    if known is None:
        return None
    return (known.description_ja or known.description) if reading.figures.locale == "ja" else known.description


def _figure_heads(reading: Reading) -> tuple[Column, ...]:
    _ = reading.gettext
    return (
        Column(_("Value"), "decimal"),
        Column(_("Unit")),
        Column(_("95%% interval from"), "decimal"),
        Column(_("95%% interval to"), "decimal"),
        Column(_("Posts known"), "count"),
        Column(_("Posts in all"), "count"),
        Column(_("State")),
        Column(_("Why unknown")),
        Column(_("Posts typed by hand"), "count"),
        Column(_("Counted in two ways")),
        Column(_("Definition version"), "count"),
    )


def _figure(reading: Reading, row: KpiRow) -> tuple[Value, ...]:
    unit = reading.unit(row["kpi"])
    kind = kind_of(unit)
    value, lower, upper = (number(v) for v in (row["value"], row["lower"], row["upper"]))
    return (
        Measured(value, kind),
        unit_of(reading, unit),
        Measured(lower, kind),
        Measured(upper, kind),
        row["posts_known"],
        row["posts_all"],
        state(reading, row["state"]),
        reading.reason(row["reason"]) if value is None else None,
        row["posts_manual"],
        row["definition_changed"],
        row["definition"],
    )


def values(reading: Reading) -> Sheet:
    """Every KPI of campaign, platforms and creators, one row each: what the wide tables have no room for."""
    _ = reading.gettext
    grains = {"campaign": _("Campaign"), "platform": _("Platform"), "influencer": _("Creator")}
    found = sorted(
        (r for r in reading.index.values() if r["grain"] in _ORDER),
        key=lambda r: (_ORDER[r["grain"]], r["platform"] or "", r["influencer_id"] or "", r["kpi"]),
    )
    rows: list[tuple[Value, ...]] = []
    for row in found:
        grain, who = row["grain"], row["influencer_id"] if row["grain"] == "influencer" else None
        where = row["platform"] if grain == "platform" else None
        rows.append(
            (
                grains[grain],
                reading.platform(where) if where else None,
                text(who),
                reading.person(who) or None,
                reading.label(row["kpi"]),
                *_figure(reading, row),
                row["kpi"],
            )
        )
    return Sheet(
        "kpis",
        _("All KPIs"),
        (
            Column(_("Of what")),
            Column(_("Platform")),
            Column(_("Creator id"), "id"),
            Column(_("Creator")),
            Column(_("Measure")),
            *_figure_heads(reading),
            Column(_("KPI id")),
        ),
        tuple(rows),
        pinned=5,
    )


def goals(reading: Reading) -> Sheet:
    """One row for each goal that was agreed."""
    _ = reading.gettext
    verdicts = {
        "met": _("Met"),
        "missed": _("Missed"),
        "ahead": _("Ahead of pace"),
        "behind": _("Behind pace"),
        "unknown": _("Cannot be told"),
    }
    rows: list[tuple[Value, ...]] = []
    for row in rows_of(reading.figures.goals):
        kpi = str(row["kpi"])
        unit = reading.unit(kpi)
        kind = kind_of(unit)
        rows.append(
            (
                reading.label(kpi),
                *(Measured(number(row[name]), kind) for name in ("target", "value")),
                unit_of(reading, unit),
                number(row["attainment"]),
                verdicts.get(str(row["verdict"])),
                *(Measured(number(row[name]), kind) for name in ("forecast", "forecast_lower", "forecast_upper")),
                number(row["chance"]),
                state(reading, row["state"]),
                reading.reason(str(row["reason"])) if row["reason"] else None,
                kpi,
            )
        )
    return Sheet(
        "goals",
        _("Goals"),
        (
            Column(_("Measure")),
            Column(_("Target"), "decimal"),
            Column(_("Value"), "decimal"),
            Column(_("Unit")),
            Column(_("Share of the goal"), "ratio"),
            Column(_("Status")),
            Column(_("Expected at the end"), "decimal"),
            Column(_("80%% interval from"), "decimal"),
            Column(_("80%% interval to"), "decimal"),
            Column(_("Chance of reaching it"), "ratio"),
            Column(_("State")),
            Column(_("Why unknown")),
            Column(_("KPI id")),
        ),
        tuple(rows),
    )


def days(reading: Reading) -> Sheet:
    """One row for each day and platform: what was gained, and how many posts tell it."""
    _ = reading.gettext
    rows: list[tuple[Value, ...]] = []
    for row in rows_of(reading.figures.days):
        gains = [number(row[f"gained_{m}"]) for m in DAY_METRICS]
        known = [number(row[f"{m}_known"]) for m in DAY_METRICS]
        # a day of which no gain is known was not observed; why one platform tells no shares is not known here
        code = "gap" if all(gain is None for gain in gains) else None
        untold = [(reading.metric(m), code) for m, gain in zip(DAY_METRICS, gains, strict=True) if gain is None]
        rows.append(
            (
                day(row["day"]),
                reading.platform(row["platform"]),
                number(row["posts_all"]),
                *(value for pair in zip(gains, known, strict=True) for value in pair),
                reasons(reading, untold),
            )
        )
    heads = (
        column
        for m in DAY_METRICS
        for column in (
            Column(_("%(metric)s gained", metric=reading.metric(m)), "count"),
            Column(_("%(metric)s: posts known", metric=reading.metric(m)), "count"),
        )
    )
    return Sheet(
        "daily",
        _("By day"),
        (
            Column(_("Day"), "date"),
            Column(_("Platform")),
            Column(_("Posts in all"), "count"),
            *heads,
            Column(_("Why unknown")),
        ),
        tuple(rows),
        pinned=2,
    )


def shown(reading: Reading, grain: Grain) -> list[str]:
    """The KPIs that a wide table of a grain has, by name: those that have a row there."""
    return sorted({row["kpi"] for row in reading.index.values() if row["grain"] == grain})
