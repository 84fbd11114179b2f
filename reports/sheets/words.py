"""What the tables' words mean, and where the file comes from."""

from reports.overview import edition_name, kind_name, overview
from reports.reading import Reading, said_in
from reports.sheets.shape import Column, Sheet, Value, text, unit_of


def glossary(reading: Reading) -> Sheet:
    """One row for each KPI: its name, what it is, and how it is computed."""
    _ = reading.gettext
    better = {"higher": _("higher"), "lower": _("lower"), "neither": _("neither")}
    ja = reading.figures.locale == "ja"
    used = {row["kpi"] for row in reading.index.values()}
    rows = [
        (
            reading.label(name),
            name,
            (kpi.description_ja or kpi.description) if ja else kpi.description,
            kpi.formula,
            unit_of(reading, reading.unit(name)),
            better[kpi.better],
            kpi.definition_version,
            text(kpi.source),
        )
        for name, kpi in sorted(reading.figures.registry.items())
        if name in used
    ]
    return Sheet(
        "glossary",
        _("Glossary"),
        (
            Column(_("Measure")),
            Column(_("KPI id")),
            Column(_("What it says")),
            Column(_("Formula")),
            Column(_("Unit")),
            Column(_("What is better")),
            Column(_("Definition version"), "count"),
            Column(_("Source")),
        ),
        tuple(rows),
    )


def about(reading: Reading) -> Sheet:
    """The edition: whose, of what, as of when, and how to read an empty cell."""
    _, figures = reading.gettext, reading.figures
    brief = overview(reading)
    rows: list[tuple[Value, ...]] = [
        (_("Name of the campaign"), brief.name),
        (_("Brand"), brief.brand),
        (_("Period"), reading.formats.period(brief.starts_on, brief.ends_on)),
        (_("Report"), f"{kind_name(reading)} · {edition_name(reading)}"),
        (_("Data as of"), reading.formats.instant(figures.as_of)),
        (_("Timezone of days"), figures.zone),
        (_("Currency"), figures.currency),
        (_("Campaign id"), figures.campaign_id),
        (_("Edition"), figures.label),
        (_("Run"), said_in(figures.run_id)),
        (_("Empty cells"), _("An empty cell is unknown, not zero; the reason stands in the same row.")),
        (_("Rates"), _("Shares are numbers: 0.05 is 5%%. Never add them up or average them.")),
        (_("Guidelines and disclosure"), _("Checks by rules: an aid, not legal advice.")),
        (_("Confidential"), _("Internal: contains names and fees. Do not pass on.")),
    ]
    return Sheet("about", _("About this file"), (Column(_("What")), Column(_("Said"))), tuple(rows))
