"""The table of costs: each as it was given, and as it counts in the campaign's currency."""

from reports.reading import Reading, rows_of
from reports.sheets.shape import Column, Sheet, Value, day, number, text
from transforms.labels import NAMES


def costs(reading: Reading) -> Sheet:
    """One row for each cost, of the roster and of costs.csv."""
    _ = reading.gettext
    kinds = {
        "fee": _("Fee"),
        "product": _("Product"),
        "shipping": _("Shipping"),
        "agency": _("Agency"),
        "boost": _("Boost"),
        "other": _("Other costs"),
    }
    taxes = {"excluded": _("without tax"), "included": _("with tax"), "none": _("bears no tax")}
    rows: list[tuple[Value, ...]] = []
    for row in rows_of(reading.figures.costs):
        route = NAMES["route"].get(str(row["route"]))
        counted = number(row["converted"])
        rows.append(
            (
                text(row["influencer_id"]),
                reading.person(row["influencer_id"]) or None,
                reading.platform(row["platform"]) if row["platform"] else None,
                kinds.get(str(row["kind"]), text(row["kind"])),
                getattr(route, reading.figures.locale) if route else None,
                day(row["spent_on"]),
                number(row["amount"]),
                text(row["currency"]),
                taxes.get(str(row["tax"])),
                counted,
                text(row["campaign_currency"]),
                number(row["fx_rate"]),
                day(row["fx_on"]),
                reading.reason(str(row["reason"])) if counted is None else None,
                text(row["note"]),
            )
        )
    return Sheet(
        "costs",
        _("Costs"),
        (
            Column(_("Creator id"), "id"),
            Column(_("Creator")),
            Column(_("Platform")),
            Column(_("Kind of cost")),
            Column(_("How engaged")),
            Column(_("Day"), "date"),
            Column(_("Amount as given"), "decimal"),
            Column(_("Currency")),
            Column(_("Tax")),
            Column(_("Counted as"), "money"),
            Column(_("Currency counted in")),
            Column(_("Exchange rate"), "decimal"),
            Column(_("Day of the rate"), "date"),
            Column(_("Why unknown")),
            Column(_("Note")),
        ),
        tuple(rows),
        pinned=2,
    )
