"""What is known of the followers, and in plain words what is not: nobody's age or sex is made up."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from reports import kept
from reports.charts_people import axis, dot_row, stack
from reports.formats import DASH
from reports.headlines import headline, marked
from reports.reading import Cell, Grid, Reading, rows_of, said_in
from reports.relation import Relation, relation
from reports.target import Target, target
from reports.traces import finding, traces

ORDER = 70
MANY = 40
BUCKETS = 6
"""Parts of an audience that are told by name; the others are one part together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One account: how its followers react beside its peers', and how it grew."""

    anchor: str
    name: str
    about: str
    chart: Markup
    place: str
    sure: str
    rate: Cell
    followers: Cell
    growth: Cell
    usual: Cell


@dataclass(frozen=True, slots=True)
class Mix:
    """Who the followers are by one dimension, over the accounts that told it."""

    title: str
    known: str
    parts: tuple[tuple[str, str, Markup], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """The followers."""

    title: str
    finding: Markup
    lead: str
    axis: Markup | None
    rows: tuple[Row, ...]
    is_folded: bool
    summary: str
    relation: Relation | None
    target: Target | None
    mixes: tuple[Mix, ...]
    unknown: tuple[str, ...]
    note: str
    label: str
    traced: str
    traces: Grid | None


def facts(reading: Reading) -> Facts:
    """Accounts in the order of the roster."""
    _ = reading.gettext
    order = {str(i): n for n, i in enumerate(reading.figures.influencers["influencer_id"])}
    accounts = sorted(
        rows_of(reading.figures.accounts),
        key=lambda a: (order.get(str(a["influencer_id"]), len(order)), str(a["platform"]), str(a["account_key"])),
    )
    placed = [a for a in accounts if a["percentile"] is not None]
    mixes = _mixes(reading, accounts)
    links = kept.people(reading.figures)
    return Facts(
        title=_("Audience"),
        finding=headline(_finding(reading, accounts, placed), reading.figures.locale),
        lead=_(
            "Likes and comments per follower over the last 28 days, as a place among the accounts of the same platform"
            " and like size that this workspace follows: at 100%% all of them get fewer. Band: 95%% interval."
        )
        if placed
        else _("How followers react can be compared once 8 accounts of like size are followed."),
        axis=axis(1.0, [(0.0, "0%"), (1.0, "100%")], (0.5, _("half of the peers"))) if placed else None,
        rows=tuple(_row(reading, a, links.get(str(a["influencer_id"]), "")) for a in accounts),
        is_folded=len(accounts) > MANY or not placed,
        summary=reading.ngettext("%(num)s account", "%(num)s accounts", len(accounts)),
        relation=relation(reading),
        target=target(reading),
        mixes=mixes,
        unknown=_unknown(reading, mixes),
        note=_note(reading, placed),
        label=_("Accounts among their peers"),
        traced=finding(reading, reading.figures.signals),
        traces=traces(reading, accounts),
    )


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))


def _side(account: Mapping[str, object]) -> str:
    """Whether an account's whole interval lies on one side of the middle of its peers."""
    lower, upper = _float(account["percentile_lower"]), _float(account["percentile_upper"])
    if lower is None or upper is None:
        return "untold"
    return "above" if lower > 0.5 else "below" if upper < 0.5 else "same"


def _finding(reading: Reading, accounts: list[dict[str, object]], placed: list[dict[str, object]]) -> str:
    _ = reading.gettext
    said = reading.formats.count
    if not accounts:
        return _("No account of this campaign has been observed yet.")
    if not placed:
        return _("How the followers react cannot be compared with other accounts yet.")
    above, below = (sum(_side(a) == side for a in placed) for side in ("above", "below"))
    values = {"above": marked(said(above), "good"), "below": marked(said(below), "bad"), "all": said(len(placed))}
    if above and below:
        return _(
            "Of %(all)s accounts, the followers of %(above)s react more than is usual for their size,"
            " those of %(below)s less.",
            **values,
        )
    if above:
        return _("Of %(all)s accounts, the followers of %(above)s react more than is usual for their size.", **values)
    if below:
        return _("Of %(all)s accounts, the followers of %(below)s react less than is usual for their size.", **values)
    return _("The followers of all %(all)s accounts react as is usual for their size.", **values)


