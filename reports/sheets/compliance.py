"""The table of findings: what was said, what the rule is, who mends it by when. An aid, not legal advice."""

from reports.links import safe_link
from reports.reading import Reading, rows_of
from reports.sheets.shape import Column, Sheet, Value, day, number, text


def findings(reading: Reading) -> Sheet:
    """One row for each finding, open ones first."""
    _ = reading.gettext
    locale = reading.figures.locale
    verdicts = {"fail": _("possible breach"), "warn": _("please check"), "unknown": _("cannot be told")}
    subjects = {"post": _("Post"), "reuse": _("Reuse by the brand"), "brief": _("Brief")}
    states = {"open": _("open"), "resolved": _("resolved")}
    actors = {"influencer": _("Creator"), "brand": _("Brand"), "agency": _("Agency")}
    tasks: dict[str, list[dict[str, object]]] = {}
    for task in rows_of(reading.figures.compliance_tasks):
        tasks.setdefault(str(task["finding_id"]), []).append(task)
    rows: list[tuple[Value, ...]] = []
    for row in sorted(rows_of(reading.figures.compliance_findings), key=lambda r: (r["state"] != "open", _place(r))):
        own = tasks.get(str(row["finding_id"]), [])
        named = [actors[who] for task in own if (who := str(task["who"])) in actors]
        due = [on for task in own if (on := day(task["due_on"])) is not None]
        rows.append(
            (
                text(row["finding_id"]),
                verdicts.get(str(row["verdict"])),
                states.get(str(row["state"])),
                subjects.get(str(row["subject"])),
                reading.platform(row["platform"]) if row["platform"] else None,
                text(row["post_id"]),
                day(row["published_on"]),
                reading.person(row["influencer_id"]) or None,
                text(row[f"title_{locale}"]),
                text(row["quote"]),
                text(row["wanted"]),
                text(row[f"reason_{locale}"]),
                text(row[f"advice_{locale}"]),
                reading.formats.listed(list(dict.fromkeys(named))) or None,
                text("\n".join(dict.fromkeys(str(task[f"what_{locale}"] or "") for task in own))),
                min(due, default=None),
                text(row[f"law_{locale}"]),
                text(row["rule"]),
                number(row["rule_version"]),
                text(row["source"]),
                text(row["resolved_reason"]),
                text(row["resolved_by"]),
                text(row["caption_sha256"]),
                text(row["earlier_caption_sha256"]),
                safe_link(row["permalink"]) or text(row["permalink"] or row["address"]),
            )
        )
    return Sheet(
        "compliance",
        _("Guidelines and disclosure"),
        (
            Column(_("Finding id"), "id"),
            Column(_("Verdict of the check")),
            Column(_("State")),
            Column(_("Of what")),
            Column(_("Platform")),
            Column(_("Post id"), "id"),
            Column(_("Posted on"), "date"),
            Column(_("Creator")),
            Column(_("What the rule asks")),
            Column(_("Words found")),
            Column(_("Words missing")),
            Column(_("Reason")),
            Column(_("What would be right")),
            Column(_("Who acts")),
            Column(_("What is to do")),
            Column(_("Due on"), "date"),
            Column(_("Law or guideline")),
            Column(_("Rule")),
            Column(_("Version of the rule"), "count"),
            Column(_("Source")),
            Column(_("Why resolved")),
            Column(_("Resolved by")),
            Column(_("SHA-256 of the text"), "id"),
            Column(_("SHA-256 of the earlier text"), "id"),
            Column(_("Address")),
        ),
        tuple(rows),
        pinned=2,
    )


def _place(row: dict[str, object]) -> tuple[str, str, str, int]:
    order = ("fail", "warn", "unknown")
    verdict = str(row["verdict"])
    rank = order.index(verdict) if verdict in order else len(order)
    return (str(rank), str(row["subject_id"]), str(row["rule"]), int(str(row["nth"])))
