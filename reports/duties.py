"""Who does it and by when: the brief's owners, else a role, and working days from the day the report is read."""

from datetime import date
from typing import Literal

from reports.reading import Reading, said_in
from transforms.days import business_day

Role = Literal["compliance", "casting", "planning", "data"]

SOON, LATER = 3, 10
"""Working days for what should be done soon, and for what belongs into the next plan."""


def owner(reading: Reading, role: Role) -> str:
    """Whom the brief names for a role, else the role in words."""
    _ = reading.gettext
    return (
        said_in(reading.figures.campaign.get(f"owner_{role}"))
        or {
            "compliance": _("Compliance lead"),
            "casting": _("Casting lead"),
            "planning": _("Planning lead"),
            "data": _("Data lead"),
        }[role]
    )


def due_on(reading: Reading, later: int = 0) -> date:
    """The working day so many working days after the day on which the figures are out; 0 is that day itself."""
    figures = reading.figures
    return figures.workdays.after(business_day(figures.as_of, figures.zone), later)
