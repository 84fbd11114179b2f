"""What a mail says at its foot: what goes with it and what does not, and how to get less."""

from dataclasses import dataclass

from reports.enclosures import Enclosed, Posting
from reports.reading import Reading


@dataclass(frozen=True, slots=True)
class Foot:
    """The mail's last lines, each empty where there is nothing to say. ``preferences``: an https address."""

    attached: str
    lacking: tuple[str, ...]
    is_report_attached: bool
    preferences: str
    answer: str


def foot(reading: Reading, enclosed: Enclosed, posting: Posting) -> Foot:
    """The lines for what is enclosed."""
    _ = reading.gettext
    called = {"report.pdf": _("the full report (PDF)"), "report.xlsx": _("its data (Excel)")}
    missing = enclosed.missing or {}
    listed = reading.formats.listed
    lacking: list[str] = []
    if unprinted := [called[name] for name, why in missing.items() if why == "unprinted"]:
        lacking.append(_("Not attached, because it could not be made this time: %(files)s.", files=listed(unprinted)))
    if large := [called[name] for name, why in missing.items() if why == "too_large"]:
        lacking.append(_("Too large to attach: %(files)s. It lies beside the report.", files=listed(large)))
    return Foot(
        attached=_("Attached: %(files)s", files=listed([called[name] for name in enclosed.names]))
        if enclosed.names
        else "",
        lacking=tuple(lacking),
        is_report_attached="report.pdf" in enclosed.names,
        preferences=posting.preferences_url,
        answer=_("To change or stop delivery, answer this mail.")
        if posting.is_answered and not posting.preferences_url
        else "",
    )
