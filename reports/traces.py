"""What stands out about the followers of an account: a score with its parts in words, traces and no proof."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from reports.formats import DASH
from reports.reading import Cell, Grid, Head, Reading, said_in
from transforms.tables.authenticity import SIGNALS

MANY = 40
"""With more accounts than this, only those that something stands out about are listed."""


def traces(reading: Reading, accounts: list[dict[str, object]]) -> Grid | None:
    """A row per account, in the given order; nothing where no account's signals are known."""
    _ = reading.gettext
    told = {
        int(key): sorted(rows.iter_rows(named=True), key=lambda r: (-(r["points"] or 0), _place(r)))
        for (key,), rows in reading.figures.signals.group_by("account_key", maintain_order=True)
    }
    shown = [a for a in accounts if int(str(a["account_key"])) in told]
    if not shown:
        return None
    if len(shown) > MANY:
        shown = [a for a in shown if any(r["points"] for r in told[int(str(a["account_key"]))])]
    return Grid(
        label=_("What stands out about the followers"),
        heads=(
            Head(_("Creator")),
            Head(_("Score"), numeric=True),
            Head(_("What stands out")),
            Head(_("Cannot be judged")),
        ),
        rows=tuple(_row(reading, a, told[int(str(a["account_key"]))]) for a in shown),
        note=_(
            "100 less the points of each sign. These are traces of unusual movements and prove nothing: advertising, a"
            " television show or a mention by somebody else leave some of them, too. No platform tells who follows, so"
            " only totals can be looked at; what cannot be judged costs no points."
        ),
    )


def _place(signal: Mapping[str, object]) -> int:
    return list(SIGNALS).index(str(signal["signal"]))


def _row(reading: Reading, account: Mapping[str, object], signals: list[dict[str, object]]) -> tuple[Cell, ...]:
    _ = reading.gettext
    who = str(account["influencer_id"] or "")
    score = account["authenticity"]
    basis = _(
        "%(known)s of %(all)s signs",
        known=reading.formats.count(int(str(account["signals_known"] or 0))),
        all=reading.formats.count(len(SIGNALS)),
    )
    about = " · ".join((reading.platform(account["platform"]), f"@{said_in(account['handle'])}"))
    found = [said for s in signals if (said := _said(reading, s))]
    unknown = [f"{_name(reading, s)} ({_why(reading, s)})" for s in signals if s["verdict"] == "unknown"]
    separator = "、" if reading.figures.locale == "ja" else "; "
    return (
        reading.words(reading.person(who) or about, sub=about if reading.person(who) else ""),
        Cell(DASH, why=_("too few signs can be judged"), numeric=True)
        if score is None
        else reading.number(int(str(score)), "count", basis=basis),
        reading.words(" · ".join(found) or _("Nothing")),
        reading.words(separator.join(unknown)),
    )


def _name(reading: Reading, signal: Mapping[str, object]) -> str:
    _ = reading.gettext
    return {
        "follower_rise": _("Sudden rise of followers"),
        "reactions_per_follower": _("Reactions per follower"),
        "views_per_follower": _("Views per follower"),
        "likes_per_comment": _("Likes per comment"),
        "mass_following": _("Accounts followed"),
    }[str(signal["signal"])]


def _why(reading: Reading, signal: Mapping[str, object]) -> str:
    _ = reading.gettext
    own = {
        "no_posts_seen": _("followers rose suddenly, but too little is known of the posts of that time"),
        "no_reactions": _("not one is counted, perhaps they are switched off"),
        "too_few_peers": _("too few accounts of like size to compare with"),
    }
    reason = str(signal["reason"])
    return own.get(reason) or reading.reason(reason)


def _said(reading: Reading, signal: Mapping[str, object]) -> str:
    """What is odd in words, with its points; nothing where a sign is as expected or nobody can tell."""
    _ = reading.gettext
    name, verdict = str(signal["signal"]), signal["verdict"]
    values = {k: float(str(signal[k])) for k in ("value", "lower", "upper") if signal[k] is not None}
    points = f"−{reading.formats.count(int(str(signal['points'] or 0)))}"
    if name == "follower_rise" and verdict in {"outside", "explained"}:
        day = signal["happened_on"]
        rise = {
            "gained": reading.formats.count(int(str(signal["gained"]))),
            "day": reading.formats.day(day if isinstance(day, date) else None),
        }
        if verdict == "explained":
            return _("Followers rose by %(gained)s up to %(day)s, and reactions to posts with them: 0", **rise)
        return _(
            "Followers rose by %(gained)s within days, up to %(day)s, without reactions to match: %(points)s",
            points=points,
            **rise,
        )
    if verdict != "outside":
        return ""
    if name == "mass_following":
        return _(
            "Follows %(value)s accounts, more than follow back: %(points)s",
            value=reading.formats.count(int(values["value"])),
            points=points,
        )
    is_share = name != "likes_per_comment"
    told = {k: reading.formats.rate(v) if is_share else reading.formats.decimal(v, 1) for k, v in values.items()}
    about = {"name": _name(reading, signal), "value": told["value"], "points": points}
    if "upper" in values and values["value"] > values["upper"]:
        return _(
            "%(name)s: %(value)s, where accounts of like size have %(upper)s at most: %(points)s",
            upper=told["upper"],
            **about,
        )
    return _(
        "%(name)s: %(value)s, where accounts of like size have %(lower)s at least: %(points)s",
        lower=told["lower"],
        **about,
    )


def finding(reading: Reading, signals: pl.DataFrame) -> str:
    """How many accounts something stands out about: the line that leads to the table."""
    odd = signals.filter(pl.col("points") > 0)["account_key"].n_unique()
    return reading.gettext(
        "What stands out about the followers: something in %(odd)s of %(all)s accounts",
        odd=reading.formats.count(odd),
        all=reading.formats.count(signals["account_key"].n_unique()),
    )
