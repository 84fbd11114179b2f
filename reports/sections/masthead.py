"""What is reported: brand, campaign, period, size, spend and the instant that the figures speak of."""

from dataclasses import dataclass

from reports.overview import edition_name, kind_name, overview
from reports.reading import Cell, Reading

ORDER = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """The head of the page."""

    brand: str
    kind: str
    edition: str
    campaign: str
    entries: tuple[tuple[str, Cell], ...]


def facts(reading: Reading) -> Facts:
    """The campaign's particulars."""
    _ = reading.gettext
    said = reading.formats
    brief = overview(reading)
    size = _(
        "%(people)s creators, %(posts)s posts", people=said.count(brief.influencers), posts=said.count(brief.posts)
    )
    window = _("By code or link, within %(days)s days", days=said.count(brief.attribution_days))
    return Facts(
        brand=brief.brand,
        kind=kind_name(reading),
        edition=edition_name(reading),
        campaign=brief.name,
        entries=(
            (_("Period"), Cell(said.period(brief.starts_on, brief.ends_on))),
            (_("Creators and posts"), Cell(size)),
            (_("Spend"), brief.cost),
            (_("How purchases are counted"), Cell(window)),
            (_("Data as of"), Cell(said.instant(reading.figures.as_of))),
        ),
    )
