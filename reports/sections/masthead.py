"""What is reported: brand, campaign, period, size, spend and the instant that the figures speak of."""

from dataclasses import dataclass

from reports.counting import counted
from reports.overview import edition_name, kind_name, overview
from reports.reading import Cell, Reading

ORDER = 10


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
    return Facts(
        brand=brief.brand,
        kind=kind_name(reading),
        edition=edition_name(reading),
        campaign=brief.name,
        entries=(
            (_("Period"), Cell(said.period(brief.starts_on, brief.ends_on))),
            (_("Creators and posts"), Cell(size)),
            (_("Spend"), brief.cost),
            (_("How purchases are counted"), Cell(counted(reading))),
            (_("Data as of"), Cell(said.instant(reading.figures.as_of))),
        ),
    )
