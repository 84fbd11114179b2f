"""The tables of creators and of posts: one row each, every KPI a column, what is unknown named with its reason."""

from reports.links import safe_link
from reports.reading import KpiRow, Reading, reasons_in, rows_of, said_in
from reports.sheets.campaign import shown
from reports.sheets.shape import Column, Sheet, Value, day, kind_of, number, reasons, state, text
from transforms.tables.fields import METRICS


def creators(reading: Reading) -> Sheet:
    """One row for each creator of the roster."""
    _ = reading.gettext
    kpis = [kpi for kpi in shown(reading, "influencer") if kpi != "posts"]
    rows: list[tuple[Value, ...]] = []
    for row in rows_of(reading.figures.influencers):
        who = str(row["influencer_id"])
        found = {kpi: reading.row(kpi, "influencer", influencer_id=who) for kpi in kpis}
        own = [(_("Followers"), row["followers"]), (_("Fee"), row["fee"]), (_("Cost"), row["cost"])]
        codes = (None, "no_cost", "no_cost")
        lacking = [(name, code) for (name, value), code in zip(own, codes, strict=True) if value is None]
        rows.append(
            (
                text(who),
                text(row["name"]),
                " · ".join(reading.platform(p) for p in said_in(row["platforms"]).split()) or None,
                text(row["handles"]),
                number(row["followers"]),
                reading.tier(row["tier"]) if row["tier"] else None,
                number(row["posts"]),
                number(row["promised_posts"]),
                number(row["fee"]),
                number(row["cost"]),
                *(_value(found[kpi]) for kpi in kpis),
                reasons(reading, [*lacking, *_lacking(reading, found)]),
            )
        )
    return Sheet(
        "creators",
        _("List of creators"),
        (
            Column(_("Creator id"), "id"),
            Column(_("Creator")),
            Column(_("Platform")),
            Column(_("Accounts")),
            Column(_("Followers"), "count"),
            Column(_("Size")),
            Column(_("Posts"), "count"),
            Column(_("Promised posts"), "count"),
            Column(_("Fee"), "money"),
            Column(_("Cost"), "money"),
            *_heads(reading, kpis),
            Column(_("Unknown, and why")),
        ),
        tuple(rows),
        pinned=2,
    )


def posts(reading: Reading) -> Sheet:
    """One row for each confirmed post, with its caption as it was."""
    _ = reading.gettext
    labels = {"on": _("labelled"), "off": _("not labelled")}
    states = {"on": _("up"), "gone": _("no longer there"), "restricted": _("restricted")}
    kpis = [kpi for kpi in shown(reading, "post") if kpi not in METRICS]
    rows: list[tuple[Value, ...]] = []
    for row in rows_of(reading.figures.posts):
        platform, post_id = str(row["platform"]), str(row["post_id"])
        found = {kpi: reading.row(kpi, "post", platform=platform, post_id=post_id) for kpi in kpis}
        told = reasons_in(row["missing"])
        lacking = [(reading.metric(m), told.get(m)) for m in METRICS if row[m] is None and m in told]
        rows.append(
            (
                reading.platform(platform),
                text(post_id),
                day(row["published_on"]),
                text(row["influencer_id"]),
                reading.person(row["influencer_id"]) or None,
                text(row["handle"]),
                reading.format(row["format"]),
                labels.get(str(row["paid_label"]), _("label unknown")),
                states.get(str(row["availability"])),
                number(row["followers"]),
                reading.tier(row["tier"]) if row["tier"] else None,
                *(number(row[m]) for m in METRICS),
                *(_value(found[kpi]) for kpi in kpis),
                state(reading, next((r["state"] for r in found.values() if r is not None), None)),
                reasons(reading, [*lacking, *_lacking(reading, found)]),
                safe_link(row["permalink"]) or text(row["permalink"]),
                text(row["caption"]),
            )
        )
    return Sheet(
        "posts",
        _("Confirmed posts"),
        (
            Column(_("Platform")),
            Column(_("Post id"), "id"),
            Column(_("Posted on"), "date"),
            Column(_("Creator id"), "id"),
            Column(_("Creator")),
            Column(_("Account")),
            Column(_("Kind")),
            Column(_("Paid partnership")),
            Column(_("Availability")),
            Column(_("Followers"), "count"),
            Column(_("Size")),
            *(Column(reading.metric(m), "count") for m in METRICS),
            *_heads(reading, kpis),
            Column(_("State")),
            Column(_("Unknown, and why")),
            Column(_("Address")),
            Column(_("Caption")),
        ),
        tuple(rows),
        pinned=2,
    )


def _heads(reading: Reading, kpis: list[str]) -> tuple[Column, ...]:
    return tuple(Column(reading.label(kpi), kind_of(reading.unit(kpi))) for kpi in kpis)


def _value(row: KpiRow | None) -> Value:
    return None if row is None else number(row["value"])


def _lacking(reading: Reading, found: dict[str, KpiRow | None]) -> list[tuple[str, str | None]]:
    return [
        (reading.label(k), None if r is None else r["reason"])
        for k, r in found.items()
        if r is None or r["value"] is None
    ]
