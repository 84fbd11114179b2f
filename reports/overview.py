"""A campaign in brief: its days, its size and what it cost, typed and in words."""

from dataclasses import dataclass
from datetime import date, timedelta

from reports.reading import Cell, Reading, said_in


@dataclass(frozen=True, slots=True)
class Overview:
    """The brief and the campaign's totals. ``is_over``: the figures speak of a day after the last one."""

    name: str
    brand: str
    starts_on: date
    ends_on: date
    final_on: date
    attribution_days: int
    is_over: bool
    influencers: int
    posts: int
    promised: int | None
    cost: Cell


def overview(reading: Reading) -> Overview:
    """The campaign in brief. Errors: TypeError where a row of core.campaigns holds what its table does not promise."""
    figures = reading.figures
    starts_on, ends_on = _day(reading, "starts_on"), _day(reading, "ends_on")
    totals = figures.campaign_kpis.row(0, named=True) if figures.campaign_kpis.height else {}
    return Overview(
        name=said_in(figures.campaign["name"]),
        brand=said_in(figures.campaign["brand"]),
        starts_on=starts_on,
        ends_on=ends_on,
        final_on=ends_on + timedelta(days=_number(reading, "settle_days")),
        attribution_days=_number(reading, "attribution_days"),
        is_over=figures.today > ends_on,
        influencers=totals.get("influencers") or figures.influencers.height,
        posts=figures.posts.height if totals.get("posts") is None else int(totals["posts"]),
        promised=totals.get("promised_posts"),
        cost=reading.number(totals.get("cost"), "money", reason="no_cost"),
    )


def edition_name(reading: Reading) -> str:
    """The edition in words: Final v2."""
    _ = reading.gettext
    version = reading.figures.version
    return {
        "mid": _("Interim v%(version)s", version=version),
        "provisional": _("Provisional v%(version)s", version=version),
        "final": _("Final v%(version)s", version=version),
    }[reading.figures.edition]


def kind_name(reading: Reading) -> str:
    """What kind of report it is."""
    _ = reading.gettext
    return _("Campaign progress report") if reading.figures.edition == "mid" else _("Campaign results report")


def _day(reading: Reading, name: str) -> date:
    value = reading.figures.campaign[name]
    if not isinstance(value, date):
        raise TypeError(f"the campaign's {name} is {value!r}: give a date")
    return value


def _number(reading: Reading, name: str) -> int:
    value = reading.figures.campaign[name]
    if not isinstance(value, int):
        raise TypeError(f"the campaign's {name} is {value!r}: give a whole number")
    return value
