"""By which model and in which days orders were counted as a creator's: what the brief chose, in words."""

from reports.overview import overview
from reports.reading import Reading


def counted(reading: Reading) -> str:
    """Model and window in a line, for the head of the page."""
    _ = reading.gettext
    days = reading.formats.count(overview(reading).attribution_days)
    window = (
        _("within %(days)s days of a post", days=days)
        if reading.figures.campaign.get("attribution_window") == "post"
        else _("until %(days)s days after the campaign or the last post", days=days)
    )
    return _("%(model)s, %(window)s", model=model(reading), window=window)


def model(reading: Reading) -> str:
    """The model in a few words."""
    _ = reading.gettext
    return {
        "last_touch": _("By the last code or link"),
        "first_touch": _("By the first code or link"),
        "linear": _("Shared evenly over all codes and links"),
        "position_based": _("Shared over all codes and links, most to the first and the last"),
    }.get(str(reading.figures.campaign.get("attribution_model") or ""), _("By code, else by the last link"))


def counted_in_full(reading: Reading) -> str:
    """Model and window in a sentence, with what they cannot say."""
    _ = reading.gettext
    return _(
        "Orders that a creator's code or tracked link led to. %(counted)s. Who would have bought anyway is not known,"
        " so this is not additional revenue.",
        counted=counted(reading),
    )
