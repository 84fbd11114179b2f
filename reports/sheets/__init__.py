"""An edition's figures as plain tables for spreadsheets."""

from reports.figures import Figures
from reports.reading import read
from reports.sheets import campaign, compliance, money, people, words
from reports.sheets.shape import Sheet


def sheets(figures: Figures) -> tuple[Sheet, ...]:
    """Every table of an edition, in the language of ``figures.locale``. An unknown figure is null, its reason told."""
    reading = read(figures)
    return (
        campaign.summary(reading),
        campaign.goals(reading),
        people.creators(reading),
        people.posts(reading),
        campaign.days(reading),
        money.costs(reading),
        compliance.findings(reading),
        campaign.values(reading),
        words.glossary(reading),
        words.about(reading),
    )
