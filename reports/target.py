"""Whether the followers are those whom the brief aims at, told between bounds and never as more than is known."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports import kept
from reports.formats import DASH
from reports.reading import Reading, rows_of, said_in

HALF = 0.5
"""An audience of which surely less than this is within the target is marked."""


@dataclass(frozen=True, slots=True)
class Row:
    """One account: the part of its followers within the target, by everything aimed at and by each dimension."""

    anchor: str
    name: str
    about: str
    value: str
    why: str
    is_low: bool
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Whom the brand wants, how far the campaign's audiences are that, and each account's."""

    title: str
    finding: str
    text: str
    rows: tuple[Row, ...]
    summary: str
    value: str
    by_part: str


def target(reading: Reading) -> Target | None:
    """None where the brief aims at nobody in particular."""
    _ = reading.gettext
    found = rows_of(reading.figures.audience_match)
    if not found:
        return None
    order = {str(i): n for n, i in enumerate(reading.figures.influencers["influencer_id"])}
    accounts = [r for r in found if r["grain"] == "account"]
    accounts.sort(key=lambda r: (order.get(str(r["influencer_id"]), len(order)), str(r["platform"])))
    wholes = [r for r in accounts if r["dimension"] == "all"]
    parts: dict[_Account, list[dict[str, object]]] = {}
    for row in accounts:
        if row["dimension"] != "all":
            parts.setdefault(_account(row), []).append(row)
    links = kept.people(reading.figures)
    rows = tuple(_row(reading, r, parts.get(_account(r), []), links.get(str(r["influencer_id"]), "")) for r in wholes)
    is_told = any(r["upper"] is not None for r in wholes)
    campaign = {str(r["dimension"]): r for r in found if r["grain"] == "campaign"}
    return Target(
        title=_("Match with the target"),
        finding=_finding(reading, campaign["all"], rows),
        text=_(
            "Aimed at: %(target)s. From how much surely is to how much may be within it: whom a platform does not place"
            " may be either, and no platform tells how its dimensions meet.",
            target=" / ".join(_aim(reading, d, str(r["target"])) for d, r in campaign.items() if d != "all"),
        ),
        rows=rows if is_told else (),
        summary=reading.ngettext("%(num)s account", "%(num)s accounts", len(rows)),
        value=_("Within the target"),
        by_part=_("By dimension"),
    )


def _finding(reading: Reading, campaign: Mapping[str, object], rows: tuple[Row, ...]) -> str:
    _ = reading.gettext
    told = reading.formats.count
    if not campaign["accounts_known"]:
        return _(
            "How many followers are within the target is not known. What platforms tell of them can be supplied:"
            " hibiki import FILE --as audience"
        )
    about = {"share": _span(reading, campaign), "known": told(_whole(campaign["accounts_known"]))}
    about["all"] = told(_whole(campaign["accounts_all"]))
    low = sum(row.is_low for row in rows)
    if low:
        return _(
            "Within the target: %(share)s of the followers, over the %(known)s of %(all)s accounts that tell enough."
            " Accounts of which surely less than half is within it: %(low)s.",
            low=told(low),
            **about,
        )
    return _(
        "Within the target: %(share)s of the followers, over the %(known)s of %(all)s accounts that tell enough.",
        **about,
    )


def _whole(value: object) -> int:
    return int(str(value or 0))


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))


_Account = tuple[object, object, object]


def _account(row: Mapping[str, object]) -> _Account:
    """Whose audience a row is about: somebody may have two accounts on one platform."""
    return row["influencer_id"], row["platform"], row["account_key"]


def _row(reading: Reading, row: Mapping[str, object], parts: list[dict[str, object]], anchor: str) -> Row:
    upper = _float(row["upper"])
    return Row(
        anchor=anchor,
        name=reading.person(str(row["influencer_id"] or "")),
        about=reading.platform(row["platform"]),
        value=_span(reading, row),
        why=_why(reading, row),
        is_low=upper is not None and upper < HALF,
        parts=tuple(f"{_named(reading, str(r['dimension']))} {_span(reading, r)}" for r in parts),
    )


def _span(reading: Reading, row: Mapping[str, object]) -> str:
    """What surely is and what may be, as one value where that is the same."""
    _ = reading.gettext
    lower, upper = _float(row["lower"]), _float(row["upper"])
    told = reading.formats.rate
    if upper is None:
        return DASH
    if lower is None:
        return _("at most %(share)s", share=told(upper))
    return told(lower) if told(lower) == told(upper) else reading.formats.span(told(lower), told(upper))


def _why(reading: Reading, row: Mapping[str, object]) -> str:
    _ = reading.gettext
    return {
        "no_account": _("no source knows the account yet"),
        "not_reported": _("nobody told who follows it"),
        "no_followers": _("followers not known"),
        "some_untold": _("a part is not told"),
    }.get(str(row["reason"] or ""), "")


def _named(reading: Reading, dimension: str) -> str:
    _ = reading.gettext
    return {"age": _("Age"), "gender": _("Gender"), "country": _("Country"), "interest": _("Interests")}[dimension]


def _aim(reading: Reading, dimension: str, target: str) -> str:
    """One dimension of the target in words."""
    _ = reading.gettext
    genders = {"female": _("Women"), "male": _("Men"), "other": _("Other")}
    groups = target.split("\n")
    if dimension == "gender":
        groups = [genders[g] for g in groups]
    elif dimension == "country":
        groups = [reading.formats.country(g) for g in groups]
    return f"{_named(reading, dimension)} {reading.formats.listed([said_in(g) for g in groups])}"