def _row(reading: Reading, account: dict[str, object], link: str) -> Row:
    _ = reading.gettext
    place, lower, upper = (_float(account[f"percentile{end}"]) for end in ("", "_lower", "_upper"))
    peers = int(str(account["peers"] or 0))
    who = str(account["influencer_id"] or "")
    told = reading.formats.rate
    if place is None or lower is None or upper is None:
        sure = reading.ngettext("%(num)s peer: too few", "%(num)s peers: too few", peers)
        if peers >= _ENOUGH:
            sure = reading.reason("too_few_posts")
    else:
        sure = _(
            "%(low)s–%(high)s of %(peers)s peers",
            low=told(round(lower, 2)),
            high=told(round(upper, 2)),
            peers=reading.formats.count(peers),
        )
    gained = account["followers_gained_28d"]
    followers = reading.number(_float(account["followers"]), "persons", reason="no_followers")
    growth = reading.kpi("follower_growth", "influencer", influencer_id=who)
    if not reading.has("follower_growth", "influencer"):
        growth = reading.number(_float(gained), "count", reason="no_history")
    return Row(
        anchor=link,
        name=reading.person(who) or f"@{said_in(account['handle'])}",
        about=" · ".join((reading.platform(account["platform"]), f"@{said_in(account['handle'])}")),
        chart=dot_row(place, lower, upper, end=1.0, reference=0.5, tone=_side(account)),
        place=DASH if place is None else told(round(place, 2)),
        sure=sure,
        rate=reading.number(_float(account["er_followers_public_28d"]), "ratio", reason="too_few_posts"),
        followers=followers,
        growth=growth,
        usual=reading.kpi("follower_growth_usual", "influencer", influencer_id=who),
    )


_ENOUGH = 8


def _mixes(reading: Reading, accounts: list[dict[str, object]]) -> tuple[Mix, ...]:
    """Each dimension that some accounts told: shares weighted by followers, over these accounts alone."""
    _ = reading.gettext
    sizes = {int(str(a["account_key"])): _float(a["followers"]) for a in accounts}
    told = reading.figures.audience.filter(
        pl.col("share").is_not_null() & pl.col("account_key").is_in([k for k, size in sizes.items() if size])
    )
    names = {"age": _("Age"), "gender": _("Gender"), "country": _("Country"), "interest": _("Interests")}
    found: list[Mix] = []
    for dimension, name in names.items():
        rows = told.filter(pl.col("dimension") == dimension)
        keys = rows["account_key"].unique().to_list()
        if not keys:
            continue
        weights: dict[str, float] = {}
        whole = sum(sizes[k] or 0.0 for k in keys)
        for row in rows.sort("account_key", "bucket").iter_rows(named=True):
            size = sizes[row["account_key"]] or 0.0
            weights[row["bucket"]] = weights.get(row["bucket"], 0.0) + row["share"] * size / whole
        largest = sorted(weights, key=lambda b: (-weights[b], b))
        kept = largest if len(largest) <= BUCKETS + 1 else largest[:BUCKETS]
        # ages read in their own order, anything else by size
        shown = sorted(kept) if dimension == "age" else kept
        rest = sum(weights[b] for b in sorted(weights) if b not in kept)
        parts = [(_bucket(reading, dimension, b), weights[b]) for b in shown]
        if rest:
            parts.append((_("Others"), rest))
        found.append(
            Mix(
                name,
                _(
                    "%(known)s of %(all)s accounts tell it, weighted by followers",
                    known=reading.formats.count(len(keys)),
                    all=reading.formats.count(len(accounts)),
                ),
                tuple((b, reading.formats.rate(share), stack([(min(share, 1.0), "same")])) for b, share in parts),
            )
        )
    return tuple(found)


def _bucket(reading: Reading, dimension: str, bucket: str) -> str:
    """A part of the audience in words; what is not of a closed set stays as the source said it."""
    _ = reading.gettext
    known = {"female": _("Women"), "male": _("Men")} if dimension == "gender" else {}
    return known.get(bucket.lower(), said_in(bucket))


def _unknown(reading: Reading, mixes: tuple[Mix, ...]) -> tuple[str, ...]:
    """What nobody has told, and how it can be supplied."""
    _ = reading.gettext
    said: list[str] = []
    if not mixes:
        said.append(
            _(
                "Age, gender, country and interests of the followers: no source has told them. They can be supplied"
                ": hibiki import FILE --as audience"
            )
        )
    said.append(_("How many followers are real, active people: no source tells it, and it is not guessed here."))
    if reading.figures.audience_match.is_empty():
        said.append(
            _(
                "How well the audience matches the target: the brief names no target audience to hold the followers"
                " against."
            )
        )
    return tuple(said)


def _note(reading: Reading, placed: list[dict[str, object]]) -> str:
    if not placed:
        return ""
    return reading.gettext(
        "Each interval by itself holds in 95 of 100 cases, so of %(all)s accounts about %(chance)s would stand apart"
        " by chance alone. A low place is a reason to ask, no proof of bought followers.",
        all=reading.formats.count(len(placed)),
        chance=reading.formats.decimal(len(placed) * 0.05, 1),
    )
