"""The table of costs: each as it was given and as it counts."""

from reports.reading import Reading, rows_of
from reports.sheets.shape import Column, Sheet, Value, number, text


def costs(reading: Reading) -> Sheet:
    """One row for each creator's agreed fee and cost."""
    _ = reading.gettext
    rows: list[tuple[Value, ...]] = []
    for row in rows_of(reading.figures.influencers):
        fee, cost = number(row["fee"]), number(row["cost"])
        rows.append(
            (
                text(row["influencer_id"]),
                text(row["name"]),
                fee,
                cost,
                reading.figures.currency,
                None if cost is not None else reading.reason("no_cost"),
            )
        )
    return Sheet(
        "costs",
        _("Costs"),
        (
            Column(_("Creator id"), "id"),
            Column(_("Creator")),
            Column(_("Fee"), "money"),
            Column(_("Cost"), "money"),
            Column(_("Currency")),
            Column(_("Why unknown")),
        ),
        tuple(rows),
        pinned=2,
    )
